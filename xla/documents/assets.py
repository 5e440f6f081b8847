"""Assets: the only files a document may use, by name."""

from base64 import b64decode

from weasyprint.urls import URLFetcher, URLFetcherResponse

from xla.documents.typefaces import BOLD, REGULAR

SCHEME = "asset:"
PICTURE = "data:image/png;base64,"
"""A picture that lies in the page itself: it leads nowhere."""
OWN = {
    f"{SCHEME}{REGULAR.name}": (REGULAR, "font/woff2"),
    f"{SCHEME}{BOLD.name}": (BOLD, "font/woff2"),
}


class OwnAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches our own assets; anything else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 - its contract
        """The asset named `url`, or a picture inside the page. Raises ValueError for any other address."""
        if url.startswith(PICTURE):
            return URLFetcherResponse(
                url, b64decode(url.removeprefix(PICTURE)), {"Content-Type": "image/png"}
            )
        if url not in OWN:
            raise ValueError(f"a report may only use its own assets, not {url!r}")
        path, kind = OWN[url]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
