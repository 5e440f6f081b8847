"""The PDF: PDF/A-3a, the same bytes every time, made within limits."""

import hashlib
import json
import logging
import re
import sys
from dataclasses import replace
from pathlib import Path

import page
import pdfua
import pikepdf
import pydyf
import pytest

from documents.pdf_text import alternatives, attached, open_pdf, page_texts, text_of
from documents.sample import TRACES, make_hidden, make_report
from documents.test_report_page import hostile_report
from xla.documents import press, printer
from xla.documents.finish import AMBIGUOUS, pack
from xla.documents.page import compose
from xla.documents.pdf import RenderFailed, print_in_process, render, render_in_process
from xla.documents.report_data import ReportData

EMPTY = {"breaches": (), "score": None, "score_trend": ()}


@pytest.fixture(scope="module")
def standard() -> bytes:
    return render(make_report())


@pytest.fixture(scope="module")
def draft() -> bytes:
    return render(make_report(7, 3, is_draft=True, issue=None, respond_by=None))


@pytest.mark.parametrize(
    "report",
    [
        make_report(7, 3, is_draft=True, issue=None, respond_by=None),
        make_report(1, 0, **EMPTY),
        make_report(0, 0, **EMPTY),
        make_report(3, 2, language="sv"),
        hostile_report(),
    ],
    ids=["draft", "one", "none", "swedish", "hostile"],
)
def test_every_report_is_pdf_a_3a_and_pdf_ua_1(
    report: ReportData, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        file = render(report)
    assert flaws(file, tmp_path) == []
    assert caplog.messages == []


def test_the_standard_report_is_pdf_a_3a_and_pdf_ua_1(standard: bytes, tmp_path: Path) -> None:
    assert flaws(standard, tmp_path) == []


def flaws(file: bytes, folder: Path) -> list[tuple[str, str]]:
    """What either validator finds; nothing is tolerated."""
    path = folder / "report.pdf"
    path.write_bytes(file)
    archived = page.validate_pdf_bytes(file, profile="3a").failures
    accessible = pdfua.validate(str(path)).findings
    return [(flaw.rule_id, flaw.message) for flaw in [*archived, *accessible]]


def test_it_claims_both_standards_in_one_place(standard: bytes) -> None:
    with open_pdf(standard) as document:
        told = document.Root.Metadata.read_bytes().decode()
    assert told.count("<rdf:RDF") == 1
    assert 'pdfaid:part="3" pdfaid:conformance="A"' in told
    assert 'pdfuaid:part="1"' in told
    assert "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in told


def test_everything_drawn_is_in_the_tag_tree_or_an_artifact(standard: bytes) -> None:
    with open_pdf(standard) as document:
        numbers = document.Root.StructTreeRoot.ParentTree.Nums
        for at, page_ in enumerate(document.pages):
            inside: list[str | int] = []
            drawn: set[str | int] = set()
            for operands, operator in pikepdf.parse_content_stream(page_):
                if str(operator) in {"BMC", "BDC"}:
                    told = operands[1].get("/MCID") if len(operands) > 1 else None
                    inside.append(str(operands[0]) if told is None else int(told))
                elif str(operator) == "EMC":
                    inside.pop()
                elif str(operator) in {"TJ", "Tj", "f", "f*", "B", "B*", "S", "s", "b", "Do", "sh"}:
                    assert inside
                    drawn.add(inside[0])
            tagged = {mcid for mcid, owner in enumerate(numbers[2 * at + 1]) if owner is not None}
            assert drawn == tagged | {"/Artifact"}


def test_heads_and_feet_are_not_read_out(standard: bytes) -> None:
    with open_pdf(standard) as document:
        for page_ in document.pages:
            content = page_.Contents.read_bytes()
            assert content.count(b"<</Type /Pagination>>") == (2 if page_.index == 0 else 4)


def test_the_main_facts_can_be_read(standard: bytes) -> None:
    first = " ".join(page_texts(standard)[0].split())
    assert "2 of 12 experience commitments were breached in May 2018." in first
    assert "Restroom satisfaction came to 73.2 %, below its floor of 75 %." in first
    assert "■ Breached 73.2 % 2 589 98 % −4.6" in first
    everything = text_of(standard)
    for fact in ("Page 1 of", "Issue 29", "K12", "Wilson score interval", "Europe/Stockholm", "Data seal"):
        assert fact in everything


def test_its_figures_have_alternative_texts(standard: bytes) -> None:
    texts = alternatives(standard)
    assert len(texts) == 1 + 12 + 12 + 12 + 1 + 1 + 8 + 1 + 6 + 6 + 4 + 1 + 1
    assert "XLA score 58.4 of 100. 13 periods, between 58.4 and 88.9." in texts


def test_it_is_tagged_named_dated_and_has_bookmarks(standard: bytes) -> None:
    with open_pdf(standard) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert "Experience report, May\u00a02018, Aurland Airport (issue 29)" in str(
            document.docinfo["/Title"]
        )
        assert str(document.docinfo["/Author"]) == "Nordfast Service AB"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20180604070000")
        with document.open_outline() as outline:
            labels = [item.title for item in outline.root]
    assert labels[0] == "Summary"
    assert {"Commitments K1 to K5", "Sites", "Breaches, actions and credits", "Method and seal"} <= set(
        labels
    )


def test_only_our_own_faces_are_in_it_and_they_are_embedded(standard: bytes) -> None:
    with open_pdf(standard) as document:
        fonts = [
            item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item
        ]
        names = {str(font.FontName).partition("+")[2] for font in fonts}
        used = {
            str(item.BaseFont).partition("+")[2]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert names == used == {"XLA-Inter", "XLA-Inter-Semi-Bold"}


def test_its_data_is_attached_and_sealed(standard: bytes) -> None:
    files = attached(standard)
    assert set(files) == {"report.json", "ratings-summary.csv", "agreement.yaml"}
    assert json.loads(files["report.json"])["format"] == "xla-report/1"
    seal = hashlib.sha256(files["report.json"]).hexdigest()
    assert " ".join(re.findall("....", seal)) in text_of(standard)
    with open_pdf(standard) as document:
        assert [str(spec.AFRelationship) for spec in document.Root.AF] == ["/Data"] * 3


def test_the_draft_says_so_on_every_page(draft: bytes, standard: bytes) -> None:
    sentence = "Draft – figures may change until the period is closed"
    pages = page_texts(draft)
    assert len(pages) > 4
    assert all(sentence in text for text in pages)
    assert "Draft" not in text_of(standard)


def test_hidden_values_are_nowhere_in_the_file() -> None:
    report = make_report(2, 0, breaches=(), score=None, score_trend=())
    report = replace(report, kpis=(make_hidden(), report.kpis[1]))
    file = render(report)
    said = text_of(file) + "".join(alternatives(file))
    said += "".join(content.decode() for content in attached(file).values())
    assert [trace for trace in TRACES if trace in said] == []


def test_the_same_report_is_the_same_bytes_in_any_process() -> None:
    report = make_report(3, 3)
    sums = {hashlib.sha256(file).hexdigest() for file in (
        render_in_process(report), render_in_process(report), render(report), render(report),
    )}  # fmt: skip
    assert len(sums) == 1


def test_a_file_that_would_end_ambiguously_is_written_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = compose(make_report(0, 0, **EMPTY))
    usual = printer.print_paper(paper)
    monkeypatch.setattr(printer, "AMBIGUOUS", b"%PDF")
    other = printer.print_paper(paper)
    assert len(other) != len(usual)
    assert page.is_pdf_compliant_bytes(other, profile="3a")


def test_a_stream_that_would_end_ambiguously_stays_plain() -> None:
    streams = [pydyf.Stream(["a" * length], compress=True) for length in range(600)]
    for stream in streams:
        pack(stream)
    assert not [stream for stream in streams if AMBIGUOUS in stream.data]
    assert 0 < len([stream for stream in streams if "Filter" not in stream.extra]) < 20


def test_a_slow_rendering_is_killed() -> None:
    with pytest.raises(RenderFailed, match=r"took longer than 0\.2 seconds and was stopped"):
        render_in_process(make_report(), timeout_seconds=0.2)


@pytest.mark.parametrize("memory_mb", [40, 100, 140])
def test_a_greedy_rendering_is_stopped(memory_mb: int) -> None:
    with pytest.raises(RenderFailed, match="of memory"):
        render_in_process(make_report(), memory_mb=memory_mb)


def test_a_crash_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "WORKER", ("-c", "import os; os.kill(os.getpid(), 11)"))
    with pytest.raises(RenderFailed, match="died of SIGSEGV"):
        render_in_process(make_report(0, 0))


def test_a_process_without_a_pdf_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "WORKER", ("-c", "print(1)"))
    with pytest.raises(RenderFailed, match="ended without a PDF"):
        render_in_process(make_report(0, 0))


