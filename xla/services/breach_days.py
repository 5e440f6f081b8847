"""A breached period day by day: its KPI so far and on single days, as far as either may be shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Rolling
from xla.core.metric import measure, weighted
from xla.core.privacy import is_few
from xla.core.weight import KINDS
from xla.core.window import Window, days_between
from xla.documents.chart_days import Day
from xla.models import Breach, Contract
from xla.services import tallies
from xla.services.agreements import agreement_of
from xla.services.days import Days
from xla.services.knowledge import Knowledge

Counts = Mapping[int, int]


@dataclass
class Stretch:
    """Days whose answers are told of together, since fewer would tell of too few people."""

    days: list[date]
    counts: Counter[int]


def days_of(session: Session, contract: Contract, breach: Breach) -> Sequence[Day]:
    """The breached period's days, as its close knew them; none for a KPI that has no single days.

    Those are an index of several questions, operational data, and a KPI with a rolling window.
    """
    evaluation = breach.period.evaluation
    agreement = agreement_of(evaluation.version)
    kpi = agreement.kpi(breach.kpi_key)
    if kpi.metric not in KINDS or isinstance(kpi.window, Rolling):
        return []
    window = Window(breach.period.start_on, breach.period.end_on)
    known = Knowledge(session, contract, agreement, window, evaluation.known_at)
    counts = {day: Counter(told) for day, told in Days(known, [kpi]).of(kpi).items()}
    _take_away_later(known, kpi, counts)
    return list(_told(agreement, kpi, list(_stretches(window, counts)), counts))


def _take_away_later(known: Knowledge, kpi: Kpi, counts: dict[date, Counter[int]]) -> None:
    """What came in after the close was not known to it; excluded ratings were never counted."""
    asked, points = known.question_ids[kpi.asked[0]], known.points(kpi.scope)
    later = tallies.received_after(known.session, known.contract_id, known.window, known.known_at)  # type: ignore[arg-type]  # a closed period's knowledge has its instant
    for (cell, day), n in later:
        inside = cell.question_id == asked and cell.point_id in points
        if inside and (not kpi.scope.personas or cell.persona in kpi.scope.personas):
            left = any(cell.point_id in each.points and day in each.window for each in known.left)
            counts[day][cell.score] -= 0 if left else n


def _stretches(window: Window, counts: Mapping[date, Counter[int]]) -> Iterator[Stretch]:
    """Days put together until they hold enough answers; the last ones go with those before."""
    found: list[Stretch] = []
    begun = Stretch([], Counter())
    for day in days_between(window.start, window.end):
        begun.days.append(day)
        begun.counts.update(counts.get(day, Counter()))
        if not is_few(begun.counts.total()):
            found.append(begun)
            begun = Stretch([], Counter())
    while found and is_few(begun.counts.total()):
        last = found.pop()
        begun = Stretch(last.days + begun.days, last.counts + begun.counts)
    if begun.days:
        found.append(begun)
    return iter(found)


def _told(
    agreement: Agreement, kpi: Kpi, stretches: Sequence[Stretch], counts: Mapping[date, Counter[int]]
) -> Iterator[Day]:
    so_far: Counter[int] = Counter()
    for stretch in stretches:
        so_far.update(stretch.counts)
        for day in stretch.days:
            own = counts.get(day, Counter())
            rest = stretch.counts.total() - own.total()
            is_shown = own.total() > 0 and not is_few(own.total()) and not is_few(rest)
            is_last = day == stretch.days[-1]
            yield Day(
                day,
                own.total() if is_shown else None,
                _value(agreement, kpi, own) if is_shown else None,
                so_far.total() if is_last else None,
                _value(agreement, kpi, so_far) if is_last and not is_few(so_far.total()) else None,
            )


def _value(agreement: Agreement, kpi: Kpi, counts: Counts) -> Fraction | None:
    scale = agreement.question(kpi.asked[0]).scores
    return measure(weighted(kpi, scale), counts, kpi.confidence).value
