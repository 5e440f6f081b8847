"""Breaches: those live in the period, with what happened since."""

from dataclasses import dataclass

from xla.documents.figures import HARD_SPACE, Figures
from xla.documents.report_data import BreachLine, ReportData
from xla.documents.summary import LIVE
from xla.documents.words import STATES, Words


@dataclass(frozen=True)
class Breach:
    """One breach as it is printed."""

    number: str
    title: str
    state: str
    is_live: bool
    opened: str
    measured: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Breaches:
    """The part on breaches."""

    heading: str
    lines: tuple[Breach, ...]


def breaches(data: ReportData) -> Breaches | None:
    """The part on breaches; None where there are none."""
    if not data.breaches:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    live = sum(line.state in LIVE for line in data.breaches)
    heading = words.plural("%(count)s breach is under way", "%(count)s breaches are under way", live) % {
        "count": live
    }
    if not live:
        heading = words("No breach is under way")
    return Breaches(heading, tuple(_line(line, words, figures) for line in data.breaches))


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
    return Breach(
        number=words("No.%(space)s%(number)s") % {"space": HARD_SPACE, "number": line.number},
        title=line.kpi_title,
        state=words(STATES.get(line.state, line.state)),
        is_live=line.state in LIVE,
        opened=words("Opened %(day)s") % {"day": figures.day(line.opened_on)},
        measured=measured,
        steps=tuple((figures.day(day), what) for day, what in line.steps),
    )
