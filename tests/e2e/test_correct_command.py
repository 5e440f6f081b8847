"""`xla periods correct`: a closed period counted anew, beside what was frozen."""

from datetime import UTC, datetime

import pytest

import make
from commands import Xla
from rated import rate
from xla import database
from xla.core.window import parse_period
from xla.services import periods


@pytest.fixture
def harbour(xla: Xla, database_url: str) -> Xla:
    """The command over Harbour house: its March is closed, sixty good ratings of it came late."""
    engine = database.connect(database_url)
    with database.transaction(engine) as session:
        contract = make.contract(session)
        rate(session, contract, "clean", {5: 20, 1: 20}, at=datetime(2026, 3, 11, tzinfo=UTC))
        at = datetime(2026, 4, 5, tzinfo=UTC)
        periods.close(session, contract, parse_period("2026-03"), known_at=at, now=at)
        rate(session, contract, "clean", {5: 60}, at=datetime(2026, 4, 6, tzinfo=UTC))
    engine.dispose()
    return xla


def test_a_correction_is_kept_beside_what_was_frozen(harbour: Xla) -> None:
    march = ("harbour", "--period", "2026-03")
    assert harbour("evaluate", *march, "--json").document["addenda"] == []
    made = harbour("periods", "correct", *march, "--reason", "A file came late.", "--json").document
    (kpi,) = made["kpis"]
    assert (made["number"], made["reason"], kpi["key"]) == (1, "A file came late.", "clean")
    assert (kpi["old"]["n"], kpi["old"]["verdict"]) == (40, "breached")
    assert (kpi["new"]["n"], kpi["new"]["verdict"]) == (100, "met")
    document = harbour("evaluate", *march, "--json").document
    assert document["addenda"] == [made]
    assert document["kpis"][0]["n"] == 40
    assert "Addendum 1 corrects clean: A file came late." in harbour("evaluate", *march).out
    again = harbour("periods", "correct", *march, "--reason", "Again.")
    assert (again.code, again.out) == (2, "")
    assert "there is nothing to correct" in again.err


def test_a_correction_is_told_in_words(harbour: Xla) -> None:
    ran = harbour("periods", "correct", "harbour", "--period", "2026-03", "--reason", "A file came late.")
    assert ran.code == 0
    assert "Addendum 1 to harbour 2026-03 is kept; what was frozen stays as it was." in ran.out
    assert "clean: 50.0 (40), breached, now 80.0 (100), met." in ran.out
    refused = harbour("periods", "correct", "harbour", "--period", "2026-04", "--reason", "Why")
    assert "harbour 2026-04 is not closed" in refused.err
