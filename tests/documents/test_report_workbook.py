"""The workbook: a report's tables with the figures of the paper, as numbers, and nothing that runs."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from documents import sample
from documents.why_sample import DRIVERS, WHY
from xla.core.agreement import LANGUAGES, Language
from xla.documents.figures import PERCENT, Figures, printed
from xla.documents.page import compose
from xla.documents.report_data import CorrectedKpi, Correction, Figure, ReportData
from xla.documents.report_tables import tables
from xla.documents.sampling_data import Supposed
from xla.documents.table import FEW, Per100
from xla.documents.visible import visible
from xla.documents.workbook import workbook

PARTS = (
    "Report",
    "Commitments",
    "History",
    "Sites",
    "Focus",
    "Mix and real effect",
    "Reasons",
    "Hours",
    "Drivers of an overall score",
    "Words",
    "Breaches",
    "Steps",
    "Actions",
    "Credits",
    "What happens next",
    "Sampling",
    "Channels",
    "Days",
    "Coverage",
    "Silences",
    "Would a verdict change",
    "Exclusions",
    "Exclusions put back",
    "Since the last issue",
)
ON_PAPER = set(PARTS[4:]) - {"Hours", "Words", "Steps", "Days", "What happens next", PARTS[-1]}
"""Parts whose every number stands on paper too, where the contract is small."""
Sheets = dict[str, list[list[Any]]]


def read(data: ReportData) -> Sheets:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(data)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def raw(data: ReportData) -> str:
    with ZipFile(BytesIO(workbook(data))) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def test_every_part_with_rows_has_a_sheet() -> None:
    sheets = read(sample.make_report())
    assert list(sheets) == list(PARTS)
    assert len(sheets["Commitments"]) == 1 + 12
    assert "Breaches" not in read(sample.make_report(breaches=()))
    assert "Sites" not in read(sample.make_report(sites=()))


def test_per_cent_and_decimals_are_numbers_as_printed() -> None:
    data = sample.make_report()
    rows = {row[0]: row for row in read(data)["Commitments"][1:]}
    for kpi in data.kpis:
        if kpi.hidden or kpi.measurement.value is None:
            continue
        shown = printed(kpi.measurement.value, kpi.metric, kpi.thresholds)
        cell = rows[kpi.title][3]
        assert isinstance(cell, float), kpi.key
        assert cell == pytest.approx(float(shown) / (100 if kpi.metric in PERCENT else 1)), kpi.key
    assert "0.0%" in raw(data)


def test_each_number_of_a_small_report_stands_on_its_paper() -> None:
    data = sample.make_report(kpis=3, places=6)
    html = compose(data).html
    figures, found = Figures(data.language), Counter[str]()
    for table in tables(visible(data)):
        if table.name not in ON_PAPER:
            continue
        for cell in (cell for row in table.rows for cell in row):
            number = cell.value if isinstance(cell, Per100) else cell
            if isinstance(number, int | Decimal):
                found[table.name] += 1
                number = int(number) if table.name == "Credits" and number % 1 == 0 else number
                assert figures.number(abs(number)) in html, (table.name, cell)
    assert set(found) == ON_PAPER


def test_what_another_sample_would_come_to_stands_beside_the_published() -> None:
    rows = read(sample.make_report())["Would a verdict change"]
    asked = [row for row in rows if row[0] == "Restroom satisfaction"]
    assert [row[1] for row in asked][:3] == ["As published", "What was left out put back", "Without Pier C"]
    assert asked[1][2:] == [84, "Breached", pytest.approx(0.733), pytest.approx(0.42), "yes"]
    assert asked[2][2] == -141
    assert asked[4][1:] == ["Without unusual ones", -3, "", "hidden", "", "yes"]


def test_sites_of_too_few_answers_and_differences_of_too_few_are_hidden() -> None:
    sheets = read(sample.make_report())
    hidden = [row for row in sheets["Coverage"] if row[1] == "hidden"]
    assert [row[3:5] for row in hidden] == [["hidden", ""]]
    few = next(row for row in sheets["Exclusions put back"] if row[2] == "Restroom satisfaction")
    assert few[3:6] == [84, "Breached", pytest.approx(0.732)]
    told = replace(sample.make_report().exclusions[0].kpis[0], supposed=Supposed(3))
    line = replace(sample.make_report().exclusions[0], kpis=(told,))
    row = read(sample.make_report(exclusions=(line,)))["Exclusions put back"][1]
    assert row[3:] == ["", "Breached", pytest.approx(0.732), "", "hidden"]


def test_actions_have_their_effect_where_it_may_be_shown() -> None:
    rows = {row[1]: row for row in read(sample.make_report())["Actions"]}
    better = rows["Second cleaner in Pier B"]
    assert better[9] == "Done: better since"
    assert better[10:13] == [pytest.approx(0.473), pytest.approx(0.619), pytest.approx(14.6)]
    assert rows["Refill soap at 25\u00a0% left"][10:] == ["", "", "", "", ""]
    assert rows["Litter round, gates B12 to B18"][8] == 35


def test_drivers_are_those_of_the_paper_and_no_closer() -> None:
    heads, *rows = read(sample.make_report())["Drivers of an overall score"]
    assert heads[0] == (
        "“How satisfied are you with the airport?” Shares of R² = 46 %; "
        "1\u202f412 of 1\u202f648 answered everything."
    )
    assert rows[0] == ["Was it free of smell?", *map(pytest.approx, (0.31, 0.26, 0.37)), "yes"]
    assert [row[4] for row in rows] == ["yes", "yes", "no", "yes", "no", "yes"]
    assert len(rows) == len(DRIVERS.lines)
    alone = replace(WHY, drivers=None)
    assert "Drivers of an overall score" not in read(sample.make_report(why=alone))


def test_nobody_asked_has_no_sheets_of_a_sample() -> None:
    found = read(sample.make_report(sampling=None, what_ifs=None, exclusions=(), why=None, site_focus=None))
    assert list(found) == [*PARTS[:4], *PARTS[10:15], PARTS[-1]]


def test_days_are_days() -> None:
    history = read(sample.make_report())["History"]
    assert history[1][1:3] == [date(2017, 5, 1), date(2017, 5, 31)]


def test_the_heads_stay_while_the_rows_scroll() -> None:
    assert raw(sample.make_report()).count('state="frozen"') == len(read(sample.make_report()))


def test_no_text_runs_as_a_formula() -> None:
    data = sample.make_report(client="=cmd|' /C calc'!A1", promise="+1", contract_title="@SUM(1)")
    hostile = replace(data.kpis[0], title="=HYPERLINK(1)")
    data = replace(data, kpis=(hostile, *data.kpis[1:]))
    assert "<f>" not in raw(data)
    assert ["Client", "'=cmd|' /C calc'!A1"] in read(data)["Report"]
    assert read(data)["Commitments"][1][0] == "'=HYPERLINK(1)"


def test_hidden_values_stay_hidden() -> None:
    hidden = sample.make_hidden()
    data = sample.make_report()
    data = replace(data, kpis=(hidden, *data.kpis[1:]))
    row = read(data)["Commitments"][1]
    assert row[3:5] == ["hidden", FEW]
    assert [cell for cell in row[5:7] if cell != ""] == []
    sites = read(data)["Sites"]
    count = sum(cell.hidden for site in visible(data).sites for cell in site.cells if not cell.outside)
    assert count
    assert sum(row[3] == "hidden" for row in sites) == count
    assert all(row[4] == "" for row in sites if row[3] == "hidden")


def test_a_draft_and_a_day_asked_for_are_marked() -> None:
    data = sample.make_report(is_draft=True, issue=None)
    assert ["Issue", "Draft"] in read(data)["Report"]
    asked = replace(data, shown_as_known_at=data.as_of)
    assert ["Draft", "As known at 4\u00a0June\u00a02018, 09:00 – not an issue"] in read(asked)["Report"]


def test_a_correction_has_old_and_new() -> None:
    kpi = sample.make_report().kpis[0]
    old = Figure(kpi.measurement.n, kpi.measurement.value, kpi.verdict, None)
    told = CorrectedKpi(kpi.key, kpi.title, kpi.metric, kpi.thresholds, old, replace(old, n=3, value=None))
    data = sample.make_report(correction=Correction(1, 29, "A kiosk was found.", "SEK", (told,)))
    assert [row[1] for row in read(data)["Addendum 1"][1:]] == ["Old", "New"]
    assert read(data)["Addendum 1"][2][4] == FEW


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_is_the_same_bytes_in_every_language(language: Language) -> None:
    data = sample.make_report(language=language)
    assert workbook(data) == workbook(data)
    assert len(read(data)) >= 6


def test_names_of_sheets_are_what_a_spreadsheet_takes() -> None:
    for language in LANGUAGES:
        names = list(read(sample.make_report(language=language)))
        assert all(0 < len(name) <= 31 for name in names)
        assert len({name.lower() for name in names}) == len(names)
