"""The rules a KPI must keep: what it refers to, what its metric needs, and where its thresholds may lie."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Agreement, Kpi, Metric, ObservationKind, Question
from xla.core.agreement_flaw import Flaw, Path, did_you_mean
from xla.core.agreement_numbers import plain
from xla.core.metric import range_of
from xla.core.scale import Scale
from xla.core.verdict import DecisionRule
from xla.core.weight import DEFAULT_TOP, SCALES

OBSERVED = frozenset({Metric.RATE, Metric.AMOUNT_MEAN})
PARAMETERS = {Metric.CSAT: "top", Metric.SHARE: "scores", Metric.HAPPINESS: "weights"}
"""The one parameter a metric may have."""


def source_of(metric: Metric) -> str:
    """The field that names what `metric` measures: question, questions or observation."""
    if metric in OBSERVED:
        return "observation"
    return "questions" if metric is Metric.NKI else "question"


@dataclass(frozen=True)
class Known:
    """What a KPI may refer to, by key."""

    services: Collection[str]
    questions: Mapping[str, Question]
    observations: Mapping[str, ObservationKind]
    sites: Collection[str]
    touchpoints: Collection[str]
    personas: Collection[str]

    @classmethod
    def of(cls, agreement: Agreement) -> "Known":
        """What this agreement's KPIs may refer to."""
        return cls(
            services={part.key for part in agreement.services},
            questions={part.key: part for part in agreement.questions},
            observations={part.key: part for part in agreement.observations},
            sites=frozenset(agreement.site_keys),
            touchpoints={part.key for part in agreement.journey},
            personas={part.key for part in agreement.personas},
        )


def kpi_flaws(kpi: Kpi, known: Known, *, path: Path) -> Iterator[Flaw]:
    """Everything in one KPI that breaks a rule; `path` is where it stands."""
    asked = _asked(kpi, known)
    misfits = [*_misplaced(kpi, path), *_measured(kpi, asked, path)]
    yield from misfits
    yield from _references(kpi, known, path)
    yield from _evidence(kpi, known, path)
    yield from _money(kpi, path)
    yield from _thresholds(kpi, path)
    if not misfits and (asked or kpi.metric in OBSERVED):
        yield from _range(kpi, asked[0].scores if asked else None, path)


def _given(kpi: Kpi, name: str) -> bool:
    return getattr(kpi, name) not in (None, ())


def _misplaced(kpi: Kpi, path: Path) -> Iterator[Flaw]:
    needed = source_of(kpi.metric)
    if not _given(kpi, needed):
        yield Flaw(path, "", f"{needed} is missing: it names what {kpi.metric} measures")
    for name in ("question", "questions", "observation"):
        if name != needed and _given(kpi, name):
            yield Flaw((*path, name), "", f"does not belong to {kpi.metric}, which measures its {needed}")
    for metric, name in PARAMETERS.items():
        if metric is not kpi.metric and getattr(kpi, name) is not None:
            yield Flaw((*path, name), "", f"belongs to the metric {metric}, not to {kpi.metric}")
    if kpi.metric is Metric.SHARE and not kpi.scores:
        yield Flaw((*path, "scores"), "", "share needs the scores that count, such as [4, 5]")


def _references(kpi: Kpi, known: Known, path: Path) -> Iterator[Flaw]:
    yield from _unknown(kpi.service, known.services, (*path, "service"))
    yield from _unknown(kpi.question, known.questions, (*path, "question"))
    yield from _unknown(kpi.observation, known.observations, (*path, "observation"))
    yield from _all_unknown(kpi.questions, known.questions, (*path, "questions"))
    for name in ("sites", "touchpoints", "personas"):
        yield from _all_unknown(getattr(kpi.scope, name), getattr(known, name), (*path, "scope", name))


def _unknown(key: str | None, known: Collection[str], path: Path) -> Iterator[Flaw]:
    if key is not None and key not in known:
        yield Flaw(path, key, f"no {path[-1]} has this key{did_you_mean(key, known)}")


def _all_unknown(keys: Sequence[str], known: Collection[str], path: Path) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, key in enumerate(keys):
        place = (*path, index)
        if key not in known:
            yield Flaw(place, key, f"none of the {path[-1]} has this key{did_you_mean(key, known)}")
        elif key in seen:
            yield Flaw(place, key, "named twice here")
        seen.add(key)


def _evidence(kpi: Kpi, known: Known, path: Path) -> Iterator[Flaw]:
    if kpi.metric not in OBSERVED:
        return
    if kpi.cluster is not None:
        yield Flaw((*path, "cluster"), kpi.cluster, f"{kpi.metric} counts operations, which nobody answers")
    observed = known.observations.get(kpi.observation or "")
    if observed is None:
        return
    kind = observed.kind
    if kind != kpi.metric:
        where = (*path, "observation")
        yield Flaw(where, observed.key, f"this observation is of kind {kind}, not {kpi.metric}")
    elif kind == "rate" and not observed.subset and kpi.decision_rule is not DecisionRule.SIMPLE:
        where = (*path, "decision_rule")
        yield Flaw(where, kpi.decision_rule, "a rate without subset has no interval to guard with")


