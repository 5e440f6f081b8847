"""Invitation input: the one layer that turns an event's texts into an invitation that can be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import LANGUAGES, Agreement, Language
from xla.core.event import Unfit
from xla.core.invitation import AHEAD, OLDEST, is_address, normalised
from xla.core.window import localised
from xla.models import Contract, InvitationPlan, RatingPoint
from xla.services.agreements import agreement_of, versions

LONGEST_ID = 200
MILLISECONDS = 10**11
"""Numbers from here on count milliseconds since 1970, smaller ones seconds."""
OTHER_NAMES = {"no": "nb", "nn": "nb"}
"""Of Norwegian, which is written as bokmål here."""


class Asked(NamedTuple):
    """Whom to ask about which event, checked."""

    email: str
    external_id: str
    happened_at: datetime
    language: Language
    point_id: int
    persona: str


@dataclass(frozen=True)
class InvitationInput:
    """What one plan's events may name."""

    agreement: Agreement
    points: Mapping[tuple[str, str], int]
    """The open rating points by site and touchpoint."""
    point_id: int
    site: str
    touchpoint: str
    persona: str
    now: datetime

    def asked(self, texts: Mapping[str, str], paths: Mapping[str, str]) -> Asked:
        """Whom the texts of an event ask. Raises `Unfit`, which names the field and where it was read."""
        try:
            return Asked(
                _email(texts["email"]),
                _external_id(texts["external_id"]),
                self._happened_at(texts["happened_at"]),
                self._language(texts["language"]),
                self._point(texts["site"], texts["touchpoint"]),
                self._persona(texts["persona"]),
            )
        except _Flaw as flaw:
            found = texts[flaw.field]
            raise Unfit(
                flaw.field, paths.get(flaw.field, flaw.field), found[:LONGEST_ID], flaw.problem
            ) from None

    def _happened_at(self, text: str) -> datetime:
        if not text:
            return self.now
        try:
            at = _instant(text, ZoneInfo(self.agreement.contract.timezone))
        except (ValueError, OverflowError):
            raise _Flaw("happened_at", "moment") from None
        if at > self.now + AHEAD:
            raise _Flaw("happened_at", "future")
        if at < self.now - OLDEST:
            raise _Flaw("happened_at", "old")
        return at

    def _language(self, text: str) -> Language:
        """The best of the five: `sv-SE` and `sv_SE` are Swedish; others read the contract's."""
        tongue = text.replace("_", "-").partition("-")[0].lower()
        known = OTHER_NAMES.get(tongue, tongue)
        return known if known in LANGUAGES else self.agreement.contract.language

    def _point(self, site: str, touchpoint: str) -> int:
        if not site and not touchpoint:
            return self.point_id
        found = (
            _named("site", self.agreement.site_keys, site) or self.site,
            _named("touchpoint", (each.key for each in self.agreement.journey), touchpoint)
            or self.touchpoint,
        )
        if found not in self.points:
            raise _Flaw("site" if site else "touchpoint", "closed")
        return self.points[found]

    def _persona(self, text: str) -> str:
        return _named("persona", (each.key for each in self.agreement.personas), text) or self.persona


def invitation_input(session: Session, plan: InvitationPlan, now: datetime) -> InvitationInput:
    """What the plan's events may name today. Two queries."""
    point = session.get_one(RatingPoint, plan.point_id)
    rows = session.execute(
        select(RatingPoint.site_key, RatingPoint.touchpoint_key, RatingPoint.id).where(
            RatingPoint.contract_id == plan.contract_id,
            RatingPoint.token.is_not(None),
            RatingPoint.closed_at.is_(None),
        )
    )
    contract = session.get_one(Contract, plan.contract_id)
    return InvitationInput(
        agreement=agreement_of(versions(session, contract)[-1]),
        points={(site, touchpoint): point_id for site, touchpoint, point_id in rows},
        point_id=plan.point_id,
        site=point.site_key,
        touchpoint=point.touchpoint_key,
        persona=plan.persona,
        now=now,
    )


class _Flaw(Exception):
    """A field that can't be taken, and why, in a word that pages and the API say in full."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem


def _email(text: str) -> str:
    if not text:
        raise _Flaw("email", "missing")
    address = normalised(text)
    if not is_address(address):
        raise _Flaw("email", "address")
    return address


def _external_id(text: str) -> str:
    if not text:
        raise _Flaw("external_id", "missing")
    if len(text) > LONGEST_ID or not text.isprintable():
        raise _Flaw("external_id", "id")
    return text


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """ISO 8601, local to the contract where it tells no offset; or seconds or milliseconds since 1970."""
    if text.isascii() and text.isdigit():
        number = int(text)
        return datetime(1970, 1, 1, tzinfo=UTC) + (
            timedelta(milliseconds=number) if number >= MILLISECONDS else timedelta(seconds=number)
        )
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else localised(at, zone)).astimezone(UTC)


def _named(field: str, known: Iterable[str], text: str) -> str:
    """The key `text` names, whatever its case; '' for ''."""
    if not text:
        return ""
    found = next((key for key in known if key.casefold() == text.casefold()), None)
    if found is None:
        raise _Flaw(field, "unknown")
    return found
