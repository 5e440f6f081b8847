"""Actions and credits of the standard report: every state and result, a credit that its cap cuts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from xla.core.agreement import Metric
from xla.core.effect import Effect, Result
from xla.core.verdict import Thresholds, Verdict
from xla.documents.actions_data import ActionLine, Ahead
from xla.documents.credits_data import CreditItem, CreditStatement, Standing

RESTROOMS = Thresholds(target=Decimal(78), floor=Decimal(75))


def make_action(number: int, title: str, effect: Effect | None = None, **changes: object) -> ActionLine:
    told: dict[str, object] = {
        "breach": 12,
        "number": number,
        "kpi": "kpi-1",
        "kpi_title": "Restroom satisfaction",
        "title": title,
        "owner": "M. Lindqvist, Nordfast",
        "due_on": date(2018, 6, 15),
        "done_on": date(2018, 5, 11) if effect else None,
        "days_late": 0,
        "site": "",
        "reason": "",
        "metric": Metric.CSAT,
        "thresholds": RESTROOMS,
        "confidence": Decimal("0.95"),
        "effect": effect,
    }
    return ActionLine(**told | changes)  # type: ignore[arg-type]  # a test's shorthand


def make_effect(result: Result, before: str, after: str, low: float | None, high: float | None) -> Effect:
    was, now = Fraction(before), Fraction(after)
    return Effect(result, 412, 388, was, now, now - was, low, high)


ACTIONS = (
    make_action(1, "Second cleaner in Pier B", make_effect(Result.IMPROVED, "47.3", "61.9", 2.9, 26.3)),
    make_action(2, "Floor blowers", make_effect(Result.NO_CHANGE_SEEN, "72.9", "73.3", -3.3, 4.1)),
    make_action(3, "Refill soap at 25\u00a0% left", Effect(Result.TOO_EARLY, 412, 3, more_needed=27)),
    make_action(4, "Litter round, gates B12 to B18", days_late=35, due_on=date(2018, 4, 30)),
    make_action(5, "Flush drains, new odour traps", site="Pier B", reason="Smell"),
)  # fmt: skip
CREDITS = CreditStatement(
    currency="SEK",
    monthly_fee=Decimal("1840000.00"),
    standing=Standing.PROPOSED,
    year_start=date(2018, 1, 1),
    year_end=date(2019, 1, 1),
    items=(
        CreditItem(
            "kpi-1", "Restroom satisfaction", Verdict.BREACHED, Decimal(3), Decimal(9), Decimal("1.5"),
            Decimal(3), Decimal(3), Decimal("55200.00"), Decimal("55200.00"),
        ),
        CreditItem(
            "kpi-2", "Restrooms, willingness to recommend", Verdict.BREACHED, Decimal("1.5"), Decimal("2.25"),
            Decimal("1.5"), Decimal("1.5"), Decimal("0.75"), Decimal("27600.00"), Decimal("13800.00"),
        ),
        CreditItem(
            "kpi-4", "Accessible restrooms", Verdict.INCONCLUSIVE, Decimal(1), None, Decimal(0), Decimal(0),
            Decimal(0), Decimal("0.00"), Decimal("0.00"),
        ),
        CreditItem(
            "kpi-6", "Food court clean", Verdict.MET, Decimal(1), Decimal(3), Decimal(0), Decimal(0),
            Decimal(0), Decimal("0.00"), Decimal("0.00"),
        ),
    ),
)  # fmt: skip
AHEAD = Ahead(date(2018, 6, 4), date(2018, 6, 15), date(2018, 6, 1), date(2018, 7, 1))
