"""The workbook: a report's tables with the figures of the paper, as numbers, and nothing that runs."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from documents import sample
from xla.core.agreement import LANGUAGES, Language
from xla.documents.figures import PERCENT, printed
from xla.documents.report_data import CorrectedKpi, Correction, Figure, ReportData
from xla.documents.report_tables import FEW
from xla.documents.visible import visible
from xla.documents.workbook import workbook

Sheets = dict[str, list[list[Any]]]


def read(data: ReportData) -> Sheets:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(data)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def raw(data: ReportData) -> str:
    with ZipFile(BytesIO(workbook(data))) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def test_every_part_with_rows_has_a_sheet() -> None:
    sheets = read(sample.make_report())
    assert list(sheets)[:6] == ["Report", "Commitments", "History", "Sites", "Breaches", "Steps"]
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
