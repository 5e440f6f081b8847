"""Verification: recount the database from its raw rows and say where it does not add up."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from xla.core.outcome import Judged
from xla.core.window import CalendarPeriod
from xla.models import (
    AgreementVersion,
    Contract,
    Period,
    Question,
    Rating,
    RatingPoint,
    Report,
    Response,
    Tally,
)
from xla.services import agreement_files
from xla.services.agreements import agreement_of
from xla.services.evaluations import measured, outcome_of


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up."""

    what: str
    """tally, rating, agreement, period or report."""
    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.what} {self.where}: {self.problem}"


def verify(session: Session, now: datetime) -> list[Finding]:
    """Everything wrong with the database; nothing when it is sound."""
    checks = (_tallies(session), _ratings(session), _agreements(session), _reports(session))
    return [finding for check in checks for finding in check] + list(_periods(session, now))


def verify_report(session: Session, pdf: bytes) -> Report | None:
    """The issued report whose very bytes these are; None when they are not ours."""
    return session.scalar(select(Report).where(Report.sha256 == hashlib.sha256(pdf).hexdigest()))


def _tallies(session: Session) -> Iterator[Finding]:
    cell = (Rating.question_id, Response.rated_on, Response.point_id, Response.persona, Rating.score)
    raw = (
        select(*cell, func.count().label("n"))
        .join(Response, Response.id == Rating.response_id)
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
    number = 0
    contract_id = None
    order = (AgreementVersion.contract_id, AgreementVersion.number)
    for version in session.scalars(select(AgreementVersion).order_by(*order)):
        number = number + 1 if version.contract_id == contract_id else 1
        contract_id = version.contract_id
        where = f"{contract_id} version {version.number}"
        if version.number != number:
            yield Finding("agreement", where, f"version {number} is missing")
            number = version.number
        try:
            digest = agreement_files.digest(agreement_files.from_json(version.document))
        except ValueError as error:
            yield Finding("agreement", where, f"can't be read: {error}")
            continue
        if digest != version.digest:
            yield Finding("agreement", where, "does not have the digest it was applied with")


def _reports(session: Session) -> Iterator[Finding]:
    for report in session.scalars(select(Report).options(undefer(Report.pdf)).order_by(Report.id)):
        if hashlib.sha256(report.pdf).hexdigest() != report.sha256:
            yield Finding("report", f"{report.contract_id} issue {report.issue}", "its bytes were changed")


def _periods(session: Session, now: datetime) -> Iterator[Finding]:
    for row in session.scalars(select(Period).order_by(Period.id)):
        contract = session.get_one(Contract, row.contract_id)
        kind = agreement_of(row.evaluation.version).contract.period
        period = CalendarPeriod(row.start_on, row.end_on, kind)
        frozen = outcome_of(row.evaluation)
        again = measured(session, contract, period, as_known_at=row.evaluation.known_at, now=now)
        for was, found in zip(frozen.kpis, again.kpis, strict=True):
            if _figures(was) != _figures(found):
                yield Finding(
                    "period",
                    f"{contract.key} {period}",
                    f"{was.kpi.key} was frozen with n {was.measurement.n}, value {was.measurement.value};"
                    f" as known then it is n {found.measurement.n}, value {found.measurement.value}",
                )


def _figures(judged: Judged) -> tuple[object, ...]:
    measurement = judged.measurement
    return (measurement.n, measurement.value, dict(measurement.counts), judged.verdict, judged.excluded)
