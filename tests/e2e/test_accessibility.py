"""Every page in a real browser: light and dark, wide and narrow, in two languages, without a barrier.

axe-core finds what a machine can of WCAG 2.2 A and AA. Also: nothing wider than the window at 320 px, and
not one word of complaint from the browser, which would be a blocked script, style or file.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from e2e import pages, tour
from e2e.pages import Site
from xla import database

RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # The same page in other colours: only what colours decide can differ.
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
LOOKS = [(1280, "light"), (1280, "dark"), (320, "dark"), (320, "light")]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("role", ["admin", "manager", "client", "auditor", "nobody"])
def test_no_page_has_a_barrier(site: Site, chromium: Browser, language: str, role: str) -> None:
    with database.reading(site.engine) as session:
        stops = [stop for stop in tour.pages(site.app, session) if stop.role == role]
    assert stops
    flaws: list[str] = []
    with pages.looking(chromium, site, role, language=language) as context:
        page = context.new_page()
        page.on("console", lambda said: flaws.extend(_complaints(page, said)))
        for stop in stops:
            answer = page.goto(stop.address)
            assert answer
            if answer.status >= 400:
                flaws.append(f"{stop.address} answers {answer.status}")
            flaws += _flaws(page, stop.address)
    assert flaws == []


def _complaints(page: Page, said: ConsoleMessage) -> list[str]:
    return [f"{page.url}: {said.text}"] if said.type in {"error", "warning"} else []


def _flaws(page: Page, address: str) -> Iterator[str]:
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        where = f"{address} ({width} px, {scheme})"
        over = page.evaluate(OVERFLOW)
        if over > 0:
            yield f"{where} is {over} px wider than the window"
        for violation in Axe().run(page, options=RULES[scheme]).response["violations"]:
            spots = [node["target"] for node in violation["nodes"]]
            yield f"{where}: {violation['id']}: {violation['help']}: {spots[:5]}"
