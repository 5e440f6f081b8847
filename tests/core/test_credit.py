"""What a period's breaches cost: percent of the fee, a cap for each contract year, money rounded once."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from xla.core.agreement import Contract, Credit, Kpi
from xla.core.credit import CreditLine, Credits, contract_year, credits_of, money
from xla.core.currency import decimals_of
from xla.core.measurement import Measurement
from xla.core.outcome import Judged
from xla.core.verdict import Verdict
from xla.core.window import Window, history, parse_period

MET, AT_RISK, BREACHED, INCONCLUSIVE, NO_DATA = Verdict


def contract(**changes: object) -> Contract:
    return make.agreement(contract=changes).contract


def kpi(breached: str | None, cap: str | None = None, key: str = "clean") -> Kpi:
    rule = None if breached is None else {"breached": breached, "cap": cap}
    return (
        make.agreement(kpis=[{"key": key, "question": "clean", "metric": "csat", "target": 80}])
        .kpis[0]
        .model_copy(update={"credit": rule and Credit.model_validate(rule)})
    )


def judged(verdict: Verdict, breached: str | None, cap: str | None = None, key: str = "clean") -> Judged:
    return Judged(kpi(breached, cap, key), Measurement(40, Fraction(60), None, None), verdict, None, None)


def line(
    verdict: Verdict, breached: str | None, cap: str | None, used: str, fee: str = "100000.00", **terms: str
) -> CreditLine:
    spent = {"clean": Decimal(used)}
    return credits_of(contract(monthly_fee=fee, **terms), [judged(verdict, breached, cap)], spent).lines[0]


LINES = [
    ("a breach costs its percent of the monthly fee", BREACHED, "2", None, "0", "2000.00", "2000.00", "0"),
    ("met costs nothing", MET, "2", None, "0", "0.00", "0.00", "0"),
    ("at risk costs nothing", AT_RISK, "2", None, "0", "0.00", "0.00", "0"),
    ("money never moves on inconclusive", INCONCLUSIVE, "2", "6", "0", "0.00", "0.00", "0"),
    ("money never moves on no data", NO_DATA, "2", "6", "0", "0.00", "0.00", "0"),
    ("a breach without a credit costs nothing", BREACHED, None, None, "0", "0.00", "0.00", "0"),
    ("under the cap all of it falls due", BREACHED, "2", "6", "4", "2000.00", "2000.00", "0"),
    ("across the cap what is left falls due", BREACHED, "2", "5", "4", "2000.00", "1000.00", "1000.00"),
    ("on the cap nothing falls due", BREACHED, "2", "6", "6", "2000.00", "0.00", "2000.00"),
    ("a cap lowered since gives nothing back", BREACHED, "2", "4", "6", "2000.00", "0.00", "2000.00"),
    ("without a cap what was used does not matter", BREACHED, "2", None, "90", "2000.00", "2000.00", "0"),
    ("a credit of 0 is one", BREACHED, "0", None, "0", "0.00", "0.00", "0"),
]


@pytest.mark.parametrize(
    ("verdict", "breached", "cap", "used", "amount", "due", "capped"),
    [row[1:] for row in LINES],
    ids=[row[0] for row in LINES],
)
def test_what_a_verdict_costs(
    verdict: Verdict, breached: str | None, cap: str | None, used: str, amount: str, due: str, capped: str
) -> None:
    found = line(verdict, breached, cap, used)
    assert (found.amount, found.due, found.capped) == (Decimal(amount), Decimal(due), Decimal(capped))


AMOUNTS = [
    ("half a cent rounds up", "100.25", "2", "SEK", "2.01"),
    ("less than half a cent rounds down", "100.24", "2", "SEK", "2.00"),
    ("a krona without decimals rounds to whole ones", "125", "2", "ISK", "3"),
    ("a currency of three decimals has three", "100.025", "2", "KWD", "2.001"),
    ("the largest fee loses no digit", "99999999999999.99", "99.9999", "EUR", "99999899999999.99"),
]


@pytest.mark.parametrize(
    ("fee", "percent", "currency", "due"), [row[1:] for row in AMOUNTS], ids=[row[0] for row in AMOUNTS]
)
def test_money_is_rounded_half_up_to_the_currencys_decimals(
    fee: str, percent: str, currency: str, due: str
) -> None:
    assert str(line(BREACHED, percent, None, "0", fee, currency=currency).due) == due


def test_a_line_says_what_a_page_needs() -> None:
    found = line(BREACHED, "2", "5", "4")
    assert found == CreditLine(
        kpi="clean",
        verdict=BREACHED,
        rule=Credit(breached=Decimal(2), cap=Decimal(5)),
        used=Decimal(4),
        percent=Decimal(2),
        percent_due=Decimal(1),
        amount=Decimal("2000.00"),
        due=Decimal("1000.00"),
    )
    assert found.percent_left == 0


LEFT = [
    ("nothing used leaves the cap", MET, "2", "6", "0", "6"),
    ("a breach takes its percent of it", BREACHED, "2", "6", "2", "2"),
    ("more used than a lowered cap leaves nothing", MET, "2", "4", "6", "0"),
]


@pytest.mark.parametrize(
    ("verdict", "breached", "cap", "used", "left"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT]
)
def test_what_a_cap_leaves(verdict: Verdict, breached: str, cap: str, used: str, left: str) -> None:
    assert line(verdict, breached, cap, used).percent_left == Decimal(left)


@pytest.mark.parametrize("breached", ["2", None])
def test_without_a_cap_nothing_is_said_of_what_it_leaves(breached: str | None) -> None:
    assert line(BREACHED, breached, None, "0").percent_left is None


def test_the_total_is_the_sum_of_the_lines_as_shown() -> None:
    kpis = [judged(BREACHED, "2", key="clean"), judged(BREACHED, "2", key="food"), judged(MET, "2", key="a")]
    found = credits_of(contract(monthly_fee="100.25"), kpis, {})
    assert [each.due for each in found.lines] == [Decimal("2.01"), Decimal("2.01"), Decimal("0.00")]
    assert str(found.total) == "4.02"
    assert found.used == {"clean": Decimal(2), "food": Decimal(2), "a": Decimal(0)}


def test_a_contract_without_a_fee_has_lines_of_nothing() -> None:
    terms = contract(monthly_fee=None)
    found = credits_of(terms, [judged(BREACHED, None)], {})
    assert (found.monthly_fee, str(found.total), len(found.lines)) == (None, "0.00", 1)


def test_a_credit_without_a_fee_is_refused() -> None:
    with pytest.raises(ValueError, match="clean is percent of a monthly fee that is not given"):
        credits_of(contract(monthly_fee=None), [judged(MET, "2")], {})


def test_a_breached_quarter_costs_the_percent_of_one_monthly_fee() -> None:
    found = credits_of(contract(period="quarter"), [judged(BREACHED, "2")], {})
    assert found.total == Decimal("2000.00")


YEARS = [
    ("a contract from the first of a month", "2026-01-01", None, "2026-12", "2026-01-01", "2027-01-01"),
    ("its second year", "2026-01-01", None, "2027-01", "2027-01-01", "2028-01-01"),
    ("the month it begins in is its first", "2026-04-15", None, "2026-04", "2026-04-15", "2027-04-15"),
    ("eleven months on is its last", "2026-04-15", None, "2027-03", "2026-04-15", "2027-04-15"),
    ("the month of the anniversary is the next", "2026-04-15", None, "2027-04", "2027-04-15", "2028-04-15"),
    (
        "the anniversary may be a month's last day",
        "2026-04-30", None, "2027-04", "2027-04-30", "2028-04-30",
    ),
    (
        "a month that the contract ends in before the anniversary opens no year",
        "2026-04-15", "2027-04-14", "2027-04", "2026-04-15", "2027-04-15",
    ),
    ("a quarter", "2026-02-10", None, "2026-Q4", "2026-02-10", "2027-02-10"),
    ("the quarter of the anniversary", "2026-02-10", None, "2027-Q1", "2027-02-10", "2028-02-10"),
    ("a calendar year", "2026-07-01", None, "2026", "2026-07-01", "2027-07-01"),
    ("a leap day's next year is from 1 March", "2024-02-29", None, "2025-03", "2025-03-01", "2026-03-01"),
    ("and its first up to there", "2024-02-29", None, "2025-02", "2024-02-29", "2025-03-01"),
    ("and in a leap year from 29 February", "2024-02-29", None, "2028-02", "2028-02-29", "2029-03-01"),
    ("before the contract is its first year", "2026-04-15", None, "2025-01", "2026-04-15", "2027-04-15"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "period", "first", "end"),
    [row[1:] for row in YEARS],
    ids=[row[0] for row in YEARS],
)
def test_the_contract_year_of_a_period(
    starts_on: str, ends_on: str | None, period: str, first: str, end: str
) -> None:
    terms = contract(starts_on=starts_on, ends_on=ends_on)
    found = contract_year(terms, parse_period(period))
    assert found == Window(date.fromisoformat(first), date.fromisoformat(end))


@given(st.dates(date(1970, 1, 1), date(2190, 12, 31)))
def test_every_contract_year_has_twelve_months(starts_on: date) -> None:
    terms = contract(starts_on=starts_on.isoformat(), ends_on=None)
    last = parse_period(f"{starts_on.year + 5}-12")
    years = [contract_year(terms, month).start for month in history(last, 60) if month.end > starts_on]
    assert {years.count(year) for year in set(years[12:-12])} == {12}


percents = st.decimals(0, 100, places=4)
fees = st.decimals(0, 10**14, places=2)
rules = st.tuples(percents, st.none() | percents)
verdicts = st.lists(st.sampled_from(Verdict), min_size=1, max_size=12)
currencies = st.sampled_from(["SEK", "ISK", "KWD"])


def year(
    rule: tuple[Decimal, Decimal | None], fee: Decimal, currency: str, run: list[Verdict]
) -> list[Credits]:
    """The credits of a contract year's periods, one after the other."""
    breached, cap = rule
    terms = contract(currency=currency).model_copy(update={"monthly_fee": fee})
    found: list[Credits] = []
    for verdict in run:
        used = found[-1].used if found else {}
        told = judged(verdict, str(breached), None if cap is None else str(cap))
        found.append(credits_of(terms, [told], used))
    return found


