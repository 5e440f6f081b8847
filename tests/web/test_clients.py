"""Clients: an admin chooses how reports and mails to each of them look."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from web.test_branding import audited, picture
from xla import database
from xla.models import Client

FORM = {
    "shown_name": "Harbour Group plc",
    "colour": "#0f56b3",
    "sender_name": "Kastell for Harbour",
    "sender_email": "harbour@kastell.example",
    "revision": "",
}


@pytest.fixture
def admin(browser_of: BrowserOf) -> FlaskClient:
    return browser_of("admin")


@pytest.fixture
def page(store: Engine, harbour: None) -> str:
    with database.reading(store) as session:
        client = session.scalars(select(Client).order_by(Client.id)).first()
        assert client is not None
        return f"/settings/clients/{client.id}"


def test_a_clients_look_is_kept_and_listed(admin: FlaskClient, store: Engine, page: str) -> None:
    assert admin.post(page, data=FORM).status_code == 303
    assert admin.post(page, data=FORM).status_code == 303  # unchanged, so not logged again
    listed = admin.get("/settings/clients").text
    assert "Harbour Group plc" in listed
    assert "Kastell for Harbour" in listed
    shown = admin.get(page).text
    assert 'value="harbour@kastell.example"' in shown
    assert 'fill="#0f56b3"' in shown
    assert audited(store) == ["client.look"]


@pytest.mark.parametrize(
    ("field", "value", "flaw"),
    [
        ("colour", "#ffcc00", "its contrast with white is 1.51, and 4.5 is needed. #8e7200 would do."),
        ("shown_name", "x" * 101, "At most 100 characters; these are 101."),
        ("sender_email", "a@b.example\r\nBcc: c@d.example", "Write one e-mail address"),
    ],
)
def test_what_cannot_be_kept_of_a_client_is_said_beside_its_field(
    admin: FlaskClient, store: Engine, page: str, field: str, value: str, flaw: str
) -> None:
    answer = admin.post(page, data={**FORM, field: value})
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2
    assert audited(store) == []


def test_what_somebody_else_chose_for_a_client_is_not_overwritten(admin: FlaskClient, page: str) -> None:
    admin.post(page, data=FORM)
    answer = admin.post(page, data={**FORM, "shown_name": "Second", "revision": "older"})
    assert answer.status_code == 409
    assert "Somebody else changed the branding meanwhile" in answer.text


def test_a_clients_logo_is_redrawn_shown_and_removed(admin: FlaskClient, store: Engine, page: str) -> None:
    assert admin.get(f"{page}/logo.png").status_code == 404
    assert admin.post(f"{page}/logo", data={"logo": (picture("JPEG"), "evil.svg")}).status_code == 303
    assert admin.get(f"{page}/logo.png").data.startswith(b"\x89PNG")
    assert f"{page}/logo.png?v=" in admin.get(page).text
    assert admin.post(f"{page}/logo", data={}).status_code == 422
    assert admin.post(f"{page}/logo/remove").status_code == 303
    assert admin.get(f"{page}/logo.png").status_code == 404
    assert audited(store) == ["client.logo", "client.no_logo"]


def test_a_client_nobody_knows_has_no_page(admin: FlaskClient) -> None:
    assert admin.get("/settings/clients/999").status_code == 404
