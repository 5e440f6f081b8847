"""Point sheets: what a rating point's poster and a building's labels say, gathered as plain values."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import LANGUAGES, Agreement, Language, Question, words
from xla.core.asking import asked_at
from xla.documents.labels import Grid, Label, Labels
from xla.documents.poster import Poster, Side, Size
from xla.models import Contract, RatingPoint
from xla.services import installations
from xla.services.points import agreement_today, is_open, terms_of


def asked(agreement: Agreement, point: RatingPoint) -> tuple[Question, ...]:
    """The questions asked at the point, the first first."""
    return asked_at(agreement, point.site_key, point.touchpoint_key, terms_of(point).questions)


def languages(agreement: Agreement, questions: Sequence[Question]) -> tuple[Language, ...]:
    """The languages every one of the questions is worded in, the contract's first."""
    own = agreement.contract.language
    worded = [
        language
        for language in LANGUAGES
        if language != own and questions and all(language in question.text for question in questions)
    ]
    return (own, *worded)


def poster(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    point: RatingPoint,
    *,
    size: Size,
    spoken: Sequence[Language],
    address: str,
    provider: str,
    now: datetime,
) -> Poster:
    """A rating point's poster in those languages, of which it is worded in some; `address` is its link's."""
    agreement = agreement_today(session, contract, now)
    questions = asked(agreement, point)
    known = languages(agreement, questions)
    chosen = [language for language in known if language in spoken] or known
    return Poster(
        size=size,
        sides=tuple(_side(agreement, point, questions, language) for language in chosen),
        scores=_scores(questions),
        address=address,
        provider=provider,
        logo=installations.logo(session),
        dated=(point.opened_at or now).isoformat(timespec="seconds"),
    )


def labels(  # noqa: PLR0913 -- as above
    session: Session,
    contract: Contract,
    *,
    site: str,
    grid: Grid,
    address: Callable[[str], str],
    provider: str,
    now: datetime,
) -> Labels:
    """Labels of every open rating point at the site and inside it, in their order; '' for all of them.

    `address` makes a token's whole link.
    """
    agreement = agreement_today(session, contract, now)
    language = agreement.contract.language
    inside = agreement.descendants([site]) if site else None
    places = {key: place for place, key in enumerate(agreement.site_keys)}
    moments = {each.key: place for place, each in enumerate(agreement.journey)}
    points = [
        point
        for point in session.scalars(select(RatingPoint).where(RatingPoint.contract_id == contract.id))
        if is_open(point) and (inside is None or point.site_key in inside)
    ]
    points.sort(key=lambda point: (places.get(point.site_key, -1), moments.get(point.touchpoint_key, -1)))
    titles = {each.key: each.title for each, _, _ in agreement.walk_sites()}
    return Labels(
        grid=grid,
        title=titles.get(site, agreement.contract.title),
        language=language,
        labels=tuple(_label(agreement, point, address(point.token or "")) for point in points),
        provider=provider,
        dated=now.isoformat(timespec="seconds"),
    )


def _scores(questions: Sequence[Question]) -> int:
    """How many answers the first question has."""
    return questions[0].scores.highest - questions[0].scores.lowest + 1 if questions else 0


def _side(
    agreement: Agreement, point: RatingPoint, questions: Sequence[Question], language: Language
) -> Side:
    own = agreement.contract.language
    site, moment = _names(agreement, point, language)
    return Side(
        language=language,
        question=words(questions[0].text, language, own) if questions else "",
        more=max(len(questions) - 1, 0),
        promise=words(agreement.promise, language, own),
        site=site,
        moment=moment,
    )


def _label(agreement: Agreement, point: RatingPoint, address: str) -> Label:
    language = agreement.contract.language
    title, moment = _names(agreement, point, language)
    titles = {each.key: each.title for each, _, _ in agreement.walk_sites()}
    parents = {each.key: parent for each, _, parent in agreement.walk_sites()}
    around = titles.get(parents.get(point.site_key) or "", "")
    questions = asked(agreement, point)
    return Label(
        title=title,
        around=" · ".join(filter(None, (around, moment))),
        question=words(questions[0].text, language, language) if questions else "",
        address=address,
    )


def _names(agreement: Agreement, point: RatingPoint, language: Language) -> tuple[str, str]:
    """What the point is called, and its touchpoint: its own title says both."""
    if point.title:
        return point.title, ""
    titles = {each.key: each.title for each, _, _ in agreement.walk_sites()}
    moments = {
        each.key: words(each.title, language, agreement.contract.language) for each in agreement.journey
    }
    site = titles.get(point.site_key, point.site_key) or agreement.contract.title
    return site, moments.get(point.touchpoint_key, point.touchpoint_key)
