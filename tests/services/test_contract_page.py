"""A contract's page: its periods, the chosen one's KPIs, and what stands beside them."""

import json
from datetime import date, timedelta

from sqlalchemy.orm import Session

import make
import raw
from web import world
from xla.core.agreement import Agreement
from xla.core.verdict import Verdict
from xla.core.window import history
from xla.models import Contract, Standing
from xla.services import evaluations, periods
from xla.services.contract_page import ContractPage, contract_page
from xla.services.course import course, worst
from xla.services.kept import Kept
from xla.services.kpi_page import kpi_page

AHEAD = {"n": 12, "left_share": 0.4, "chance": 0.2}


def terms(**dates: str) -> Agreement:
    return make.agreement(kpis=world.KPIS, contract={"key": "harbour", "title": "Harbour house", **dates})


def harbour(session: Session, **dates: str) -> Contract:
    """A breached March and an open April."""
    contract = make.contract(session, terms(**dates))
    world.live(session, contract)
    return contract


def long_ago(session: Session) -> Contract:
    """Fifteen closed months, March 2026 the last, nobody ever asked."""
    early = terms(starts_on="2025-01-01").model_copy(update={"effective_from": date(2025, 1, 1)})
    contract = make.contract(session, early)
    for period in history(world.MARCH, 15):
        periods.close(session, contract, period, known_at=world.CLOSED_AT, now=world.CLOSED_AT)
    return contract


def stand(session: Session, contract: Contract) -> None:
    document = {"running": {"kpis": {"clean": AHEAD}}, "silent": [{"site": "a"}]}
    raw.insert(
        session,
        Standing(
            contract_id=contract.id, computed_at=make.NOW, title="", client="", words="", score=None,
            score_change=None, budget_left=None, chance=None, warned=False, silent_count=1,
            document=json.dumps(document),
        ),
    )  # fmt: skip


def page_of(session: Session, contract: Contract, period: str | None = None) -> ContractPage:
    page = contract_page(session, contract, period=period, language="sv", kept=Kept())
    assert page
    return page


def test_the_newest_closed_period_is_chosen_unless_told(session: Session) -> None:
    contract = harbour(session)
    assert page_of(session, contract).stage.name == "2026-03"  # type: ignore[union-attr]  # it is measured
    assert page_of(session, contract, "2026-04").stage.name == "2026-04"  # type: ignore[union-attr]  # it is measured


def test_a_period_there_is_not_has_no_page(session: Session) -> None:
    contract = harbour(session)
    assert contract_page(session, contract, period="2019-01", language="en", kept=Kept()) is None
    assert kpi_page(session, contract, "clean", period="2019-01", language="en", kept=Kept()) is None


def test_before_anything_is_measured_there_is_a_page_without_a_period(session: Session) -> None:
    page = page_of(session, make.contract(session, world.terms()))
    assert (page.stage, page.before, page.earlier, list(page.lines)) == (None, None, None, [])
    assert page.next_report_on == date(2026, 2, 4)


def test_a_kpis_words_are_the_readers(session: Session) -> None:
    line = page_of(session, harbour(session)).lines[0]
    assert line.result.title == "Rent hus"
    assert line.kpi.key == "clean"


def test_what_the_running_period_heads_for_stands_beside_its_kpi(session: Session) -> None:
    contract = harbour(session)
    assert page_of(session, contract).lines[0].running is None
    stand(session, contract)
    page = page_of(session, contract)
    assert [line.running for line in page.lines] == [AHEAD, None, None]
    assert page.silent_count == 1
    kpi = kpi_page(session, contract, "clean", period=None, language="en", kept=Kept())
    assert kpi
    assert kpi.running_kpi == AHEAD


def test_the_strip_holds_twelve_closed_periods_and_what_runs(session: Session) -> None:
    contract = harbour(session)
    assert [(stage.name, stage.closed is None) for stage in page_of(session, contract).strip] == [
        ("2026-03", False),
        ("2026-04", True),
    ]


def test_the_strip_moves_back_to_a_chosen_period_further_back(session: Session) -> None:
    contract = long_ago(session)
    page = page_of(session, contract)
    assert (page.strip[0].name, page.strip[-1].name, len(page.strip)) == ("2025-04", "2026-03", 12)
    assert page.earlier
    back = page_of(session, contract, page.earlier.name)
    assert back.stage in back.strip
    assert len(back.strip) == 12
    assert back.earlier is None


def test_the_newest_evaluation_of_a_running_period_is_the_one(session: Session) -> None:
    contract = harbour(session)
    later = world.CLOSED_AT + timedelta(hours=1)
    evaluations.keep(session, contract, evaluations.measured(session, contract, world.APRIL, now=later))
    last = course(session, contract, 12)[-1]
    assert (last.name, last.outcome.known_at) == ("2026-04", later)


def test_the_worst_verdict_stands_for_a_period() -> None:
    assert worst([Verdict.MET, Verdict.BREACHED, Verdict.NO_DATA]) is Verdict.BREACHED
    assert worst([Verdict.NO_DATA, Verdict.MET]) is Verdict.MET
    assert worst([]) is Verdict.NO_DATA


def test_a_page_shows_breaches_people_and_the_period_before(session: Session) -> None:
    world.add_people(session)
    world.add_contracts(session)
    contract = page_of(session, make.agreements.contract_of(session, "harbour"), "2026-04")
    assert [breach.kpi_key for breach in contract.breaches] == ["clean"]
    assert [person.name for person in contract.people] == sorted(world.NAMES.values())
    assert contract.before
    assert contract.before.verdict is Verdict.BREACHED
    assert (contract.before.start, contract.before.end) == (date(2026, 3, 1), date(2026, 4, 1))
    assert contract.point_count == 3
    assert contract.agreement.contract.key == "harbour"
    assert contract.next_report_on == date(2026, 5, 4)


def test_no_report_follows_the_contracts_last_period(session: Session) -> None:
    contract = harbour(session, ends_on="2026-03-31")
    assert page_of(session, contract).next_report_on is None


def test_a_kpis_page_has_its_history_and_a_stranger_none(session: Session) -> None:
    contract = harbour(session)
    page = kpi_page(session, contract, "clean", period="2026-03", language="en", kept=Kept())
    assert page
    assert page.result.late == 0
    page = kpi_page(session, contract, "clean", period="2026-04", language="en", kept=Kept())
    assert page
    assert [point.n for point in page.result.trend] == [60, 12]
    assert (page.kpi.key, page.agreement.contract.key) == ("clean", "harbour")
    assert kpi_page(session, contract, "no-such", period=None, language="en", kept=Kept()) is None
