"""The page: golden, whole, and safe from what people write."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from documents.sample import PLACES, TRACES, make_hidden, make_report
from xla.core.agreement import Language
from xla.core.verdict import Verdict
from xla.documents.page import TEMPLATES, compose, environment
from xla.documents.printable import RANGES, printable
from xla.documents.report_data import CorrectedKpi, Correction, Figure, ReportData
from xla.documents.sites import MOST_ROWS

SNAPSHOT = Path(__file__).resolve().parent.parent / "snapshots" / "report.html"
HOSTILE = "</style><script>alert(1)</script>{{7*7}}{% raw %}\u202e\u200f<b>&amp;"
LONG = "Extraordinarilylongnameofaplace" * 4


def html(**changes: object) -> str:
    return compose(make_report(**changes)).html  # type: ignore[arg-type]  # a test's shorthand


def hostile_report() -> ReportData:
    report = make_report(40, 8, client=HOSTILE, provider=LONG, promise=HOSTILE, contract_title=LONG)
    return replace(
        report,
        kpis=tuple(replace(kpi, title=HOSTILE, how=LONG, question=HOSTILE) for kpi in report.kpis),
        sites=tuple(
            replace(row, title=HOSTILE if index % 2 else LONG) for index, row in enumerate(report.sites)
        ),
        breaches=tuple(replace(line, kpi_title=HOSTILE, steps=line.steps * 40) for line in report.breaches),
    )


class Outline(HTMLParser):
    """Elements that must close in order, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in {"meta", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    assert parser.open == []
    return parser


def test_the_page_is_as_it_was() -> None:
    """What people read is a golden file; delete it to have it written anew, and read the difference."""
    page = html(kpis=4, places=6)
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(page, encoding="utf-8")
        pytest.fail(f"{SNAPSHOT.name} was missing and is written; read it, then run again")
    assert page == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [hostile_report(), make_report(), make_report(0, 0), make_report(1, 0)])
def test_every_page_closes_its_elements_and_has_no_inline_style(report: ReportData) -> None:
    found = outline(compose(report).html)
    assert not {"style", "script", "br", "img", "link", "b\u200bo"} & found.tags
    assert not {"style", "src", "href", "onload"} & {name for name, _ in found.attributes}


def test_what_people_write_shows_as_text() -> None:
    page = compose(hostile_report()).html
    assert "<script" not in page
    assert "{{7*7}}{% raw %}" in page
    assert "49" not in re.findall(r"<title>.*?</title>", page)[0]
    assert not re.search("[\u202e\u200f]", page)


def test_forty_commitments_are_all_there_in_tables_that_fit() -> None:
    page = html(kpis=40, places=3)
    heads = re.findall(r'<table class="sites many">.*?</thead>', page, re.DOTALL)
    assert [head.count('class="head"') for head in heads] == [10] * 4
    numbers = re.findall(r'class="head">(K\d+)', page)
    assert numbers == [f"K{index + 1}" for index in range(40)]


def test_twelve_commitments_at_forty_sites_are_one_table() -> None:
    page = html()
    assert page.count('<table class="sites') == 1
    assert page.count(f"{PLACES[3]} 5</th>") == 1


def test_more_sites_than_fit_are_named_as_left_out() -> None:
    page = html(kpis=2, places=700)
    assert page.count('<tr><th scope="row" class="d') <= MOST_ROWS
    assert re.search(r"\d+ of 700 sites are printed; all of them are in the attached report\.json", page)


def test_header_cells_have_a_scope() -> None:
    assert re.findall(r"<th(?! scope=)[^e]", html()) == []


def test_a_draft_says_so_and_an_issue_does_not() -> None:
    draft, issue = html(is_draft=True, issue=None, respond_by=None), html()
    sentence = "Draft – figures may change until the period is closed"
    assert f'data-draft="{sentence}"' in draft
    assert 'data-draft="Draft – proposed, not final yet"' in html(is_draft=True, issue=None)
    assert "Experience report, May\u00a02018 · Draft" in draft
    assert "Draft" not in issue
    assert "Final since:" in html(final_on=date(2018, 6, 15))
    drafts = "/* Drafts:"
    assert drafts in "".join(compose(make_report(is_draft=True)).styles)
    assert drafts not in "".join(compose(make_report()).styles)


@pytest.mark.parametrize(
    ("language", "breached", "month"),
    [
        ("en", "Breached", "May"),
        ("sv", "Underskridet", "maj"),
        ("da", "Brudt", "maj"),
        ("nb", "Brutt", "mai"),
        ("fi", "Rikottu", "toukokuu"),
    ],
)
def test_a_report_speaks_its_language_figures_and_all(language: Language, breached: str, month: str) -> None:
    page = html(language=language)
    assert f'<html lang="{language}">' in page
    assert breached in page
    assert f"{month}\u00a02018" in page
    assert ("73.2\u00a0%" if language == "en" else "73,2\u00a0%") in page