def test_the_worker_sees_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_DATABASE_URL", "postgresql://secret")
    listing = "import os,sys; sys.stderr.write(','.join(sorted(os.environ))); sys.exit(3)"
    monkeypatch.setattr(press, "WORKER", ("-c", listing))
    with pytest.raises(RenderFailed) as failed:
        render_in_process(make_report(0, 0))
    assert "XLA_" not in failed.value.reason


def test_without_pango_the_exact_line_to_type_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        """An importer that finds WeasyPrint, but not its system library."""

        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(RenderFailed, match="apt-get install --no-install-recommends libpango"):
        render(make_report(0, 0))


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "asset:../../settings.py", "data:text/css,p{}"],
)
@pytest.mark.parametrize(
    "element",
    ['<img alt="x" src="{}">', '<link rel="stylesheet" href="{}">', '<p style="background:url({})">x</p>'],
)
def test_nothing_but_our_own_assets_is_fetched(address: str, element: str) -> None:
    page_html = f'<html lang="en"><title>x</title><body>{element.format(address)}</body></html>'
    paper = replace(compose(make_report(0, 0)), html=page_html)
    with pytest.raises(RenderFailed, match="only use its own assets"):
        printer.print_paper(paper)


def test_a_refused_address_ends_the_worker_too() -> None:
    html = '<html lang="en"><img alt="x" src="file:///etc/passwd"></html>'
    with pytest.raises(RenderFailed, match="only use its own assets"):
        print_in_process(replace(compose(make_report(0, 0)), html=html), timeout_seconds=60, memory_mb=1024)
