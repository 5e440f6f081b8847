"""The printer: paper to PDF/A-3a. The only place that knows WeasyPrint, and it is imported when first needed."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xla.documents.paper import Paper, RenderFailed

if TYPE_CHECKING:
    from types import ModuleType

PANGO_MISSING = (
    "Pango is missing, which draws the text of the PDF. Install it with: "
    "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
VARIANT = "pdf/a-3a"


def weasyprint() -> "ModuleType":
    """The library. Raises RenderFailed where the system lacks what it needs."""
    try:
        import weasyprint as library  # noqa: PLC0415 - loads system libraries, which may be missing
    except (ImportError, OSError) as problem:
        raise RenderFailed(PANGO_MISSING) from problem
    return library


def print_paper(paper: Paper) -> bytes:
    """The PDF: tagged, with its files inside, the same bytes for the same paper. Raises RenderFailed."""
    library = weasyprint()
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - as above

    fetcher, fonts = _kit()
    try:
        document = library.HTML(string=paper.html, url_fetcher=fetcher)
        pdf: bytes = document.write_pdf(
            font_config=fonts,
            stylesheets=[_style(style) for style in paper.styles],
            attachments=_attachments(library, paper),
            pdf_variant=VARIANT,
            pdf_identifier=paper.identifier,
        )
    except FatalURLFetchingError as refused:
        raise RenderFailed(f"{refused}: {refused.__cause__}") from refused
    return pdf


@lru_cache(maxsize=1)
def _kit() -> tuple[Any, Any]:
    """Fetcher and fonts, once per process."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    from xla.documents.assets import OwnAssets  # noqa: PLC0415 - as above

    return OwnAssets(), FontConfiguration()


@lru_cache(maxsize=8)
def _style(css: str) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """A parsed style sheet, once per process."""
    fetcher, fonts = _kit()
    return weasyprint().CSS(string=css, url_fetcher=fetcher, font_config=fonts)


def _attachments(library: "ModuleType", paper: Paper) -> list[Any]:
    dated = datetime.fromisoformat(paper.dated)
    return [
        library.Attachment(
            string=file.text.encode(),
            name=file.name,
            description=file.description,
            created=dated,
            modified=dated,
            relationship="Data",
        )
        for file in paper.attached
    ]
