"""Help: in the package, for whoever is signed in; the accessibility statement, for anybody."""

import pytest
from flask.testing import FlaskClient

from web.conftest import BrowserOf
from xla.web.help import TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_its_page(browser_of: BrowserOf, topic: str) -> None:
    browser = browser_of("client")
    assert f'href="/help/{topic}"' in browser.get("/help").text
    answer = browser.get(f"/help/{topic}")
    assert answer.status_code == 200
    assert "http" not in answer.text.split("<article")[1].split("</article")[0]


def test_a_topic_there_is_not_is_not_there(browser_of: BrowserOf) -> None:
    for topic in ("nothing", "start", "accessibility", "..%2fstart", "%00"):
        assert browser_of("client").get(f"/help/{topic}").status_code == 404


def test_the_question_mark_leads_to_the_shortcuts(browser_of: BrowserOf) -> None:
    page = browser_of("manager").get("/help").text
    assert '<a href="/help/keyboard" data-help>' in page


def test_a_stranger_reads_the_accessibility_statement_alone(browser: FlaskClient) -> None:
    page = browser.get("/accessibility").text
    assert "WCAG" in page
    assert "the person at the provider who invited you" in page
    assert 'href="/help' not in page
    assert browser.get("/help").status_code == 303
