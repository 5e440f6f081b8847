"""Evaluating: a month of one contract, with ten times the ratings, and beside GROUP BY over the ratings themselves.

Both databases hold the same sites, days, questions and scores; only the counts differ. The ratings are written by
SQL, not imported: the evaluation can't tell. GROUP BY asks once for what an evaluation needs before it can start,
how often each score was given by question, rating point and persona, and judges nothing.
"""

from collections.abc import Callable, Iterator
from statistics import median

from contracts import KEY, MONTH, MONTH_DAYS, QUESTIONS, RECEIVED_AT, agreement, prepare
from measuring import Figure, running
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from databases import Databases
from statements import sent
from xla import database
from xla.core.window import parse_period
from xla.models import Rating, Response
from xla.services.agreements import contract_of
from xla.services.evaluations import evaluate
from xla.services.reports import gather

FEW, MANY = 1_000_000, 10_000_000
SITES = 40
TURNS = 9
TURNS_RAW = 3
MOST_TIMES_FEW = 1.5
LEAST_TIMES_FASTER = 20
PERIOD = parse_period(MONTH)

SOME = {
    "sqlite": "WITH RECURSIVE counted(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < {rows})",
    "postgresql": "WITH counted(i) AS (SELECT generate_series(0, {rows} - 1))",
}
DAY = {
    "sqlite": f"date('{MONTH}-01', '+' || (i * {MONTH_DAYS} / {{rows}}) || ' days')",
    "postgresql": f"date '{MONTH}-01' + (i * bigint '{MONTH_DAYS}' / {{rows}})::int",
}
PERCENT = {"sqlite": "%", "postgresql": "%%"}
POINTS = """
    INSERT INTO rating_point (contract_id, site_key, touchpoint_key)
    {some} SELECT contract.id, 's' || i, '' FROM counted, contract
"""
RESPONSES = """
    INSERT INTO response (id, contract_id, point_id, persona, rated_on, received_at, source, channel, respondent)
    {some} SELECT i + 1, contract.id, (SELECT min(id) FROM rating_point) + i % {sites}, '', {day},
        '2026-06-01 07:00:00', 'import', '', 'r' || i
    FROM counted, contract
"""
RATINGS = """
    INSERT INTO rating (response_id, question_id, score)
    {some} SELECT i + 1, (SELECT min(id) FROM question) + i / {sites} % {questions},
        1 + i / {sites} / {questions} % 5
    FROM counted
"""
TALLIES = """
    INSERT INTO tally (question_id, rated_on, point_id, persona, score, n)
    SELECT question_id, rated_on, point_id, persona, score, count(*)
    FROM rating JOIN response ON response.id = response_id GROUP BY 1, 2, 3, 4, 5
"""


def figures(databases: Databases, *, is_small: bool) -> Iterator[Figure]:
    """The evaluations in turn, then GROUP BY; all in this process."""
    few, many = (FEW // 10, MANY // 10) if is_small else (FEW, MANY)
    engines = {rows: filled(databases, rows, sites=SITES, kpis=12) for rows in (few, many)}
    evaluations: dict[int, list[float]] = {few: [], many: []}
    for _ in range(TURNS):
        for rows, engine in engines.items():
            evaluations[rows].append(_timed(engine, _evaluate))
    ours = median(evaluations[many])
    raw = median(_timed(engines[many], _group_by) for _ in range(TURNS_RAW))
    yield Figure(
        f"a month of {many:,} ratings beside one of {few:,}", ours / median(evaluations[few]), MOST_TIMES_FEW
    )
    yield Figure(
        f"times faster than GROUP BY over {many:,} ratings", raw / ours, LEAST_TIMES_FASTER, is_least=True
    )
    yield Figure("  the evaluation", ours * 1000, unit="ms")
    yield Figure("  GROUP BY", raw * 1000, unit="ms")
    yield from _large(databases)


def _large(databases: Databases) -> Iterator[Figure]:
    """A large contract: told, not bound."""
    engine = filled(databases, FEW // 10, sites=200, kpis=40)
    for name, work in (("evaluation", _evaluate), ("the report's figures, 13 periods", _gather)):
        yield Figure(f"40 KPIs, 200 sites: {name}, queries", _queries(engine, work), unit="")
        took = median(_timed(engine, work) for _ in range(TURNS_RAW))
        yield Figure("  its time", took * 1000, unit="ms")


def filled(databases: Databases, rows: int, *, sites: int, kpis: int) -> Engine:
    """A database with that many ratings, spread evenly."""
    engine = prepare(databases.create(), agreement(sites=sites, kpis=kpis))
    kind = engine.dialect.name
    day = DAY[kind].format(rows=rows)
    with engine.begin() as connection:
        for statement, count in ((POINTS, sites), (RESPONSES, rows), (RATINGS, rows)):
            some = SOME[kind].format(rows=count)
            connection.exec_driver_sql(
                statement.format(some=some, day=day, sites=sites, questions=QUESTIONS).replace(
                    "%", PERCENT[kind]
                )
            )
        connection.exec_driver_sql(TALLIES)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return engine


def _evaluate(session: Session) -> None:
    evaluate(session, contract_of(session, KEY), PERIOD, now=RECEIVED_AT)


def _gather(session: Session) -> None:
    gather(session, contract_of(session, KEY), PERIOD, provider="Provider", now=RECEIVED_AT)


def _group_by(session: Session) -> None:
    cell = (Rating.question_id, Response.point_id, Response.persona, Rating.score)
    session.execute(
        select(*cell, func.count())
        .join(Response, Response.id == Rating.response_id)
        .where(
            Response.contract_id == contract_of(session, KEY).id,
            Response.rated_on >= PERIOD.start,
            Response.rated_on < PERIOD.end,
        )
        .group_by(*cell)
    ).all()


def _timed(engine: Engine, work: Callable[[Session], None]) -> float:
    """Wall seconds: on PostgreSQL several processes may work at GROUP BY."""
    with database.reading(engine) as session, running() as watch:
        work(session)
    return watch.cost.wall_s


def _queries(engine: Engine, work: Callable[[Session], None]) -> int:
    with sent(engine) as statements:
        _timed(engine, work)
    return len(statements)
