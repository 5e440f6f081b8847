"""Why: what a commitment's change is made of, the reasons given, when, and in whose words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from markupsafe import Markup

from xla.documents.chart_focus import Seen, day_chart, reason_bar, waterfall
from xla.documents.drivers import DriverPart, driver_part
from xla.documents.figures import HARD_SPACE, Figures, half_up
from xla.documents.focus import numbered, span
from xla.documents.levels import level_at
from xla.documents.mix_steps import mix_steps
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.why_data import HourBar, Hours, MixAndReal, Quote, ReasonsGiven
from xla.documents.words import Words

DARK_UNTIL = Fraction(1, 2)
"""The reasons that make up this share of all stand out."""
LONGEST_QUOTE = 180
FEW_REASONS = 4
"""Reasons that leave room for quotes below them."""


@dataclass(frozen=True)
class Step:
    """One line of the waterfall's table."""

    label: str
    figure: str
    is_end: bool


@dataclass(frozen=True)
class MixPart:
    """The change from then to now, step by step."""

    heading: str
    steps: tuple[Step, ...]
    chart: Markup
    note: str


@dataclass(frozen=True)
class ReasonRow:
    """One reason."""

    text: str
    chart: Markup
    n: str
    share: str
    cumulative: str


@dataclass(frozen=True)
class ReasonPart:
    """The reasons, most first."""

    sub: str
    rows: tuple[ReasonRow, ...]


@dataclass(frozen=True)
class DayPart:
    """One site by part of the day."""

    heading: str
    sub: str
    chart: Markup
    columns: tuple[tuple[str, str, str], ...]
    """Hours, value, n."""


@dataclass(frozen=True)
class WhyPart:
    """Everything; what has no data is None or empty."""

    heading: str
    sub: str
    mix: MixPart | None
    reasons: ReasonPart | None
    day: DayPart | None
    quotes: tuple[tuple[str, str], ...]
    """What was written, and where and when."""
    is_beside: bool
    """Whether there is room for the quotes in a column."""
    drivers: DriverPart | None


def why(data: ReportData) -> WhyPart | None:
    """The part; None where nothing speaks for a cause."""
    told = data.why
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language)
    name, kpi = numbered(data, told.kpi)
    then, now = span(told.then, figures), figures.period(data.start, data.end)
    return WhyPart(
        heading=_heading(kpi, told.mix, told.reasons, words),
        sub=_sub(f"{kpi.title} ({name})", kpi, told.mix, (then, now), words),
        mix=_mix(kpi, told.mix, (then, now), words) if told.mix else None,
        reasons=_reasons(told.reasons, then, words) if told.reasons else None,
        day=_day(kpi, told.hours, words) if told.hours else None,
        quotes=tuple(_quote(each, figures, words) for each in told.quotes),
        drivers=driver_part(told.drivers, words) if told.drivers else None,
        is_beside=told.hours is None or told.reasons is None or len(told.reasons.lines) <= FEW_REASONS,
    )


def _heading(kpi: KpiResult, mix: MixAndReal | None, reasons: ReasonsGiven | None, words: Words) -> str:
    """What the figures come to: how the change came about, and the reason given most."""
    parts = []
    if mix:
        parts.append(_change(kpi, mix, words))
    if reasons:
        parts.append(words("Reason given most: %(reason)s.") % {"reason": reasons.lines[0].text})
    return " ".join(parts) or words("What lies behind %(title)s") % {"title": kpi.title}


def _change(kpi: KpiResult, mix: MixAndReal, words: Words) -> str:
    side = 1 if kpi.thresholds.higher_is_better else -1
    real, shifted, change = side * mix.real, side * mix.mix, side * (mix.now - mix.then)
    if change >= 0:
        return words("No worse than before, but short of what was agreed.")
    if shifted < real:
        return words("The change for the worse is mostly who answered, not how it was felt.")
    if mix.low <= 0 <= mix.high:
        return words("The change for the worse may be chance.")
    worst = min(mix.sites, key=lambda site: side * site.real)
    if 2 * side * worst.real <= real:
        return words("The change for the worse is real, and mostly at %(site)s.") % {"site": worst.title}
    return words("The change for the worse is real, at many sites.")


def _sub(title: str, kpi: KpiResult, mix: MixAndReal | None, periods: tuple[str, str], words: Words) -> str:
    figures, terms = Figures(words.language), kpi.thresholds
    now = figures.value(kpi.measurement.value, kpi.metric, terms)
    if mix is None:
        return words("%(title)s, %(period)s: %(value)s.") % {
            "title": title,
            "period": periods[1],
            "value": now,
        }
    return words("%(title)s from %(then)s to %(now)s: %(before)s to %(value)s.") % {
        "title": title,
        "then": periods[0],
        "now": periods[1],
        "before": figures.value(mix.then, kpi.metric, terms),
        "value": now,
    }


