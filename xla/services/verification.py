"""Verification: recount the database from its raw rows and say where it does not add up."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from math import isclose
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, undefer

from xla.core.outcome import Judged
from xla.core.outcome_document import document_of, kpi_document
from xla.core.window import CalendarPeriod
from xla.documents.signature import signature_of
from xla.models import (
    AgreementVersion,
    Contract,
    Evaluation,
    Period,
    Question,
    Rating,
    RatingPoint,
    Report,
    Response,
    Tally,
)
from xla.services import addenda, agreement_files, seal_checks, stamps
from xla.services.agreements import agreement_of
from xla.services.evaluations import measured, outcome_of

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, NoResultFound)
"""What reading or measuring raises where rows were spoiled."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up."""

    what: str
    """tally, rating, agreement, period, report, stamp or seal."""
    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.what} {self.where}: {self.problem}"


def verify(session: Session, now: datetime) -> list[Finding]:
    """Everything wrong with the database; nothing when it is sound."""
    checks = (_tallies(session), _ratings(session), _agreements(session), _reports(session))
    found = [finding for check in checks for finding in check] + list(_periods(session, now))
    found += [Finding("stamp", where, problem) for where, problem in stamps.problems(session)]
    return found + [Finding("seal", where, problem) for where, problem in seal_checks.problems(session)]


def verify_report(session: Session, pdf: bytes) -> Report | None:
    """The issued report whose very bytes these are; None when they are not ours."""
    return session.scalar(select(Report).where(Report.sha256 == hashlib.sha256(pdf).hexdigest()))


def _tallies(session: Session) -> Iterator[Finding]:
    cell = (Rating.question_id, Response.rated_on, Response.point_id, Response.persona, Rating.score)
    raw = (
        select(*cell, func.count().label("n"))
        .join(Response, Response.id == Rating.response_id)
        .where(Response.withdrawn_at.is_(None))
        .group_by(*cell)
    )
    kept = select(
        Tally.question_id, Tally.rated_on, Tally.point_id, Tally.persona, Tally.score, Tally.n.label("n")
    )
    counted = {tuple(row[:5]): row[5] for row in session.execute(raw.except_(kept))}
    tallied = {tuple(row[:5]): row[5] for row in session.execute(kept.except_(raw))}
    for key in sorted(counted.keys() | tallied.keys()):
        question, day, point, persona, score = key
        yield Finding(
            "tally",
            f"question {question}, {day}, point {point}, persona {persona!r}, score {score}",
            f"says {tallied.get(key, 0)}, the ratings say {counted.get(key, 0)}",
        )


def _ratings(session: Session) -> Iterator[Finding]:
    orphan: list[tuple[Select[int], str]] = [
        (
            select(Rating.response_id)
            .outerjoin(Response, Response.id == Rating.response_id)
            .where(Response.id.is_(None)),
            "rates, but its response is gone",
        ),
        (
            select(Response.id)
            .outerjoin(Rating, Rating.response_id == Response.id)
            .where(Rating.score.is_(None)),
            "has no rating",
        ),
        (
            select(Response.id)
            .outerjoin(
                RatingPoint,
                (RatingPoint.id == Response.point_id) & (RatingPoint.contract_id == Response.contract_id),
            )
            .where(RatingPoint.id.is_(None)),
            "was given at a rating point its contract does not have",
        ),
        (
            select(Response.id)
            .join(Rating, Rating.response_id == Response.id)
            .outerjoin(
                Question,
                (Question.id == Rating.question_id) & (Question.contract_id == Response.contract_id),
            )
            .where(
                Question.id.is_(None) | (Rating.score < Question.lowest) | (Rating.score > Question.highest)
            ),
            "answers a question its contract does not have, or off its scale",
        ),
    ]
    for statement, problem in orphan:
        for response_id in session.scalars(statement.limit(100)):
            yield Finding("rating", f"response {response_id}", problem)


def _agreements(session: Session) -> Iterator[Finding]:
    order = (AgreementVersion.contract_id, AgreementVersion.number)
    by_contract: dict[int, list[AgreementVersion]] = {}
    for version in session.scalars(select(AgreementVersion).order_by(*order)):
        by_contract.setdefault(version.contract_id, []).append(version)
    for contract in session.scalars(select(Contract).order_by(Contract.id)):
        number = 0
        for version in by_contract.get(contract.id, []):
            for missing in range(number + 1, version.number):
                yield Finding("agreement", f"{contract.key} version {missing}", "is missing")
            number = version.number
            for problem in _version_problems(contract, version):
                yield Finding("agreement", f"{contract.key} version {number}", problem)
        if not number:
            yield Finding("agreement", contract.key, "has no version")


def _version_problems(contract: Contract, version: AgreementVersion) -> Iterator[str]:
    if hashlib.sha256(version.document.encode()).hexdigest() != version.digest:
        yield "does not have the digest it was applied with"
    try:
        agreement = agreement_files.from_json(version.document)
    except ValueError as error:
        yield f"can't be read: {_first_line(error)}"
        return
    if (agreement.contract.key, agreement.effective_from) != (contract.key, version.effective_from):
        yield (
            f"is kept for {contract.key} from {version.effective_from},"
            f" but says {agreement.contract.key} from {agreement.effective_from}"
        )


