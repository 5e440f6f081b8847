"""Bent rows: whatever is changed, removed or added in evidence is found by `verify`, and nothing else is."""

import hashlib
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import Column, Table, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

import breached
import evidence
import make
import raw
import stamped
from rated import respond
from xla.core.role import Role
from xla.core.window import parse_period
from xla.models import Decision, Exclusion, Observation, Period, Report, Response, Row
from xla.services import addenda, amendments, breach_work, seals
from xla.services.verification import verify, verify_report
from xla.services.withdrawals import withdraw

TIMES = 2_000 if int(os.environ.get("XLA_SURVIVE", "1")) > 1 else 100
NOW = breached.NOW
LAST = date(2026, 4, 20)
TABLES = Row.metadata.tables
CLEANLY = (DBAPIError, StatementError, OverflowError, ValueError)
"""What a change that the database itself forbids raises."""


@pytest.fixture
def rich(session: Session) -> Session:
    """A few rows of everything that is evidence, on sealed days in April."""
    breach = breached.build(session)
    contract = breached.contract_of(session, breach)
    session.add(
        Observation(
            contract_id=contract.id, kind_key="minutes", site_key="a", observed_on=date(2026, 3, 3),
            received_at=make.utc(2026, 4, 6), amount=Decimal("12.50"), base=Decimal(3), squares=None,
        )
    )  # fmt: skip
    respond(
        session, contract, {"clean": 4, "food": 5}, times=9, site="a", at=make.utc(2026, 4, 6), comment="Fine"
    )
    withdraw(session, contract.id, Response.id == _last(session).id, make.utc(2026, 4, 7))
    breach_work.acknowledge(session, breached.held(session, breach), make.utc(2026, 4, 8))
    client = breached.person(session, Role.CLIENT)
    period = session.scalars(select(Period)).one()
    session.add(
        Decision(
            period_id=period.id, kpi_key="clean", kind="dispute", person_id=client.id,
            at=make.utc(2026, 4, 9), wrong="ratings", text="Not ours.",
        )
    )  # fmt: skip
    addenda.correct(
        session,
        contract,
        parse_period("2026-03"),
        reason="Late ratings",
        by=client,
        now=make.utc(2026, 4, 10),
    )
    session.add(
        Exclusion(
            contract_id=contract.id, site_key="b", start_on=date(2026, 4, 1), end_on=date(2026, 4, 3),
            reason="Flood", proposed_at=make.utc(2026, 4, 11), provider_agreed_at=make.utc(2026, 4, 11),
            client_agreed_at=make.utc(2026, 4, 12), withdrawn_at=None, proposed_by=client.id,
        )
    )  # fmt: skip
    raw.insert(session, _report(contract.id, breach.period_id))
    stamped.keep(session, session.scalars(select(Report)).one(), make.utc(2026, 4, 13))
    seals.make_secret(session)
    assert seals.keep(session, seals.seal(session, date(2026, 4, 13), NOW))
    first = session.scalars(select(Response).order_by(Response.id)).first()
    assert first
    amendments.note(session, contract.id, [(first.id, first.received_at)], make.utc(2026, 4, 14))
    first.comment = "More"
    session.flush()
    assert seals.keep(session, seals.seal(session, LAST, NOW + timedelta(days=1)))
    session.flush()
    session.expire_all()
    return session


def _report(contract_id: int, period_id: int) -> Report:
    pdf = b"%PDF-1.7 what was issued"
    return Report(
        contract_id=contract_id, period_id=period_id, issue=1, language="en", issued_at=make.utc(2026, 4, 12),
        sha256=hashlib.sha256(pdf).hexdigest(), pdf=pdf,
    )  # fmt: skip


def _last(session: Session) -> Response:
    return session.scalars(select(Response).order_by(Response.id.desc())).first()


def findings(session: Session) -> list[str]:
    session.expire_all()
    return [str(each) for each in verify(session, NOW)]


# --- what is evidence ---------------------------------------------------------------------------------------


def test_of_every_column_it_is_said_whether_it_is_evidence() -> None:
    for name, table in TABLES.items():
        told = evidence.EVIDENCE.get(name, set()) | evidence.PART.get(name, {}).keys()
        if name == "evaluation":
            told |= evidence.FROZEN
        known = set() if name in evidence.NO_EVIDENCE else {column.name for column in table.columns}
        assert told == known, name


def test_there_is_a_row_of_everything_that_is_evidence(rich: Session) -> None:
    for name in evidence.EVIDENCE:
        assert rich.execute(select(TABLES[name]).limit(1)).first(), name


# --- issued files -------------------------------------------------------------------------------------------


def test_a_file_bent_anywhere_is_not_the_one_that_was_issued(rich: Session) -> None:
    chance, report = Random(16), rich.scalars(select(Report)).one()  # noqa: S311  # a choice, no secret
    issued = chance.randbytes(4_000)
    report.pdf, report.sha256 = issued, hashlib.sha256(issued).hexdigest()
    rich.flush()
    assert verify_report(rich, issued) is report
    for _ in range(TIMES):
        bent = next(_others(issued, chance))
        assert (verify_report(rich, bent) is None) == (bent != issued)
    report.pdf = issued[:-1] + b"~"
    rich.flush()
    assert any("its bytes were changed" in each for each in findings(rich))


