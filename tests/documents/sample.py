"""Sample reports: made, not measured; every verdict, metric and gap appears."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from documents.money_sample import ACTIONS, AHEAD, CREDITS
from documents.sample_counted import AGREEMENT, SEAL, make_counted
from documents.sampling_sample import make_exclusions, make_sampling, make_what_ifs
from documents.since_sample import SINCE
from documents.why_sample import FOCUS, WHY
from xla.core.agreement import Metric
from xla.core.measurement import Measurement
from xla.core.verdict import DecisionRule, Thresholds, Verdict
from xla.documents.report_data import BreachLine, KpiResult, ReportData, SiteCell, SiteRow, TrendPoint

MONTHS = tuple(
    (date(2017 + (4 + i) // 12, (4 + i) % 12 + 1, 1), date(2017 + (5 + i) // 12, (5 + i) % 12 + 1, 1))
    for i in range(13)
)

# title, service, metric, target, floor, now, a year before, spread of the interval, n, verdict
ROWS = (
    ("Restroom satisfaction", "cleaning", "csat", "78", "75", "73.2", "77.8", 1.7, 2589, "breached"),
    (
        "Restrooms, willingness to recommend",
        "cleaning",
        "nps",
        "40",
        "35",
        "31.04",
        "39.8",
        3.2,
        2650,
        "breached",
    ),
    ("Waiting areas clean", "cleaning", "csat", "82", "78", "80.4", "82.9", 1.6, 2312, "at_risk"),
    ("Accessible restrooms", "cleaning", "csat", "80", "76", "74.1", "82.7", 5.5, 247, "inconclusive"),
    ("Indoor climate", "building", "mean", "3.9", "3.6", "4.12", "3.95", 0.06, 1904, "met"),
    ("Food court clean", "catering", "share", "75", "70", "78.2", "76.3", 2.0, 1655, "met"),
    ("Staff courtesy", "reception", "happiness", "85", "80", "92.6", "91.2", 1.5, 1188, "met"),
    ("Tickets fixed first time", "helpdesk", "rate", "80", "75", "83.9", "81.0", 4.5, 261, "met"),
    ("Staff rooms", "cleaning", "csat", "70", "64", None, "71.8", 6.0, 0, "no_data"),
    ("Booking a room was easy", "workplace", "ces_mean", "5.5", "5.0", "5.61", "5.40", 0.12, 744, "met"),
    ("Overall index", "all services", "nki", "72", "68", "71.3", "70.9", 1.1, 1322, "at_risk"),
    ("Minutes lost in queues", "reception", "amount_mean", "4", "6", "4.75", "4.40", None, 812, "at_risk"),
)
HOW = {
    "csat": "Share of ratings 4–5 of 5",
    "nps": "Promoters minus detractors, points",
    "mean": "Mean score, 1 to 5",
    "share": "Share of ratings 4 and 5",
    "happiness": "Mean weight of smileys, 0 to 100",
    "rate": "Tickets fixed at the first visit",
    "ces_mean": "Mean agreement, 1 to 7",
    "nki": "Index of three questions, 0 to 100",
    "amount_mean": "Minutes per visitor, mean",
}
RANGES = {"mean": (1, 5), "ces_mean": (1, 7), "nps": (-100, 100), "amount_mean": (0, 0)}
WAVE = (0.0, 0.3, -0.2, 0.1, 0.6, 0.9, 0.4, -0.3, 0.0, -0.5, -0.6, -0.2, 0.0)


def make_kpi(index: int = 0, **changes: object) -> KpiResult:
    title, service, metric, target, floor, now, then, spread, n, verdict = ROWS[index % len(ROWS)]
    higher = Decimal(target) >= Decimal(floor)
    value = None if now is None else Fraction(now)
    low, high = RANGES.get(metric, (0, 100))
    kpi = KpiResult(
        key=f"kpi-{index + 1}",
        title=title,
        service=service,
        question="" if metric in {"rate", "amount_mean"} else f"How do you rate this: {title.lower()}?",
        metric=Metric(metric),
        how=HOW[metric],
        scale_low=Decimal(low),
        scale_high=Decimal(high),
        measurement=Measurement(
            n=n,
            value=value,
            low=None if value is None or spread is None else float(value) - spread,
            high=None if value is None or spread is None else float(value) + spread,
        ),
        hidden=False,
        thresholds=Thresholds(
            target=Decimal(target),
            floor=Decimal(floor),
            higher_is_better=higher,
            min_responses=30,
            decision_rule=DecisionRule.GUARDED_REJECTION,
        ),
        confidence=Decimal("0.95"),
        verdict=Verdict(verdict),
        chance_below_floor={"breached": 0.984, "inconclusive": 0.76, "no_data": None}.get(verdict, 0.002),
        more_ratings_needed=1440 if verdict == "inconclusive" else None,
        late=index * 3 % 17,
        excluded=index * 5 % 11,
        weight=Decimal(1 + index % 3),
        points=None if value is None else Fraction(55 + index),
        trend=_trend(now, then, floor, target, spread, n, Verdict(verdict)),
    )
    return replace(kpi, **changes)  # type: ignore[arg-type]  # a test's shorthand


def _trend(
    now: str | None, then: str, floor: str, target: str, spread: float | None, n: int, verdict: Verdict
) -> tuple[TrendPoint, ...]:
    points = []
    end = float(now) if now is not None else float(then)
    for index, (start, stop) in enumerate(MONTHS):
        share = (index / 12) ** 2
        step = abs(float(target) - float(floor)) or 1
        value = float(then) + (end - float(then)) * share + WAVE[index] * step * 0.5
        exact = Fraction(round(value * 100), 100)
        if index == 12:
            exact = None if now is None else Fraction(now)
        wide = None if spread is None or exact is None else spread
        sign = 1 if float(target) >= float(floor) else -1
        judged = verdict
        if index < 12:
            judged = (
                Verdict.MET
                if sign * (value - float(target)) >= 0
                else (Verdict.AT_RISK if sign * (value - float(floor)) >= 0 else Verdict.BREACHED)
            )
        points.append(
            TrendPoint(
                start=start,
                end=stop,
                n=n or 11,
                value=exact,
                low=None if wide is None else float(exact) - wide,
                high=None if wide is None else float(exact) + wide,
                verdict=judged,
            )
        )
    return tuple(points)


def make_cell(row: int, column: int, kpi: KpiResult) -> SiteCell:
    pick = (row * 7 + column * 5 + row * column) % 23
    if pick == 3:
        return SiteCell(n=None, value=None, verdict=None, hidden=True)
    if pick == 7:
        return SiteCell(n=None, value=None, verdict=None, outside=True)
    if pick == 11 or kpi.measurement.value is None:
        return SiteCell(n=0, value=None, verdict=Verdict.NO_DATA)
    if pick == 13:
        return SiteCell(n=12, value=None, verdict=None, hidden=True)
    terms = kpi.thresholds
    step = (terms.target - terms.floor) or Decimal(1)
    value = Fraction(terms.floor) + Fraction(step) * Fraction(pick - 4, 9)
    n = 9 + pick * 31 + row
    better = (value - Fraction(terms.target)) * (1 if terms.higher_is_better else -1)
    worse = (value - Fraction(terms.floor)) * (1 if terms.higher_is_better else -1)
    spread = None if kpi.measurement.low is None else float(abs(step)) * (0.1 + 3 / n)
    low, high = (None, None) if spread is None else (float(value) - spread, float(value) + spread)
    if n < 30:
        return SiteCell(n=n, value=value, verdict=Verdict.INCONCLUSIVE, low=low, high=high)
    verdict = Verdict.MET if better >= 0 else Verdict.AT_RISK if worse >= 0 else Verdict.BREACHED
    return SiteCell(n=n, value=value, verdict=verdict, low=low, high=high)


SCORES = (883, 889, 882, 876, 886, 888, 888, 881, 860, 830, 800, 782, 584)
SECRET = Measurement(3, Fraction("61.37"), 22.41, 93.58, counts={1: 3})
TRACES = ("61.3", "61.4", "6137", "22.4", "93.5", "93.6", "0.3721", "37\u00a0%", "37 %", "5173", "51.7")
"""What must not be readable anywhere when `make_hidden` is in a report."""


def make_hidden() -> KpiResult:
    """A KPI with three answers: everything it could reveal is there to be revealed."""
    kpi = make_kpi(0, measurement=SECRET, hidden=True, late=0, excluded=0, chance_below_floor=0.3721)
    last = replace(kpi.trend[-1], n=3, value=SECRET.value, low=SECRET.low, high=SECRET.high)
    return replace(kpi, points=Fraction("51.73"), more_ratings_needed=5173, trend=(*kpi.trend[:-1], last))


PLACES = (
    "Terminal",
    "Pier A",
    "Pier B",
    "Pier C",
    "Check-in hall",
    "Security and transfer",
    "Baggage reclaim",
    "Arrivals hall",
)


def make_sites(count: int, kpis: tuple[KpiResult, ...]) -> tuple[SiteRow, ...]:
    return tuple(
        SiteRow(
            key=f"site-{row}",
            title="Aurland Airport" if row == 0 else f"{PLACES[row % 8]} {row // 8 + 1}",
            depth=0 if row == 0 else 1 if row % 8 in {0, 1} else 2,
            cells=tuple(make_cell(row, column, kpi) for column, kpi in enumerate(kpis)),
        )
        for row in range(count)
    )


BREACHES = (
    BreachLine(
        number=12, kpi_title="Restroom satisfaction", opened_on=date(2018, 6, 4),
        state_since=date(2018, 6, 11), cause="Smell and wet floors, Pier B evenings", owner="M. Lindqvist",
        due_on=date(2018, 8, 31),
        start=date(2018, 5, 1), end=date(2018, 6, 1),
        value=Fraction("73.2"), floor=Decimal(75), metric=Metric.CSAT, state="action_planned",
        steps=(
            (date(2018, 6, 4), "Opened by the measurement of May 2018; notices sent to both parties."),
            (date(2018, 6, 5), "Acknowledged by Nordfast Service AB."),
            (date(2018, 6, 11), "Action planned: second cleaner in Pier B from 17:00, from 21 June."),
        ),
    ),
    BreachLine(
        number=13, kpi_title="Restrooms, willingness to recommend",
        opened_on=date(2018, 6, 4),
        start=date(2018, 5, 1), end=date(2018, 6, 1),
        value=Fraction("31.04"), floor=Decimal(35), metric=Metric.NPS, state="open",
        steps=((date(2018, 6, 4), "Opened by the measurement of May 2018; same cause as no. 12."),),
    ),
    BreachLine(
        number=9, kpi_title="Food court clean", opened_on=date(2018, 3, 5),
        start=date(2018, 2, 1), end=date(2018, 3, 1),
        value=Fraction("67.6"), floor=Decimal(70), metric=Metric.SHARE, state="closed",
        steps=(
            (date(2018, 3, 5), "Opened by the measurement of February 2018."),
            (date(2018, 3, 19), "Action: evening table service."),
            (date(2018, 5, 4), "Closed: two periods in a row above the floor."),
        ),
    ),
)  # fmt: skip


def make_report(kpis: int = 12, places: int = 40, **changes: object) -> ReportData:
    """The standard report: 12 KPIs, 40 sites, 13 months."""
    results = tuple(make_kpi(index) for index in range(kpis))
    rows = make_sites(places, results)
    report = ReportData(
        contract_key="aurland-fm",
        contract_title="Facility services, Aurland Airport",
        client="Aurland Airport",
        provider="Nordfast Service AB",
        agreement_version=3,
        agreement_effective_from=date(2018, 1, 1),
        language="en",
        timezone="Europe/Stockholm",
        period="2018-05",
        start=date(2018, 5, 1),
        end=date(2018, 6, 1),
        is_draft=False,
        issue=29,
        as_of=datetime(2018, 6, 4, 7, 0, tzinfo=UTC),
        promise="Clean, calm and easy to find, from the door to the gate.",
        close_after_days=3,
        respond_within_days=10,
        respond_by=date(2018, 6, 14),
        score=Fraction(584, 10),
        score_method="weighted",
        score_trend=tuple(
            (start, Fraction(score, 10)) for (start, _), score in zip(MONTHS, SCORES, strict=True)
        ),
        kpis=results,
        sites=rows,
        breaches=BREACHES,
        actions=ACTIONS,
        credits=CREDITS,
        ahead=AHEAD,
        late_total=58,
        excluded_total=387,
        since_last=SINCE,
        counts={
            kpi.key: {1: 104, 2: 161, 3: 429, 4: 1005, 5: 890}
            if index % 2 == 0
            else {s: 40 + 31 * s for s in range(11)}
            for index, kpi in enumerate(results)
            if kpi.measurement.n >= 8 and index < 8
        },
        sampling=make_sampling(rows),
        what_ifs=make_what_ifs(results),
        exclusions=make_exclusions(results),
        site_focus=FOCUS if kpis and places else None,
        why=WHY if kpis and places else None,
    )
    report = replace(
        report, counted=make_counted(results, report.counts), agreement_text=AGREEMENT, seal=SEAL
    )
    return replace(report, **changes)  # type: ignore[arg-type]  # a test's shorthand
