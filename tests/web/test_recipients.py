"""Recipients: the provider says who gets the reports; they leave by a link; the log tells who got what."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from rated import rate
from web.conftest import BrowserOf
from web.counting import asked
from xla import clock, database, rendering
from xla.models import Report, ReportDelivery, ReportRecipient, WorkItem
from xla.services import deliveries, installations, recipients
from xla.services.agreements import contract_of
from xla.services.deliveries import Origin

PAGE = "/contracts/harbour/recipients"
MARCH = "/contracts/harbour/periods/2026-03"
HOSTILE = "</script><b>{{7*7}}</b>"
FORM = {"name": HOSTILE, "email": "Elin@Port.example", "language": "sv"}


@pytest.fixture
def manager(browser_of: BrowserOf, harbour: None) -> FlaskClient:
    return browser_of("manager")


def listed(store: Engine) -> list[tuple[int, str, str]]:
    with database.reading(store) as session:
        rows = session.scalars(select(ReportRecipient).order_by(ReportRecipient.id))
        return [(row.id, row.email, row.language) for row in rows]


def late(store: Engine, times: int) -> None:
    with database.transaction(store) as session:
        rate(session, contract_of(session, "harbour"), "clean", {5: times}, site="a", at=clock.now())


def token(store: Engine) -> str:
    with database.transaction(store) as session:
        row = session.scalars(select(ReportRecipient)).one()
        return recipients.token_of(installations.ensured(session, clock.now()).secret, row)


def test_a_recipient_is_added_listed_and_removed(manager: FlaskClient, store: Engine) -> None:
    assert "Nobody gets the reports by mail" in manager.get(PAGE).text
    page = manager.post(PAGE, data=FORM, follow_redirects=True).text
    ((number, email, language),) = listed(store)
    assert (email, language) == ("elin@port.example", "sv")
    assert "elin@port.example" in page
    assert HOSTILE not in page
    gone = manager.post(f"{PAGE}/{number}/remove", follow_redirects=True).text
    assert "gets no more reports." in gone
    assert listed(store) == []
    assert manager.post(f"{PAGE}/{number}/remove").status_code == 404


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ({"name": " "}, "Write a name."),
        ({"email": "nobody"}, "Write one e-mail address"),
        ({"email": "a[b@c.example"}, "Write one e-mail address"),
        ({"email": "a@b.c\u2028d"}, "Write one e-mail address"),
        ({"language": "xx"}, "Choose one of what is offered."),
        ({}, "This address gets the reports already."),
    ],
)
def test_what_can_not_be_added_is_said_beside_its_field(
    manager: FlaskClient, changed: dict[str, str], flaw: str
) -> None:
    manager.post(PAGE, data=FORM)
    answer = manager.post(PAGE, data={**FORM, **changed})
    assert answer.status_code == 422
    assert flaw in answer.text


def test_a_full_list_says_so(manager: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "MOST", 0)
    answer = manager.post(PAGE, data=FORM)
    assert (answer.status_code, "The list is full: it takes 0." in answer.text) == (422, True)


def test_a_recipient_leaves_by_the_button_or_the_mail_programs_post(
    manager: FlaskClient, browser: FlaskClient, store: Engine
) -> None:
    manager.post(PAGE, data=FORM)
    link = f"/no-reports/{token(store)}"
    page = browser.get(link)
    assert 'lang="sv"' in page.text
    assert listed(store), "a scanner that opens links changes nothing"
    answer = browser.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert listed(store) == []
    assert browser.post(link).status_code == 200
    assert browser.get(link).status_code == 404


# --- the log ------------------------------------------------------------------------------------------------


@pytest.fixture
def delivered(manager: FlaskClient, store: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A delivery of March's report; its id."""
    monkeypatch.setattr(rendering, "render_in_process", lambda _data: b"%PDF-")
    manager.post(PAGE, data={**FORM, "language": "en"})
    manager.post(f"{MARCH}/reports", data={"language": "en"})
    with database.transaction(store) as session:
        report = session.scalars(select(Report)).one()
        deliveries.queue(session, report, Origin("https://xla.example", "xla.example"), clock.now())
        return session.scalars(select(ReportDelivery.id)).one()


def test_the_log_says_how_each_delivery_went(manager: FlaskClient, store: Engine, delivered: int) -> None:
    assert "On its way since" in manager.get(MARCH).text
    with database.transaction(store) as session:
        deliveries.failed(session, delivered, "the server is busy")
    assert "It is tried again: the server is busy" in manager.get(MARCH).text
    with database.transaction(store) as session:
        deliveries.given_up(session, delivered, HOSTILE, clock.now())
    page = manager.get(MARCH).text
    assert "Given up" in page
    assert HOSTILE not in page
    with database.transaction(store) as session:
        session.execute(update(ReportDelivery).values(given_up_at=None, problem=None, sent_at=clock.now()))
    assert "Send Issue 1 to elin@port.example again" in manager.get(MARCH).text


def test_what_was_sent_is_sent_again(manager: FlaskClient, store: Engine, delivered: int) -> None:
    again = f"{MARCH}/deliveries/{delivered}/again"
    assert "It is on its way already" in manager.post(again, follow_redirects=True).text
    with database.transaction(store) as session:
        deliveries.sent(session, delivered, clock.now())
    assert "It goes to elin@port.example once more." in manager.post(again, follow_redirects=True).text
    with database.reading(store) as session:
        assert len(session.scalars(select(WorkItem.id).where(WorkItem.kind == "deliver")).all()) == 2
    assert manager.post(f"{MARCH}/deliveries/{delivered + 1}/again").status_code == 404


def test_a_closed_period_is_corrected_from_its_page(
    manager: FlaskClient, browser_of: BrowserOf, store: Engine
) -> None:
    form = {"reason": HOSTILE}
    nothing = manager.post(f"{MARCH}/addenda", data=form)
    assert (nothing.status_code, "there is nothing to correct" in nothing.text) == (422, True)
    assert "&lt;/script&gt;&lt;b&gt;" in nothing.text
    late(store, 3)
    assert "Fewer than 5 answers differ" in manager.post(f"{MARCH}/addenda", data=form).text
    late(store, 40)
    assert "Say why, in at most 500" in manager.post(f"{MARCH}/addenda", data={"reason": " "}).text
    page = manager.post(f"{MARCH}/addenda", data=form, follow_redirects=True).text
    assert "Addendum 1 is kept." in page
    assert "n = 60" in page
    assert "n = 103" in page
    assert HOSTILE not in page
    client = browser_of("client").get(MARCH).text
    assert "Addendum 1" in client
    assert "Correct the period" not in client
    april = manager.post("/contracts/harbour/periods/2026-04/addenda", data=form, follow_redirects=True)
    assert "only what was frozen needs a correction" in april.text


def test_clients_do_not_see_who_gets_reports(browser_of: BrowserOf, delivered: int) -> None:
    assert "elin@port.example" not in browser_of("client").get(MARCH).text


def test_queries_do_not_grow_with_recipients(manager: FlaskClient, store: Engine) -> None:
    counts = []
    for number in range(2):
        manager.post(PAGE, data={**FORM, "email": f"{number}@port.example"})
        counts.append(asked(store, manager, PAGE))
    assert counts[0] == counts[1]
