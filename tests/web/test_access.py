"""Until people can sign in, pages answer only to this machine, under a local name."""

import pytest
from flask.testing import FlaskClient

PAGES = ["/", "/contracts/airport/reports/1.pdf"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "203.0.113.9", "2001:db8::1"])
def test_another_machine_sees_nothing(browser: FlaskClient, page: str, address: str) -> None:
    answer = browser.get(page, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403
    assert b"Only from this machine" in answer.data


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "[::2]:8000"]
)
def test_a_foreign_name_that_points_here_sees_nothing(browser: FlaskClient, page: str, host: str) -> None:
    assert browser.get(page, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_local_name_is_answered(browser: FlaskClient, host: str) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 200


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(browser: FlaskClient) -> None:
    for page in ("/", "/nothing", "/healthz"):
        headers = browser.get(page).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_what_is_not_there_is_said_calmly(browser: FlaskClient) -> None:
    answer = browser.get("/nothing")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.data


def test_a_method_no_page_has_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/")
    assert answer.status_code == 405
    assert b"This did not work" in answer.data
