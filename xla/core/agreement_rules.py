"""The rules an agreement must keep beyond its fields: keys, scales, languages, dates and money."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from zoneinfo import available_timezones

from xla.core.agreement import LANGUAGES, Agreement, OwnScale, Question, Site, Words
from xla.core.agreement_flaw import Flaw, Path, did_you_mean, listed
from xla.core.agreement_kpi_rules import Known, kpi_flaws
from xla.core.agreement_wording import LANGUAGE_NAMES, scale_name
from xla.core.currency import CURRENCIES, decimals_of
from xla.core.scale import MOST_SCORES, NAMED_SCALES

MOST_FLAWS = 100
MOST_REASONS = 6
"""Offered with any one answer: more nobody reads."""


def flaws(agreement: Agreement) -> list[Flaw]:
    """What in the agreement breaks a rule, the first hundred places; empty when it is sound."""
    return _of((*HEAD_RULES, *BODY_RULES, _weights), agreement)


def head_flaws(agreement: Agreement, unsound: Collection[str] = ()) -> list[Flaw]:
    """The flaws of the contract's own fields and of what must fit them, if they read no `unsound` field."""
    return _of((rule for rule, read in HEAD_RULES.items() if read.isdisjoint(unsound)), agreement)


def body_flaws(agreement: Agreement) -> list[Flaw]:
    """The flaws of sites, questions and KPIs that can be told without the contract's own fields."""
    return _of(BODY_RULES, agreement)


def _of(rules: Iterable[Callable[[Agreement], Iterable[Flaw]]], agreement: Agreement) -> list[Flaw]:
    return list(islice((flaw for rule in rules for flaw in rule(agreement)), MOST_FLAWS))


@cache
def zones() -> frozenset[str]:
    """Every IANA time zone name known here, without the names that stand for no place's time."""
    return frozenset(available_timezones()) - {"Factory", "localtime", "posixrules"}


def _zone(agreement: Agreement) -> Iterator[Flaw]:
    name = agreement.contract.timezone
    if name not in zones():
        near = did_you_mean(name, (zone for zone in zones() if zone[:1].casefold() == name[:1].casefold()))
        yield Flaw(("contract", "timezone"), name, f"not an IANA time zone, such as Europe/Stockholm{near}")


def _dates(agreement: Agreement) -> Iterator[Flaw]:
    starts_on, ends_on = agreement.contract.starts_on, agreement.contract.ends_on
    since = agreement.effective_from
    if ends_on is not None and ends_on <= starts_on:
        yield Flaw(
            ("contract", "ends_on"), f"{ends_on}", f"the contract must end after it starts, {starts_on}"
        )
    elif ends_on is not None and since > ends_on:
        yield Flaw(("effective_from",), f"{since}", f"the contract has ended by then, on {ends_on}")
    if since < starts_on:
        yield Flaw(("effective_from",), f"{since}", f"the contract starts only on {starts_on}")


def _money(agreement: Agreement) -> Iterator[Flaw]:
    currency, fee = agreement.contract.currency, agreement.contract.monthly_fee
    if currency not in CURRENCIES:
        near = did_you_mean(currency, CURRENCIES)
        yield Flaw(("contract", "currency"), currency, f"not an ISO 4217 currency, such as EUR{near}")
    elif fee is not None and fee != round(fee, decimals_of(currency)):
        most = decimals_of(currency)
        yield Flaw(
            ("contract", "monthly_fee"), f"{fee}", f"an amount in {currency} has at most {most} decimals"
        )


def _credits(agreement: Agreement) -> Iterator[Flaw]:
    for index, kpi in enumerate(agreement.kpis):
        if kpi.credit is not None and agreement.contract.monthly_fee is None:
            yield Flaw(
                ("kpis", index, "credit"),
                "",
                "a credit is percent of contract.monthly_fee, which is not given",
            )


