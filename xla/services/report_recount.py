"""Recount: compute a report's figures again from its PDF alone, and say what differs from what it tells."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import isclose
from typing import Any

from xla.core.agreement import Agreement
from xla.core.agreement_parts import Contract
from xla.core.composite import Part, score
from xla.core.credit import CreditLine, contract_year, line_of
from xla.core.outcome import Judged, judged, parts_of
from xla.core.summary import measure_summary
from xla.core.verdict import Verdict
from xla.core.window import Window
from xla.documents.counted import read_counted
from xla.documents.pdf_files import Inside, NotOurs, inside
from xla.services.agreement_files import parse
from xla.services.file_problem import AgreementFileError

FILES = ("report.json", "ratings-summary.csv", "agreement.yaml")
EXACT = re.compile(r"-?\d{1,400}(/\d{1,400})?")
DECIMAL = re.compile(r"-?\d{1,40}(\.\d{1,40})?")
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading raises where a file is not of the form it says."""
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One figure that is not what it should be."""

    kpi: str
    """Its key; empty where it is about the whole report."""
    what: str
    report: str
    """As the report tells it."""
    found: str
    """As it was computed again, or is kept."""

    def __str__(self) -> str:
        about = f"{self.kpi}: {self.what}" if self.kpi else self.what
        return f"{about} is {self.report} in the report, and {self.found} by what it comes from"


@dataclass(frozen=True)
class Recount:
    """What came of computing a report again."""

    document: Document
    """Its report.json; empty where that can't be read."""
    recounted: tuple[str, ...] = ()
    """The KPIs whose figures were computed again."""
    hidden: tuple[str, ...] = ()
    """Those whose counts stand for too few answers to be told."""
    differences: tuple[Difference, ...] = ()
    problem: str | None = None
    """Why it can't be done; None where it was."""

    @property
    def is_sound(self) -> bool:
        """Whether all that could be computed again is what the report tells."""
        return self.problem is None and not self.differences


def recount(pdf: bytes) -> Recount:
    """Everything in a report computed again from the files inside it."""
    try:
        found = inside(pdf)
    except NotOurs as problem:
        return Recount({}, problem=f"This file can't be read as a report: {problem}.")
    missing = [name for name in FILES if name not in found.files]
    if missing:
        return Recount({}, problem=f"This PDF has no {' and no '.join(missing)} inside it.")
    try:
        document = json.loads(found.files[FILES[0]], parse_constant=_refused)
        agreement = parse(found.files[FILES[2]])
        return _recounted(document, agreement, found)
    except AgreementFileError as error:
        return Recount({}, problem=f"The agreement inside can't be read: {error.problems[0]}")
    except MALFORMED as error:
        return Recount({}, problem=f"The files inside are not of a report's form: {_said(error)}")


def _recounted(document: Document, agreement: Agreement, found: Inside) -> Recount:
    told = {each["key"]: each for each in document["kpis"]}
    counted = read_counted(found.files[FILES[1]].decode())
    shown = {kpi: summary for kpi, summary in counted.items() if summary is not None and kpi in told}
    again = {}
    differences = [*_sealed(document, found), *_agreed(document, agreement, counted)]
    for kpi in (kpi for kpi in agreement.kpis if kpi.key in told):
        differences += _unlike(kpi.key, told[kpi.key], _terms(agreement, kpi.key))
        if kpi.key in shown:
            again[kpi.key] = judged(kpi, measure_summary(agreement, kpi, shown[kpi.key]), 0)
            points = parts_of(agreement, (again[kpi.key],))[0].points
            differences += _unlike(kpi.key, told[kpi.key], _figures(again[kpi.key], points))
    differences += _unlike("", document, _score(agreement, told, again))
    if "credits" in document:  # a report of before they were in it is sound without
        differences += _credits(document, agreement, told, again)
    hidden = tuple(key for key, summary in counted.items() if summary is None)
    return Recount(document, tuple(again), hidden, tuple(differences))


def _sealed(document: Document, found: Inside) -> Iterator[Difference]:
    seal = sha256(found.files[FILES[0]]).hexdigest()
    if not any(seal in text for text in found.text):
        yield Difference("", "the data seal printed", "not that of the report.json inside", seal)
    day_seal = document.get("seal")
    if day_seal and not any(str(day_seal["chained"]) in text for text in found.text):
        yield Difference(
            "", "the day seal printed", "not that of the report.json inside", day_seal["chained"]
        )


def _agreed(document: Document, agreement: Agreement, counted: Mapping[str, Any]) -> Iterator[Difference]:
    keys = [kpi.key for kpi in agreement.kpis]
    yield from _unlike(
        "",
        {
            "contract": document["contract"]["key"],
            "agreement in force since": document["agreement"]["effective_from"],
            "commitments": [kpi["key"] for kpi in document["kpis"]],
            "commitments counted": list(counted),
            "time zone": document["timezone"],
        },
        {
            "contract": agreement.contract.key,
            "agreement in force since": agreement.effective_from.isoformat(),
            "commitments": keys,
            "commitments counted": keys,
            "time zone": agreement.contract.timezone,
        },
    )


def _terms(agreement: Agreement, key: str) -> dict[str, Any]:
    kpi = agreement.kpi(key)
    terms = kpi.thresholds
    return {
        "metric": kpi.metric.value,
        "target": terms.target,
        "floor": terms.floor,
        "higher_is_better": terms.higher_is_better,
        "min_responses": terms.min_responses,
        "decision_rule": terms.decision_rule.value,
        "confidence": kpi.confidence,
        "weight": kpi.weight,
    }


