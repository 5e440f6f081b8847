"""One KPI in plain English sentences: what it must reach, when it is breached, and who bears the noise."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Agreement, Kpi, Metric, Rolling, words
from xla.core.agreement_wording import count, figure, joined, percent, quoted, span
from xla.core.scale import Scale
from xla.core.verdict import DecisionRule
from xla.core.weight import BEST, KINDS, weights_for

IN_PERCENT = frozenset({Metric.CSAT, Metric.SHARE, Metric.CES_AGREE, Metric.RATE})
NET_PROMOTERS = "Net Promoter Score of {asked}, the share of 9–10 less the share of 0–6,"
VALUES = {
    Metric.MEAN: "the mean of the ratings of {asked}, on {scale},",
    Metric.CES_MEAN: "the mean ease in {asked}, on {scale},",
    Metric.CES_NET: "the net ease in {asked}, the share of 6–7 less the share of 1–3,",
    Metric.NPS: f"the {NET_PROMOTERS}",
    Metric.ENPS: f"the employee {NET_PROMOTERS}",
    Metric.HAPPINESS: "the happiness in {asked}, where {weights},",
    Metric.NKI: "the satisfaction index of {asked}, their mean on 0–100 with equal weights,",
    Metric.RATE: "the rate {observed}",
    Metric.AMOUNT_MEAN: "the mean of {observed} per case",
}
"""What stands before `is at least …`; a share of ratings is said the other way round."""


def kpi_sentences(kpi: Kpi, agreement: Agreement, language: str) -> Iterator[str]:
    """The sentences of one sound KPI, quoting in `language` where the agreement has it."""
    title = words(kpi.title, language, agreement.contract.language)
    yield f"{title}: {_promise(kpi, agreement, language)}."
    yield _breach(kpi)
    yield _evidence(kpi)
    yield _rule(kpi)
    if isinstance(kpi.window, Rolling):
        yield f"It is measured over the last {count(kpi.window.rolling_days, 'day')} before the period's end."
    yield from _scope(kpi, agreement, language)
    if kpi.cluster:
        yield "The interval allows for people who answer more than once."
    yield from _money(kpi)
    yield from _weight(kpi, agreement)


def _promise(kpi: Kpi, agreement: Agreement, language: str) -> str:
    least = "at least" if kpi.higher_is_better else "at most"
    scale = agreement.question(kpi.asked[0]).scores if kpi.asked else None
    if scale and KINDS.get(kpi.metric) == "share":
        asked, good = _asked(kpi, agreement, language), _good_scores(kpi, scale)
        return f"{least} {percent(kpi.target)} of the ratings of {asked} are {good} of {scale.highest}"
    value = VALUES[kpi.metric].format(
        asked=_asked(kpi, agreement, language),
        observed=_observed(kpi, agreement, language),
        scale=span(scale.lowest, scale.highest) if scale else "",
        weights=_weights(kpi, scale) if scale and kpi.metric is Metric.HAPPINESS else "",
    )
    return f"{value} is {least} {_level(kpi, kpi.target)}"


def _asked(kpi: Kpi, agreement: Agreement, language: str) -> str:
    questions = (agreement.question(key) for key in kpi.asked)
    return joined(quoted(words(one.text, language, agreement.contract.language)) for one in questions)


def _observed(kpi: Kpi, agreement: Agreement, language: str) -> str:
    if kpi.observation is None:
        return ""
    kind = agreement.observation(kpi.observation)
    return quoted(words(kind.title or {}, language, agreement.contract.language) or kind.key)


def _good_scores(kpi: Kpi, scale: Scale) -> str:
    weights = weights_for(kpi, scale)
    return joined((str(score) for score in scale.scores if weights[score] == BEST), "or")


def _weights(kpi: Kpi, scale: Scale) -> str:
    weights = weights_for(kpi, scale)
    return joined(f"{score} counts {_rounded(weights[score])}" for score in reversed(scale.scores))


def _rounded(weight: Fraction) -> str:
    return figure(round(Decimal(weight.numerator) / weight.denominator, 2))


def _level(kpi: Kpi, level: Decimal) -> str:
    return percent(level) if kpi.metric in IN_PERCENT else figure(level)


def _breach(kpi: Kpi) -> str:
    beyond = "Under" if kpi.higher_is_better else "Over"
    return f"{beyond} {_level(kpi, kpi.thresholds.floor)} it is breached."


def _evidence(kpi: Kpi) -> str:
    noun = "case" if kpi.observation else "response" if kpi.metric is Metric.NKI else "rating"
    if kpi.min_responses == 1:
        return f"One {noun} is enough to decide."
    return f"Fewer than {count(kpi.min_responses, noun)} decide nothing."


def _rule(kpi: Kpi) -> str:
    interval = f"{percent(kpi.confidence * 100)} interval"
    beyond = "under" if kpi.higher_is_better else "over"
    if kpi.decision_rule is DecisionRule.GUARDED_REJECTION:
        return f"It is breached only when the whole {interval} lies {beyond} the floor (guarded rejection)."
    if kpi.decision_rule is DecisionRule.GUARDED_ACCEPTANCE:
        return f"It is undecided while the {interval} reaches {beyond} the floor (guarded acceptance)."
    return "The value alone decides (simple)."


def _scope(kpi: Kpi, agreement: Agreement, language: str) -> Iterator[str]:
    def names(parts: Iterable[tuple[str, str]], keys: tuple[str, ...]) -> str:
        titles = dict(parts)
        return joined(titles[key] for key in keys)

    default = agreement.contract.language
    if kpi.scope.sites:
        places = ((site.key, site.title) for site, _, _ in agreement.walk_sites())
        yield f"It looks only at {names(places, kpi.scope.sites)}, with everything inside."
    if kpi.scope.touchpoints:
        moments = ((part.key, quoted(words(part.title, language, default))) for part in agreement.journey)
        yield f"It looks only at these moments: {names(moments, kpi.scope.touchpoints)}."
    if kpi.scope.personas:
        groups = ((part.key, quoted(words(part.title, language, default))) for part in agreement.personas)
        yield f"It counts only answers of {names(groups, kpi.scope.personas)}."


def _money(kpi: Kpi) -> Iterator[str]:
    if kpi.credit is None:
        return
    cost = f"A breach costs {percent(kpi.credit.breached)} of the monthly fee"
    yield f"{cost}." if kpi.credit.cap is None else f"{cost}, at most {percent(kpi.credit.cap)}."


def _weight(kpi: Kpi, agreement: Agreement) -> Iterator[str]:
    if agreement.composite.method == "minimum":
        return
    if not kpi.weight:
        yield "It does not count in the contract's score."
        return
    whole = sum((one.weight for one in agreement.kpis), Decimal(0))
    yield f"It weighs {figure(kpi.weight)} of {figure(whole)} in the contract's score."
