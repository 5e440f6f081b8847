"""Places: an open rating point as its page, kiosk or mail needs it, found by the token of its link."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Question
from xla.core.asking import asked_at
from xla.core.window import local_day
from xla.models import AgreementVersion, Contract, Installation, RatingPoint, StaffNetwork
from xla.models import Question as QuestionRow
from xla.services.agreements import agreement_of
from xla.services.kept import Kept

VERSION = (AgreementVersion.id.label("version_id"), AgreementVersion.digest, AgreementVersion.effective_from)


@dataclass(frozen=True)
class Place:
    """Where a rating is given, what is asked there, and in which words."""

    point_id: int
    contract_id: int
    contract_key: str
    site: str
    touchpoint: str
    persona: str
    title: str
    """'' for the names of its site and touchpoint."""
    agreement: Agreement
    """As it holds today."""
    asked: tuple[Question, ...]
    """The first first; none where no KPI looks at the place."""
    question_ids: dict[str, int]
    staff_networks: tuple[str, ...]
    is_open: bool
    provider: str
    """Who delivers, as the installation was told; '' for the setting's name."""

    @property
    def zone(self) -> ZoneInfo:
        """The contract's time zone."""
        return ZoneInfo(self.agreement.contract.timezone)

    @property
    def names(self) -> tuple[str, ...]:
        """The titles of its site and the site around it, the nearest first; none where no site is told."""
        found = {site.key: (site.title, parent) for site, _, parent in self.agreement.walk_sites()}
        names: list[str] = []
        key: str | None = self.site
        while key and key in found:
            name, key = found[key]
            names.append(name)
        return tuple(names)

    def question(self, key: str) -> Question | None:
        """The question of that key, where it is asked here."""
        return next((question for question in self.asked if question.key == key), None)


def by_token(session: Session, token: str, kept: Kept, now: datetime) -> Place | None:
    """The place a link leads to, open or closed; None where there is none. One query, once it is known."""
    return _found(session, _BY_TOKEN, token, kept, now)


def by_id(session: Session, point_id: int, kept: Kept, now: datetime) -> Place | None:
    """As `by_token`, by the point's id."""
    return _found(session, _BY_ID, point_id, kept, now)


def _with(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    networks = (
        select(func.aggregate_strings(StaffNetwork.network, " "))
        .where(StaffNetwork.contract_id == RatingPoint.contract_id)
        .scalar_subquery()
    )
    provider = select(Installation.provider).scalar_subquery()
    point = (
        RatingPoint.id,
        RatingPoint.contract_id,
        RatingPoint.site_key,
        RatingPoint.touchpoint_key,
        RatingPoint.persona,
        RatingPoint.title,
        RatingPoint.question_keys,
        RatingPoint.token,
        RatingPoint.closed_at,
    )
    return (
        select(*point, Contract.key, networks.label("networks"), provider.label("provider"), *VERSION)
        .join(Contract, Contract.id == RatingPoint.contract_id)
        .join(AgreementVersion, AgreementVersion.contract_id == RatingPoint.contract_id)
        .where(which)
        .order_by(AgreementVersion.number)
    )


# Made once: to make a statement takes longer than to ask it.
_BY_TOKEN = _with(RatingPoint.token == bindparam("sought"))
_BY_ID = _with(RatingPoint.id == bindparam("sought"))


def _found(
    session: Session, statement: Select[*tuple[Any, ...]], sought: str | int, kept: Kept, now: datetime
) -> Place | None:
    rows = session.connection().execute(statement, {"sought": sought}).all()
    if not rows:
        return None
    today = local_day(now, ZoneInfo(_agreement(session, rows[-1], kept).contract.timezone))
    row = next((each for each in reversed(rows) if each.effective_from <= today), rows[0])
    return kept.of(("place", *row), lambda: _place(session, row, _agreement(session, row, kept)))


def _agreement(session: Session, row: Any, kept: Kept) -> Agreement:  # noqa: ANN401 -- a row of `_with`
    return kept.of(
        ("agreement", row.digest), lambda: agreement_of(session.get_one(AgreementVersion, row.version_id))
    )


def _place(session: Session, row: Any, agreement: Agreement) -> Place:  # noqa: ANN401 -- a row of `_with`
    ids = session.execute(
        select(QuestionRow.key, QuestionRow.id).where(QuestionRow.contract_id == row.contract_id)
    )
    chosen = tuple(filter(None, row.question_keys.split(";")))
    return Place(
        point_id=row.id,
        contract_id=row.contract_id,
        contract_key=row.key,
        site=row.site_key,
        touchpoint=row.touchpoint_key,
        persona=row.persona,
        title=row.title,
        agreement=agreement,
        asked=asked_at(agreement, row.site_key, row.touchpoint_key, chosen),
        question_ids={key: question_id for key, question_id in ids},  # noqa: C416 -- rows, which dict() does not take for pairs
        staff_networks=tuple((row.networks or "").split()),
        is_open=row.token is not None and row.closed_at is None,
        provider=row.provider or "",
    )


def is_running(place: Place, today: date) -> bool:
    """Whether the contract collects on that local day."""
    contract = place.agreement.contract
    return contract.starts_on <= today and (contract.ends_on is None or today <= contract.ends_on)


def takes(place: Place, now: datetime) -> bool:
    """Whether ratings are taken there now: it is open, something is asked, and the contract collects."""
    return place.is_open and bool(place.asked) and is_running(place, local_day(now, place.zone))
