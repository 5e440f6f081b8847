"""What happens next: the days that are known, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from xla.documents.doing import LIVE
from xla.documents.figures import Figures
from xla.documents.report_data import ReportData
from xla.documents.words import Words

IN_A_ROW = 5
Happening = tuple[date, str]


@dataclass(frozen=True)
class Date:
    """One day and what happens on it."""

    day: str
    mark: str
    """Filled where it has happened, hollow where it is to come."""
    what: tuple[str, ...]


def dates(data: ReportData) -> tuple[tuple[Date, ...], ...]:
    """The days in rows; none where nothing is known of what comes."""
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    until = data.shown_as_known_at or data.as_of
    today = until.astimezone(ZoneInfo(data.timezone)).date()
    past = max(today, data.final_on or today)
    found: dict[date, list[str]] = {}
    for day, what in sorted(
        [*_periods(data, words, figures), *_work(data, today, words)], key=lambda each: each[0]
    ):
        found.setdefault(day, []).append(what)
    shown = [Date(figures.day(day), "●" if day <= past else "○", tuple(what)) for day, what in found.items()]
    return tuple(tuple(shown[start : start + IN_A_ROW]) for start in range(0, len(shown), IN_A_ROW))


def _periods(data: ReportData, words: Words, figures: Figures) -> Iterator[Happening]:
    """What the agreement's own days bring."""
    told, period = data.ahead, {"period": figures.period(data.start, data.end)}
    closes_in = timedelta(days=data.close_after_days)
    if told is None or told.proposed_on is None:
        yield data.end + closes_in, words("%(period)s is closed and its figures are proposed") % period
        return
    yield told.proposed_on, words("%(period)s was closed and its figures proposed") % period
    if data.final_on is not None:
        yield data.final_on, words("Figures and credits final")
    elif data.respond_by is not None and told.silence_accepts_on is not None:
        yield data.respond_by, words("Last day for the client to accept or dispute")
        yield told.silence_accepts_on, words("Figures and credits final, unless disputed")
    if told.next_start is not None and told.next_end is not None:
        following = {"period": figures.period(told.next_start, told.next_end)}
        text = words("%(period)s is closed; the next report is proposed")
        yield told.next_end + closes_in, text % following


def _work(data: ReportData, today: date, words: Words) -> Iterator[Happening]:
    """What is due of breaches and actions from that day on."""
    for breach in data.breaches:
        if breach.due_on is not None and breach.due_on >= today and breach.state in LIVE:
            yield breach.due_on, words("Breach %(number)s to be closed") % {"number": breach.number}
    for action in data.actions:
        if action.done_on is None and action.due_on >= today:
            yield (
                action.due_on,
                words("Action %(number)s due") % {"number": f"{action.breach}.{action.number}"},
            )
