"""Pages in a real browser: the application served over a database with the demo, looked at in Chromium."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from web import world
from xla import clock, database
from xla.core.notice import Event
from xla.core.role import Role
from xla.models.contract import contracts
from xla.outside.webhooks import Answer
from xla.services import keys, memberships, people, sign_ins, tickets, webhooks

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """The application, answering on this machine."""

    app: Flask
    engine: Engine
    url: str

    def token(self, role: str, language: str = "en") -> str:
        """A new sign-in of the tour's person of that role, who speaks a language."""
        with database.transaction(self.engine) as session:
            person = people.by_email(session, world.email(role))
            assert person
            person.language = language
            return sign_ins.begin(session, person, "Chromium", clock.now())


@contextmanager
def served(app: Flask, engine: Engine) -> Iterator[Site]:
    """Answer on a free port until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.port}"
    app.config["BASE_URL"] = url
    try:
        yield Site(app, engine, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def add_tourists(engine: Engine) -> None:
    """A person of each role who is a member of every contract of the demo."""
    with database.transaction(engine) as session:
        for role, name in world.NAMES.items():
            person = people.by_email(session, world.email(role)) or people.add(
                session,
                world.email(role),
                name=name,
                role=Role(role),
                password=world.PASSWORD,
                now=clock.now(),
            )
            for contract in session.scalars(contracts()):
                memberships.add_member(session, person.id, contract.id)
        _add_links(session)
        _add_machines(session)


def _add_links(session: Session) -> None:
    """One-time links with the tokens the doors name, so that the pages behind them can be looked at."""
    client = people.by_email(session, world.email(Role.CLIENT))
    assert client
    for kind in tickets.LASTS:
        issued = tickets.issue(session, kind, None if kind == "setup" else client.id, now=clock.now())
        issued.ticket.token_sha256 = sign_ins.sha256(f"any-{kind}")


def _add_machines(session: Session) -> None:
    """A key and a webhook with what was sent to it, which the demo has none of."""
    now = clock.now()
    keys.create(session, "Till", scopes=["read"], now=now)
    desk, _secret = webhooks.create(
        session, "Service desk", url="https://desk.example/in", events=[Event.BREACH_OPENED], now=now
    )
    for answer in (Answer(204, None, 80), Answer(None, "time", 15_000)):
        webhooks.log(session, desk.id, webhooks.trial(desk, now), answer, now)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser that asks nobody but us."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def looking(  # its keywords say what each is
    browser: Browser,
    site: Site,
    role: str,
    *,
    language: str = "en",
    width: int = 1280,
    scheme: str = "light",
    scripts: bool = True,
) -> Iterator[BrowserContext]:
    """A window in which the person of a role is signed in; nobody for `nobody`."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        locale=language,
        base_url=site.url,
        reduced_motion="reduce",
    )
    if role != "nobody":
        name = site.app.config["TOKEN_COOKIE"]
        context.add_cookies([{"name": name, "value": site.token(role, language), "url": site.url}])
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


def prepared(folder: Path) -> str:
    """The URL of an SQLite file in `folder`."""
    return f"sqlite:///{folder / 'xla.db'}"
