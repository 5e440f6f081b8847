"""Breaches, actions and credits: the register, what was done about it, and what the period costs."""

from dataclasses import dataclass

from xla.documents.actions import Action, actions
from xla.documents.credits import Credits, statement
from xla.documents.credits_data import CreditStatement, Standing
from xla.documents.doing import LIVE
from xla.documents.figures import HARD_SPACE, Figures
from xla.documents.next import Date, dates
from xla.documents.report_data import BreachLine, ReportData
from xla.documents.words import STATES, Words


def _both(one: str, many: str) -> tuple[str, str]:
    """Mark a text and its plural for the catalogue."""
    return one, many


UNDER_WAY = {
    None: _both("%(count)s breach is open", "%(count)s breaches are open"),
    Standing.DRAFT: _both(
        "%(count)s breach is open; a credit of %(amount)s would fall due",
        "%(count)s breaches are open; a credit of %(amount)s would fall due",
    ),
    Standing.PROPOSED: _both(
        "%(count)s breach is open; a credit of %(amount)s is proposed",
        "%(count)s breaches are open; a credit of %(amount)s is proposed",
    ),
    Standing.FINAL: _both(
        "%(count)s breach is open; a credit of %(amount)s is final",
        "%(count)s breaches are open; a credit of %(amount)s is final",
    ),
}


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


NONE_UNDER_WAY = {
    None: _("No breach is open"),
    Standing.DRAFT: _("No breach is open; a credit of %(amount)s would fall due"),
    Standing.PROPOSED: _("No breach is open; a credit of %(amount)s is proposed"),
    Standing.FINAL: _("No breach is open; a credit of %(amount)s is final"),
}


@dataclass(frozen=True)
class Breach:
    """One breach as it is printed."""

    number: str
    title: str
    measured: str
    state: str
    since: str
    is_live: bool
    cause: str
    owner: str
    due: str


@dataclass(frozen=True)
class Breaches:
    """The part on breaches, actions and credits."""

    heading: str
    position: str
    lines: tuple[Breach, ...]
    has_work: bool
    """Whether any of them has an owner or a day to be closed by."""
    actions: tuple[Action, ...]
    level: str
    credits: Credits | None
    dates: tuple[tuple[Date, ...], ...]


def breaches(data: ReportData) -> Breaches | None:
    """The part; None where there is neither a breach nor an agreed credit."""
    if not data.breaches and data.credits is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    until = data.shown_as_known_at or data.as_of
    return Breaches(
        heading=_heading(data, words, figures),
        has_work=any(line.owner or line.due_on for line in data.breaches),
        position=words("Position on %(at)s.") % {"at": figures.instant(until)},
        lines=tuple(_line(line, words, figures) for line in data.breaches),
        actions=actions(data),
        level=" / ".join(sorted({figures.percent(line.confidence) for line in data.actions})),
        credits=statement(data),
        dates=dates(data),
    )


def _heading(data: ReportData, words: Words, figures: Figures) -> str:
    live = sum(line.state in LIVE for line in data.breaches)
    costs = _costs(data.credits)
    told = {"count": live, "amount": ""}
    if costs is not None:
        told["amount"] = figures.money(costs.total, costs.currency)
    standing = costs.standing if costs else None
    text = words.plural(*UNDER_WAY[standing], live) if live else words(NONE_UNDER_WAY[standing])
    return text % told


def _costs(statement: CreditStatement | None) -> CreditStatement | None:
    return statement if statement is not None and statement.total else None


def _line(line: BreachLine, words: Words, figures: Figures) -> Breach:
    floor = figures.threshold(line.floor, line.metric)
    period = figures.period(line.start, line.end)
    measured = words("%(period)s: floor %(floor)s.") % {"period": period, "floor": floor}
    if line.value is not None:
        measured = words("%(period)s: %(value)s, floor %(floor)s.") % {
            "period": period,
            "value": figures.against(line.value, line.floor, line.metric),
            "floor": floor,
        }
    since = line.state_since or line.opened_on
    return Breach(
        number=words("No.%(space)s%(number)s") % {"space": HARD_SPACE, "number": line.number},
        title=line.kpi_title,
        measured=measured,
        state=words(STATES.get(line.state, line.state)),
        since=words("since %(day)s") % {"day": figures.day(since)},
        is_live=line.state in LIVE,
        cause=line.cause or (words("Not agreed yet") if line.state in LIVE else ""),
        owner=line.owner,
        due=figures.day(line.due_on) if line.due_on and line.state in LIVE else "",
    )