def _texts(agreement: Agreement) -> Iterator[tuple[Path, Words]]:
    yield ("promise",), agreement.promise
    for name in ("services", "journey", "personas", "observations", "kpis"):
        for index, part in enumerate(getattr(agreement, name)):
            if part.title is not None:
                yield (name, index, "title"), part.title
    for index, question in enumerate(agreement.questions):
        yield ("questions", index, "text"), question.text
        for score, label in question.labels.items():
            yield ("questions", index, "labels", score), label
        for at, reason in enumerate(question.reasons):
            yield ("questions", index, "reasons", at, "text"), reason.text


def _languages(agreement: Agreement) -> Iterator[Flaw]:
    language = agreement.contract.language
    name = LANGUAGE_NAMES[language]
    for path, texts in _texts(agreement):
        if language not in texts:
            found = ", ".join(written for written in LANGUAGES if written in texts)
            yield Flaw(path, found, f"the text in {name} ({language}), the contract's language, is missing")


def _placed_sites(sites: Sequence[Site], path: Path = ("sites",)) -> Iterator[tuple[Path, str]]:
    for index, site in enumerate(sites):
        yield (*path, index, "key"), site.key
        yield from _placed_sites(site.sites, (*path, index, "sites"))


def _placed(agreement: Agreement, name: str) -> Iterator[tuple[Path, str]]:
    for index, part in enumerate(getattr(agreement, name)):
        yield (name, index, "key"), part.key


def _keys(agreement: Agreement) -> Iterator[Flaw]:
    yield from _twice(_placed_sites(agreement.sites), "site")
    yield from _twice(_placed(agreement, "services"), "service")
    yield from _twice(_placed(agreement, "journey"), "touchpoint")
    yield from _twice(_placed(agreement, "personas"), "persona")
    yield from _twice(_placed(agreement, "questions"), "question")
    yield from _twice(_placed(agreement, "observations"), "observation")
    yield from _twice(_placed(agreement, "kpis"), "KPI")
    for index, question in enumerate(agreement.questions):
        path = ("questions", index, "reasons")
        placed = (((*path, at, "key"), reason.key) for at, reason in enumerate(question.reasons))
        yield from _twice(placed, "reason of this question")


def _twice(placed: Iterable[tuple[Path, str]], noun: str) -> Iterator[Flaw]:
    seen: set[str] = set()
    for path, key in placed:
        if key in seen:
            yield Flaw(path, key, f"another {noun} has this key already")
        seen.add(key)


def _scales(agreement: Agreement) -> Iterator[Flaw]:
    for index, question in enumerate(agreement.questions):
        yield from _scale(question, ("questions", index, "scale"))


def _scale(question: Question, path: Path) -> Iterator[Flaw]:
    scale = question.scale
    if not isinstance(scale, OwnScale):
        if scale not in NAMED_SCALES:
            near = did_you_mean(scale, NAMED_SCALES)
            yield Flaw(path, scale, f"a scale is {listed(NAMED_SCALES)}, or one of its own{near}")
    elif not scale.min < scale.max:
        yield Flaw((*path, "min"), f"{scale.min}", f"the lowest score must be below the highest, {scale.max}")
    elif scale.max - scale.min >= MOST_SCORES:
        yield Flaw((*path, "max"), f"{scale.max}", f"a scale has at most {MOST_SCORES} scores")


def _labels(agreement: Agreement) -> Iterator[Flaw]:
    for index, question in enumerate(agreement.questions):
        path: Path = ("questions", index)
        if any(_scale(question, path)):
            continue
        scores = question.scores
        known = {str(score) for score in scores.scores}
        for score in question.labels:
            if score not in known:
                yield Flaw((*path, "labels", score), score, f"the question's scores are {scores}")


def _reasons(agreement: Agreement) -> Iterator[Flaw]:
    for index, question in enumerate(agreement.questions):
        offered: Counter[str] = Counter()
        for at, reason in enumerate(question.reasons):
            offered.update([reason.given_with] if reason.given_with else ["poor", "good"])
            if max(offered.values()) > MOST_REASONS:
                path = ("questions", index, "reasons", at)
                yield Flaw(path, reason.key, f"at most {MOST_REASONS} reasons fit any one answer")
                break


