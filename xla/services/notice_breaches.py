"""What is found of a notice about one KPI: a warning, or a breach and how it is worked on."""

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from xla.core.agreement import Kpi
from xla.core.notice import Event
from xla.core.outcome import Judged
from xla.core.outcome_document import judged_from
from xla.documents import notice_words as texts
from xla.documents.figures import half_up
from xla.documents.notice_words import Row
from xla.models import Breach, BreachWork, Period, Person
from xla.services import breach_work
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of
from xla.services.notice_reading import Found, Reading, period_row
from xla.services.report_kpis import visible_judged


def warning(reading: Reading) -> Found:
    """A KPI heading for a breach, with what the warning rests on; of one that is no more agreed, without."""
    key = _kpi_key(reading)
    named = {"kpi": reading.kpi(key), "period": reading.period_name}
    known = [kpi for kpi in reading.agreement.kpis if kpi.key == key]
    return Found(f"/kpis/{key}", named, tuple(row for kpi in known for row in _so_far(reading, kpi)))


def breach(reading: Reading) -> Found:
    """A breach, with the latest measurement it rests on, its owner and its date."""
    key = _kpi_key(reading)
    found = _breach(reading, key)
    told = reading.document
    named = {
        "kpi": reading.kpi(key),
        "period": reading.period_name,
        "by": told.get("by") or reading.words(texts.SOMEBODY),
        "action": told.get("action") or "",
    }
    evidence = _proof(reading, found) or _evidence(reading, found)
    rows = (*evidence, *_work(reading, found))
    return Found(f"/breaches/{found.id}", named, rows, what=told.get("what", ""))


def measured(reading: Reading, judged: Judged) -> tuple[Row, ...]:
    """A KPI's result as rows: verdict, value, thresholds, n; no value of too few."""
    words, figures = reading.words, reading.figures
    shown, kpi = visible_judged(judged), judged.kpi
    value = shown.measurement.value
    is_few = value is None and judged.measurement.value is not None
    return (
        Row(words(texts.VERDICT), words.verdict(judged.verdict), judged.verdict),
        Row(
            words(texts.VALUE),
            words(texts.FEW) if is_few else figures.value(value, kpi.metric, kpi.thresholds),
        ),
        Row(words(_floor(kpi)), figures.threshold(kpi.thresholds.floor, kpi.metric)),
        Row(words(texts.TARGET), figures.threshold(kpi.thresholds.target, kpi.metric)),
        *(() if is_few else (Row(words.answers(kpi.metric), figures.number(judged.measurement.n)),)),
    )


def _kpi_key(reading: Reading) -> str:
    """Of a document that names the KPI, or holds all that was measured of it."""
    kpi = reading.document["kpi"]
    return str(kpi if isinstance(kpi, str) else kpi["key"])


def _so_far(reading: Reading, kpi: Kpi) -> Iterator[Row]:
    """What came so far and where it leads; what is of too few is not in the document."""
    words, figures, told = reading.words, reading.figures, reading.document
    if told["value"] is not None:
        value = figures.value(told["value"], kpi.metric, kpi.thresholds)
        yield Row(words(texts.SO_FAR), value)
        yield Row(words.answers(kpi.metric), figures.number(told["n"]))
    yield Row(words(_floor(kpi)), figures.threshold(kpi.thresholds.floor, kpi.metric))
    if told["chance"] is not None:
        yield Row(words(texts.CHANCE), figures.chance(told["chance"]))
    if told["left_share"] is not None:
        share = half_up(Fraction(told["left_share"]), 2)
        yield Row(words(texts.LEFT), figures.percent(share))
    if told["runs_out_on"]:
        yield Row(words(texts.RUNS_OUT), figures.day(date.fromisoformat(told["runs_out_on"])))
    yield Row(words(texts.DAYS_LEFT), figures.number(told["days_left"]))


def _floor(kpi: Kpi) -> str:
    return texts.FLOOR if kpi.thresholds.higher_is_better else texts.LIMIT


def _breach(reading: Reading, key: str) -> Breach:
    """The breach it is about: by its number, or by the period that opened it."""
    number = reading.document.get("breach")
    if number is not None:
        return reading.session.get_one(Breach, number)
    return reading.session.scalars(
        select(Breach)
        .join(Period, Period.id == Breach.period_id)
        .where(
            Breach.contract_id == reading.contract.id,
            Breach.kpi_key == key,
            Period.start_on == reading.period.start,
        )
    ).one()


def _evidence(reading: Reading, found: Breach) -> tuple[Row, ...]:
    """The latest measurement it rests on; none of an older release's, which kept none."""
    known = [step.evidence for step in found.steps if step.evidence]
    if not known:
        return ()
    agreement = agreement_of(found.period.evaluation.version)
    return measured(reading, judged_from(json.loads(known[-1]), agreement))


def _proof(reading: Reading, found: Breach) -> tuple[Row, ...]:
    """Of a breach that was closed, the period that proves it better; none while it is live."""
    proof = breach_work.proof(reading.session, found) if reading.event is Event.BREACH_CLOSED else None
    if proof is None:
        return ()
    period = period_row(reading, proof.start)
    judged = outcome_of(period.evaluation).kpi(found.kpi_key)
    name = reading.figures.period(proof.start, proof.end)
    return (Row(reading.words(texts.PROVED), name), *measured(reading, judged))


def _work(reading: Reading, found: Breach) -> Iterator[Row]:
    """Who does something about it and until when; of a breach just opened nothing is known yet."""
    work = reading.session.get(BreachWork, found.id)
    if reading.event is Event.BREACH_OPENED or work is None or found.closed_at is not None:
        return
    words = reading.words
    owner = reading.session.get(Person, work.owner_id) if work.owner_id else None
    yield Row(words(texts.OWNER), owner.name if owner else words(texts.NOT_NAMED))
    if work.due_on:
        yield Row(words(texts.DUE), reading.figures.day(work.due_on))
    if reading.document.get("action"):
        yield Row(words(texts.ACTION), reading.document["action"])
