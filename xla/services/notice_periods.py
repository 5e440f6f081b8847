"""What is found of a notice about a period: its KPIs' results, who decided what, its report."""

from collections.abc import Iterable
from dataclasses import replace

from xla.core.outcome import Judged, Outcome
from xla.core.period_state import respond_by
from xla.documents import notice_words as texts
from xla.documents.notice_words import Row
from xla.documents.words import WORST_FIRST
from xla.services import addenda, decisions
from xla.services.evaluations import outcome_of
from xla.services.notice_reading import Found, Reading, period_row
from xla.services.report_kpis import visible_judged

MOST_ROWS = 6


def results(reading: Reading) -> Found:
    """A period proposed or final: each KPI's result, the worst first."""
    return _found(reading, _results(reading, _frozen(reading)))


def decided(reading: Reading) -> Found:
    """What a party said of some KPIs."""
    said = reading.document["kpis"]
    rows = [Row(reading.kpi(key), _said(reading, told)) for key, told in said.items() if told["wrong"]]
    rows = rows or [row for key, row in _by_kpi(reading, _frozen(reading)) if key in said]
    return _found(reading, rows, count=len(said))


def report(reading: Reading) -> Found:
    """A report of a period, with what it reports: that of a correction what the period comes to by it."""
    number = reading.document.get("addendum", 0)
    outcome = _corrected(reading, number) if number else _frozen(reading)
    found = _found(reading, _results(reading, outcome))
    named = {**found.named, "issue": str(reading.document["issue"]), "number": str(number)}
    return replace(found, named=named, what="addendum" if number else "")


def _found(reading: Reading, rows: Iterable[Row], count: int = 0) -> Found:
    told = list(rows)
    period = period_row(reading, reading.period.start)
    until = respond_by(decisions.proposed_on(period), decisions.respond_within(period))
    named = {
        "period": reading.period_name,
        "until": reading.figures.day(until),
        "by": reading.document.get("by") or reading.words(texts.SOMEBODY),
    }
    left = len(told) - MOST_ROWS
    more = reading.counted(texts.MORE, left) if left > 0 else ""
    return Found(f"/periods/{reading.period}", named, tuple(told[:MOST_ROWS]), more, count)


def _frozen(reading: Reading) -> Outcome:
    return outcome_of(period_row(reading, reading.period.start).evaluation)


def _corrected(reading: Reading, number: int) -> Outcome:
    row = period_row(reading, reading.period.start)
    return outcome_of(addenda.numbered(reading.session, row, number).evaluation)


def _results(reading: Reading, outcome: Outcome) -> list[Row]:
    return [row for _key, row in _by_kpi(reading, outcome)]


def _by_kpi(reading: Reading, outcome: Outcome) -> list[tuple[str, Row]]:
    ordered = sorted(outcome.kpis, key=lambda each: WORST_FIRST.index(each.verdict))
    return [(each.kpi.key, _result(reading, each)) for each in ordered]


def _result(reading: Reading, judged: Judged) -> Row:
    """One KPI on one line: verdict, value, thresholds, n; no value of too few."""
    words, figures, kpi = reading.words, reading.figures, judged.kpi
    value = visible_judged(judged).measurement.value
    title, verdict = reading.titled(kpi.title), words.verdict(judged.verdict)
    if value is None:
        return Row(title, verdict, judged.verdict)
    text = texts.AGAINST if kpi.thresholds.higher_is_better else texts.AGAINST_LIMIT
    said = words(text) % {
        "verdict": verdict,
        "value": figures.value(value, kpi.metric, kpi.thresholds),
        "floor": figures.threshold(kpi.thresholds.floor, kpi.metric),
        "target": figures.threshold(kpi.thresholds.target, kpi.metric),
        "n": figures.number(judged.measurement.n),
    }
    return Row(title, said, judged.verdict)


def _said(reading: Reading, told: dict[str, str]) -> str:
    """What is wrong, and the words it was said in."""
    wrong = texts.WRONGS[told["wrong"]]
    kind = reading.words(wrong)
    return reading.words(texts.SAID) % {"wrong": kind, "text": told["text"]} if told["text"] else kind
