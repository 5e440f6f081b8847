"""Pages in a real browser: the application served over a database with the demo, looked at in Chromium."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from web import world
from xla import clock, database
from xla.services import people, sign_ins
from xla.web.post import POST

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
    server.daemon_threads = False  # so that closing it waits for the answers under way
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
        app.extensions[POST].executor.shutdown()


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
