"""An agreement in plain sentences, one idea each, as both parties read it before they sign."""

from collections.abc import Iterator, Mapping

from xla.core.agreement import Agreement, Language, Question, words
from xla.core.agreement_wording import ENGLISH, Tongue
from xla.core.currency import decimals_of
from xla.core.explain_kpi import kpi_sentences

MOST_NAMES = 12


def explain(agreement: Agreement, language: str = "en", tongue: Tongue = ENGLISH) -> list[str]:
    """The sound agreement in sentences of the tongue, quoting its texts in `language` where they have it."""
    return [sentence for part in explain_parts(agreement, language, tongue).values() for sentence in part]


def explain_parts(
    agreement: Agreement, language: str = "en", tongue: Tongue = ENGLISH
) -> dict[str, list[str]]:
    """The same sentences by what they are about; of the questions and KPIs one each, in their order."""
    t = tongue
    promise = t.quoted(_in(agreement, agreement.promise, language))
    return {
        "contract": [
            *_parties(agreement, t),
            *_periods(agreement, t),
            *_money(agreement, t),
            t.say("The promise: %(promise)s", promise=promise),
        ],
        "sites": [*_places(agreement, t)],
        "services": [*_named(agreement, language, t)],
        "questions": [_asked(question, agreement, language, t) for question in agreement.questions],
        "kpis": [" ".join(kpi_sentences(kpi, agreement, language, t)) for kpi in agreement.kpis],
        "score": [_score(agreement, t)],
    }


def _parties(agreement: Agreement, t: Tongue) -> Iterator[str]:
    contract = agreement.contract
    start = t.day(contract.starts_on)
    title = t.quoted(contract.title)
    yield t.say("%(title)s is agreed with %(client)s.", title=title, client=contract.client)
    if contract.ends_on is None:
        yield t.say("The contract starts on %(start)s, with no end agreed.", start=start)
    else:
        end = t.day(contract.ends_on)
        yield t.say("The contract runs from %(start)s to %(end)s.", start=start, end=end)
    yield t.say("This version is in force from %(day)s.", day=t.day(agreement.effective_from))
    if agreement.note:
        yield t.say("Its note: %(note)s", note=t.quoted(agreement.note))


def _periods(agreement: Agreement, t: Tongue) -> Iterator[str]:
    contract = agreement.contract
    zone = contract.timezone
    if contract.period == "month":
        yield t.say("A period is a calendar month in the time zone %(zone)s.", zone=zone)
    elif contract.period == "quarter":
        yield t.say("A period is a calendar quarter in the time zone %(zone)s.", zone=zone)
    else:
        yield t.say("A period is a calendar year in the time zone %(zone)s.", zone=zone)
    yield t.say("A period is judged by the version in force on its first day.")
    if contract.close_after_days:
        yield t.plural(
            "A period's result is proposed %(count)s day after its end.",
            "A period's result is proposed %(count)s days after its end.",
            contract.close_after_days,
        )
    else:
        yield t.say("A period's result is proposed as soon as the period is over.")
    if contract.respond_within_days:
        yield t.plural(
            "The client accepts or disputes it within %(count)s day; silence accepts.",
            "The client accepts or disputes it within %(count)s days; silence accepts.",
            contract.respond_within_days,
        )
    else:
        yield t.say("It counts as accepted at once.")


def _money(agreement: Agreement, t: Tongue) -> Iterator[str]:
    fee, currency = agreement.contract.monthly_fee, agreement.contract.currency
    if fee is not None:
        amount = t.amount(fee, decimals_of(currency))
        yield t.say("The monthly fee is %(amount)s %(currency)s.", amount=amount, currency=currency)


def _places(agreement: Agreement, t: Tongue) -> Iterator[str]:
    every = [site.title for site, _, _ in agreement.walk_sites()]
    if not every:
        return
    if len(every) <= MOST_NAMES:
        yield t.plural(
            "It covers %(count)s site: %(names)s.",
            "It covers %(count)s sites: %(names)s.",
            len(every),
            names=t.joined(every),
        )
        return
    top = [site.title for site in agreement.sites]
    left = len(top) - MOST_NAMES
    more = [t.plural("%(count)s more site", "%(count)s more sites", left)] if left > 0 else []
    yield t.plural(
        "It covers %(count)s site in all; at the top of the tree: %(names)s.",
        "It covers %(count)s sites in all; at the top of the tree: %(names)s.",
        len(every),
        names=t.joined([*top[:MOST_NAMES], *more]),
    )


def _named(agreement: Agreement, language: str, t: Tongue) -> Iterator[str]:
    def names(texts: list[Mapping[Language, str]]) -> str:
        return t.joined(t.quoted(_in(agreement, text, language)) for text in texts)

    if agreement.services:
        yield t.say("Services: %(names)s.", names=names([part.title for part in agreement.services]))
    if agreement.journey:
        yield t.say("Journey: %(names)s.", names=names([part.title for part in agreement.journey]))
    if agreement.personas:
        yield t.say("Raters: %(names)s.", names=names([part.title for part in agreement.personas]))


def _asked(question: Question, agreement: Agreement, language: str, t: Tongue) -> str:
    return " ".join(_asking(question, agreement, language, t))


def _asking(question: Question, agreement: Agreement, language: str, t: Tongue) -> Iterator[str]:
    scale = question.scores
    said = {
        "question": t.quoted(_in(agreement, question.text, language)),
        "scale": t.span(scale.lowest, scale.highest),
    }
    reasons = {
        occasion: t.either(
            t.quoted(_in(agreement, reason.text, language))
            for reason in question.reasons
            if reason.given_with == occasion
        )
        for occasion in (None, "poor", "good")
    }
    if reasons[None]:
        yield t.say(
            "People are asked %(question)s on a scale of %(scale)s, and may tap %(reasons)s.",
            reasons=reasons[None],
            **said,
        )
    else:
        yield t.say("People are asked %(question)s on a scale of %(scale)s.", **said)
    if question.labels:
        words_ = (
            f"{score} {t.quoted(_in(agreement, text, language))}" for score, text in question.labels.items()
        )
        yield t.say("The scores read %(labels)s.", labels=t.joined(words_))
    if reasons["poor"]:
        yield t.say("With a poor score they may tap %(reasons)s.", reasons=reasons["poor"])
    if reasons["good"]:
        yield t.say("With a good score they may tap %(reasons)s.", reasons=reasons["good"])


def _score(agreement: Agreement, t: Tongue) -> str:
    if agreement.composite.method == "weighted":
        return t.say("The contract's score, 0 to 100, is the weighted mean of the KPIs' points.")
    return t.say("The contract's score, 0 to 100, is the points of the KPI that does worst.")


def _in(agreement: Agreement, texts: Mapping[Language, str], language: str) -> str:
    return words(texts, language, agreement.contract.language)
