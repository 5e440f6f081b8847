"""What if: a period's figures with other exclusions, or with what came late, beside those that hold.

Every figure is measured from what is known; nothing is kept. Where a difference stands for fewer than five
answers it is not told, or subtracting would tell it of them (domain, section 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from xla.core.measurement import Measurement
from xla.core.outcome import Judged, Outcome
from xla.core.privacy import K_VALUE, is_few
from xla.core.window import CalendarPeriod
from xla.models import Contract, Exclusion, Period
from xla.services.evaluations import measured
from xla.services.exclusions import agreed_at


@dataclass(frozen=True)
class Difference:
    """One KPI as it stands and as it would be; only where the answers that count differ."""

    kpi: str
    now: Judged
    then: Judged | None
    """None where it is hidden: the difference is of fewer than five answers."""


@dataclass(frozen=True)
class WhatIf:
    """The KPIs that would differ, under three suppositions."""

    everything_counted: tuple[Difference, ...]
    """Without any exclusion."""
    proposed_left_out: tuple[Difference, ...]
    """With the exclusions that are only proposed, or were agreed too late to count."""
    late_counted: tuple[Difference, ...]
    """With the ratings that came after the close."""


def what_if(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    period: CalendarPeriod,
    *,
    row: Period | None,
    holds: Outcome,
    exclusions: Sequence[Exclusion],
    now: datetime,
) -> WhatIf:
    """What would differ from `holds`, the period's figures, with these exclusions or without any.

    Of a closed period (`row`) as known when it was closed, so that one thing differs at a time.
    """
    known_at = row.evaluation.known_at if row else None
    version = row.evaluation.version if row else None
    counting = [each for each in exclusions if _counts(each, known_at)]
    others = [each for each in exclusions if each not in counting]

    def supposing(supposed: Sequence[Exclusion], at: datetime | None) -> tuple[Difference, ...]:
        found = measured(
            session, contract, period, as_known_at=at, version=version, supposed=supposed, now=now
        )
        return differences(holds, found)

    late = row is not None and any(each.late for each in holds.kpis)
    return WhatIf(
        everything_counted=supposing([], known_at) if counting else (),
        proposed_left_out=supposing([*counting, *others], known_at) if others else (),
        late_counted=supposing(counting, None) if late else (),
    )


def differences(holds: Outcome, found: Outcome) -> tuple[Difference, ...]:
    """The KPIs that differ from `holds`, the figures that stand, in what was found on a supposition."""
    return tuple(
        Difference(now.kpi.key, now, None if _tells(now.measurement, then.measurement) else then)
        for now, then in zip(holds.kpis, found.kpis, strict=True)
        if (now.measurement.n, now.measurement.counts) != (then.measurement.n, then.measurement.counts)
    )


def _counts(exclusion: Exclusion, known_at: datetime | None) -> bool:
    """Whether it was agreed in time."""
    agreed = agreed_at(exclusion)
    return agreed is not None and (known_at is None or agreed <= known_at)


def _tells(now: Measurement, then: Measurement) -> bool:
    """Whether showing both would show what a few answered, or either is of too few itself."""
    return is_few(abs(then.n - now.n)) or min(then.n, now.n) < K_VALUE
