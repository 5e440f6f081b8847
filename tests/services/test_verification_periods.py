"""Verification of what was frozen and issued: no edit of a closed period or a report goes unseen."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

import make
from closed_march import PDF, build, findings
from xla.models import (
    Contract,
    Evaluation,
    Period,
    Report,
)
from xla.services.verification import verify_report


@pytest.fixture
def contract(session: Session) -> Contract:
    return build(session)


def said(session: Session, *what: str) -> bool:
    """Whether there is exactly one finding for each start given, in that order."""
    found = findings(session)
    return len(found) == len(what) and all(map(str.startswith, found, what))


@pytest.mark.usefixtures("contract")
def test_changed_report_bytes_are_found(session: Session, contract: Contract) -> None:
    session.query(Report).one().pdf = PDF + b" "
    assert findings(session) == [f"report {contract.id} issue 1: its bytes were changed"]


def test_a_report_is_recognised_by_its_very_bytes(session: Session, contract: Contract) -> None:
    found = verify_report(session, PDF)
    assert found is not None
    assert (found.contract_id, found.issue) == (contract.id, 1)
    assert verify_report(session, PDF + b"\n") is None


def kpi(change: dict[str, Any], number: int = 0) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["kpis"][number].update(change)


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (kpi({"n": 36}), "clean: n was frozen as 36; as known then it is 35"),
        (kpi({"verdict": "met"}), "clean: verdict was frozen as met; as known then it is breached"),
        (kpi({"target": 60}), "clean: target was frozen as 60; as known then it is 80"),
        (kpi({"value": 99.5}), "clean: value was frozen as 99.5; as known then it is 57.14285714285714"),
        (kpi({"value_exact": "1/3"}), "clean: value_exact was frozen as 1/3"),
        (kpi({"counts": {"5": 35}}), "clean: counts 5 was frozen as 35; as known then it is 20"),
        (kpi({"excluded": 2}), "clean: excluded was frozen as 2; as known then it is 0"),
        (kpi({"late": 2}), "clean: late was frozen as 2; as known then it is 0"),
        (kpi({"design_effect": 1.0}, 1), "people: design_effect was frozen as 1.0"),
        (kpi({"invented": 2}), "clean: was frozen as {"),
        (lambda document: document["kpis"].pop(), "its KPIs are not clean, people, index, weeks, churn"),
        (lambda document: document["kpis"].reverse(), "its KPIs are not clean, people, index, weeks, churn"),
        (lambda document: document["score"].update(value=99.0), "score value was frozen as 99.0"),
        (lambda document: document["score"]["parts"].pop(), "score parts was frozen as ["),
        (lambda document: document.update(contract="x"), "contract was frozen as x"),
        (lambda document: document.update(state="open"), "state was frozen as open"),
        (lambda document: document.update(version=2), "version was frozen as 2"),
        (
            lambda document: document.update(known_at="2026-01-01T00:00:00+00:00"),
            "known_at was frozen as 2026-01-01 00:00:00+00:00, and kept as 2026-06-15 12:00:00+00:00",
        ),
        (lambda document: document.pop("kpis"), "can't be read or measured again: KeyError: 'kpis'"),
        (lambda document: document.update(kpis=7), "can't be read or measured again: TypeError"),
        (kpi({"value_exact": "1/0"}), "can't be read or measured again: ZeroDivisionError"),
        (kpi({"verdict": "fine"}), "can't be read or measured again: ValueError"),
        (kpi({"key": "nothing"}), "can't be read or measured again: KeyError"),
    ],
)
def test_an_edited_frozen_document_is_found(
    session: Session, contract: Contract, edit: Callable[[dict[str, Any]], None], problem: str
) -> None:
    evaluation = session.query(Evaluation).one()
    document = json.loads(evaluation.document)
    edit(document)
    evaluation.document = json.dumps(document)
    (found,) = findings(session)
    assert found.startswith(f"period {contract.key} from 2026-03-01: {problem}")


@pytest.mark.parametrize("document", ["", "[]", "null", '"x"', "{}"])
def test_a_frozen_document_that_is_none_is_found(session: Session, contract: Contract, document: str) -> None:
    session.query(Evaluation).one().document = document
    assert said(session, f"period {contract.key} from 2026-03-01: can't be read or measured again")


def test_a_closed_period_moved_to_other_days_is_found(session: Session, contract: Contract) -> None:
    session.query(Period).one().end_on = date(2026, 3, 20)
    where = f"period {contract.key} from 2026-03-01"
    assert findings(session) == [
        f"{where}: what was frozen is kept for another contract or period",
        f"{where}: end was frozen as 2026-04-01; as known then it is 2026-03-20",
    ]


@pytest.mark.usefixtures("contract")
def test_a_few_last_digits_of_another_machine_are_no_alarm(session: Session) -> None:
    evaluation = session.query(Evaluation).one()
    document = json.loads(evaluation.document)
    document["kpis"][0]["low"] *= 1 + 1e-12
    evaluation.document = json.dumps(document)
    assert findings(session) == []


@pytest.mark.usefixtures("contract")
def test_verifying_changes_nothing(session: Session) -> None:
    before = make.contents(session)
    assert findings(session) == []
    assert make.contents(session) == before
