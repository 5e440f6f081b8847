"""An action's effect as a small picture: before as a grey dot, after as a bar with its dot."""

from markupsafe import Markup

from xla.core.agreement import Language, Metric
from xla.core.effect import Effect, Result
from xla.core.verdict import Thresholds, Verdict
from xla.documents import shapes
from xla.documents.figures import Figures
from xla.documents.words import Words

SIZE = (58.0, 11.0)
SHOWN = {
    Result.IMPROVED: Verdict.MET,
    Result.WORSE: Verdict.BREACHED,
    Result.NO_CHANGE_SEEN: Verdict.NO_DATA,
    Result.TOO_EARLY: Verdict.INCONCLUSIVE,
    Result.CANNOT_TELL: Verdict.NO_DATA,
}
"""The verdict whose colour and mark stands for a result."""


def effect_chart(
    effect: Effect, metric: Metric, thresholds: Thresholds, *, language: Language = "en"
) -> Markup | None:
    """Before and after on one axis, the interval of the difference around after; None without two values."""
    if effect.before is None or effect.after is None:
        return None
    before, after = float(effect.before), float(effect.after)
    ends = [after, after]
    if effect.low is not None and effect.high is not None:
        ends = [before + effect.low, before + effect.high]
    seen = [before, after, *ends]
    low, high = min(seen), max(seen)
    spare = (high - low) * 0.12 or 1.0
    width, middle = 10 * SIZE[0], 5 * SIZE[1]

    def x(value: float) -> float:
        return (value - low + spare) / (high - low + 2 * spare) * width

    verdict = SHOWN[effect.result]
    colour = shapes.COLOURS[verdict]
    bar = shapes.rectangle((x(ends[0]), middle - 8), (x(ends[1]), middle + 8))
    words, figures = Words(language), Figures(language)
    title = words("Before %(before)s, after %(after)s.") % {
        "before": figures.value(effect.before, metric, thresholds),
        "after": figures.value(effect.after, metric, thresholds),
    }
    parts = [
        shapes.stroke(shapes.line((0, middle), (width, middle)), "axis", shapes.HAIRLINE, 2),
        shapes.path(bar, f"interval interval-{verdict.value}", fill=colour, opacity="0.55"),
        shapes.stroke(
            shapes.line((x(before), 8), (x(before), 10 * SIZE[1] - 8)), "before-line", shapes.MIST, 3
        ),
        shapes.path(shapes.mark_data(Verdict.MET, (x(before), middle), 12), "before", fill=shapes.MIST),
        shapes.marks(verdict, [(x(after), middle)], 13, colour),
    ]
    return shapes.figure(SIZE, title, parts, kind="effect")
