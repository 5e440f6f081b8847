"""A kiosk in a real browser: paired, tapped, cut off, loaded again while it is, and every rating once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, select

import make
from e2e import pages
from e2e.pages import Site
from web import world
from xla import clock, database
from xla.models import Kiosk, RatingPoint, Response
from xla.services import kiosks
from xla.settings import Settings
from xla.web import create_app

ON_THE_WAY = timedelta(seconds=3)
"""The longest a request may take to us: what was felt is known no better."""


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def hall(store: Engine, tmp_path: Path) -> Iterator[Site]:
    """Harbour house, with one open rating point."""
    with database.transaction(store) as session:
        terms = world.terms()
        contract = make.contract(
            session,
            terms.model_copy(update={"contract": terms.contract.model_copy(update={"ends_on": None})}),
        )
        session.add(
            RatingPoint(
                contract_id=contract.id,
                site_key="a",
                touchpoint_key="arrive",
                token="hall",
                opened_at=make.APPLIED_AT,
            )
        )
    with pages.served(create_app(Settings(instance=tmp_path), store), store) as site:
        yield site


def paired(site: Site, context: BrowserContext) -> Page:
    """A tablet that has just been paired."""
    now = clock.now()
    with database.transaction(site.engine) as session:
        kiosk = kiosks.add(session, session.scalars(select(RatingPoint)).one(), "Left", None, now)
        code = kiosks.new_code(session, kiosk, now)
    page = context.new_page()
    page.goto("/kiosk")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Pair").click()
    expect(page.get_by_role("heading", name="Is it clean?")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def tap(page: Page, face: str) -> tuple[datetime, datetime]:
    """Tap a face; between which instants that was."""
    before = datetime.now(UTC)
    page.get_by_role("button", name=face, exact=True).click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    return before, datetime.now(UTC)


def back(page: Page) -> None:
    """Through whatever is shown, to the start."""
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Thank you, that helps")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Is it clean?")).to_be_visible()


def stored(site: Site) -> list[Response]:
    with database.reading(site.engine) as session:
        return list(session.scalars(select(Response).order_by(Response.rated_at)))


def arrived(page: Page, site: Site, count: int) -> None:
    """Wait until so many ratings came from the tablet; no more do."""
    for _ in range(100):
        if len(stored(site)) >= count:
            break
        page.wait_for_timeout(100)
    assert len(stored(site)) == count


def test_ratings_given_without_a_connection_come_later_each_once(hall: Site, chromium: Browser) -> None:
    with pages.looking(chromium, hall, "nobody") as context:
        page = paired(hall, context)
        times = [tap(page, "Poor")]
        page.get_by_role("button", name="Smell").click()
        back(page)
        arrived(page, hall, 1)
        context.set_offline(True)
        for face in ("Good", "Okay"):
            times.append(tap(page, face))
            back(page)
        expect(page.get_by_text("Saved on this device: 2.")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="Is it clean?")).to_be_visible()
        times.append(tap(page, "Very good"))
        page.reload()  # in the middle: what was tapped is stored
        expect(page.get_by_text("Saved on this device: 3.")).to_be_visible()
        assert len(stored(hall)) == 1
        context.set_offline(False)
        expect(page.locator("#kept")).to_be_empty()
    rows = stored(hall)
    assert [row.reasons for row in rows] == ["smell", None, None, None]
    for row, (before, after) in zip(rows, times, strict=True):
        assert row.rated_at
        assert before - ON_THE_WAY < row.rated_at < after + ON_THE_WAY
    assert {row.flags for row in rows} <= {None, "burst"}


def test_a_kiosk_goes_back_to_the_start_by_itself_unless_somebody_wants_more_time(
    hall: Site, chromium: Browser
) -> None:
    with pages.looking(chromium, hall, "nobody") as context:
        start = clock.now()
        context.clock.install(time=start)
        page = paired(hall, context)
        context.clock.pause_at(start + timedelta(hours=1))  # on a slow machine a second is soon over
        for wanted, seconds in (("", 12), ("More time", 60)):
            tap(page, "Poor")
            if wanted:
                page.get_by_role("button", name=wanted).click()
            expect(page.get_by_text(f"Back to the start in {seconds} s.")).to_be_visible()
            context.clock.run_for((seconds - 1) * 1000)
            expect(page.get_by_text("Back to the start in 1 s.")).to_be_visible()
            context.clock.run_for(1500)
            expect(page.get_by_role("heading", name="Is it clean?")).to_be_visible()
        context.clock.resume()
        arrived(page, hall, 2)


def test_a_revoked_tablet_says_so_and_keeps_what_it_has(hall: Site, chromium: Browser) -> None:
    with pages.looking(chromium, hall, "nobody") as context:
        page = paired(hall, context)
        context.set_offline(True)
        tap(page, "Poor")
        with database.transaction(hall.engine) as session:
            kiosks.revoke(session, session.scalars(select(Kiosk)).one(), clock.now())
        back(page)
        context.set_offline(False)
        expect(page.get_by_text("This kiosk was revoked.")).to_be_visible()
        page.get_by_role("button", name="Device").click()
        expect(page.locator("#device-waiting")).to_have_text("1")
    assert stored(hall) == []
