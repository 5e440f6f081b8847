"""A notice's reading: who reads it in which language, and what was found of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Language
from xla.core.agreement_texts import words as text_of
from xla.core.notice import Event
from xla.core.role import Party
from xla.core.window import CalendarPeriod, parse_period
from xla.documents.figures import Figures
from xla.documents.notice_words import ELSEWHERE, Row
from xla.documents.words import Words
from xla.models import Contract, Period


@dataclass(frozen=True)
class Reading:
    """A notice about to be put into words, and for whom."""

    session: Session
    contract: Contract
    agreement: Agreement
    event: Event
    document: Mapping[str, Any]
    words: Words
    figures: Figures
    party: Party | None

    def titled(self, texts: Mapping[Language, str]) -> str:
        """An agreement's text in the reader's language."""
        return text_of(texts, self.words.language, self.agreement.contract.language)

    def kpi(self, key: str) -> str:
        """A KPI's title; its key where the agreement knows it no more."""
        found = [self.titled(kpi.title) for kpi in self.agreement.kpis if kpi.key == key]
        return found[0] if found else key

    @property
    def period(self) -> CalendarPeriod:
        """The period it is about."""
        return parse_period(self.document["period"])

    @property
    def period_name(self) -> str:
        """Such as May 2018."""
        return self.figures.period(self.period.start, self.period.end)

    def place(self, site: str, touchpoint: str = "") -> str:
        """A rating point by its site and touchpoint, such as Lobby, Arrive."""
        sites = {each.key: each.title for each, _depth, _parent in self.agreement.walk_sites()}
        moments = {each.key: self.titled(each.title) for each in self.agreement.journey}
        names = (sites.get(site, site), moments.get(touchpoint, touchpoint))
        return ", ".join(name for name in names if name) or self.words(ELSEWHERE)

    def counted(self, forms: tuple[str, str], count: int, **values: str) -> str:
        """The text for a number of things."""
        told = {"count": self.figures.number(count), **values}
        return self.words.plural(*forms, count) % told


@dataclass(frozen=True)
class Found:
    """What a notice is about: what its texts name, its figures, and its page's path."""

    path: str
    named: Mapping[str, str]
    rows: tuple[Row, ...] = ()
    more: str = ""
    count: int = 0
    what: str = ""
    """Which of an event's sentences tells it; '' where it has but one."""


def period_row(reading: Reading, start: date) -> Period:
    """The contract's closed period that starts on a day."""
    here = (Period.contract_id == reading.contract.id, Period.start_on == start)
    return reading.session.scalars(select(Period).where(*here)).one()
