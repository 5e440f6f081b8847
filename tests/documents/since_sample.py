"""A sample of what changed since the last issue: something of every kind."""

from datetime import date
from fractions import Fraction

from xla.core.verdict import Verdict
from xla.documents.since_data import SinceLast, Turned

SINCE = SinceLast(
    start=date(2018, 4, 1),
    end=date(2018, 5, 1),
    issue=28,
    turned=(Turned("kpi-1", "Restroom satisfaction", Verdict.AT_RISK, Verdict.BREACHED),),
    added=("Overall index",),
    removed=("Parking",),
    version_was=2,
    version_now=3,
    altered=tuple(f"KPI {key}: floor 70 becomes 75." for key in ("a", "b", "c", "d", "e")),
    score_was=Fraction(782, 10),
    score_now=Fraction(584, 10),
    opened=("Restroom satisfaction",),
    closed=("Food court clean",),
    addenda=((1, "Pier C counted anew."),),
    late=12,
)