def _mix(kpi: KpiResult, mix: MixAndReal, periods: tuple[str, str], words: Words) -> MixPart:
    figures, terms = Figures(words.language), kpi.thresholds
    found = mix_steps(kpi, mix, words)
    (_, shifted), *real = found.changes
    heading = words("Real effect %(real)s, mix effect %(mix)s") % {
        "real": figures.number(sum((change for _, change in real), Decimal(0)), sign=True),
        "mix": figures.number(shifted, sign=True),
    }
    lines = [Step(periods[0], figures.number(found.then), is_end=True)]
    lines += [Step(label, figures.number(change, sign=True), is_end=False) for label, change in found.changes]
    lines.append(Step(periods[1], figures.number(found.now), is_end=True))
    note = words(
        "Real effect: the same mix of sites, new answers (%(level)s interval %(interval)s). "
        "Mix effect: the same answers, new mix. The two add up to the change. Red line: floor %(floor)s."
    ) % {
        "floor": figures.threshold(terms.floor, kpi.metric),
        "level": figures.percent(kpi.confidence),
        "interval": figures.interval(mix.low, mix.high, kpi.metric),
    }
    chart = waterfall([float(each) for each in found.levels], terms, heading)
    return MixPart(heading, tuple(lines), chart, note)


def _reasons(told: ReasonsGiven, then: str, words: Words) -> ReasonPart:
    figures = Figures(words.language)
    total = sum(line.n for line in told.lines)
    shares = [Fraction(line.n, total) for line in told.lines]
    sums = list(accumulate(shares))
    widest = max([*shares, *(line.share_before or Fraction(0) for line in told.lines)])
    rows = tuple(
        ReasonRow(
            text=line.text,
            chart=reason_bar(
                float(share),
                None if line.share_before is None else float(line.share_before),
                float(widest),
                words("%(reason)s: %(share)s") % {"reason": line.text, "share": _percent(share, figures)},
                dark=reached - share < DARK_UNTIL,
            ),
            n=figures.number(line.n),
            share=_percent(share, figures),
            cumulative=_percent(reached, figures),
        )
        for line, share, reached in zip(told.lines, shares, sums, strict=True)
    )
    sub = words("%(named)s of %(poor)s poor answers named a reason; some named several.") % {
        "named": figures.number(told.named),
        "poor": figures.number(told.poor),
    }
    if any(line.share_before is not None for line in told.lines):
        sub = f"{sub} {words('Tick: %(period)s.') % {'period': then}}"
    return ReasonPart(sub, rows)


def _percent(share: Fraction, figures: Figures) -> str:
    return figures.number(half_up(100 * share, 0)) + f"{HARD_SPACE}%"


def _day(kpi: KpiResult, hours: Hours, words: Words) -> DayPart:
    figures, terms = Figures(words.language), kpi.thresholds
    side = 1 if terms.higher_is_better else -1
    worst = min(hours.bars, key=lambda bar: side * bar.value)
    seen = [
        Seen(float(bar.value), bar.low, bar.high, None, level_at(bar.value, bar.low, bar.high, terms))
        for bar in hours.bars
    ]
    heading = words("When: no part of the day stands out at %(site)s") % {"site": hours.site}
    if _stands_out(worst, hours, side):
        heading = words("When: %(site)s is worst from %(start)s to %(end)s") % {
            "site": hours.site,
            "start": _clock(worst.start),
            "end": _clock(worst.end),
        }
    labels = (
        words("floor %(value)s") % {"value": figures.threshold(terms.floor, kpi.metric)},
        words("target %(value)s") % {"value": figures.threshold(terms.target, kpi.metric)},
    )
    return DayPart(
        heading=heading,
        sub=words("By time of answering, with %(level)s interval.")
        % {"level": figures.percent(kpi.confidence)},
        chart=day_chart(seen, terms, labels, heading),
        columns=tuple(
            (
                f"{bar.start:02d}–{bar.end:02d}",
                figures.value(bar.value, kpi.metric, terms, unit=False),
                figures.number(bar.n),
            )
            for bar in hours.bars
        ),
    )


def _stands_out(worst: HourBar, hours: Hours, side: int) -> bool:
    """Whether its whole interval is worse than that of the best part."""
    best = max(hours.bars, key=lambda bar: side * bar.value)
    ends = (worst.high, best.low) if side > 0 else (best.high, worst.low)
    return ends[0] is not None and ends[1] is not None and ends[0] < ends[1]


def _clock(hour: int) -> str:
    return f"{hour:02d}:00"


def _quote(quote: Quote, figures: Figures, words: Words) -> tuple[str, str]:
    text = " ".join(quote.text.split())
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1].rstrip() + "…"
    when = figures.month(date(quote.on.year, quote.on.month, 1))
    about = f"{quote.site}, {when}" if quote.site else when
    return words("“%(text)s”") % {"text": text}, about