def _reports(session: Session) -> Iterator[Finding]:
    for report in session.scalars(select(Report).options(undefer(Report.pdf)).order_by(Report.id)):
        if hashlib.sha256(report.pdf).hexdigest() != report.sha256:
            yield Finding("report", f"{report.contract_id} issue {report.issue}", "its bytes were changed")
        for problem in _unlike_signed(report):
            yield Finding("report", f"{report.contract_id} issue {report.issue}", problem)


def _unlike_signed(report: Report) -> Iterator[str]:
    """A signature that does not hold, or is another's than is kept."""
    found = signature_of(report.pdf)
    if found and found.problem:
        yield found.problem
    elif (found.signer if found else None) != report.signer:
        told = found.signer if found else "nobody"
        yield f"is kept as signed by {report.signer or 'nobody'}, and is signed by {told}"


def _periods(session: Session, now: datetime) -> Iterator[Finding]:
    for row in session.scalars(select(Period).order_by(Period.id)):
        contract = session.get_one(Contract, row.contract_id)
        where = f"{contract.key} from {row.start_on}"
        try:
            unlike = [
                *_unlike_frozen(session, contract, row, now),
                *_unlike_corrected(session, contract, row, now),
            ]
        except UNREADABLE as error:
            yield Finding("period", where, f"can't be read or measured again: {_first_line(error)}")
            continue
        for problem in unlike:
            yield Finding("period", where, problem)


def _unlike_frozen(session: Session, contract: Contract, row: Period, now: datetime) -> Iterator[str]:
    """What a closed period's document says other than its own ratings, as known then; first of each KPI."""
    evaluation = row.evaluation
    frozen = outcome_of(evaluation)
    yield from _misplaced(row, evaluation)
    period = CalendarPeriod(row.start_on, row.end_on, agreement_of(evaluation.version).contract.period)
    again = measured(
        session, contract, period, as_known_at=evaluation.known_at, version=evaluation.version, now=now
    )
    was, found = json.loads(evaluation.document), document_of(replace(again, state="proposed"))
    if frozen.known_at != evaluation.known_at:
        yield f"known_at was frozen as {frozen.known_at}, and kept as {evaluation.known_at}"
    names = [each.kpi.key for each in again.kpis]
    if [each["key"] for each in was["kpis"]] != names:
        yield f"its KPIs are not {', '.join(names)}"
        return
    for kpi_was, kpi_found in zip(was["kpis"], found["kpis"], strict=True):
        yield from islice(_differences(f"{kpi_was['key']}: ", kpi_was, kpi_found), 1)
    for name in found.keys() - {"kpis", "known_at"}:
        yield from islice(_differences("", {name: was[name]}, {name: found[name]}), 1)


def _misplaced(row: Period, evaluation: Evaluation) -> Iterator[str]:
    """A frozen evaluation is kept for the period it is of."""
    kept = (evaluation.contract_id, evaluation.start_on, evaluation.end_on, evaluation.version.contract_id)
    if kept != (row.contract_id, row.start_on, row.end_on, row.contract_id):
        yield "what was frozen is kept for another contract or period"


def _unlike_corrected(session: Session, contract: Contract, row: Period, now: datetime) -> Iterator[str]:
    """KPIs of its addenda that are neither what the ratings say, as known then, nor what stood before."""
    before = outcome_of(row.evaluation)
    for each in addenda.of_period(session, row):
        kept, version = outcome_of(each.evaluation), row.evaluation.version
        yield from _misplaced(row, each.evaluation)
        period = CalendarPeriod(row.start_on, row.end_on, agreement_of(version).contract.period)
        again = measured(
            session, contract, period, as_known_at=each.evaluation.known_at, version=version, now=now
        )
        for stood, found, counted in zip(before.kpis, kept.kpis, again.kpis, strict=True):
            if not _is_alike(found, counted) and not _is_alike(found, stood):
                yield f"addendum {each.number}: {found.kpi.key} is neither what was counted nor what stood"
        before = kept


def _is_alike(one: Judged, other: Judged) -> bool:
    was, found = (kpi_document(replace(each, late=0)) for each in (one, other))
    return not any(_differences("", was, found))


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _differences(where: str, was: Any, found: Any) -> Iterator[str]:  # noqa: ANN401 -- parsed JSON
    if isinstance(was, dict) and isinstance(found, dict) and was.keys() <= found.keys():
        for name in (name for name in found if name in was):
            yield from _differences(f"{where}{name} ", was[name], found[name])
    elif isinstance(was, list) and isinstance(found, list) and len(was) == len(found):
        for one, other in zip(was, found, strict=True):
            yield from _differences(where, one, other)
    elif not _same(was, found):
        yield f"{where}was frozen as {was}; as known then it is {found}"


def _same(was: object, found: object) -> bool:
    """Floats as far as another machine's last digits allow."""
    if isinstance(was, float) and isinstance(found, float):
        return isclose(was, found, rel_tol=1e-6, abs_tol=1e-9)
    return was == found
