"""The standard report's part on its sample: four channels, an outage, an exclusion, every supposition."""

from datetime import date, timedelta
from fractions import Fraction

from xla.core.verdict import Verdict
from xla.documents.report_data import KpiResult, SiteRow
from xla.documents.sampling_data import (
    ChannelLine,
    CoverageLine,
    DayLine,
    ExclusionLine,
    OutageLine,
    Sampling,
    Supposed,
    Supposition,
    WhatIfLine,
    WhatIfs,
    WithAndWithout,
)

FIRST = date(2018, 5, 1)
SILENT = (date(2018, 5, 12), date(2018, 5, 14))


def make_days(count: int = 31) -> tuple[DayLine, ...]:
    """Fewer on two days of an outage, none on one."""

    def of(place: int) -> tuple[int, ...]:
        if place == 19:
            return (0, 0, 0, 0)
        half = 2 if SILENT[0] <= FIRST + timedelta(place) < SILENT[1] else 1
        return (260 // half + place % 7 * 9, 70 + place % 5 * 4, 66 - place % 3 * 5, 8 - place % 4)

    return tuple(DayLine(FIRST + timedelta(place), of(place)) for place in range(count))


def make_sampling(sites: tuple[SiteRow, ...], days: tuple[DayLine, ...] | None = None) -> Sampling:
    days = make_days() if days is None else days
    totals = [sum(day.by_channel[place] for day in days) for place in range(4)]
    counted = sum(totals)
    keys = (("kiosk",), ("mail",), ("qr",), ("paper", "panel"))
    return Sampling(
        received=counted + 387,
        excluded=387,
        counted=counted,
        late=58,
        is_closed=True,
        flagged=96,
        changed=3,
        taken_back=1,
        channels=tuple(
            ChannelLine(each, n, Fraction(n, counted)) for each, n in zip(keys, totals, strict=True)
        ),
        days=days,
        coverage=tuple(
            CoverageLine(
                row.key,
                row.title,
                days=None if place == 2 else min(15 + place, 31),
                of_days=31,
                n=None if place == 2 else 40 + 7 * place,
                share=None if place == 2 else Fraction(40 + 7 * place, counted),
                traffic_share=None if place == 3 else Fraction(1, 10 + place),
                has_outage=place == 0,
            )
            for place, row in enumerate(sites)
        ),
        outages=(OutageLine("pier-c", "Pier C", "Use the restroom", *SILENT, 412),),
        delivered=640,
        answered=272,
    )


def make_what_ifs(kpis: tuple[KpiResult, ...]) -> WhatIfs | None:
    lines = tuple(
        WhatIfLine(kpi.key, _then(kpi, place)) for place, kpi in enumerate(kpis) if kpi.measurement.value
    )
    return WhatIfs(tuple(Supposition), ("Pier C",), lines) if lines else None


def _then(kpi: KpiResult, place: int) -> dict[Supposition, Supposed]:
    value = kpi.measurement.value or Fraction(0)

    def shown(count: int, by: Fraction, verdict: Verdict = kpi.verdict) -> Supposed:
        return Supposed(count, value + by, 0.42, verdict, is_same=verdict is kpi.verdict)

    other = Verdict.AT_RISK if kpi.verdict is Verdict.BREACHED else Verdict.BREACHED
    then = {
        Supposition.PUT_BACK: shown(84, Fraction(1, 10)),
        Supposition.LATE: Supposed(14, verdict=kpi.verdict, is_same=True),
        Supposition.OUTAGE: shown(141, -Fraction(2, 10), other if place == 4 else kpi.verdict),
        Supposition.TRAFFIC: shown(0, Fraction(2, 10)),
        Supposition.UNFLAGGED: Supposed(3, is_same=place % 2 == 0),
    }
    if place % 3 == 0:
        del then[Supposition.LATE]
    return then


def make_exclusions(kpis: tuple[KpiResult, ...]) -> tuple[ExclusionLine, ...]:
    effects = tuple(
        WithAndWithout(
            kpi.key,
            Supposed(84, kpi.measurement.value + Fraction(1, 10), 0.4, kpi.verdict, is_same=True)
            if kpi.measurement.value
            else Supposed(3),
        )
        for kpi in kpis[:6]
    )
    days = (date(2018, 5, 3), date(2018, 5, 6))
    agreed = (date(2018, 5, 7), date(2018, 5, 9))
    return (
        ExclusionLine(
            "pier-b", "Pier B", *days, "Burst pipe, the restrooms were closed", *agreed, 387, effects
        ),
    )