def _observations(agreement: Agreement) -> Iterator[Flaw]:
    for index, observation in enumerate(agreement.observations):
        if observation.kind != "rate" and not observation.subset:
            path = ("observations", index, "subset")
            yield Flaw(path, "false", f"belongs to the kind rate, not to {observation.kind}")


def _traffic(agreement: Agreement) -> Iterator[Flaw]:
    known = [observation.key for observation in agreement.observations]
    if agreement.traffic is not None and agreement.traffic not in known:
        near = did_you_mean(agreement.traffic, known)
        yield Flaw(("traffic",), agreement.traffic, f"no observation has this key{near}")


def _overall(agreement: Agreement) -> Iterator[Flaw]:
    known = [question.key for question in agreement.questions]
    if agreement.overall is not None and agreement.overall not in known:
        near = did_you_mean(agreement.overall, known)
        yield Flaw(("overall",), agreement.overall, f"no question has this key{near}")


def _kpis(agreement: Agreement) -> Iterator[Flaw]:
    known = Known.of(agreement)
    for index, kpi in enumerate(agreement.kpis):
        yield from kpi_flaws(kpi, known, path=("kpis", index))


def _weights(agreement: Agreement) -> Iterator[Flaw]:
    weighted = agreement.composite.method == "weighted"
    if weighted and agreement.kpis and not any(kpi.weight for kpi in agreement.kpis):
        yield Flaw(("kpis", 0, "weight"), "0", "a weighted score needs a KPI with a weight above 0")


HEAD_RULES = {
    _zone: frozenset({"contract", "timezone"}),
    _dates: frozenset({"contract", "starts_on", "ends_on", "effective_from"}),
    _money: frozenset({"contract", "currency", "monthly_fee"}),
    _credits: frozenset({"contract", "monthly_fee"}),
    _languages: frozenset({"contract", "language", "promise"}),
}
"""The rules of the head, each with the fields it reads."""
BODY_RULES = (_keys, _scales, _labels, _reasons, _observations, _traffic, _overall, _kpis)


def frozen_changes(old: Agreement, new: Agreement) -> list[Flaw]:
    """What a new version may not change; each flaw stands at its place in `new`.

    Ratings, periods and money of the old version keep their meaning only while these stay.
    """
    return [*_frozen_contract(old, new), *_frozen_day(old, new), *_frozen_parts(old, new)]


FROZEN = {
    "key": "that would be another contract",
    "timezone": "the days of earlier periods would shift",
    "currency": "earlier money would be another currency's",
    "period": "earlier periods would be cut otherwise",
    "starts_on": "the periods would start elsewhere",
}
"""Fields of the contract that no version may change, and what would happen."""


def _frozen_contract(old: Agreement, new: Agreement) -> Iterator[Flaw]:
    for name, because in FROZEN.items():
        was, now = getattr(old.contract, name), getattr(new.contract, name)
        if was != now:
            yield Flaw(
                ("contract", name), f"{now}", f"a new version cannot change {name} from {was}: {because}"
            )


def _frozen_day(old: Agreement, new: Agreement) -> Iterator[Flaw]:
    if new.effective_from <= old.effective_from:
        yield Flaw(
            ("effective_from",),
            f"{new.effective_from}",
            f"a new version must start after the one in force, which holds from {old.effective_from}",
        )


def _frozen_parts(old: Agreement, new: Agreement) -> Iterator[Flaw]:
    scales = {question.key: question.scale for question in old.questions}
    for index, question in enumerate(new.questions):
        if scales.get(question.key, question.scale) != question.scale:
            yield Flaw(
                ("questions", index, "scale"),
                scale_name(question.scale),
                f"the scale of {question.key} is {scale_name(scales[question.key])} and stays so: "
                "ask on another scale under a new key",
            )
    kinds = {observation.key: observation.kind for observation in old.observations}
    for index, observation in enumerate(new.observations):
        was = kinds.get(observation.key, observation.kind)
        if was != observation.kind:
            yield Flaw(
                ("observations", index, "kind"),
                observation.kind,
                f"the kind of {observation.key} is {was} and stays so: give the other a new key",
            )
