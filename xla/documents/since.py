"""Since the last issue, in words: the few sentences that stand under what changed."""

from collections.abc import Iterator
from fractions import Fraction

from xla.documents.figures import Figures
from xla.documents.report_data import ReportData
from xla.documents.sampling_document import Plain
from xla.documents.since_data import SinceLast
from xla.documents.words import Words

SHOWN = 4
"""How many changes of the agreement are told in words; the version's page has all."""


def since(data: ReportData) -> tuple[str, tuple[str, ...]] | None:
    """Heading and sentences; None where there is nothing before, or nothing changed."""
    told = data.since_last
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    period = figures.period(told.start, told.end)
    heading = words("Since the report of %(period)s") % {"period": period}
    if told.issue is not None:
        heading = words("Since issue %(issue)s, %(period)s") % {"issue": told.issue, "period": period}
    notes = (
        *_verdicts(told, words),
        *_score(told, words, figures),
        *_terms(told, words),
        *_work(told, words, figures, period),
    )
    return (heading, notes) if notes else None


def _verdicts(told: SinceLast, words: Words) -> Iterator[str]:
    for each in told.turned:
        yield words("%(title)s: %(was)s before, %(now)s now.") % {
            "title": each.title,
            "was": words.verdict(each.was).lower(),
            "now": words.verdict(each.now).lower(),
        }


def _score(told: SinceLast, words: Words, figures: Figures) -> Iterator[str]:
    was, now = figures.score(told.score_was), figures.score(told.score_now)
    if was != now:
        yield words("XLA score: %(was)s before, %(now)s now.") % {"was": was, "now": now}


def _terms(told: SinceLast, words: Words) -> Iterator[str]:
    if told.added:
        yield words("New commitments: %(list)s.") % {"list": words.all_of(told.added)}
    if told.removed:
        yield words("Commitments no longer agreed: %(list)s.") % {"list": words.all_of(told.removed)}
    if told.version_was != told.version_now:
        yield words("Agreement version %(now)s holds instead of version %(was)s.") % {
            "now": told.version_now,
            "was": told.version_was,
        }
    yield from told.altered[:SHOWN]
    rest = len(told.altered) - SHOWN
    if rest > 0:
        more = words.plural(
            "%(count)s more change is in the agreement.", "%(count)s more changes are in the agreement.", rest
        )
        yield more % {"count": rest}


def _work(told: SinceLast, words: Words, figures: Figures, period: str) -> Iterator[str]:
    if told.opened:
        yield words("Breaches opened: %(list)s.") % {"list": words.all_of(told.opened)}
    if told.closed:
        yield words("Breaches closed: %(list)s.") % {"list": words.all_of(told.closed)}
    for number, reason in told.addenda:
        yield words("Addendum %(number)s to %(period)s: %(reason)s") % {
            "number": number,
            "period": period,
            "reason": reason,
        }
    if told.late:
        text = words.plural(
            "%(count)s rating of %(period)s came after it was closed.",
            "%(count)s ratings of %(period)s came after it was closed.",
            told.late,
        )
        yield text % {"count": figures.number(told.late), "period": period}


def since_document(data: ReportData) -> Plain:
    """The same as data for the attached file."""
    told = data.since_last
    if told is None:
        return None
    return {
        "start": told.start.isoformat(),
        "end": told.end.isoformat(),
        "issue": told.issue,
        "verdicts": [{"kpi": each.key, "was": each.was.value, "now": each.now.value} for each in told.turned],
        "score": {"was": _exact(told.score_was), "now": _exact(told.score_now)},
        "added": list(told.added),
        "removed": list(told.removed),
        "agreement": {"was": told.version_was, "now": told.version_now, "changes": list(told.altered)},
        "breaches_opened": list(told.opened),
        "breaches_closed": list(told.closed),
        "addenda": [{"number": number, "reason": reason} for number, reason in told.addenda],
        "late": told.late,
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