# --- bending ------------------------------------------------------------------------------------------------


def test_every_row_bent_at_random_is_found_and_no_sound_one_is_blamed(rich: Session) -> None:
    assert findings(rich) == []
    chance, done, missed = Random(14), 0, []  # noqa: S311  # a choice, no secret
    while done < TIMES:
        bending = rich.begin_nested()
        what = _bent(rich, chance)
        if what:
            done += 1
            found = findings(rich)
            if not found or not _is_named(what, found):
                missed.append((what, found[:3]))
        bending.rollback()
    assert missed == []
    assert findings(rich) == []


@pytest.mark.parametrize("table", ["response", "rating_point", "day_seal"])
def test_what_is_no_evidence_may_change(rich: Session, table: str) -> None:
    chance = Random(15)  # noqa: S311  # a choice, no secret
    for name in evidence.PART[table].keys() - {"id", "token", "group_key"}:
        bending = rich.begin_nested()
        where, row = _row(rich, TABLES[table], chance)
        column = TABLES[table].c[name]
        rich.execute(update(TABLES[table]).where(*where).values({name: _other(column, row[name], chance)}))
        assert findings(rich) == [], name
        bending.rollback()


def _bent(session: Session, chance: Random) -> tuple[str, str, Any] | None:
    """Change, remove or add one row: (table, what was done, its row); None where the database forbids it."""
    name = chance.choice([*evidence.EVIDENCE, "response", "rating", "tally", "evaluation"])
    columns = evidence.EVIDENCE.get(name, evidence.FROZEN)
    table = TABLES[name]
    where, row = _row(session, table, chance)
    how = chance.choice(["change"] * 6 + ["remove", "add"])
    try:
        with session.begin_nested():
            if how == "remove" and name != "evaluation":
                session.execute(delete(table).where(*where))
            elif how == "add" and name in {"response", "rating", "tally", "breach_step", "audit_entry"}:
                session.execute(insert(table).values(_copy(session, table, row)))
            else:
                column = table.c[chance.choice(sorted(columns))]
                value = _other(column, row[column.name], chance)
                if value == row[column.name]:
                    return None
                session.execute(update(table).where(*where).values({column.name: value}))
                how = f"{column.name}: {row[column.name]!r} -> {value!r}"[:160]
    except CLEANLY:
        return None
    return name, how, row


def _row(session: Session, table: Table, chance: Random) -> tuple[list[Any], Any]:
    statement = select(table).order_by(*table.primary_key.columns)
    if table.name == "evaluation":
        frozen = [
            session.scalars(select(TABLES[name].c.evaluation_id)).all() for name in ("period", "addendum")
        ]
        statement = statement.where(table.c.id.in_([each for some in frozen for each in some]))
    row = chance.choice(session.execute(statement).mappings().all())
    return [column == row[column.name] for column in table.primary_key.columns], row


def _copy(session: Session, table: Table, row: Any) -> dict[str, Any]:
    """A row beside it, as if it had been there."""
    new = dict(row)
    if "id" in new:
        new["id"] = 1 + max(session.scalars(select(table.c.id)))
        new.pop("group_key", None)
    elif table.name == "rating":
        new["question_id"] = 1 + max(session.scalars(select(table.c.question_id)))
    else:
        new["score"] += 1
    return new


def _other(column: Column[Any], value: Any, chance: Random) -> Any:
    """Another value of the column's kind; None where it had one and need not."""
    if value is not None and column.nullable and chance.random() < 0.2:
        return None
    if value is None:
        return _first(column)
    return next(_others(value, chance))


def _first(column: Column[Any]) -> Any:
    """A value where there was none; an instant lies on a day that is sealed."""
    if column.name.endswith("_at"):
        return make.utc(2026, 4, 9)
    return Decimal(1) if column.name == "squares" else 1 if column.name.endswith("_id") else "x"


def _others(value: Any, chance: Random) -> Iterator[Any]:
    if isinstance(value, str | bytes):
        place = chance.randrange(len(value) + 1)
        letter = chance.choice("0123456789abcdefX")
        spoiled = letter if isinstance(value, str) else letter.encode()
        yield value[:place] + spoiled + value[place + chance.choice([0, 1]) :]
    elif isinstance(value, datetime | date):
        step = timedelta(days=chance.choice([-40, -3, -1, 1, 3, 40]))
        small = timedelta(microseconds=1)
        yield value + (chance.choice([step, small]) if isinstance(value, datetime) else step)
    else:
        yield value + chance.choice([-2, -1, 1, 2])


KINDS = {"response": "response", "rating": "response", "breach_step": "step", "audit_entry": "audit"}


def _is_named(what: tuple[str, str, Any], found: list[str]) -> bool:
    """Whether a row of these kinds is named by its number, with its day."""
    table, how, row = what
    if table not in KINDS or how == "add":
        return True
    number = row["response_id"] if table == "rating" else row["id"]
    changed = ("withdrawn_at", "id:", "response_id:")  # a fact of its own, or another number
    named = (f": {KINDS[table]} {number} ", f", of {KINDS[table]} {number}, ")
    return how.startswith(changed) or any(name in each for name in named for each in found)
