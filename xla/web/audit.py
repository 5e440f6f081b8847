"""The audit log: who did what, when, to what."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from xla.core.role import Permission
from xla.documents.spreadsheet import lines as spreadsheet_lines
from xla.models import Person
from xla.services import audit_log
from xla.services.audit_log import Filter, Line
from xla.web.access import needs, visitor
from xla.web.addresses import asked_id
from xla.web.audit_words import ACTIONS, action_words
from xla.web.database import reading
from xla.web.fields import Form, choices
from xla.web.language import gettext as _
from xla.web.language import lazy

A_PAGE = 50
audit = Blueprint("audit", __name__)


class FilterForm(Form):
    """What is looked for: it lives in the address, so it needs no token."""

    class Meta:
        """Read from the address."""

        csrf = False

    person = SelectField(lazy("Who"), validate_choice=False)
    action = SelectField(lazy("What"), validate_choice=False)
    contract = SelectField(lazy("Contract"), validate_choice=False)
    since = DateField(lazy("From"), [Optional()])
    until = DateField(lazy("To"), [Optional()])


@audit.get("/audit", endpoint="log")
@needs(Permission.AUDIT)
def log() -> str:
    """The newest entries that fit, some at a time."""
    with reading() as session:
        form = _form(audit_log.people(session, visitor()), audit_log.contracts(session, visitor()))
        form.validate()
        found = audit_log.lines(session, visitor(), _wanted(form), before=asked_id("before"), most=A_PAGE + 1)
    shown = found[:A_PAGE]
    older = shown[-1].entry.id if len(found) > A_PAGE else None
    return render_template(
        "audit/log.html",
        form=form,
        lines=shown,
        details=_details,
        action_words=action_words,
        asked={name: value for name, value in request.args.items() if name in form and value},
        older=older,
        is_later=asked_id("before") is not None,
    )


@audit.get("/audit.csv")
@needs(Permission.AUDIT)
def file() -> Response:
    """Every entry that fits, as a file for spreadsheets."""
    form = _form([], [])
    form.validate()
    reader, wanted = visitor(), _wanted(form)

    def rows() -> Iterator[list[str]]:
        yield [_("When (UTC)"), _("Who"), _("What"), _("Key"), _("To what"), _("Contract"), _("More")]
        with reading() as session:
            for line in audit_log.all_lines(session, reader, wanted):
                yield _row(line)

    response = Response(stream_with_context(spreadsheet_lines(rows())), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return response


def _row(line: Line) -> list[str]:
    entry = line.entry
    return [
        entry.at.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00"),
        line.person or "",
        action_words(entry.action),
        entry.action,
        entry.subject,
        line.contract or "",
        "" if entry.detail == "{}" else entry.detail,
    ]


def _form(people: list[Person], contracts: list[str]) -> FilterForm:
    form = FilterForm(request.args)
    somebody = ((str(person.id), person.name) for person in people)
    form.person.choices = choices([("", _("Anybody")), *somebody])
    words = sorted(((key, str(text)) for key, text in ACTIONS.items()), key=lambda each: each[1])
    form.action.choices = choices([("", _("Anything")), *words])
    form.contract.choices = choices([("", _("All contracts")), *((key, key) for key in contracts)])
    return form


def _wanted(form: FilterForm) -> Filter:
    action, contract = _asked(form.action.data), _asked(form.contract.data)
    until = _midnight(form.until.data)
    return Filter(
        person_id=asked_id("person"),
        action=action,
        contract=contract,
        since=_midnight(form.since.data),
        until=until + timedelta(days=1) if until else None,
    )


def _asked(text: str | None) -> str | None:
    return (text or "").replace("\0", "") or None


def _midnight(day: date | None) -> datetime | None:
    if day is None or day == date.max:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _details(text: str) -> list[tuple[str, str]]:
    """What else an entry says, as pairs."""
    return [(name, _plain(value)) for name, value in json.loads(text).items()]


def _plain(value: Any) -> str:  # noqa: ANN401 -- whatever JSON holds
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(each)}" for name, each in value.items())
    return "–" if value is None else str(value)
