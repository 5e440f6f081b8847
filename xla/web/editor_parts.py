"""The editor's pages of one question and one KPI."""

from collections.abc import Iterator, Mapping

from xla.core.agreement import Metric
from xla.core.agreement_flaw import Path
from xla.core.scale import NAMED_SCALES
from xla.services.draft_values import at
from xla.web.editor_fields import PARTED, Field, Gate, Group, Page, texts
from xla.web.editor_pages import Paper
from xla.web.language import gettext as _

MOST_REASONS = 12
MOST_NAMED = 7
"""On a longer scale only the lowest and the highest score have words."""
MOST_WEIGHTS = 11
"""On a longer scale nobody fills in a weight for each score."""
OBSERVED = (Metric.RATE.value, Metric.AMOUNT_MEAN.value)
ONE_QUESTION = tuple(metric.value for metric in Metric if metric not in {*OBSERVED, Metric.NKI})


def question(paper: Paper, place: int) -> Page:
    """Wording, scale and reasons of one question."""
    path: Path = ("questions", place)
    entry = paper.entries("questions")[place]
    own = Gate((*path, "scale"), (PARTED,))
    wording = (
        *texts((*path, "text"), _("Question"), paper.languages),
        Field(
            (*path, "key"),
            _("Key"),
            "key",
            _("Names the question in ratings. Another key is another question."),
        ),
    )
    scale = (
        Field((*path, "scale"), _("Scale"), "parted", choices=_scales()),
        Field((*path, "scale", "min"), _("Lowest score"), "number", gate=own),
        Field((*path, "scale", "max"), _("Highest score"), "number", gate=own),
    )
    return Page(
        paper.title(entry, place, _("Question")),
        (
            Group(_("What people are asked"), wording, entry=path),
            Group(_("How they answer"), scale),
            Group(
                _("What the scores are called"),
                tuple(_labels(paper, path)),
                hint=_("The words below each face or number; ours where you leave them out."),
            ),
            *_reasons(paper, (*path, "reasons")),
        ),
    )


def _labels(paper: Paper, path: Path) -> Iterator[Field]:
    scores = _of_scale(at(paper.document, (*path, "scale")))
    named = scores if len(scores) <= MOST_NAMED else [scores[0], scores[-1]]
    given = at(paper.document, (*path, "labels"))
    named += [score for score in given if score not in named] if isinstance(given, dict) else []
    for score in named:
        label = _("Score %(score)s", score=score)
        yield from texts((*path, "labels", score), label, paper.languages, is_optional=True)


def _reasons(paper: Paper, path: Path) -> Iterator[Group]:
    yield Group(
        _("Reasons they may tap"), hint=_("At most six with any one score, such as “No paper” or “Queue”.")
    )
    occasions = (("", _("Any score")), ("poor", _("Poor scores")), ("good", _("Good scores")))
    reasons = paper.entries(*path)
    for place, reason in enumerate(reasons):
        fields = (
            *texts((*path, place, "text"), _("Reason"), paper.languages),
            Field((*path, place, "given_with"), _("Offered with"), "choice", choices=occasions),
            Field((*path, place, "key"), _("Key"), "key"),
        )
        yield Group(paper.title(reason, place), fields, entry=(*path, place), is_row=True)
    if len(reasons) < MOST_REASONS:
        yield Group(more=(path, _("Add a reason")))


def kpi(paper: Paper, place: int) -> Page:
    """Everything one KPI says."""
    path: Path = ("kpis", place)
    entry = paper.entries("kpis")[place]
    name = (
        *texts((*path, "title"), _("Name"), paper.languages),
        Field((*path, "key"), _("Key"), "key", _("Names the KPI in results.")),
        Field((*path, "service"), _("Service"), "choice", choices=paper.choices("services")),
    )
    return Page(
        paper.title(entry, place, _("KPI")),
        (
            Group(_("What it is about"), name, entry=path),
            Group(_("What is measured"), _measured(paper, path)),
            Group(_("Floor and target"), _thresholds(path)),
            Group(_("Evidence"), _evidence(path)),
            Group(_("What counts"), _counted(paper, path)),
            Group(_("If it is breached"), _money(path)),
        ),
    )


def metrics() -> Mapping[str, str]:
    """Each metric in words."""
    return {
        "csat": _("CSAT: share who give one of the best scores"),
        "share": _("Share who give certain scores"),
        "mean": _("Mean score"),
        "nps": _("NPS: would recommend"),
        "enps": _("eNPS: employees would recommend"),
        "ces_mean": _("Effort: mean score, 1 to 7"),
        "ces_agree": _("Effort: share who answer 5 to 7"),
        "ces_net": _("Effort: share of 6–7 less share of 1–3"),
        "happiness": _("Happiness: a weight for each score"),
        "nki": _("Satisfaction index of several questions"),
        "rate": _("Operations: a share of cases"),
        "amount_mean": _("Operations: an amount per case"),
    }


