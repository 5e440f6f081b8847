"""The printer: paper to a PDF/A-3a that is PDF/UA-1 too. WeasyPrint is imported late, and only here."""

import atexit
import gc
import warnings
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from xla.documents import well_formed
from xla.documents.claims import claim_both
from xla.documents.finish import AMBIGUOUS, finish, finish_again
from xla.documents.paper import Paper, RenderFailed

INSTALL_PANGO = "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
PANGO_MISSING = f"Pango is missing, which draws the text of the PDF. Install it with: {INSTALL_PANGO}"
VARIANT = "pdf/a-3a"
Finisher = Callable[[Any, Any], None]


def weasyprint() -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """The library. Raises RenderFailed where the system lacks what it needs."""
    try:
        import weasyprint as library  # noqa: PLC0415 - loads system libraries, which may be missing
    except ImportError as problem:
        raise RenderFailed(f"WeasyPrint cannot be loaded: {problem}") from problem
    except OSError as problem:
        raise RenderFailed(f"{PANGO_MISSING} ({problem})") from problem
    return library


def print_paper(paper: Paper) -> bytes:
    """The PDF: tagged, with its files inside, the same bytes for the same paper. Raises RenderFailed."""
    library = weasyprint()
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - as above

    fetcher, fonts = _kit()
    try:
        document = well_formed.html(library, paper.html, fetcher).render(
            font_config=fonts,
            stylesheets=[_style(style) for style in paper.styles],
            pdf_variant=VARIANT,
        )
        claim_both(document)
        pdf = _written(library, document, paper, finish)
        return _written(library, document, paper, finish_again) if AMBIGUOUS in pdf else pdf
    except FatalURLFetchingError as refused:
        raise RenderFailed(f"{refused}: {refused.__cause__}") from refused


def _written(library: Any, document: Any, paper: Paper, finisher: Finisher) -> bytes:  # noqa: ANN401 - as below
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
        pdf: bytes = document.write_pdf(
            finisher=finisher,
            attachments=_attachments(library, paper),
            pdf_variant=VARIANT,
            pdf_identifier=paper.identifier,
        )
    return pdf


@lru_cache(maxsize=1)
def _kit() -> tuple[Any, Any]:
    """Fetcher and fonts, once per process."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    from xla.documents.assets import OwnAssets  # noqa: PLC0415 - as above

    atexit.register(_forget)
    return OwnAssets(), FontConfiguration()


def _forget() -> None:
    """Let go of the fonts while Python can still delete the files they were unpacked to."""
    _style.cache_clear()
    _kit.cache_clear()
    gc.collect()


@lru_cache(maxsize=8)
def _style(css: str) -> Any:  # noqa: ANN401 - WeasyPrint has no types
    """A parsed style sheet, once per process."""
    fetcher, fonts = _kit()
    return weasyprint().CSS(string=css, url_fetcher=fetcher, font_config=fonts)


def _attachments(library: Any, paper: Paper) -> list[Any]:  # noqa: ANN401 - as above
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
