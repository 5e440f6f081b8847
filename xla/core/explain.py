"""An agreement in plain English sentences, one idea each, as both parties read it before they sign."""

from collections.abc import Iterator, Mapping

from xla.core.agreement import Agreement, Language, Question, words
from xla.core.agreement_wording import count, day, figure, joined, quoted, span
from xla.core.currency import decimals_of
from xla.core.explain_kpi import kpi_sentences

MOST_NAMES = 12
PERIODS = {"month": "calendar month", "quarter": "calendar quarter", "year": "calendar year"}
SCORES = {
    "weighted": "the weighted mean of the KPIs' points",
    "minimum": "the points of the KPI that does worst",
}


def explain(agreement: Agreement, language: str = "en") -> list[str]:
    """The sound agreement in English sentences, quoting its texts in `language` where they have it."""
    return [sentence for part in explain_parts(agreement, language).values() for sentence in part]


def explain_parts(agreement: Agreement, language: str = "en") -> dict[str, list[str]]:
    """The same sentences by what they are about; of the questions and KPIs one each, in their order."""
    promise = quoted(_in(agreement, agreement.promise, language))
    return {
        "contract": [
            *_parties(agreement),
            *_periods(agreement),
            *_money(agreement),
            f"The promise: {promise}",
        ],
        "sites": [*_places(agreement)],
        "services": [*_named(agreement, language)],
        "questions": [_asked(question, agreement, language) for question in agreement.questions],
        "kpis": [" ".join(kpi_sentences(kpi, agreement, language)) for kpi in agreement.kpis],
        "score": [f"The contract's score, 0 to 100, is {SCORES[agreement.composite.method]}."],
    }


def _parties(agreement: Agreement) -> Iterator[str]:
    contract = agreement.contract
    yield f"{quoted(contract.title)} is agreed with {contract.client}."
    if contract.ends_on is None:
        yield f"The contract starts on {day(contract.starts_on)}, with no end agreed."
    else:
        yield f"The contract runs from {day(contract.starts_on)} to {day(contract.ends_on)}."
    yield f"This version is in force from {day(agreement.effective_from)}."
    if agreement.note:
        yield f"Its note: {quoted(agreement.note)}"


def _periods(agreement: Agreement) -> Iterator[str]:
    contract = agreement.contract
    yield f"A period is a {PERIODS[contract.period]} in the time zone {contract.timezone}."
    yield "A period is judged by the version in force on its first day."
    if contract.close_after_days:
        yield f"A period's result is proposed {count(contract.close_after_days, 'day')} after its end."
    else:
        yield "A period's result is proposed as soon as the period is over."
    if contract.respond_within_days:
        within = count(contract.respond_within_days, "day")
        yield f"The client accepts or disputes it within {within}; silence accepts."
    else:
        yield "It counts as accepted at once."


def _money(agreement: Agreement) -> Iterator[str]:
    fee, currency = agreement.contract.monthly_fee, agreement.contract.currency
    if fee is not None:
        amount = figure(fee)
        if fee % 1:
            whole, _, part = amount.partition(".")
            amount = f"{whole}.{part.ljust(decimals_of(currency), '0')}"
        yield f"The monthly fee is {amount} {currency}."


def _places(agreement: Agreement) -> Iterator[str]:
    every = [site.title for site, _, _ in agreement.walk_sites()]
    if not every:
        return
    if len(every) <= MOST_NAMES:
        yield f"It covers {count(len(every), 'site')}: {joined(every)}."
        return
    top = [site.title for site in agreement.sites]
    more = [f"{count(len(top) - MOST_NAMES, 'more site')}"] if len(top) > MOST_NAMES else []
    names = joined([*top[:MOST_NAMES], *more])
    yield f"It covers {count(len(every), 'site')} in all; at the top of the tree: {names}."


def _named(agreement: Agreement, language: str) -> Iterator[str]:
    nouns = {"Services": agreement.services, "Journey": agreement.journey, "Raters": agreement.personas}
    for noun, parts in nouns.items():
        if parts:
            names = joined(quoted(_in(agreement, part.title, language)) for part in parts)
            yield f"{noun}: {names}."


def _asked(question: Question, agreement: Agreement, language: str) -> str:
    scale = question.scores
    text = quoted(_in(agreement, question.text, language))
    asked = f"People are asked {text} on a scale of {span(scale.lowest, scale.highest)}"
    if not question.reasons:
        return f"{asked}."
    reasons = joined((quoted(_in(agreement, reason.text, language)) for reason in question.reasons), "or")
    return f"{asked}, and may tap {reasons}."


def _in(agreement: Agreement, texts: Mapping[Language, str], language: str) -> str:
    return words(texts, language, agreement.contract.language)
