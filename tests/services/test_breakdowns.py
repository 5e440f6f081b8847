"""A KPI by site, touchpoint and persona: measured as the whole is, and nobody told apart."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

import make
import raw
from rated import rate, respond
from web import world
from xla.core.agreement import Agreement
from xla.core.verdict import Verdict
from xla.models import Contract, Observation
from xla.services import evaluations, periods
from xla.services.breakdowns import UNTOLD, parts
from xla.services.contract_page import ContractPage, contract_page
from xla.services.evaluations import Knowing
from xla.services.kept import Kept
from xla.services.site_tables import journey, journey_kpis, site_table, worst_first

AT = make.utc(2026, 4, 1)
CHURN = {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False}
LOST = {
    "key": "lost",
    "observation": "minutes",
    "metric": "amount_mean",
    "target": 30,
    "higher_is_better": False,
}
INDEX = {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70}
CLEAN = {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70}


def closed(session: Session, contract: Contract) -> ContractPage:
    periods.close(session, contract, world.MARCH, known_at=world.CLOSED_AT, now=world.CLOSED_AT)
    return page_of(session, contract)


def page_of(session: Session, contract: Contract) -> ContractPage:
    page = contract_page(session, contract, period="2026-03", language="en", kept=Kept())
    assert page
    return page


def of(page: ContractPage) -> tuple[Knowing, Agreement]:
    assert page.knowing
    assert page.stage
    return page.knowing, page.stage.agreement


def observe(
    session: Session, contract: Contract, kind: str, site: str, amount: str, base: str, **more: object
) -> None:
    row = {"squares": None, "received_at": AT, **more}
    raw.insert(
        session,
        Observation(
            contract_id=contract.id, kind_key=kind, site_key=site, observed_on=world.MARCH.start,
            amount=Decimal(amount), base=Decimal(base), **row,
        ),
    )  # fmt: skip


def table(page: ContractPage, **pages: int) -> dict[str, list[tuple[object, ...] | str | None]]:
    """Site -> per KPI n, value and verdict, or hidden."""
    knowing, agreement = of(page)
    assert page.stage
    found = site_table(
        knowing, agreement, page.stage.outcome.kpis, **{"kpi_page": 1, "site_page": 1, **pages}
    )
    assert found
    return {
        line.key: [
            cell and ("hidden" if cell.hidden else (cell.n, cell.value, cell.verdict)) for cell in line.cells
        ]
        for line in found.lines
    }


def test_a_site_holds_those_inside_it(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 30}, site="a-1", at=AT)
    rate(session, contract, "clean", {1: 30}, site="a", at=AT)
    rate(session, contract, "clean", {5: 9}, at=AT)
    assert table(closed(session, contract)) == {
        "a": [(60, 50, Verdict.BREACHED)],
        "a-1": [(30, 100, Verdict.MET)],
        "b": [(0, None, Verdict.NO_DATA)],
    }


def test_few_answers_are_hidden_and_what_would_reveal_them(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 30}, site="a", at=AT)
    rate(session, contract, "clean", {5: 6}, site="a-1", at=AT)
    rate(session, contract, "clean", {1: 3}, site="b", at=AT)
    rows = table(closed(session, contract))
    assert rows["b"] == ["hidden"]
    assert rows["a"] == ["hidden"]


def test_a_kpi_that_does_not_look_at_a_site_has_no_cell_there(session: Session) -> None:
    inside = {**CLEAN, "scope": {"sites": ["a-1"], "personas": ["visitor"]}}
    contract = make.contract(session, make.agreement(kpis=[inside]))
    rate(session, contract, "clean", {1: 30}, site="a-1", at=AT)
    rate(session, contract, "clean", {5: 30}, site="a-1", persona="visitor", at=AT)
    rows = table(closed(session, contract))
    assert rows["b"] == [None]
    assert rows["a"] == rows["a-1"] == [(30, 100, Verdict.MET)]


def test_operations_and_indices_have_their_sites_too(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CHURN, LOST, INDEX]))
    observe(session, contract, "tenants", "a", "2", "40")
    observe(session, contract, "tenants", "b", "9", "40", received_at=world.CLOSED_AT + timedelta(days=1))
    observe(session, contract, "minutes", "a", "300", "10", squares=Decimal(9900))
    observe(session, contract, "minutes", "b", "700", "10")
    respond(session, contract, {"expected": 10, "ideal": 10}, times=40, site="a", at=AT)
    page = closed(session, contract)
    rows = table(page)
    assert rows["a"] == [(40, 5, Verdict.MET), (10, 30, Verdict.INCONCLUSIVE), (40, 100, Verdict.MET)]
    assert rows["b"][:2] == [None, (10, 70, Verdict.INCONCLUSIVE)]
    assert page.lines[0].result.late == 40


def test_what_came_after_the_close_is_late_and_in_no_part(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 30}, site="a", at=AT)
    closed(session, contract)
    rate(session, contract, "clean", {1: 7}, site="a", at=world.CLOSED_AT + timedelta(days=1))
    page = page_of(session, contract)
    assert page.lines[0].result.late == 7
    assert table(page)["a"] == [(30, 100, Verdict.MET)]


def test_a_table_is_cut_into_pages(session: Session) -> None:
    sites = [{"key": f"s{number}", "title": f"Site {number}"} for number in range(31)]
    kpis = [{**CLEAN, "key": f"k{number}"} for number in range(7)]
    page = closed(session, make.contract(session, make.agreement(kpis=kpis, sites=sites)))
    assert len(table(page)) == 30
    last = table(page, kpi_page=9, site_page=2)
    assert list(last) == ["s30"]
    assert len(last["s30"]) == 1


def test_without_sites_there_is_no_table(session: Session) -> None:
    page = closed(session, make.contract(session, make.agreement(kpis=[CLEAN], sites=[])))
    knowing, agreement = of(page)
    assert site_table(knowing, agreement, [], kpi_page=1, site_page=1) is None


def test_the_journey_names_its_weakest_step(session: Session) -> None:
    contract = make.contract(
        session, make.agreement(kpis=[CLEAN, {**CLEAN, "key": "few", "scope": {"touchpoints": ["lunch"]}}])
    )
    rate(session, contract, "clean", {5: 30}, touchpoint="arrive", at=AT)
    rate(session, contract, "clean", {1: 30, 5: 5}, touchpoint="lunch", persona="visitor", at=AT)
    rate(session, contract, "clean", {1: 9}, at=AT)
    page = closed(session, contract)
    knowing, agreement = of(page)
    assert page.stage
    followed = journey_kpis(knowing, agreement, page.stage.outcome.kpis)
    assert [each.kpi.key for each in followed] == ["clean"]
    along = journey(knowing, agreement, followed[0].kpi)
    assert [(stop.key, stop.n) for stop in along.stops] == [("arrive", 30), ("lunch", 35), (UNTOLD, 9)]
    assert along.weakest
    assert along.weakest.key == "lunch"
    by_persona = parts(
        knowing.of(followed[0].kpi), agreement.kpi("clean"), lambda where: where.persona, ("visitor",)
    )
    assert [(part.key, part.n) for part in by_persona] == [("visitor", 35), (UNTOLD, 39)]


def test_one_step_alone_is_not_the_weakest(session: Session) -> None:
    contract = make.contract(session, make.agreement(kpis=[CLEAN]))
    rate(session, contract, "clean", {5: 30}, touchpoint="arrive", at=AT)
    knowing, agreement = of(closed(session, contract))
    assert journey(knowing, agreement, agreement.kpi("clean")).weakest is None


def test_a_breached_kpi_is_looked_at_first(session: Session) -> None:
    contract = make.contract(session, world.terms())
    world.live(session, contract)
    first = worst_first(evaluations.evaluate(session, contract, world.MARCH, now=make.NOW).kpis)
    assert first
    assert first.kpi.key == "clean"
    assert worst_first([]) is None
