"""What a sampling note says: one sentence a finding, each only where it is one."""

from dataclasses import replace
from fractions import Fraction

import pytest

import make
from xla.core.flag import Flag
from xla.core.measurement import Measurement
from xla.core.outcome import judged
from xla.core.sampling import channels, coverage, spread
from xla.core.verdict import Verdict
from xla.core.window import days_between, parse_period
from xla.services.response_rates import ResponseRate
from xla.services.sampling import CameIn, Sampling
from xla.services.what_if import Difference
from xla.web.sampling_words import findings

TERMS = make.agreement()
MARCH = parse_period("2026-03")
HOLDERS = {site.key: parent for site, _, parent in TERMS.walk_sites()}
PLAIN = CameIn(
    n=62,
    channels=channels({"qr": 50, "": 12}),
    spread=spread(dict.fromkeys(days_between(MARCH.start, MARCH.end), 2), MARCH),
    coverage=coverage(HOLDERS, set(HOLDERS), set(HOLDERS)),
    flagged_count=0,
    flags={},
    changed_count=0,
    taken_back_count=0,
    unflagged=(),
)
NOBODY_ASKED = ResponseRate(0, 0, 0)


def said(came_in: CameIn, late: int = 0, rate: ResponseRate = NOBODY_ASKED) -> list[str]:
    return [each.replace("\u00a0", " ") for each in findings(Sampling(came_in, late, rate), TERMS)]


def difference(now: Verdict, then: Verdict | None) -> Difference:
    measurement = Measurement(100, Fraction(70), 60.0, 80.0)
    found = judged(TERMS.kpis[0], measurement, 0)
    return Difference("clean", replace(found, verdict=now), then and replace(found, verdict=then))


def test_a_plain_month_is_told_in_four_sentences() -> None:
    assert said(PLAIN) == [
        "62 responses count: 81 % by QR code and 19 % by a way not told.",
        "All 3 sites in scope gave some.",
        "Each of the 31 days brought some.",
        "None of them looks unusual.",
    ]


def test_what_is_missing_is_named() -> None:
    weekdays = {day: 2 for day in days_between(MARCH.start, MARCH.end) if day.weekday() < 5}
    thin = replace(PLAIN, coverage=coverage(HOLDERS, set(HOLDERS), {"b"}), spread=spread(weekdays, MARCH))
    assert said(thin)[1:3] == [
        "1 of 3 sites in scope gave some; none came from House A.",
        "9 of 31 days brought none, among them every Saturday and Sunday.",
    ]
    assert "30 of 31 days brought none." in said(replace(PLAIN, spread=spread({MARCH.start: 62}, MARCH)))
    assert len(said(replace(PLAIN, spread=None))) == 3


def test_invitations_late_and_withdrawn_ones_are_told_where_there_are_any() -> None:
    told = said(replace(PLAIN, changed_count=2, taken_back_count=1), late=1, rate=ResponseRate(12, 10, 3))
    assert told[3:] == [
        "Of 10 invitations by e-mail, 3 were answered (30 %).",
        "None of them looks unusual.",
        "1 came after the close (2 % of all): it is shown, not counted.",
        "2 were changed or taken back by who gave them.",
        "1 was taken back with its file.",
    ]


@pytest.mark.parametrize(
    ("differences", "told"),
    [
        ((), ["Without them every verdict would be the same."]),
        ((difference(Verdict.MET, Verdict.MET),), ["Without them every verdict would be the same."]),
        ((difference(Verdict.MET, None),), []),
        (
            (difference(Verdict.MET, Verdict.BREACHED), difference(Verdict.MET, None)),
            ["Without them, A KPI would be: Breached, instead of: Met."],
        ),
    ],
)
def test_whether_the_unusual_ones_change_a_verdict_is_told_where_it_may_be(
    differences: tuple[Difference, ...], told: list[str]
) -> None:
    unusual = replace(PLAIN, flagged_count=1, flags={Flag.BURST: 1}, unflagged=differences)
    assert said(unusual)[3:] == ["1 of 62 looks unusual (2 %) and counts all the same.", *told]


def test_a_share_that_is_something_is_never_nothing() -> None:
    few = replace(PLAIN, n=10_000, flagged_count=8)
    assert "8 of 10 000 look unusual (under 1 %) and count all the same." in [
        each.replace("\u202f", " ") for each in said(few)
    ]


def test_where_nothing_came_in_that_is_said() -> None:
    nothing = replace(PLAIN, n=0, channels=())
    assert said(nothing, late=2) == [
        "No response has come in.",
        "2 came after the close (100 % of all): they are shown, not counted.",
    ]
