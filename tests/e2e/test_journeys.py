"""Journeys by keyboard alone, and without JavaScript: signing in, a breach, an action, a period."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import make
from e2e import pages
from e2e.pages import Site
from rated import rate
from web import world
from xla import clock, database
from xla.core.period_state import Step
from xla.core.window import CalendarPeriod
from xla.models import Action, Breach, Decision
from xla.services import memberships, people, periods
from xla.services.breaches import state_of
from xla.settings import Settings
from xla.web import create_app

MOST_TABS = 150
BY_KEYBOARD, WITHOUT_SCRIPTS = "by keyboard", "without scripts"
each_way = pytest.mark.parametrize("way", [BY_KEYBOARD, WITHOUT_SCRIPTS])


class Hand:
    """Whoever uses a page, with the keyboard alone or with a mouse and no scripts."""

    def __init__(self, page: Page, way: str) -> None:
        self.page = page
        self.has_mouse = way == WITHOUT_SCRIPTS

    def press(self, name: str) -> None:
        """A button or link of that name."""
        if self.has_mouse:
            self.page.get_by_role("button", name=name).or_(
                self.page.get_by_role("link", name=name)
            ).first.click()
            return
        self._reach(f"(document.activeElement.innerText || '').startsWith({name!r})")
        self.page.keyboard.press("Enter")

    def write(self, field: str, text: str) -> None:
        """Into the field of that name."""
        if self.has_mouse:
            self.page.locator(f"[name={field}]").fill(text)
            return
        self._reach(f"document.activeElement.name === {field!r}")
        self.page.keyboard.type(text)

    def choose(self, field: str, value: str) -> None:
        """One of the choices of that name; the arrows go from one to the next."""
        chosen = self.page.locator(f"[name={field}][value={value}]")
        if self.has_mouse:
            chosen.check()
            return
        self._reach(f"document.activeElement.name === {field!r}")
        self.page.keyboard.press("Space")
        for _ in range(3):
            if chosen.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        pytest.fail(f"the arrows never reach {value} of {field}")

    def _reach(self, condition: str) -> None:
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(condition):
                return
        pytest.fail(f"Tab never reaches {condition} on {self.page.url}")


@pytest.fixture
def engine_of_site(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine_of_site: Engine, tmp_path: Path) -> Iterator[Site]:
    """Harbour house, whose last whole month was just closed: one KPI breached, nothing decided yet."""
    with database.transaction(engine_of_site) as session:
        world.add_people(session)
        _close_last_month(session)
    app = create_app(Settings(instance=tmp_path), engine_of_site)
    with pages.served(app, engine_of_site) as site:
        yield site


def _close_last_month(session: Session) -> None:
    now = clock.now()
    terms = world.terms()
    agreed = terms.contract.model_copy(update={"ends_on": None})
    contract = make.contract(session, terms.model_copy(update={"contract": agreed}))
    period = list(periods.due(session, contract, now))[-1]
    felt = {"on": f"{period.start}", "at": now - timedelta(hours=1)}
    rate(session, contract, "clean", {2: 40, 5: 20}, site="a", touchpoint="arrive", **felt)
    rate(session, contract, "food", {5: 35, 4: 5}, site="b", touchpoint="lunch", **felt)
    periods.close(session, contract, period, known_at=now, now=now)
    for role in world.NAMES:
        person = people.by_email(session, world.email(role))
        assert person
        memberships.add_member(session, person.id, contract.id)


def _breach(site: Site) -> Breach:
    with database.reading(site.engine) as session:
        breach = session.scalars(select(Breach)).one()
        assert breach.steps
        return breach


def _period(site: Site) -> CalendarPeriod:
    start = _breach(site).period.start_on
    return CalendarPeriod(start, (start + timedelta(days=31)).replace(day=1))


@each_way
def test_signing_in(house: Site, chromium: Browser, way: str) -> None:
    with pages.looking(chromium, house, "nobody", scripts=way == BY_KEYBOARD) as context:
        page = context.new_page()
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the contents")).to_be_focused()
        hand = Hand(page, way)
        hand.write("email", world.email("manager"))
        hand.write("password", world.PASSWORD)
        hand.press("Sign in")
        expect(page).to_have_url(f"{house.url}/")


@each_way
def test_acknowledging_a_breach(house: Site, chromium: Browser, way: str) -> None:
    with pages.looking(chromium, house, "manager", scripts=way == BY_KEYBOARD) as context:
        page = context.new_page()
        page.goto(f"/contracts/harbour/breaches/{_breach(house).id}")
        Hand(page, way).press("Acknowledge")
        expect(page.get_by_role("heading", name="Next: plan an action")).to_be_visible()
    assert state_of(_breach(house)) == "acknowledged"


@each_way
def test_planning_an_action(house: Site, chromium: Browser, way: str) -> None:
    due = clock.now().date() + timedelta(days=20)
    with pages.looking(chromium, house, "manager", scripts=way == BY_KEYBOARD) as context:
        page = context.new_page()
        page.goto(f"/contracts/harbour/breaches/{_breach(house).id}")
        hand = Hand(page, way)
        hand.press("Acknowledge")
        expect(page.get_by_role("heading", name="Next: plan an action")).to_be_visible()
        hand.write("action-title", "A second round at night")
        hand.write("action-owner", "Amina Hassan")
        # A browser's own field for a day is typed part by part, in the order of its language.
        hand.write("action-due", f"{due}" if hand.has_mouse else f"{due:%m%d%Y}")
        hand.press("Add action")
        expect(page.get_by_role("cell", name="A second round at night")).to_be_visible()
    with database.reading(house.engine) as session:
        action = session.scalars(select(Action)).one()
    assert (action.title, action.owner, action.due_on) == ("A second round at night", "Amina Hassan", due)


@each_way
def test_accepting_a_period(house: Site, chromium: Browser, way: str) -> None:
    with pages.looking(chromium, house, "client", scripts=way == BY_KEYBOARD) as context:
        page = context.new_page()
        page.goto(f"/contracts/harbour/periods/{_period(house)}")
        hand = Hand(page, way)
        for kpi in ("clean", "food", "recommend"):
            hand.choose(f"decision-{kpi}", "accept")
        hand.press("Send decisions")
        expect(page.get_by_role("heading", level=1)).to_contain_text("is final")
    with database.reading(house.engine) as session:
        said = session.scalars(select(Decision)).all()
    assert {(each.kpi_key, each.kind) for each in said} == {
        ("clean", Step.ACCEPT),
        ("food", Step.ACCEPT),
        ("recommend", Step.ACCEPT),
    }


@each_way
def test_disputing_one_kpi_says_why(house: Site, chromium: Browser, way: str) -> None:
    with pages.looking(chromium, house, "client", scripts=way == BY_KEYBOARD) as context:
        page = context.new_page()
        page.goto(f"/contracts/harbour/periods/{_period(house)}")
        hand = Hand(page, way)
        hand.choose("decision-clean", "dispute")
        hand.press("Send decisions")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("[name=decision-clean][value=dispute]")).to_be_checked()
