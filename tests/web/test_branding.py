"""Branding: chosen by an admin, seen on every page, checked before it is kept."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from xla import database
from xla.documents import logo
from xla.models import AuditEntry, Installation

HOSTILE = "</style><b>{{7*7}}</b> \u202e =cmd"
FORM = {
    "provider": "Kastell Facility",
    "colour": "#0f56b3",
    "sender_name": "Kastell service",
    "sender_email": "service@kastell.example",
    "language": "nb",
    "revision": "",
}


@pytest.fixture
def admin(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("admin")


def picture(kind: str = "PNG") -> BytesIO:
    written = BytesIO()
    Image.new("RGB", (400, 100), "red").save(written, kind)
    written.seek(0)
    return written


def audited(store: Engine) -> list[str]:
    with database.reading(store) as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_what_is_chosen_is_seen_on_every_page(
    admin: FlaskClient, browser: FlaskClient, store: Engine
) -> None:
    assert "/branding.css" not in browser.get("/sign-in").text
    assert admin.post("/settings/branding", data=FORM).status_code == 303
    page = browser.get("/sign-in").text
    assert "Kastell Facility" in page
    assert 'href="/branding.css?v=0f56b3"' in page
    assert browser.get("/branding.css").text == ":root{--brand:#0f56b3}\n"
    assert "mailto:service@kastell.example" in browser.get("/accessibility").text
    assert audited(store) == ["branding.change"]


def test_what_is_saved_again_unchanged_is_no_change(admin: FlaskClient, store: Engine) -> None:
    for _ in range(2):
        admin.post("/settings/branding", data=FORM)
    assert audited(store) == ["branding.change"]


def test_a_stranger_whose_browser_speaks_none_of_ours_gets_the_chosen_language(
    admin: FlaskClient, browser: FlaskClient
) -> None:
    admin.post("/settings/branding", data=FORM)
    assert '<html lang="nb">' in browser.get("/sign-in", headers={"Accept-Language": "de"}).text
    assert '<html lang="sv">' in browser.get("/sign-in", headers={"Accept-Language": "sv"}).text


@pytest.mark.parametrize(
    ("field", "value", "flaw"),
    [
        ("provider", "", "Write the provider’s name."),
        ("provider", "x" * 101, "At most 100 characters; these are 101."),
        ("provider", "a\x00b", "without control characters"),
        ("colour", "blue", "Write a colour as #"),
        ("colour", "#ff0000;}", "Write a colour as #"),
        ("colour", "#ffcc00", "its contrast with white is 1.51, and 4.5 is needed. #8e7200 would do."),
        ("sender_name", "a\r\nBcc: x@y.example", "without control characters"),
        ("sender_email", "service@kastell.example\r\nBcc: x@y.example", "Write one e-mail address"),
        ("sender_email", "a@b.example, c@d.example", "Write one e-mail address"),
        ("language", "tlh", "Choose one of what is offered"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_typed(
    admin: FlaskClient, store: Engine, field: str, value: str, flaw: str
) -> None:
    answer = admin.post("/settings/branding", data={**FORM, "sender_name": "Stays typed", field: value})
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2  # beside the field, and in the summary
    assert "Stays typed" in answer.text or field == "sender_name"
    assert audited(store) == []


def test_hostile_words_are_shown_as_text(admin: FlaskClient, browser: FlaskClient) -> None:
    admin.post("/settings/branding", data={**FORM, "provider": HOSTILE, "sender_name": HOSTILE})
    for page in (admin.get("/settings/branding").text, browser.get("/sign-in").text):
        assert "&lt;/style&gt;&lt;b&gt;{{7*7}}&lt;/b&gt;" in page
        assert "</style>" not in page


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(admin: FlaskClient, store: Engine) -> None:
    admin.post("/settings/branding", data=FORM)
    with database.reading(store) as session:
        seen = session.get_one(Installation, 1).changed_at.isoformat()
    admin.post("/settings/branding", data={**FORM, "provider": "First", "revision": seen})
    answer = admin.post("/settings/branding", data={**FORM, "provider": "Second", "revision": seen})
    assert answer.status_code == 409
    assert "Somebody else changed the branding meanwhile" in answer.text
    assert "<dd>First</dd>" in answer.text
    assert 'value="Second"' in answer.text
    with database.reading(store) as session:
        assert session.get_one(Installation, 1).provider == "First"


def test_a_logo_is_redrawn_and_anybody_may_see_it(
    admin: FlaskClient, browser: FlaskClient, store: Engine
) -> None:
    assert browser.get("/branding/logo.png").status_code == 404
    answer = admin.post("/settings/branding/logo", data={"logo": (picture("JPEG"), "evil.svg")})
    assert answer.status_code == 303
    with database.reading(store) as session:
        version = str(session.get_one(Installation, 1).logo_sha256)[:10]
    assert f"/branding/logo.png?v={version}" in browser.get("/sign-in").text
    shown = browser.get(f"/branding/logo.png?v={version}")
    assert shown.mimetype == "image/png"
    assert shown.data.startswith(b"\x89PNG")
    assert "immutable" in shown.headers["Cache-Control"]
    assert browser.get("/branding/logo.png?v=older").headers["Cache-Control"] == "no-cache"
    assert admin.post("/settings/branding/logo/remove").status_code == 303
    assert browser.get("/branding/logo.png").status_code == 404
    assert audited(store) == ["branding.logo", "branding.no_logo"]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (None, "Choose a picture file first."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no PNG"),
        (b"x" * 1_001, "larger than 1 MB"),
    ],
)
def test_what_is_no_picture_is_refused(
    admin: FlaskClient,
    store: Engine,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    flaw: str,
) -> None:
    monkeypatch.setattr(logo, "MOST_BYTES", 1_000)
    data = {} if content is None else {"logo": (BytesIO(content), "a.png")}
    answer = admin.post("/settings/branding/logo", data=data)
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2
    assert audited(store) == []


def test_settings_begin_with_the_branding(admin: FlaskClient) -> None:
    assert admin.get("/settings").location == "/settings/branding"
