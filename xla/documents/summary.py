"""The first page: the headline, what stands under it, and what changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from markupsafe import Markup

from xla.core.composite import Part, points, score
from xla.core.verdict import Verdict
from xla.documents import charts
from xla.documents.changes import Changes
from xla.documents.credits_data import Standing
from xla.documents.doing import doing
from xla.documents.figures import Figures
from xla.documents.findings import Findings
from xla.documents.note import Note
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.words import Words

NAMED_IN_LEAD = 2
"""How many commitments the text under the headline names; the table names all."""


class HasVerdict(Protocol):
    """A KPI, as far as the headline asks for it."""

    @property
    def verdict(self) -> Verdict:
        """What it came to."""


@dataclass(frozen=True)
class Score:
    """The XLA score as page 1 shows it."""

    value: str
    before: str
    chart: Markup
    note: str


@dataclass(frozen=True)
class Summary:
    """Page 1 without its table."""

    headline: str
    lead: str
    score: Score | None
    columns: tuple[tuple[str, tuple[Note, ...]], ...]


def summary(data: ReportData) -> Summary:
    """Page 1 of `data`; a part without data is left out."""
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    period = figures.period(data.start, data.end)
    changes = Changes(data.language)
    columns = (
        (changes.heading(data), tuple(Note(lead, text) for lead, text in changes.notes(data))),
        (words("What we do about it"), doing(data, words, figures)),
        (words("Money and dates"), (*_money(data, words, figures), *_dates(data, words, figures))),
    )
    return Summary(
        headline=headline(data.kpis, period, words),
        lead=" ".join([*_worst(data, words), tally(data.kpis, words), _credit(data, words, figures)]).strip(),
        score=_score(data, words, figures),
        columns=tuple(column for column in columns if column[1]),
    )


def headline(kpis: Sequence[HasVerdict], period: str, words: Words) -> str:
    """The verdict in one sentence."""
    count = Counter(kpi.verdict for kpi in kpis)
    total = len(kpis)
    numbers = {"period": period, "total": total}
    if not total:
        return words("No experience commitments were measured in %(period)s.") % numbers
    for verdict in (Verdict.BREACHED, Verdict.MET):
        if count[verdict] == total:
            return _all(verdict, words) % numbers if total > 1 else _only(verdict, words) % numbers
    if count[Verdict.BREACHED]:
        text = words.plural(
            "%(count)s of %(total)s experience commitments was breached in %(period)s.",
            "%(count)s of %(total)s experience commitments were breached in %(period)s.",
            count[Verdict.BREACHED],
        )
        return text % {**numbers, "count": count[Verdict.BREACHED]}
    if count[Verdict.AT_RISK]:
        text = words.plural(
            "No experience commitment was breached in %(period)s; %(count)s of %(total)s is at risk.",
            "No experience commitment was breached in %(period)s; %(count)s of %(total)s are at risk.",
            count[Verdict.AT_RISK],
        )
        return text % {**numbers, "count": count[Verdict.AT_RISK]}
    return _unjudged(count, words) % {
        **numbers,
        "count": count[Verdict.MET],
        "rest": total - count[Verdict.MET],
    }


def _all(verdict: Verdict, words: Words) -> str:
    if verdict is Verdict.MET:
        return words("All %(total)s experience commitments were met in %(period)s.")
    return words("All %(total)s experience commitments were breached in %(period)s.")


def _only(verdict: Verdict, words: Words) -> str:
    if verdict is Verdict.MET:
        return words("The experience commitment was met in %(period)s.")
    return words("The experience commitment was breached in %(period)s.")


def _unjudged(count: Counter[Verdict], words: Words) -> str:
    """Nothing breached, nothing at risk, yet not all met."""
    if count[Verdict.MET]:
        return words.plural(
            "%(count)s of %(total)s commitments was met in %(period)s; %(rest)s could not be judged.",
            "%(count)s of %(total)s commitments were met in %(period)s; %(rest)s could not be judged.",
            count[Verdict.MET],
        )
    if not count[Verdict.INCONCLUSIVE]:
        return words("There is no data for %(period)s: no experience commitment could be judged.")
    return words("No experience commitment could be judged in %(period)s: there are too few ratings.")


def tally(kpis: Sequence[HasVerdict], words: Words) -> str:
    """How many of each verdict, in one sentence."""
    count = Counter(kpi.verdict for kpi in kpis)
    forms = {
        Verdict.BREACHED: words.plural(
            "%(count)s is breached", "%(count)s are breached", count[Verdict.BREACHED]
        ),
        Verdict.MET: words.plural("%(count)s is met", "%(count)s are met", count[Verdict.MET]),
        Verdict.AT_RISK: words.plural(
            "%(count)s is at risk", "%(count)s are at risk", count[Verdict.AT_RISK]
        ),
        Verdict.INCONCLUSIVE: words.plural(
            "%(count)s is inconclusive", "%(count)s are inconclusive", count[Verdict.INCONCLUSIVE]
        ),
        Verdict.NO_DATA: words.plural(
            "%(count)s has no data", "%(count)s have no data", count[Verdict.NO_DATA]
        ),
    }
    parts = [form % {"count": count[verdict]} for verdict, form in forms.items() if count[verdict]]
    if len(parts) < 2:  # noqa: PLR2004 - one kind alone is the headline already
        return ""
    return words("Of %(total)s commitments, %(list)s.") % {"total": len(kpis), "list": words.all_of(parts)}


def _worst(data: ReportData, words: Words) -> list[str]:
    """One sentence for each of the first breached commitments, or else of those at risk."""
    findings = Findings(data.language)
    for verdict in (Verdict.BREACHED, Verdict.AT_RISK):
        chosen = [kpi for kpi in data.kpis if kpi.verdict is verdict and kpi.measurement.value is not None]
        if chosen:
            break
    texts = [findings.came_to(kpi) for kpi in chosen[:NAMED_IN_LEAD]]
    rest = len(chosen) - len(texts)
    return texts if rest < 1 else [*texts, words("The table names the others.")]


def _credit(data: ReportData, words: Words, figures: Figures) -> str:
    """What the breaches cost, in one sentence; '' where they cost nothing."""
    told = data.credits
    if told is None or not told.total:
        return ""
    texts = {
        Standing.DRAFT: words("As known now, a service credit of %(amount)s would fall due."),
        Standing.PROPOSED: words("A service credit of %(amount)s is proposed."),
        Standing.FINAL: words("A service credit of %(amount)s falls due."),
    }
    return texts[told.standing] % {"amount": figures.money(told.total, told.currency)}


def _money(data: ReportData, words: Words, figures: Figures) -> tuple[Note, ...]:
    """The credit as part of the fee, and what is left of a cap it met."""
    told = data.credits
    if told is None:
        return ()
    if not any(item.percent for item in told.items):
        return (Note(words("Credit:"), words("none; no breach with an agreed credit.")),)
    text = words("%(amount)s, %(share)s of the monthly fee.") % {
        "amount": figures.money(told.total, told.currency),
        "share": figures.percent(told.percent_due / 100),
    }
    notes = [Note(words("Credit:"), text)]
    if any(item.capped for item in told.items):
        took = sum((item.capped for item in told.items), Decimal(0))
        text = words("the caps of the contract year took off %(amount)s.")
        notes.append(Note(words("Capped:"), text % {"amount": figures.money(took, told.currency)}))
    return tuple(notes)


def _score(data: ReportData, words: Words, figures: Figures) -> Score | None:
    known = [(day, value) for day, value in data.score_trend if value is not None]
    if data.score is None and not known:
        return None
    before = words("of 100")
    if len(data.score_trend) > 1 and data.score_trend[-2][1] is not None:
        day, value = data.score_trend[-2]
        period = figures.period(day, data.start)
        before = words("of 100. %(period)s: %(value)s.") % {"period": period, "value": figures.score(value)}
    low, high = _ends([value for _, value in known])
    title = words("XLA score %(value)s of 100.") % {"value": figures.score(data.score)}
    note = words("%(count)s periods, between %(low)s and %(high)s.") % {
        "count": len(known),
        "low": figures.score(low),
        "high": figures.score(high),
    }
    floor, target = limits(data)
    chart = charts.score_sparkline(data.score_trend, title=f"{title} {note}", limits=(floor, target))
    if floor is not None:
        note = words("%(note)s Dashed: all at target (%(target)s). Solid: all at floor (%(floor)s).") % {
            "note": note,
            "target": figures.score(target),
            "floor": figures.score(floor),
        }
    return Score(figures.score(data.score), before, chart, note if known else "")


def limits(data: ReportData) -> tuple[Fraction | None, Fraction | None]:
    """The score with every counted commitment exactly at its floor, and at its target; None for a minimum."""
    counted = [kpi for kpi in data.kpis if kpi.points is not None and kpi.scale_low != kpi.scale_high]
    if data.score_method != "weighted" or not counted:
        return None, None
    floor = score([_part(kpi, kpi.thresholds.floor) for kpi in counted], "weighted")
    target = score([_part(kpi, kpi.thresholds.target) for kpi in counted], "weighted")
    return (floor, target) if floor != target else (None, None)


def _part(kpi: KpiResult, limit: Decimal) -> Part:
    low, high = Fraction(kpi.scale_low), Fraction(kpi.scale_high)
    return Part(kpi.key, points(Fraction(limit), low, high, kpi.thresholds.higher_is_better), kpi.weight)


def _ends(values: list[Fraction]) -> tuple[Fraction | None, Fraction | None]:
    return (min(values), max(values)) if values else (None, None)


def _dates(data: ReportData, words: Words, figures: Figures) -> tuple[Note, ...]:
    notes = [Note(words("As known at:"), f"{figures.instant(data.as_of)}, {data.timezone}.")]
    if data.is_draft and data.respond_by is None:
        closes = data.end + timedelta(days=data.close_after_days)
        notes.append(
            Note(
                words("Closes:"),
                words("%(day)s; until then figures may change.") % {"day": figures.day(closes)},
            )
        )
    if data.final_on is not None:
        notes.append(Note(words("Final since:"), f"{figures.day(data.final_on)}."))
    elif data.respond_by is not None:
        text = words("accept or dispute by %(day)s; without an answer the figures stand as accepted.")
        notes.append(Note(words("Client:"), text % {"day": figures.day(data.respond_by)}))
    if data.late_total:
        text = words.plural(
            "%(count)s rating came after closing and is not counted.",
            "%(count)s ratings came after closing and are not counted.",
            data.late_total,
        )
        notes.append(Note(words("Late:"), text % {"count": figures.number(data.late_total)}))
    if data.excluded_total:
        text = words.plural(
            "%(count)s rating, agreed by both parties.",
            "%(count)s ratings, agreed by both parties.",
            data.excluded_total,
        )
        notes.append(Note(words("Excluded:"), text % {"count": figures.number(data.excluded_total)}))
    return tuple(notes)
