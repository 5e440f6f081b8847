"""Journeys by keyboard alone, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e import pages
from e2e.pages import Site
from web import world

MOST_TABS = 200


def reach(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            "(document.activeElement.innerText || document.activeElement.ariaLabel || '')"
        ):
            return
    pytest.fail(f"Tab never reaches {name!r} on {page.url}")


def reach_field(page: Page, name: str) -> None:
    """Press Tab until the field of that name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"Tab never reaches the field {name!r} on {page.url}")


def test_signing_in_by_keyboard(site: Site, chromium: Browser) -> None:
    with pages.looking(chromium, site, "nobody") as context:
        page = context.new_page()
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the contents")).to_be_focused()
        reach_field(page, "email")
        page.keyboard.type(world.email("manager"))
        page.keyboard.press("Tab")
        page.keyboard.type(world.PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.url}/")


def test_signing_in_without_scripts(site: Site, chromium: Browser) -> None:
    with pages.looking(chromium, site, "nobody", scripts=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("E-mail").fill(world.email("manager"))
        page.get_by_label("Password").fill(world.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{site.url}/")
