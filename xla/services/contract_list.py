"""The list of contracts: filtered, searched, sorted and cut into pages by the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, not_, select, true
from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.paging import place
from xla.core.verdict import Verdict
from xla.models import Breach, Client, Contract, Period, Person, Standing
from xla.services.memberships import visible
from xla.services.terms import Terms, latest_version, terms_of

PAGE = 50
MOST_WORDS = 8
MOST_LETTERS = 200


class Show(StrEnum):
    """Which contracts are listed."""

    ALL = "all"
    BREACH = "breach"
    WARNING = "warning"
    AWAITING = "awaiting"
    """A proposed period waits for the client, or for the answer to a dispute."""
    ON_TRACK = "on_track"
    """Measured, without a live breach or a warning."""


class Sort(StrEnum):
    """In which order."""

    SCORE = "score"
    """The lowest first."""
    CHANGE = "change"
    """The largest fall first."""
    CHANCE = "chance"
    """The likeliest breach first."""
    BUDGET = "budget"
    """The least left first."""
    CONTRACT = "contract"
    CLIENT = "client"


@dataclass(frozen=True)
class Asked:
    """What a list is asked for."""

    words: str = ""
    show: Show = Show.ALL
    sort: Sort = Sort.SCORE
    page: int = 1


@dataclass(frozen=True)
class Cell:
    """One period of a strip, half-open, with its worst verdict."""

    start: date
    end: date
    verdict: Verdict


@dataclass(frozen=True)
class Running:
    """The running period at a glance; None where nothing is known."""

    start: date
    end: date
    verdict: Verdict
    left_share: float | None
    """Of its tightest KPI's budget, 0-1."""
    left_share_due: float | None
    runs_out_on: date | None
    chance: float | None
    """Of its riskiest KPI's breach, 0-1."""


@dataclass(frozen=True)
class Line:
    """One contract at a glance."""

    key: str
    title: str
    client: str
    language: Language
    score: float | None
    score_change: float | None
    closed: Cell | None
    """Its latest closed period."""
    counts: Mapping[Verdict, int]
    """Its KPIs by their verdicts in that period."""
    strip: tuple[Cell, ...]
    """Up to twelve closed periods, oldest first."""
    running: Running | None
    next_report_on: date | None
    """The local day on which the running period is proposed."""


@dataclass(frozen=True)
class ContractList:
    """One page of the list."""

    lines: tuple[Line, ...]
    counts: Mapping[Show, int]
    """How many of the contracts that hold the words each filter shows."""
    all_count: int
    """How many contracts the person may see."""
    page: int
    page_count: int


def contract_list(session: Session, person: Person, asked: Asked) -> ContractList:
    """A page of the person's contracts; a page that is not there is the last. Four queries at most."""
    all_count, counts = _counts(session, person, asked)
    page, page_count, offset = place(counts[asked.show], asked.page, PAGE)
    rows = session.execute(
        _rows(person)
        .where(holds(asked.words), _filters()[asked.show])
        .order_by(*_order(asked.sort), Contract.key)
        .limit(PAGE)
        .offset(offset)
    ).all()
    terms = terms_of(session, {row.version_id for row in rows})
    lines = tuple(_line(row, terms[row.version_id]) for row in rows)
    return ContractList(lines, counts, all_count, page, page_count)


def wanted(words: str) -> list[str]:
    """The words to look for, case folded: the first few of them."""
    return words.replace("\0", "")[:MOST_LETTERS].casefold().split()[:MOST_WORDS]


def holds(words: str) -> ColumnElement[bool]:
    """Whether a contract's words hold each of these; without a standing its key and client are looked in.

    For statements that join `Client` and may have a `Standing`.
    """
    looked_in = func.coalesce(Standing.words, func.lower(Contract.key + " " + Client.name))
    return and_(true(), *(looked_in.contains(word, autoescape=True) for word in wanted(words)))


def _counts(session: Session, person: Person, asked: Asked) -> tuple[int, dict[Show, int]]:
    held = holds(asked.words)
    counted = [
        func.coalesce(func.sum(case((and_(held, condition), 1), else_=0)), 0)
        for condition in _filters().values()
    ]
    row = session.execute(
        select(func.count(), *counted)
        .select_from(Contract)
        .join(Client)
        .outerjoin(Standing)
        .where(visible(person, Contract.id))
    ).one()
    return row[0], dict(zip(_filters(), row[1:], strict=True))


def _filters() -> dict[Show, ColumnElement[bool]]:
    breached = select(Breach.id).where(Breach.contract_id == Contract.id, Breach.closed_at.is_(None)).exists()
    awaiting = select(Period.id).where(Period.contract_id == Contract.id, Period.final_at.is_(None)).exists()
    is_warned = func.coalesce(Standing.warned, false())
    return {
        Show.ALL: true(),
        Show.BREACH: breached,
        Show.WARNING: is_warned,
        Show.AWAITING: awaiting,
        Show.ON_TRACK: and_(Standing.contract_id.is_not(None), not_(breached), not_(is_warned)),
    }


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    """What is unknown stands last, whichever database sorts."""
    if sort is Sort.CLIENT:
        return (func.lower(Client.name), func.lower(Standing.title))
    column = {
        Sort.SCORE: Standing.score,
        Sort.CHANGE: Standing.score_change,
        Sort.CHANCE: Standing.chance,
        Sort.BUDGET: Standing.budget_left,
        Sort.CONTRACT: func.lower(Standing.title),
    }[sort]
    is_unknown = case((column.is_(None), 1), else_=0)
    return (is_unknown, column.desc() if sort is Sort.CHANCE else column.asc(), func.lower(Standing.title))


def _rows(person: Person) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Contract.key,
            latest_version(Contract.id).label("version_id"),
            Standing.score,
            Standing.score_change,
            Standing.document,
        )
        .join(Client)
        .outerjoin(Standing)
        .where(visible(person, Contract.id))
    )


def _line(row: Row[*tuple[Any, ...]], terms: Terms) -> Line:
    told = json.loads(row.document) if row.document else {"closed": None, "strip": [], "running": None}
    closed = told["closed"]
    running = _running(told["running"]) if told["running"] else None
    strip = tuple(_cell(each) for each in told["strip"])
    return Line(
        key=row.key,
        title=terms.title,
        client=terms.client,
        language=terms.language,
        score=row.score,
        score_change=row.score_change,
        closed=strip[-1] if closed and strip else None,
        counts={verdict: closed["counts"].get(verdict, 0) for verdict in Verdict} if closed else {},
        strip=strip,
        running=running,
        next_report_on=running.end + timedelta(days=terms.close_after_days) if running else None,
    )


def _cell(told: Mapping[str, Any]) -> Cell:
    return Cell(date.fromisoformat(told["start"]), date.fromisoformat(told["end"]), Verdict(told["verdict"]))


def _running(told: Mapping[str, Any]) -> Running:
    tightest = told["kpis"][told["tightest"]] if told["tightest"] else {}
    riskiest = told["kpis"][told["riskiest"]] if told["riskiest"] else {}
    runs_out_on = tightest.get("runs_out_on")
    return Running(
        start=date.fromisoformat(told["start"]),
        end=date.fromisoformat(told["end"]),
        verdict=Verdict(told["verdict"]),
        left_share=tightest.get("left_share"),
        left_share_due=tightest.get("left_share_due"),
        runs_out_on=date.fromisoformat(runs_out_on) if runs_out_on else None,
        chance=riskiest.get("chance"),
    )