def _figures(again: Judged, points: Fraction | None) -> dict[str, Any]:
    measured = again.measurement
    return {
        "n": measured.n,
        "value": measured.value,
        "low": measured.low,
        "high": measured.high,
        "design_effect": measured.design_effect,
        "verdict": again.verdict.value,
        "chance_below_floor": again.chance_below_floor,
        "more_ratings_needed": again.more_ratings_needed,
        "points": points,
    }


def _score(agreement: Agreement, told: Mapping[str, Document], again: Mapping[str, Judged]) -> dict[str, Any]:
    """Of what was computed again; a KPI whose counts are hidden has the points the report tells."""
    parts: list[Part] = []
    for kpi in agreement.kpis:
        if kpi.key in again:
            parts += parts_of(agreement, (again[kpi.key],))
        else:
            parts.append(Part(kpi.key, _fraction(told.get(kpi.key, {}).get("points")), kpi.weight))
    method = agreement.composite.method
    return {"score": score(parts, method), "score_method": method}


def _credits(
    document: Document, agreement: Agreement, told: Mapping[str, Document], again: Mapping[str, Judged]
) -> Iterator[Difference]:
    """What the verdicts cost by the agreement, under what the report says was used of each cap before."""
    statement, terms = document["credits"], agreement.contract
    owed = [kpi for kpi in agreement.kpis if kpi.credit and kpi.key in told and terms.monthly_fee is not None]
    items = {} if statement is None else {each["kpi"]: each for each in statement["items"]}
    if list(items) != [kpi.key for kpi in owed]:
        yield Difference(
            "", "the credits", ", ".join(items) or "nothing", ", ".join(kpi.key for kpi in owed) or "nothing"
        )
        return
    if statement is None:
        return
    lines = []
    for kpi in owed:
        item = items[kpi.key]
        verdict = again[kpi.key].verdict if kpi.key in again else Verdict(told[kpi.key]["verdict"])
        lines.append(line_of(terms, kpi, verdict, _decimal(item["used_percent"])))
        yield from _unlike(kpi.key, _as_credit(item), _as_credit(credit_of(lines[-1])))
    yield from _unlike("", _as_credit(statement), _as_credit(_sums(document, terms, lines)))


def _sums(document: Document, terms: Contract, lines: Sequence[CreditLine]) -> dict[str, Any]:
    start, end = (date.fromisoformat(document["period"][name]) for name in ("start", "end"))
    year = contract_year(terms, Window(start, end))
    return {
        "currency": terms.currency,
        "monthly_fee": terms.monthly_fee,
        "contract_year_start": year.start.isoformat(),
        "contract_year_end": year.end.isoformat(),
        "percent_due": sum((line.percent_due for line in lines), Decimal(0)),
        "total": sum((line.due for line in lines), Decimal(0)),
    }


def credit_of(line: CreditLine) -> dict[str, Any]:
    """A credit's figures by their names in report.json."""
    rule = line.rule
    return {
        "verdict": line.verdict.value,
        "agreed_percent": rule.breached if rule else None,
        "cap_percent": rule.cap if rule else None,
        "used_percent": line.used,
        "percent": line.percent,
        "percent_due": line.percent_due,
        "left_percent": line.percent_left,
        "amount": line.amount,
        "due": line.due,
    }


def _as_credit(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same, so named that a reader knows it is of the credit."""
    return {f"credit, {name.replace('_', ' ')}": value for name, value in told.items()}


def _decimal(told: object) -> Decimal:
    """Raises ValueError for what is no decimal of usual length."""
    if not DECIMAL.fullmatch(str(told)):
        raise ValueError(f"{str(told)[:40]!r} is no decimal")
    return Decimal(str(told))


def _unlike(kpi: str, told: Document, found: Mapping[str, Any]) -> Iterator[Difference]:
    for what, value in found.items():
        if not _alike(told[what], value):
            yield Difference(kpi, what, _shown(told[what]), _shown(value))


def _alike(told: Any, found: Any) -> bool:  # noqa: ANN401 -- parsed JSON
    """Exact where it is exact; floats as far as another machine's last digits allow."""
    if isinstance(found, Fraction):
        return _fraction(told) == found and isclose(told["float"], float(found), rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(found, Decimal):
        return bool(DECIMAL.fullmatch(str(told))) and Decimal(told) == found
    if isinstance(found, float):
        numeric = isinstance(told, int | float) and not isinstance(told, bool)
        return numeric and isclose(told, found, rel_tol=1e-6, abs_tol=1e-9)
    return type(told) is type(found) and bool(told == found)


def _fraction(told: Any) -> Fraction | None:  # noqa: ANN401 -- parsed JSON
    """Raises ValueError for what is no exact figure."""
    if told is None:
        return None
    if not EXACT.fullmatch(told["exact"]):
        raise ValueError(f"{told['exact'][:40]!r} is no exact figure")
    return Fraction(told["exact"])


def _shown(value: Any) -> str:  # noqa: ANN401 -- parsed JSON, or what was computed
    """As a person reads it."""
    if isinstance(value, dict) and "float" in value:
        value = value["float"]
    if isinstance(value, Fraction | float):
        return f"{float(value):.6g}"
    return "nothing" if value is None else str(value)[:200]


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no figure")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]
