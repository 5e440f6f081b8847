"""As known at an instant, a report is what it was then, whatever was rated, agreed, done or closed since."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
import raw
from breached import held
from rated import rate, respond
from xla.core.window import CalendarPeriod, parse_period
from xla.documents.report_data import ReportData
from xla.models import Action, Breach, Contract, Exclusion, Observation, Period, Report, Response
from xla.services import actions, addenda, agreements, breach_work, periods, reports, seals, withdrawals
from xla.services.actions import Planned

FEBRUARY, MARCH, APRIL = (parse_period(f"2026-0{month}") for month in (2, 3, 4))
TERMS = {
    "kpis": [
        breached.CLEAN,
        breached.FOOD,
        {
            "key": "lost",
            "observation": "minutes",
            "metric": "amount_mean",
            "target": 9,
            "higher_is_better": False,
        },
    ],
    "traffic": "minutes",
}
Event = Callable[[Session, Contract, datetime], None]


def day(month: int, number: int) -> datetime:
    return make.utc(2026, month, number, 9)


def rated(month: int, scores: dict[int, int], **told: object) -> Event:
    def happen(session: Session, contract: Contract, at: datetime) -> None:
        where = {"site": "a-1", "on": f"2026-0{month}-10", "at": at, "reasons": "smell"} | told
        rate(session, contract, "clean", scores, **where)
        respond(session, contract, {"food": 4}, times=12, on=f"2026-0{month}-12", at=at, site="b")

    return happen


def observed(month: int, base: int) -> Event:
    def happen(session: Session, contract: Contract, at: datetime) -> None:
        for site in ("a", "b"):
            session.add(
                Observation(
                    contract_id=contract.id, kind_key="minutes", site_key=site,
                    observed_on=date(2026, month, 11), amount=Decimal(base * 7), base=Decimal(base),
                    squares=None, received_at=at,
                )
            )  # fmt: skip

    return happen


def closed(period: CalendarPeriod) -> Event:
    return lambda session, contract, at: (
        periods.close(session, contract, period, known_at=at, now=at) and None
    )


def issued(period: CalendarPeriod, number: int, addendum: int = 0) -> Event:
    def happen(session: Session, contract: Contract, at: datetime) -> None:
        row = session.scalars(select(Period).where(Period.start_on == period.start)).one()
        raw.insert(
            session,
            Report(
                contract_id=contract.id, period_id=row.id, issue=number, language="en", addendum=addendum,
                issued_at=at, sha256="0" * 64, pdf=b"%PDF",
            ),
        )  # fmt: skip

    return happen


def corrected(session: Session, contract: Contract, at: datetime) -> None:
    addenda.correct(session, contract, MARCH, reason="A file came late.", by=None, now=at)


def left_out(start: date, end: date) -> Event:
    def happen(session: Session, contract: Contract, at: datetime) -> None:
        agreed = {"provider_agreed_at": at, "client_agreed_at": at}
        days = {"start_on": start, "end_on": end}
        session.add(Exclusion(contract_id=contract.id, site_key="b", reason="Paint", **days, **agreed))

    return happen


def taken_back(first: datetime) -> Event:
    """What came in on that day."""
    return lambda session, contract, at: (
        withdrawals.withdraw(session, contract.id, Response.received_at == first, at) and None
    )


def breach(session: Session) -> Breach:
    return session.scalars(select(Breach).order_by(Breach.id)).all()[0]


def acknowledged(session: Session, _contract: Contract, at: datetime) -> None:
    breach_work.acknowledge(session, held(session, breach(session)), at)


def planned(session: Session, _contract: Contract, at: datetime) -> None:
    round_ = Planned("Extra round", "Amina Hassan", date(2026, 4, 25), "smell", None)
    actions.add(session, held(session, breach(session)), round_, at)
    breach_work.plan(session, held(session, breach(session)), at)


def changed(session: Session, _contract: Contract, at: datetime) -> None:
    action = session.scalars(select(Action)).first()
    assert action
    other = Planned("Two rounds", "Jonas", date(2026, 4, 28), None, "a")
    actions.change(session, held(session, breach(session)), action, other, at)


def done(session: Session, _contract: Contract, at: datetime) -> None:
    action = session.scalars(select(Action)).first()
    assert action
    actions.finish(session, held(session, breach(session)), action, done_on=at.date(), now=at)


def sealed(session: Session, _contract: Contract, at: datetime) -> None:
    seals.keep(session, seals.seal(session, at.date() - timedelta(days=1), at))


def applied(session: Session, contract: Contract, at: datetime) -> None:
    """A version that holds from a day before it was applied."""
    easier = breached.CLEAN | {"target": 60, "floor": 50}
    version = {"kpis": [easier, *TERMS["kpis"][1:]], "effective_from": "2026-04-01"}
    agreements.apply(session, make.agreement(**{**TERMS, **version}), at)
    assert len(agreements.versions(session, contract)) == 2


TIMELINE: tuple[tuple[datetime, Event], ...] = (
    (day(2, 20), rated(2, {2: 5, 5: 45})),
    (day(2, 21), observed(2, 40)),
    (day(3, 4), closed(FEBRUARY)),
    (day(3, 12), rated(3, {2: 30, 5: 20}, comment="It smells.")),
    (day(3, 13), observed(3, 50)),
    (day(3, 14), rated(2, {1: 7})),
    (day(3, 20), issued(FEBRUARY, 1)),
    (day(3, 21), sealed),
    (day(3, 25), left_out(date(2026, 3, 12), date(2026, 3, 13))),
    (day(4, 2), rated(3, {2: 9}, comment="Still.")),
    (day(4, 5), closed(MARCH)),
    (day(4, 6), acknowledged),
    (day(4, 7), rated(3, {2: 8, 5: 2}, site="a")),
    (day(4, 8), planned),
    (day(4, 9), sealed),
    (day(4, 10), taken_back(day(3, 14))),
    (day(4, 11), rated(4, {2: 30, 5: 10})),
    (day(4, 12), changed),
    (day(4, 13), left_out(date(2026, 3, 9), date(2026, 3, 20))),
    (day(4, 14), observed(3, 20)),
    (day(4, 15), issued(MARCH, 2)),
    (day(4, 16), corrected),
    (day(4, 17), done),
    (day(4, 18), issued(MARCH, 3, addendum=1)),
    (day(4, 19), taken_back(day(4, 7))),
    (day(4, 20), rated(3, {1: 20})),
    (day(4, 21), corrected),
    (day(4, 22), taken_back(day(4, 2))),
    (day(4, 23), applied),
    (day(5, 1), rated(4, {1: 25}, site="b")),
    (day(5, 6), closed(APRIL)),
    (day(5, 7), sealed),
)


def gather(
    session: Session, contract: Contract, period: CalendarPeriod, at: datetime, now: datetime
) -> ReportData:
    return reports.gather(session, contract, period, provider="Nordfast", as_known_at=at, now=now)


def test_a_report_as_known_at_an_instant_is_what_it_was_then(session: Session) -> None:
    seals.make_secret(session)
    contract = make.contract(session, make.agreement(**TERMS))
    then: dict[tuple[datetime, CalendarPeriod], ReportData] = {}
    for count, (at, happens) in enumerate(TIMELINE):
        happens(session, contract, at)
        session.flush()
        session.expire_all()
        seen = at + timedelta(hours=1)
        for period in (MARCH, APRIL, FEBRUARY) if count % 6 == 5 else (MARCH,) if count % 2 else ():
            if period.start < seen.date():
                then[seen, period] = gather(session, contract, period, seen, seen)
    for (seen, period), told in then.items():
        again = gather(session, contract, period, seen, day(6, 1))
        differing = [name for name in vars(told) if getattr(told, name) != getattr(again, name)]
        assert (seen, str(period), differing) == (seen, str(period), [])
    assert len({str(told) for told in then.values()}) > 15
