"""Sampling: how a period's responses came in, and whether the unusual ones change a verdict."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from xla.core import sampling as rules
from xla.core.agreement import Agreement
from xla.core.flag import Flag
from xla.core.outcome import Outcome
from xla.core.window import CalendarPeriod, Window, local_day
from xla.models import Contract, Period, Response
from xla.services import tallies
from xla.services.evaluations import measured
from xla.services.kept import Kept
from xla.services.response_rates import ResponseRate, response_rate
from xla.services.tallies import within
from xla.services.unflagged import Unflagged
from xla.services.what_if import Difference, differences

COUNTED, CHANGED, TAKEN_BACK = "counted", "changed", "taken_back"


@dataclass(frozen=True)
class CameIn:
    """What counts of a period, as known when it was closed, or now while it runs."""

    n: int
    channels: tuple[rules.Channel, ...]
    spread: rules.Spread | None
    """None on the period's first day."""
    coverage: rules.Coverage
    flagged_count: int
    flags: Mapping[Flag, int]
    changed_count: int
    """Taken back or replaced by who gave them."""
    taken_back_count: int
    """Of files that were taken back."""
    unflagged: tuple[Difference, ...]
    """The KPIs that would differ without what is flagged."""


class Sampling(NamedTuple):
    """A period's sampling note."""

    came_in: CameIn
    late_count: int
    """Felt in the period, received after its close: shown, not counted."""
    rate: ResponseRate
    """Of invitations about events of the period."""


def sampling(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    row: Period | None,
    holds: Outcome,
    agreement: Agreement,
    kept: Kept,
) -> Sampling:
    """The note of a period whose figures are `holds`; `agreement` is the version that judges it.

    Of a closed period (`row`) what counted is the same for ever and worked out once. One scan of the period's
    responses, and of the flagged ones another; the same number of queries for any period of a kind.
    """
    asked = _Asked(session, contract, period, row, holds, agreement)
    came_in = kept.of(("sampling", row.evaluation_id), lambda: _came_in(asked)) if row else _came_in(asked)
    return Sampling(came_in, _late(asked), response_rate(session, contract, period))


class Arrival(NamedTuple):
    """Responses alike in how they came in."""

    channel: str
    flags: str | None
    rated_on: date
    point_id: int
    fate: str
    """`COUNTED`, `CHANGED` or `TAKEN_BACK`."""
    n: int


def arrivals(
    session: Session, contract_id: int, window: Window, known_at: datetime | None
) -> Iterator[Arrival]:
    """How a window's responses came in, as known at an instant (None: so far); one scan of them."""
    withdrawn: ColumnElement[bool] = Response.withdrawn_at.is_not(None)
    known: list[ColumnElement[bool]] = []
    if known_at:
        withdrawn = Response.withdrawn_at <= known_at
        known = [Response.received_at <= known_at]
    from_file = Response.upload_id.is_not(None)
    fate = case((and_(withdrawn, from_file), TAKEN_BACK), (withdrawn, CHANGED), else_=COUNTED)
    kind = (Response.channel, Response.flags, Response.rated_on, Response.point_id, fate.label("fate"))
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    counted = select(*kind, func.count()).where(*here, *known).group_by(*kind[:-1], "fate")
    for row in session.execute(counted):
        yield Arrival(*row)


def late_count(
    session: Session, contract_id: int, window: Window, known_at: datetime, until: datetime | None = None
) -> int:
    """How many of a window's responses came in after an instant, up to another if told, and stand by then."""
    here = (Response.contract_id == contract_id, *within(Response.rated_on, window))
    late = [Response.received_at > known_at, Response.withdrawn_at.is_(None)]
    if until:
        stood = or_(Response.withdrawn_at.is_(None), Response.withdrawn_at > until)
        late = [Response.received_at > known_at, Response.received_at <= until, stood]
    return session.scalars(select(func.count()).select_from(Response).where(*here, *late)).one()


class _Asked(NamedTuple):
    session: Session
    contract: Contract
    period: CalendarPeriod
    row: Period | None
    holds: Outcome
    agreement: Agreement


def _came_in(asked: _Asked) -> CameIn:
    by_channel: Counter[str] = Counter()
    by_flags: Counter[str] = Counter()
    n_by_day: Counter[date] = Counter()
    n_by_point: Counter[int] = Counter()
    fates: Counter[str] = Counter()
    known_at = asked.row.evaluation.known_at if asked.row else None
    found = arrivals(asked.session, asked.contract.id, asked.period, known_at)
    for channel, flags, day, point, fate, n in found:
        fates[fate] += n
        if fate == COUNTED:
            by_channel[channel] += n
            n_by_day[day] += n
            n_by_point[point] += n
            if flags:
                by_flags[flags] += n
    return CameIn(
        n=fates[COUNTED],
        channels=rules.channels(by_channel),
        spread=_spread(asked, n_by_day),
        coverage=_coverage(asked, n_by_point),
        flagged_count=by_flags.total(),
        flags=rules.flagged(by_flags),
        changed_count=fates[CHANGED],
        taken_back_count=fates[TAKEN_BACK],
        unflagged=_unflagged(asked) if by_flags else (),
    )


def _spread(asked: _Asked, n_by_day: Mapping[date, int]) -> rules.Spread | None:
    """Over the days that are over and on which the contract collects."""
    terms = asked.agreement.contract
    first, end = max(asked.period.start, terms.starts_on), asked.period.end
    if asked.row is None:
        end = min(end, local_day(asked.holds.known_at, ZoneInfo(terms.timezone)))
    if terms.ends_on is not None:
        end = min(end, terms.ends_on + timedelta(days=1))
    return rules.spread(n_by_day, Window(first, end)) if first < end else None


def _coverage(asked: _Asked, points: Iterable[int]) -> rules.Coverage:
    """Over the sites in scope of any KPI that asks people."""
    holders = {site.key: parent for site, _, parent in asked.agreement.walk_sites()}
    scope: set[str] = set()
    for kpi in asked.agreement.kpis:
        if kpi.asked:
            scope |= asked.agreement.descendants(kpi.scope.sites) if kpi.scope.sites else holders.keys()
    places = tallies.points(asked.session, asked.contract.id)
    return rules.coverage(holders, scope, {places[point][0] for point in points if point in places})


def _unflagged(asked: _Asked) -> tuple[Difference, ...]:
    frozen = asked.row.evaluation if asked.row else None
    found = measured(
        asked.session,
        asked.contract,
        asked.period,
        as_known_at=frozen.known_at if frozen else None,
        version=frozen.version if frozen else None,
        knowledge=Unflagged,
        now=asked.holds.known_at,
    )
    return differences(asked.holds, found)


def _late(asked: _Asked) -> int:
    if asked.row is None:
        return 0
    return late_count(asked.session, asked.contract.id, asked.period, asked.row.evaluation.known_at)