def test_parts_without_data_are_left_out() -> None:
    page = html(kpis=0, places=0, breaches=(), score=None, score_trend=())
    for part in ("commitments", "strips", "sites", "breach", "score", "history", "terms"):
        assert f'class="{part}' not in page


def test_hidden_values_are_nowhere() -> None:
    report = make_report(3, 2)
    report = replace(report, kpis=(make_hidden(), *report.kpis[1:]), sites=(), breaches=())
    paper = compose(report)
    everything = re.sub(r' (?:d|x|y|viewBox)="[^"]*"', "", paper.html) + "".join(
        file.text for file in paper.attached
    )
    assert [trace for trace in TRACES if trace in everything] == []
    assert "Fewer than 5 answers: the value is not shown." in paper.html
    assert "&lt;5" in paper.html


def test_hidden_cells_are_marked_and_those_outside_are_not_empty() -> None:
    page = html()
    assert '<td class="hidden">×</td>' in page
    assert '<td class="outside">–</td>' in page


def test_the_same_report_makes_the_same_paper() -> None:
    first, second = compose(make_report()), compose(make_report())
    assert first == second
    assert first.identifier == second.identifier
    assert compose(make_report(issue=30)).identifier != first.identifier


@pytest.mark.parametrize("name", [path.name for path in (TEMPLATES / "report").glob("*.html")])
def test_every_template_escapes_and_does_no_arithmetic(name: str) -> None:
    source = (TEMPLATES / "report" / name).read_text(encoding="utf-8")
    assert "|safe" not in source.replace(" ", "")
    assert "autoescape" not in source
    assert not re.findall(r"\{\{[^}\"]*\s[-+*/%]\s[^}\"]*\}\}", source)
    assert environment("en").autoescape is True


def test_what_we_cannot_draw_is_a_square_and_what_nobody_sees_is_gone() -> None:
    assert printable("a\u202eb\u200dc\u0000אב😀 é e\u0301 ●▲■◇○ −\u202f%") == "abc□□□□ é é ●▲■◇○ −\u202f%"


def test_the_faces_can_draw_what_we_print() -> None:
    ttfont = pytest.importorskip("fontTools.ttLib").TTFont
    wanted = {
        point
        for first, _, last in (part.partition("-") for part in RANGES.split())
        for point in range(int(first, 16), int(last or first, 16) + 1)
    }
    for weight in (400, 600):
        with ttfont(TEMPLATES.parent / f"xla/web/static/fonts/xla-inter-{weight}.woff2") as face:
            assert wanted <= set(face.getBestCmap())


def correction(issue: int | None = 7) -> Correction:
    kpi = make_report().kpis[0]
    old = Figure(40, Fraction(50), Verdict.BREACHED, Decimal("2000.00"))
    new = Figure(4, None, Verdict.INCONCLUSIVE, Decimal(0))
    corrected = CorrectedKpi(kpi.key, HOSTILE, kpi.metric, kpi.thresholds, old, new)
    return Correction(1, issue, "A file came late.", "SEK", (corrected,))


def test_an_addendum_says_what_it_corrects_on_page_1() -> None:
    page = html(correction=correction())
    assert "Addendum 1 to issue 7: A file came late." in page
    assert "Experience report, May\u00a02018, addendum 1" in page
    assert page.index("Addendum 1") < page.index("headline")
    assert re.search(r"<td>Old</td>.*>50.0.%<.*>40<.*Breached.*>2.000.00<", page, re.DOTALL)
    assert re.search(r"<td>New</td>.*>–<.*>&lt;5<.*Inconclusive", page, re.DOTALL)
    assert "<script>" not in page
    outline(page)
    assert "Addendum 1: A file came late." in html(correction=correction(None))
    free = replace(
        correction(),
        kpis=tuple(
            replace(kpi, old=replace(kpi.old, credit=None), new=replace(kpi.new, credit=None))
            for kpi in correction().kpis
        ),
    )
    assert "Credit, SEK" not in html(correction=free)


def test_the_attached_data_hold_the_correction() -> None:
    data = compose(make_report(correction=correction())).attached[0]
    told = json.loads(data.text)["correction"]
    assert (told["addendum"], told["to_issue"], told["reason"]) == (1, 7, "A file came late.")
    assert told["kpis"][0]["old"]["credit"] == "2000.00"
    assert told["kpis"][0]["new"] == {"n": None, "value": None, "verdict": "inconclusive", "credit": "0"}
