"""The report's sampling: a period's responses by channel, day and site, as known at the report's instant."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from xla.core import sampling as rules
from xla.core.agreement import Agreement
from xla.core.agreement_texts import words
from xla.core.privacy import WHOLE, hidden_sites
from xla.core.window import Window, days_between, local_day
from xla.documents.sampling_data import ChannelLine, CoverageLine, DayLine, OutageLine, Sampling
from xla.models import Contract
from xla.services.knowledge import Knowledge
from xla.services.outages import PointOutage
from xla.services.response_rates import response_rate
from xla.services.sampling import CHANGED, COUNTED, TAKEN_BACK, Arrival, arrivals, late_count


@dataclass
class Arrived:
    """A period's responses, counted; those that both parties agreed to leave out apart."""

    fates: Counter[str] = field(default_factory=Counter)
    excluded: Counter[tuple[int, date]] = field(default_factory=Counter)
    """Rating point and day -> n."""
    flagged: int = 0
    by_channel: Counter[str] = field(default_factory=Counter)
    by_day: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Day -> channel -> n that count."""
    by_point: defaultdict[int, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    """Rating point -> day -> n that count."""


def arrived(known: Knowledge, known_at: datetime) -> Arrived:
    """What came in, from one scan of the period's responses."""
    found = Arrived()
    for each in arrivals(known.session, known.contract_id, known.window, known_at):
        if each.fate != COUNTED:
            found.fates[each.fate] += each.n
        elif any(each.point_id in left.points and each.rated_on in left.window for left in known.left):
            found.excluded[each.point_id, each.rated_on] += each.n
        else:
            _count(found, each)
    return found


def sampling_part(  # noqa: PLR0913 -- its keywords say what each is
    contract: Contract,
    known: Knowledge,
    came: Arrived,
    *,
    outages: Sequence[PointOutage],
    traffic: Mapping[str, Decimal],
    is_closed: bool,
    known_at: datetime,
    now: datetime,
) -> Sampling:
    """The part; `traffic` what was counted at each site."""
    counted, excluded = came.fates[COUNTED], came.excluded.total()
    ways = rules.channels(came.by_channel)
    rate = response_rate(known.session, contract, known.window, known_at)
    late = late_count(known.session, contract.id, known.window, known_at, now) if is_closed else 0
    return Sampling(
        received=counted + excluded,
        excluded=excluded,
        counted=counted,
        late=late,
        is_closed=is_closed,
        flagged=came.flagged,
        changed=came.fates[CHANGED],
        taken_back=came.fates[TAKEN_BACK],
        channels=tuple(ChannelLine(way.keys, way.n, way.share) for way in ways),
        days=tuple(
            DayLine(day, tuple(sum(came.by_day[day][key] for key in way.keys) for way in ways))
            for day in days_between(known.window.start, known.window.end)
        ),
        coverage=_coverage(known, came, outages, traffic, known_at),
        outages=tuple(_outage(known.agreement, each) for each in outages),
        delivered=rate.delivered,
        answered=rate.answered,
    )


def _count(found: Arrived, each: Arrival) -> None:
    found.fates[COUNTED] += each.n
    found.flagged += each.n if each.flags else 0
    found.by_channel[each.channel] += each.n
    found.by_day[each.rated_on][each.channel] += each.n
    found.by_point[each.point_id][each.rated_on] += each.n


def _coverage(
    known: Knowledge,
    came: Arrived,
    outages: Iterable[PointOutage],
    traffic: Mapping[str, Decimal],
    known_at: datetime,
) -> tuple[CoverageLine, ...]:
    """The sites in scope that have rating points of their own, and those inside which nobody rates.

    A site's number is hidden where it, or what subtraction would leave, is of fewer than five.
    """
    by_site: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for point, days in came.by_point.items():
        by_site[known.places[point][0]].update(days)
    shown = [key for key in _in_scope(known) if key in by_site]
    n = {key: by_site[key].total() for key in shown}
    total = came.fates[COUNTED]
    hidden = hidden_sites(dict.fromkeys(shown, WHOLE), n | {WHOLE: total})
    silent = {each.site for each in outages}
    passed = sum(traffic.values())
    of_days = _days(known, known_at)
    titles = {site.key: site.title for site, _, _ in known.agreement.walk_sites()}
    lines = [
        CoverageLine(
            site=key,
            title=titles[key],
            days=None if key in hidden else sum(n > 0 for n in by_site[key].values()),
            of_days=of_days,
            n=None if key in hidden else n.get(key, 0),
            share=Fraction(n.get(key, 0), total) if total and key not in hidden else None,
            traffic_share=Fraction(traffic[key]) / Fraction(passed) if traffic.get(key) else None,
            has_outage=key in silent,
        )
        for key in (*shown, *_without_any(known, by_site))
    ]
    return tuple(sorted(lines, key=_worst_first))


def _worst_first(line: CoverageLine) -> tuple[bool, float, str]:
    """Outages, then fewest days; hidden ones are of few."""
    return not line.has_outage, 0.5 if line.days is None else line.days, line.site


def _in_scope(known: Knowledge) -> list[str]:
    """The sites that any KPI which asks people looks at, in the agreement's order."""
    agreement = known.agreement
    asking = [kpi.scope.sites for kpi in agreement.kpis if kpi.asked]
    scope = agreement.descendants(key for sites in asking for key in (sites or agreement.site_keys))
    return [key for key in agreement.site_keys if key in scope]


def _without_any(known: Knowledge, rated: Iterable[str]) -> tuple[str, ...]:
    """The sites in scope from which nothing came, nor from inside them; not those inside one of them."""
    holders = {site.key: parent for site, _, parent in known.agreement.walk_sites()}
    return rules.coverage(holders, _in_scope(known), set(rated)).silent


def _days(known: Knowledge, known_at: datetime) -> int:
    """The days of the window that are over and on which the contract collects."""
    terms = known.agreement.contract
    first = max(known.window.start, terms.starts_on)
    end = min(known.window.end, local_day(known_at, ZoneInfo(terms.timezone)))
    if terms.ends_on is not None:
        end = min(end, terms.ends_on + timedelta(days=1))
    return Window(first, end).day_count if first < end else 0


def _outage(agreement: Agreement, each: PointOutage) -> OutageLine:
    own = agreement.contract.language
    sites = {site.key: site.title for site, _, _ in agreement.walk_sites()}
    moments = {moment.key: moment.title for moment in agreement.journey}
    touchpoint = words(moments[each.touchpoint], own, own) if each.touchpoint in moments else ""
    window = each.outage.window
    return OutageLine(
        each.site, sites[each.site], touchpoint, window.start, window.end, round(each.outage.expected)
    )
