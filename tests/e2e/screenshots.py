"""Every page with the demo's data as a picture: `make screenshots`; `ARGS="--language sv"` in Swedish.

The pictures are there to be looked at, beside the mock-ups and by anybody who changes a page.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

from playwright.sync_api import Browser, sync_playwright  # noqa: E402 -- found by the line above

from databases import SqliteDatabases  # noqa: E402 -- as above
from e2e import pages, tour  # noqa: E402 -- as above
from e2e.pages import Site  # noqa: E402 -- as above
from xla import clock, database, migrate  # noqa: E402 -- as above
from xla.jobs import demonstration  # noqa: E402 -- as above
from xla.settings import Settings  # noqa: E402 -- as above
from xla.web import create_app  # noqa: E402 -- as above

LOOKS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]


def main() -> None:
    """Take the pictures and say where they are."""
    asked = _asked()
    folder = Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xla-screenshots-") as place:
        engine = database.connect(SqliteDatabases(Path(place)).create())
        migrate.upgrade(engine)
        for sentence in demonstration.load(engine, Settings(), clock.now()):
            print(sentence, flush=True)
        with database.transaction(engine) as session:
            tour.furnish(session)
        app = create_app(Settings(instance=Path(place)), engine)
        with (
            pages.served(app, engine) as site,
            sync_playwright() as playwright,
            pages.chromium(playwright) as browser,
        ):
            count = _taken(browser, site, folder, asked.language)
        engine.dispose()
    print(f"{count} pictures are in {folder}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", default="build/screenshots", help="where to put them")
    parser.add_argument("--language", default="en", help="en, sv, da, nb or fi")
    return parser.parse_args()


def _taken(browser: Browser, site: Site, folder: Path, language: str) -> int:
    with database.reading(site.engine) as session:
        stops = list(tour.pages(site.app, session))
    count = 0
    for role in sorted({stop.role for stop in stops}):
        for width, scheme in LOOKS:
            with pages.looking(browser, site, role, language=language, width=width, scheme=scheme) as context:
                page = context.new_page()
                for stop in stops:
                    if stop.role == role:
                        page.goto(stop.address)
                        name = re.sub(r"[^a-z0-9]+", "-", stop.address.lower()).strip("-") or "start"
                        picture = f"{name}-{role}-{width}-{scheme}.png"
                        page.screenshot(path=folder / picture, full_page=True)
                        count += 1
    return count


if __name__ == "__main__":
    main()
