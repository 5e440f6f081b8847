"""Sites on paper: the worst first, each cell with its level, nothing told of too few."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from documents.sample import make_kpi, make_report
from xla.core.verdict import Thresholds, Verdict
from xla.documents.levels import Level, level_at, level_of
from xla.documents.report_data import SiteCell, SiteRow
from xla.documents.sites import head, innermost, sites, worst_first
from xla.documents.sites import heading as sites_heading
from xla.documents.words import Words

# Floor 75, target 78.
CLEAR = SiteCell(400, Fraction(62), Verdict.BREACHED, low=57.6, high=65.3)
BELOW = SiteCell(300, Fraction(74), Verdict.BREACHED, low=68.8, high=78.4)
BETWEEN = SiteCell(300, Fraction(76), Verdict.AT_RISK, low=71.0, high=80.0)
GOOD = SiteCell(300, Fraction(79), Verdict.MET, low=74.0, high=83.0)
FEW = SiteCell(18, Fraction(60), Verdict.INCONCLUSIVE, low=30.0, high=80.0)
NONE = SiteCell(0, None, Verdict.NO_DATA)
HIDDEN = SiteCell(None, None, None, hidden=True)
OUTSIDE = SiteCell(None, None, None, outside=True)
KPIS = (make_kpi(0), make_kpi(0), make_kpi(0))


def row(title: str, depth: int, *cells: SiteCell) -> SiteRow:
    return SiteRow(title.lower(), title, depth, cells + (GOOD,) * (3 - len(cells)))


def told(*rows: SiteRow) -> str:
    return sites_heading(replace(make_report(0, 0), kpis=KPIS, sites=rows), Words("en"))


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        (CLEAR, Level.CLEAR),
        (BELOW, Level.BELOW),
        (replace(CLEAR, low=None, high=None), Level.BELOW),
        (replace(BELOW, value=Fraction(75)), Level.BETWEEN),
        (BETWEEN, Level.BETWEEN),
        (replace(BETWEEN, value=Fraction(78)), Level.GOOD),
        (GOOD, Level.GOOD),
        (FEW, Level.FEW),
        (NONE, Level.NONE),
        (HIDDEN, Level.HIDDEN),
        (OUTSIDE, Level.OUTSIDE),
    ],
)
def test_a_cell_stands_where_its_exact_value_and_interval_are(cell: SiteCell, level: Level) -> None:
    assert level_of(cell, KPIS[0]) is level


def test_where_lower_is_better_the_levels_are_mirrored() -> None:
    terms = Thresholds(target=Decimal(4), floor=Decimal(6), higher_is_better=False)
    found = [level_at(Fraction(value), value - 0.5, value + 0.5, terms) for value in (3, 5, 6.25, 7)]
    assert found == [Level.GOOD, Level.BETWEEN, Level.BELOW, Level.CLEAR]


def order(rows: Sequence[SiteRow]) -> list[str]:
    return [each.title for each in worst_first(rows, KPIS)]


def test_the_worst_site_stands_first_and_children_stay_under_their_parent() -> None:
    rows = [
        row("North", 0, BETWEEN),
        row("N1", 1, BETWEEN),
        row("N2", 1, BELOW),
        row("South", 0, BELOW),
        row("S1", 1),
        row("S2", 1, CLEAR),
        row("East", 0),
    ]
    assert order(rows) == ["South", "S2", "S1", "North", "N2", "N1", "East"]


def test_one_clear_miss_weighs_more_than_two_uncertain_ones_and_equals_keep_their_order() -> None:
    rows = [row("A", 0, BELOW, BELOW), row("B", 0, CLEAR), row("C", 0, BETWEEN), row("D", 0, BETWEEN)]
    assert order(rows) == ["B", "A", "C", "D"]


def test_the_heading_names_the_site_that_misses_most() -> None:
    assert told(row("A", 0)) == "No site misses the floor of any commitment"
    assert told(row("A", 0), row("B", 0, BELOW)) == "B misses the floor of 1 commitment"
    assert told(row("A", 0, CLEAR)) == "A clearly misses the floor of 1 commitment"
    assert told(row("A", 0, CLEAR, BELOW)) == "A misses the floor of 2 commitments, clearly of 1"
    assert told(row("A", 0, BELOW), row("B", 0, CLEAR)) == "2 sites miss the floor of 1 commitment"
    assert told(row("A", 0, FEW, HIDDEN, NONE)) == "No site has enough answers to be judged"


def test_what_holds_other_sites_is_not_named_in_the_heading() -> None:
    rows = (row("All", 0, CLEAR, CLEAR, CLEAR), row("A", 1, CLEAR), row("B", 1))
    assert [each.title for each in innermost(rows)] == ["A", "B"]
    assert told(*rows) == "A clearly misses the floor of 1 commitment"


def test_where_only_what_holds_other_sites_misses_it_is_named() -> None:
    rows = (row("All", 0, CLEAR), row("A", 1, FEW), row("B", 1, HIDDEN))
    assert told(*rows) == "All clearly misses the floor of 1 commitment"


def test_cells_say_value_and_number_or_why_there_is_none() -> None:
    cells = (CLEAR, BELOW, BETWEEN, GOOD, FEW, NONE, HIDDEN, OUTSIDE)
    kpis = tuple(make_kpi(0) for _ in cells)
    part = sites(replace(make_report(0, 0), kpis=kpis, sites=(SiteRow("a", "A", 0, cells),)))
    assert part is not None
    (table,) = part.tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "■\u202f62.0\n400", "▼\u202f74.0\n300", "▲\u202f76.0\n300", "●\u202f79.0\n300",
        "n 18", "0", "×", "–",
    ]  # fmt: skip
    assert table.whole.cells[0].text == "73.2\n2\u202f589"
    assert len(part.notes) == 5


def test_notes_tell_only_of_what_is_there_and_a_hidden_whole_is_withheld() -> None:
    kpi = make_kpi(0, hidden=True)
    part = sites(replace(make_report(0, 0), kpis=(kpi,), sites=(SiteRow("a", "A", 0, (HIDDEN,)),)))
    assert part is not None
    assert [note[:2] for note in part.notes] == ["×:"]
    assert part.tables[0].whole.cells[0].text == "×"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Food court clean", "Food\ncourt"),
        ("Restrooms, willingness to recommend", "Restroo.\nwilling."),
        ("Keittiöhenkilökunnan ystävällisyys", "Keittiö.\nystäväl."),
        ("NPS", "NPS"),
    ],
)
def test_a_head_is_cut_to_two_short_lines(title: str, lines: str) -> None:
    assert head(title, 8) == lines