def _money(kpi: Kpi, path: Path) -> Iterator[Flaw]:
    if kpi.credit is None or kpi.credit.cap is None:
        return
    if kpi.credit.cap < kpi.credit.breached:
        lowest = plain(kpi.credit.breached)
        yield Flaw(
            (*path, "credit", "cap"),
            plain(kpi.credit.cap),
            f"the cap lies below one month's credit, {lowest}",
        )


def _asked(kpi: Kpi, known: Known) -> list[Question]:
    """The questions it measures, as far as they are known and their scales sound."""
    questions = [known.questions[key] for key in kpi.asked if key in known.questions]
    return [question for question in questions if _is_sound(question)]


def _is_sound(question: Question) -> bool:
    try:
        return question.scores is not None
    except (KeyError, ValueError):
        return False


def _measured(kpi: Kpi, asked: list[Question], path: Path) -> Iterator[Flaw]:
    """Whether the metric fits the scale of what is asked."""
    if not asked:
        return
    scale = asked[0].scores
    needed = SCALES.get(kpi.metric, scale)
    if scale != needed:
        where = (*path, source_of(kpi.metric))
        yield Flaw(where, asked[0].key, f"{kpi.metric} needs answers on {needed}, and these are on {scale}")
    elif kpi.metric is Metric.NKI:
        yield from _index(kpi, asked, path)
    elif kpi.metric is Metric.CSAT:
        yield from _top(kpi, scale, path)
    elif kpi.metric is Metric.SHARE:
        yield from _scores(kpi.scores or (), scale, (*path, "scores"))
    elif kpi.metric is Metric.HAPPINESS and kpi.weights is not None:
        yield from _happiness(kpi.weights, scale, (*path, "weights"))


def _index(kpi: Kpi, asked: list[Question], path: Path) -> Iterator[Flaw]:
    if len(kpi.questions) == 1:
        yield Flaw((*path, "questions"), kpi.questions[0], "nki is an index of two questions or more")
    others = {question.key: question.scores for question in asked[1:] if question.scores != asked[0].scores}
    for key, scale in others.items():
        first = f"{asked[0].key} on {asked[0].scores}"
        where = (*path, "questions", kpi.questions.index(key))
        yield Flaw(where, key, f"nki needs questions of one scale, and this is on {scale}, {first}")


def _top(kpi: Kpi, scale: Scale, path: Path) -> Iterator[Flaw]:
    top, most = DEFAULT_TOP if kpi.top is None else kpi.top, len(scale.scores) - 1
    if top > most:
        yield Flaw((*path, "top"), f"{top}", f"on {scale}, at most the {most} best scores can count")


def _scores(scores: tuple[int, ...], scale: Scale, path: Path) -> Iterator[Flaw]:
    seen: set[int] = set()
    for index, score in enumerate(scores):
        if score not in scale:
            yield Flaw((*path, index), f"{score}", f"the question's scores are {scale}")
        elif score in seen:
            yield Flaw((*path, index), f"{score}", "named twice here")
        seen.add(score)
    if seen >= set(scale.scores):
        yield Flaw(path, ", ".join(map(str, scores)), "every score counts, so the value would always be 100")


def _happiness(weights: Mapping[str, Decimal], scale: Scale, path: Path) -> Iterator[Flaw]:
    needed = [str(score) for score in scale.scores]
    for score in weights:
        if score not in needed:
            yield Flaw((*path, score), score, f"the question's scores are {scale}")
    missing = [score for score in needed if score not in weights]
    if missing:
        yield Flaw(path, "", f"every score of {scale} needs a weight; missing: {', '.join(missing)}")


def _thresholds(kpi: Kpi, path: Path) -> Iterator[Flaw]:
    if kpi.floor is None:
        return
    beyond = kpi.floor > kpi.target if kpi.higher_is_better else kpi.floor < kpi.target
    if beyond:
        better = "higher" if kpi.higher_is_better else "lower"
        floor, target = plain(kpi.floor), plain(kpi.target)
        yield Flaw(
            (*path, "floor"),
            floor,
            f"a floor of {floor} lies beyond the target {target}, where {better} is better",
        )


def _range(kpi: Kpi, scale: Scale | None, path: Path) -> Iterator[Flaw]:
    low, high = range_of(kpi, scale)
    for name in ("target", "floor"):
        value = getattr(kpi, name)
        if value is None or low is None or high is None:
            continue
        if not low <= Fraction(value) <= high:
            ends = f"{_number(low)} and {_number(high)}"
            yield Flaw((*path, name), plain(value), f"{kpi.metric} lies between {ends} here")


def _number(bound: Fraction) -> str:
    return plain(Decimal(bound.numerator) / bound.denominator)
