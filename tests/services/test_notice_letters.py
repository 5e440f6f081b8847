"""A letter of a notice: one button, a way out, nothing from outside; a digest is one, the worst first."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import breached
import make
import noticed
from xla.core.notice import Event
from xla.core.role import Role
from xla.models import Notice
from xla.outside.mail import Letter
from xla.services import notice_choices, notice_letters, tellings, unsubscribing
from xla.services.installations import ensured
from xla.services.notice_letters import From

BASE = "https://xla.nordfast.se"
HOSTILE = "</td><script>{{7*7}}</script>\u202e & Co"


@pytest.fixture
def writer(session: Session) -> From:
    return From("Nordfast <Service>", BASE, ensured(session, make.NOW))


@pytest.fixture
def rows(session: Session) -> list[Notice]:
    """A notice of every event."""
    noticed.build(session)
    return list(session.scalars(select(Notice).order_by(Notice.id)))


def single(session: Session, writer: From, row: Notice, role: Role = Role.MANAGER) -> Letter:
    return notice_letters.single(session, breached.person(session, role), [row], writer)


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


def test_each_letter_has_one_button_a_way_out_and_only_our_own_links(
    session: Session, writer: From, rows: list[Notice]
) -> None:
    for row in rows:
        letter = single(session, writer, row)
        assert letter.html.count('class="act"') == 1
        assert all(link.startswith(f"{BASE}/") for link in links(letter.html))
        assert not re.search(r"<img|src=|url\(", letter.html)
        assert letter.unsubscribe in links(letter.html)
        assert letter.unsubscribe in letter.text
        assert "Nordfast &lt;Service&gt;" in letter.html
        assert links(letter.html)[0] in letter.text


def test_a_letter_is_in_the_readers_language_and_has_the_figures_of_it(
    session: Session, writer: From, rows: list[Notice]
) -> None:
    breached.person(session, Role.MANAGER).language = "sv"
    letter = single(session, writer, rows[0])
    assert '<html lang="sv">' in letter.html
    assert "33,3\u00a0%" in letter.text


def test_a_letter_has_the_id_that_its_telling_was_given(
    session: Session, writer: From, rows: list[Notice]
) -> None:
    manager = breached.person(session, Role.MANAGER)
    assert single(session, writer, rows[0]).key == tellings.name_of(rows[0], person_id=manager.id)
    assert single(session, writer, rows[0]) == single(session, writer, rows[0])
    keys = {single(session, writer, row, role).key for row in rows for role in (Role.MANAGER, Role.CLIENT)}
    assert len(keys) == 2 * len(rows)


def test_hostile_words_are_text(session: Session, writer: From) -> None:
    contract = make.contract(session)
    told = {"upload": 1, "name": HOSTILE, "problems": [HOSTILE]}
    letter = single(session, writer, noticed.write(session, contract, Event.IMPORT_FAILED, told))
    assert "<script>" not in letter.html
    assert letter.html.count("&lt;script&gt;{{7*7}}&lt;/script&gt;") == 2
    assert HOSTILE in letter.text


def test_a_digest_tells_all_in_one_letter_by_contract_the_worst_first(
    session: Session, writer: From, rows: list[Notice]
) -> None:
    annex = make.contract(session, make.agreement(contract={"key": "annex", "title": "Annex"}))
    rows.append(noticed.write(session, annex, Event.POOR_RATING, {"site": "a"}, key="annex"))
    manager = breached.person(session, Role.MANAGER)
    letter = notice_letters.digest(session, manager, rows, writer)
    assert letter.subject == f"{len(rows)} notices: Harbour house, Annex"
    places = [letter.text.index(words) for words in (
        "has been overdue for a week", "so a breach is opened", "is heading for", "disputes", "is proposed",
        "is issued", "Annex\n",
    )]  # fmt: skip
    assert places == sorted(places)
    assert letter.html.count('class="act"') == 1
    again = notice_letters.digest(session, manager, rows[::-1], writer)
    assert again.key == letter.key
    assert notice_letters.digest(session, manager, rows[1:], writer).key != letter.key


def test_a_long_digest_says_how_many_are_not_listed(
    session: Session, writer: From, monkeypatch: pytest.MonkeyPatch, rows: list[Notice]
) -> None:
    monkeypatch.setattr(notice_letters, "MOST_TOLD", 3)
    letter = notice_letters.digest(session, breached.person(session, Role.MANAGER), rows, writer)
    assert f"{len(rows) - 3} more notices are not listed here." in letter.text
    assert letter.html.count("worse than its floor") == 1


def token(letter: Letter) -> str:
    return letter.unsubscribe.rpartition("/")[2]


def test_a_letters_link_switches_its_event_off_and_a_digests_all(
    session: Session, writer: From, rows: list[Notice]
) -> None:
    manager = breached.person(session, Role.MANAGER)
    asked = unsubscribing.asked(session, writer.installation, token(single(session, writer, rows[0])))
    assert asked
    assert not unsubscribing.is_stopped(session, asked)
    unsubscribing.stop(session, asked)
    assert unsubscribing.is_stopped(session, asked)
    wanted = notice_choices.wanted(session, manager)
    assert not wanted[Event.BREACH_OPENED]
    assert wanted[Event.PERIOD_PROPOSED]
    digest = notice_letters.digest(session, manager, rows, writer)
    asked = unsubscribing.asked(session, writer.installation, token(digest))
    assert asked
    assert not unsubscribing.is_stopped(session, asked)
    unsubscribing.stop(session, asked)
    assert unsubscribing.is_stopped(session, asked)
    assert not any(notice_choices.wanted(session, manager).values())


def test_a_link_that_is_not_ours_or_of_somebody_who_is_out_asks_for_nothing(
    session: Session, writer: From
) -> None:
    manager = breached.person(session, Role.MANAGER)
    ours = unsubscribing.link(writer.installation, manager, "all", "").rpartition("/")[2]
    of_no_event = unsubscribing.link(writer.installation, manager, "nonsense", "").rpartition("/")[2]
    manager.disabled_at = make.NOW
    session.flush()
    for wrong in (ours, of_no_event, ours + "x", "", "x" * 999):
        assert unsubscribing.asked(session, writer.installation, wrong) is None
