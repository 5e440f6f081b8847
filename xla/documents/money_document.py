"""What report.json says of actions, credits and the days that come next; every figure exact."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from xla.documents.actions_data import ActionLine, Ahead
from xla.documents.credits_data import CreditItem, CreditStatement
from xla.documents.report_data import ReportData

Value = str | int | float | None
Document = dict[str, Value]
Part = Mapping[str, Value | list[Document]] | list[Document] | None


def money_documents(data: ReportData) -> Mapping[str, Part]:
    """The three parts by their names in report.json."""
    return {
        "actions": actions_document(data.actions),
        "credits": credits_document(data.credits),
        "ahead": ahead_document(data.ahead),
    }


def actions_document(lines: Iterable[ActionLine]) -> list[Document]:
    """One object for each action. What too few answered is null."""
    return [_action(line) for line in lines]


def credits_document(told: CreditStatement | None) -> Mapping[str, Value | list[Document]] | None:
    """The statement with its items; null where the agreement has no credits."""
    if told is None:
        return None
    return {
        "currency": told.currency,
        "monthly_fee": str(told.monthly_fee),
        "standing": told.standing.value,
        "contract_year_start": told.year_start.isoformat(),
        "contract_year_end": told.year_end.isoformat(),
        "percent_due": str(told.percent_due),
        "total": str(told.total),
        "total_before": _text(told.total_before),
        "items": [_item(item) for item in told.items],
    }


def ahead_document(told: Ahead | None) -> Document | None:
    """The days that follow from the agreement."""
    if told is None:
        return None
    return {
        "proposed_on": _day(told.proposed_on),
        "silence_accepts_on": _day(told.silence_accepts_on),
        "next_start": _day(told.next_start),
        "next_end": _day(told.next_end),
    }


def _action(line: ActionLine) -> Document:
    effect = line.effect
    document: Document = {
        "breach": line.breach,
        "number": line.number,
        "kpi": line.kpi,
        "title": line.title,
        "owner": line.owner,
        "due_on": line.due_on.isoformat(),
        "done_on": _day(line.done_on),
        "days_late": line.days_late,
        "site": line.site or None,
        "reason": line.reason or None,
        "metric": line.metric.value,
        "confidence": str(line.confidence),
        "result": effect.result.value if effect else None,
    }
    if effect is not None and effect.before is not None and effect.after is not None:
        document |= {
            "n_before": effect.n_before,
            "n_after": effect.n_after,
            "before": str(effect.before),
            "after": str(effect.after),
            "difference": str(effect.difference),
            "low": effect.low,
            "high": effect.high,
        }
    return document


def _item(item: CreditItem) -> Document:
    return {
        "kpi": item.key,
        "verdict": item.verdict.value,
        "agreed_percent": str(item.agreed),
        "cap_percent": _text(item.cap),
        "used_percent": str(item.used),
        "percent": str(item.percent),
        "percent_due": str(item.percent_due),
        "left_percent": _text(item.left),
        "amount": str(item.amount),
        "due": str(item.due),
        "due_before": _text(item.told_before),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
