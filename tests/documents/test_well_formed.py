"""Well-formed paper: the quick way prints the same bytes as WeasyPrint's own way."""

from dataclasses import replace

import pydyf
import pytest
import weasyprint

from documents.sample import make_report
from documents.test_posters import POSTER, SHEET
from documents.test_report_page import hostile_report
from xla.core.agreement import LANGUAGES
from xla.documents import labels, poster, printer, well_formed
from xla.documents.page import compose
from xla.documents.paper import Paper, RenderFailed

well_formed.html(weasyprint, "<html/>", None)
QUICK_BYTES = pydyf._to_bytes  # noqa: SLF001 -- the hook
PLAIN_BYTES = QUICK_BYTES.__wrapped__
PAPERS = {
    **{f"report {language}": compose(make_report(language=language)) for language in LANGUAGES},
    "draft": compose(make_report(7, 3, is_draft=True, issue=None, respond_by=None)),
    "hostile": compose(hostile_report()),
    "poster": poster.compose(POSTER),
    "labels": labels.compose(SHEET),
}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_quick_way_prints_the_bytes_of_the_plain_way(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = printer.print_paper(paper)
    monkeypatch.setattr(
        well_formed, "html", lambda library, text, fetcher: library.HTML(string=text, url_fetcher=fetcher)
    )
    monkeypatch.setattr(pydyf, "_to_bytes", PLAIN_BYTES)
    assert printer.print_paper(paper) == quick


@pytest.mark.parametrize(
    "piece",
    [b"q", "/P", 0, -7, 2**40, True, 0.0, -0.0, 3.0, 1e17, 0.5, -1.25, 1 / 3, 1e-9, pydyf.Array([1, 2.5])],
)
def test_a_piece_of_a_pdf_has_the_bytes_of_the_plain_way(piece: object) -> None:
    assert QUICK_BYTES is not PLAIN_BYTES
    assert QUICK_BYTES(piece) == PLAIN_BYTES(piece)


def test_a_page_that_is_not_well_formed_is_refused_in_words() -> None:
    paper = replace(PAPERS["draft"], html="<html><body><p>3 < 5</p></body></html>")
    with pytest.raises(RenderFailed, match="The page is not well-formed: not well-formed"):
        printer.print_paper(paper)


def test_an_element_the_lean_sheet_does_not_know_is_refused_in_words() -> None:
    with pytest.raises(RenderFailed, match="does not know details, marquee"):
        well_formed.html(weasyprint, "<html><details/><marquee/></html>", None)