def _measured(paper: Paper, path: Path) -> tuple[Field, ...]:
    metric = (*path, "metric")
    questions = paper.choices("questions")
    return (
        Field(metric, _("Measure"), "choice", choices=tuple(metrics().items()), is_wide=True),
        Field(
            (*path, "question"), _("Question"), "choice", choices=questions, gate=Gate(metric, ONE_QUESTION)
        ),
        Field((*path, "questions"), _("Questions"), "many", choices=questions, gate=Gate(metric, ("nki",))),
        Field(
            (*path, "observation"),
            _("Observation"),
            "choice",
            choices=paper.choices("observations"),
            gate=Gate(metric, OBSERVED),
        ),
        Field(
            (*path, "top"),
            _("How many of the best scores count"),
            "number",
            _("Two when left empty."),
            is_optional=True,
            gate=Gate(metric, ("csat",)),
        ),
        Field(
            (*path, "scores"),
            _("Scores that count"),
            "numbers",
            _("With commas between, such as 4, 5."),
            gate=Gate(metric, ("share",)),
        ),
        *_weights(paper, path),
    )


def _weights(paper: Paper, path: Path) -> Iterator[Field]:
    gate = Gate((*path, "metric"), ("happiness",))
    for score in _scores(paper, path):
        label = _("Weight of score %(score)s", score=score)
        yield Field((*path, "weights", score), label, "number", gate=gate, is_optional=True)


def _scores(paper: Paper, path: Path) -> list[str]:
    """The scores a weight is asked for: those of the question's scale, and those that have one."""
    asked = at(paper.document, (*path, "question"))
    questions = {entry.get("key"): entry.get("scale") for entry in paper.entries("questions")}
    scores = _of_scale(questions.get(asked))
    given = at(paper.document, (*path, "weights"))
    more = [score for score in given if score not in scores] if isinstance(given, dict) else []
    return [*scores[:MOST_WEIGHTS], *more]


def _of_scale(scale: object) -> list[str]:
    named = NAMED_SCALES.get(scale) if isinstance(scale, str) else None
    return [str(score) for score in named.scores] if named else _own(scale)


def _own(scale: object) -> list[str]:
    low, high = (at(scale, (end,)) for end in ("min", "max"))
    if not all(
        str(end).removeprefix("-").isascii() and str(end).removeprefix("-").isdigit() for end in (low, high)
    ):
        return []
    first = int(str(low)[:6])
    return [str(score) for score in range(first, min(int(str(high)[:6]), first + MOST_WEIGHTS) + 1)]


def _thresholds(path: Path) -> tuple[Field, ...]:
    better = (("true", _("Higher")), ("false", _("Lower")))
    return (
        Field((*path, "target"), _("Target"), "number"),
        Field(
            (*path, "floor"),
            _("Floor"),
            "number",
            _("The target when left empty."),
            is_optional=True,
        ),
        Field((*path, "higher_is_better"), _("Better is"), "switch", choices=better, default="true"),
    )


def _evidence(path: Path) -> tuple[Field, ...]:
    rules = (
        ("simple", _("Simple: the value alone decides")),
        ("guarded_rejection", _("Guarded rejection: breached only when surely below the floor")),
        ("guarded_acceptance", _("Guarded acceptance: holds only when surely above the floor")),
    )
    levels = (("0.8", "80 %"), ("0.9", "90 %"), ("0.95", "95 %"), ("0.99", "99 %"))
    return (
        Field((*path, "min_responses"), _("Fewest answers for a verdict"), "number", default="30"),
        Field((*path, "confidence"), _("How sure we must be"), "choice", choices=levels, default="0.95"),
        Field(
            (*path, "decision_rule"),
            _("Decision rule"),
            "choice",
            choices=rules,
            default="simple",
            is_wide=True,
        ),
        Field(
            (*path, "cluster"),
            _("People who answer more than once"),
            "tick",
            choices=(("respondent", _("Count them as one person in the interval")),),
        ),
    )


def _counted(paper: Paper, path: Path) -> tuple[Field, ...]:
    windows = (("period", _("The period")), (PARTED, _("The last days, ending with the period")))
    window, scope = (*path, "window"), (*path, "scope")
    where = (
        ("sites", _("Only these sites"), paper.sites()),
        ("touchpoints", _("Only these moments"), paper.choices("journey")),
        ("personas", _("Only these groups"), paper.choices("personas")),
    )
    return (
        Field(window, _("Measured over"), "parted", choices=windows, default="period"),
        Field((*window, "rolling_days"), _("How many days"), "number", gate=Gate(window, (PARTED,))),
        *(
            Field((*scope, name), label, "many", _("All when none is ticked."), choices=choices)
            for name, label, choices in where
            if choices or at(paper.document, (*scope, name))
        ),
    )


def _money(path: Path) -> tuple[Field, ...]:
    fee = _("Percent of the monthly fee.")
    credit = (*path, "credit")
    return (
        Field((*credit, "breached"), _("Credit for a breach"), "number", fee, unit="%", is_optional=True),
        Field((*credit, "cap"), _("At most in a year"), "number", fee, unit="%", is_optional=True),
        Field((*path, "weight"), _("Weight in the score"), "number", default="1"),
    )


def _scales() -> list[tuple[str, str]]:
    spans = {
        "csat5": _("Satisfaction, 1 to 5"),
        "smiley4": _("Four faces, 1 to 4"),
        "smiley5": _("Five faces, 1 to 5"),
        "ces7": _("Effort, 1 to 7"),
        "nps11": _("Recommendation, 0 to 10"),
        "nki10": _("Satisfaction index, 1 to 10"),
    }
    return [*spans.items(), (PARTED, _("A scale of its own"))]
