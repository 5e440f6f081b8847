"""A month closed and its report printed and issued, with every kind of KPI; and the same PDF bent."""

import json
import re
import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

import closed_march
import make
from rated import rate, respond
from xla.documents.page import compose
from xla.documents.printer import print_paper
from xla.models import Contract, Observation
from xla.services import periods, reports, seals
from xla.services.report_recount import FILES
from xla.services.reports import closed_period

KPIS: list[dict[str, Any]] = [
    {"key": "clean", "question": "clean", "metric": "csat", "target": 80, "floor": 70,
     "decision_rule": "guarded_rejection", "weight": 2, "credit": {"breached": "2.0", "cap": "6.0"}},
    {"key": "people", "question": "clean", "metric": "mean", "cluster": "respondent", "target": 4},
    {"key": "index", "questions": ["expected", "ideal"], "metric": "nki", "target": 70, "min_responses": 5,
     "decision_rule": "guarded_acceptance"},
    {"key": "few", "question": "food", "metric": "mean", "target": 4, "min_responses": 5},
    {"key": "churn", "observation": "tenants", "metric": "rate", "target": 5, "higher_is_better": False},
    {"key": "waiting", "observation": "minutes", "metric": "amount_mean", "target": 2,
     "higher_is_better": False},
]  # fmt: skip
PRINTED: dict[bytes, bytes] = {}
"""The same every time, and slow to make."""
BEFORE = make.NOW - timedelta(days=20)


def build(
    session: Session, base_url: str = "https://xla.example", kpis: Sequence[dict[str, Any]] = KPIS
) -> tuple[Contract, bytes]:
    """The contract and its issued report."""
    contract = make.contract(session, make.agreement(kpis=list(kpis)))
    seals.make_secret(session)
    for person in range(12):
        rate(
            session,
            contract,
            "clean",
            {5: 2, 2 + person % 3: 1},
            site="a",
            respondent=f"p{person}",
            at=BEFORE,
        )
    respond(session, contract, {"expected": 8, "ideal": 9}, times=7, at=BEFORE)
    respond(session, contract, {"expected": 3, "ideal": 6}, times=5, at=BEFORE)
    rate(session, contract, "food", {4: 3, 5: 3}, at=BEFORE)
    for kind, amount, base in (("tenants", "3", "60"), ("minutes", "50", "20")):
        session.add(
            Observation(
                contract_id=contract.id, kind_key=kind, site_key="", observed_on=closed_march.MARCH.start,
                amount=Decimal(amount), base=Decimal(base), squares=None, received_at=BEFORE,
            )
        )  # fmt: skip
    session.flush()
    assert seals.keep(session, seals.seal(session, make.NOW.date() - timedelta(days=2), make.NOW))
    closed = periods.close(session, contract, closed_march.MARCH, known_at=make.NOW, now=make.NOW)
    data = reports.gather(
        session, contract, closed_march.MARCH, provider="Nordfast", base_url=base_url, now=make.NOW
    )
    paper = compose(data)
    pdf = PRINTED.setdefault(paper.identifier, b"") or print_paper(paper)
    PRINTED[paper.identifier] = pdf
    period = closed_period(session, contract, closed_march.MARCH)
    assert period
    assert closed
    reports.issue(session, period, data, pdf, make.NOW)
    return contract, pdf


def bent(pdf: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The PDF with one of its files changed, and nothing else."""
    heads = re.finditer(rb"<</Type /EmbeddedFile.*?/Length (\d+)>>\nstream\n", pdf, re.DOTALL)
    head = list(heads)[FILES.index(name)]
    kept = pdf[head.end() : head.end() + int(head[1])]
    is_packed = b"/FlateDecode" in head[0]  # one that would end ambiguously is kept plain
    new = change((zlib.decompress(kept) if is_packed else kept).decode()).encode()
    if is_packed:
        new = zlib.compress(new, 9)
    told = head[0].replace(b"/Length " + head[1], b"/Length %d" % len(new))
    return pdf[: head.start()] + told + new + pdf[head.end() + len(kept) :]


def with_figure(kpi: str, what: str, figure: object) -> Callable[[str], str]:
    """report.json with another figure of a KPI."""

    def change(text: str) -> str:
        document = json.loads(text)
        next(each for each in document["kpis"] if each["key"] == kpi)[what] = figure
        return json.dumps(document)

    return change
