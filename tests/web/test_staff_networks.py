"""Staff networks: the provider marks them; what is no network is said beside its field."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from web.conftest import BrowserOf
from xla import database
from xla.models import StaffNetwork

PAGE = "/contracts/harbour/staff-networks"
HOSTILE = "</script><b>{{7*7}}</b>"


@pytest.fixture
def manager(browser_of: BrowserOf, harbour: None) -> FlaskClient:
    return browser_of("manager")


def networks(store: Engine) -> list[tuple[str, str]]:
    with database.reading(store) as session:
        return [(row.network, row.note) for row in session.scalars(select(StaffNetwork))]


def test_a_network_is_added_listed_and_removed(manager: FlaskClient, store: Engine) -> None:
    form = {"network": "192.0.2.7/24", "note": HOSTILE}
    page = manager.post(PAGE, data=form, follow_redirects=True).text
    assert networks(store) == [("192.0.2.0/24", HOSTILE)]
    assert "192.0.2.0/24" in page
    assert HOSTILE not in page
    again = manager.post(PAGE, data=form)
    assert (again.status_code, "on the list already" in again.text) == (422, True)
    gone = manager.post(f"{PAGE}/remove", data={"network": "192.0.2.0/24"}, follow_redirects=True).text
    assert "What was marked stays marked." in gone
    assert networks(store) == []


def test_the_network_one_is_on_is_offered_until_it_is_marked(manager: FlaskClient, store: Engine) -> None:
    assert "Seen from here, it is 127.0.0.1." in manager.get(PAGE).text
    manager.post(PAGE, data={"network": "127.0.0.1", "note": ""})
    assert networks(store) == [("127.0.0.1", "")]
    assert "Seen from here" not in manager.get(PAGE).text


@pytest.mark.parametrize(
    ("network", "flaw"),
    [
        ("", "Write an address or a range."),
        ("the office", "Write it as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48."),
        ("0.0.0.0/0", "This range is so wide that not only staff are in it."),
        ("1" * 51, "At most 50 characters; these are 51."),
    ],
)
def test_what_is_no_network_is_said(manager: FlaskClient, store: Engine, network: str, flaw: str) -> None:
    answer = manager.post(PAGE, data={"network": network, "note": ""})
    assert answer.status_code == 422
    assert answer.text.count(flaw) == 2
    assert networks(store) == []


def test_what_cannot_be_in_the_database_is_not_asked_of_it(manager: FlaskClient) -> None:
    assert manager.post(f"{PAGE}/remove", data={"network": "\0"}).status_code == 404