@given(rules, fees, currencies, verdicts)
def test_no_year_costs_more_than_the_cap(
    rule: tuple[Decimal, Decimal | None], fee: Decimal, currency: str, run: list[Verdict]
) -> None:
    spent = year(rule, fee, currency, run)[-1].used["clean"]
    owed = rule[0] * run.count(BREACHED)
    assert spent == (owed if rule[1] is None else min(owed, rule[1]))


@given(rules, fees, currencies, verdicts)
def test_money_moves_on_a_breach_only_and_only_one_way(
    rule: tuple[Decimal, Decimal | None], fee: Decimal, currency: str, run: list[Verdict]
) -> None:
    for verdict, found in zip(run, year(rule, fee, currency, run), strict=True):
        (cost,) = found.lines
        assert 0 <= cost.due <= cost.amount
        assert verdict is BREACHED or cost.amount == 0
        assert found.total == cost.due == cost.amount - cost.capped


@given(st.fractions(0, 10**16), currencies)
def test_money_is_within_half_a_unit_and_never_rounds_a_half_down(amount: Fraction, currency: str) -> None:
    unit = Fraction(1, 10 ** decimals_of(currency))
    found = money(amount, currency)
    assert -unit / 2 <= amount - Fraction(found) < unit / 2
    assert -int(found.as_tuple().exponent) == decimals_of(currency)
