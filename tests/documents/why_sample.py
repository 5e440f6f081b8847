"""The sample report's KPI to explain: at its sites, and why."""

from datetime import date
from fractions import Fraction

from xla.documents.why_data import (
    DriverLine,
    DriversTold,
    FocusRow,
    HourBar,
    Hours,
    MixAndReal,
    Quote,
    ReasonLine,
    ReasonsGiven,
    SiteEffect,
    SiteFocus,
    Span,
    Why,
)

THEN = Span(date(2017, 5, 1), date(2017, 6, 1))
# title, n, value, low, high, before
SITES = (
    ("Pier B", 611, "61.5", 57.6, 65.3, "73.7"),
    ("Baggage reclaim", 318, "73.9", 68.8, 78.4, "77.0"),
    ("Pier C", 236, "75.8", 70.0, 80.9, "77.7"),
    ("Security and transfer", 298, "76.2", 71.0, 80.7, "77.4"),
    ("Pier A", 447, "76.3", 72.1, 80.0, "78.1"),
    ("Check-in hall", 402, "78.6", 74.3, 82.3, "80.7"),
    ("Arrivals hall", 226, "79.2", 73.4, 84.0, "80.3"),
    ("Car park and rail", 51, "80.4", 67.5, 89.0, None),
)
FOCUS = SiteFocus(
    "kpi-1",
    THEN,
    tuple(
        FocusRow(
            title.lower(), title, n, Fraction(value), low, high, None if then is None else Fraction(then)
        )
        for title, n, value, low, high, then in SITES
    ),
)
MIX = MixAndReal(
    then=Fraction("77.8"),
    now=Fraction("73.2"),
    real=Fraction("-4.02"),
    mix=Fraction("-0.58"),
    low=-6.4,
    high=-1.7,
    sites=(
        SiteEffect("b", "Pier B", Fraction("-2.53"), Fraction("-0.5"), Fraction(18, 100), Fraction(24, 100)),
        SiteEffect("a", "Pier A", Fraction("-0.4"), Fraction("-0.08"), Fraction(17, 100), Fraction(17, 100)),
        SiteEffect("c", "Pier C", Fraction("-0.2"), Fraction(0), Fraction(9, 100), Fraction(9, 100)),
    ),
    is_pooled=True,
)
REASONS = ReasonsGiven(
    695,
    612,
    tuple(
        ReasonLine(text, n, Fraction(then, 100))
        for text, n, then in (
            ("Smell", 214, 24), ("Wet or dirty floor", 176, 26), ("No soap or paper", 108, 19),
            ("Toilet or seat dirty", 61, 14), ("Waiting time", 24, 8), ("Something broken", 17, 5),
        )
    ),
)  # fmt: skip
HOURS = Hours(
    "Pier B",
    tuple(
        HourBar(start, end, n, Fraction(value), float(value) - spread, float(value) + spread)
        for start, end, n, value, spread in (
            (6, 9, 84, "76.8", 10), (9, 12, 92, "78.7", 9), (12, 15, 78, "69.2", 10),
            (15, 18, 66, "62.1", 11.0), (18, 21, 172, "53.5", 7.4), (21, 24, 119, "51.3", 8.8),
        )
    ),
)  # fmt: skip
QUOTES = (
    Quote("It smells before you open the door.", "Pier B", date(2018, 5, 24)),
    Quote("Floor was wet, nowhere to put my bag down.", "Pier B", date(2018, 5, 20)),
    Quote("Clean when I flew out, awful coming home in the evening.", "", date(2018, 5, 12)),
)
DRIVERS = DriversTold(
    "How satisfied are you with the airport?",
    1648,
    1412,
    46,
    (
        DriverLine("Was it free of smell?", 31, 26, 37, is_clear=True),
        DriverLine("Was the floor clean and dry?", 24, 19, 29, is_clear=True),
        DriverLine("Were soap and paper in place?", 17, 13, 21, is_clear=False),
        DriverLine("Was the toilet clean?", 15, 11, 19, is_clear=True),
        DriverLine("Was the wait short?", 8, 5, 12, is_clear=False),
        DriverLine("Was it light and tidy?", 5, 3, 8, is_clear=True),
    ),
)
WHY = Why("kpi-1", THEN, MIX, REASONS, HOURS, QUOTES, DRIVERS)
