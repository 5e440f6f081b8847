"""Method: how each figure and verdict came about, for the reader who checks."""

from dataclasses import dataclass

from xla.core.agreement import Metric
from xla.core.verdict import DecisionRule, Verdict
from xla.documents.commitments import Chip, chip, number
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.why_notes import method_notes
from xla.documents.words import FORMULAS, INTERVALS, RULES, WORST_FIRST, Words


@dataclass(frozen=True)
class RuleTable:
    """The decision rule of some or all commitments, verdict by verdict."""

    caption: str
    rows: tuple[tuple[Chip, str], ...]


@dataclass(frozen=True)
class Terms:
    """What was agreed for one commitment."""

    number: str
    title: str
    target: str
    floor: str
    least: str
    level: str
    rule: str
    weight: str


@dataclass(frozen=True)
class Method:
    """The method page."""

    sub: str
    rules: tuple[RuleTable, ...]
    formulas: tuple[tuple[str, str, str], ...]
    """Metric, formula, interval."""
    notes: tuple[tuple[str, str], ...]
    terms: tuple[Terms, ...]


def method(data: ReportData) -> Method:
    """The method page of `data`."""
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    sub = words(
        "Contract %(key)s, agreement version %(version)s, in force since %(day)s. As known at %(known)s."
    ) % {
        "key": data.contract_key,
        "version": data.agreement_version,
        "day": figures.day(data.agreement_effective_from),
        "known": f"{figures.instant(data.as_of)} ({data.timezone})",
    }
    metrics = [metric for metric in Metric if any(kpi.metric is metric for kpi in data.kpis)]
    return Method(
        sub=sub,
        rules=_rules(data.kpis, words),
        formulas=tuple(
            (words(FORMULAS[metric][0]), words(FORMULAS[metric][1]), words(INTERVALS[metric]))
            for metric in metrics
        ),
        notes=_notes(data, words),
        terms=tuple(_terms(index, kpi, words, figures) for index, kpi in enumerate(data.kpis)),
    )


def _rules(kpis: tuple[KpiResult, ...], words: Words) -> tuple[RuleTable, ...]:
    used = [rule for rule in DecisionRule if any(kpi.thresholds.decision_rule is rule for kpi in kpis)]
    tables = []
    for rule in used:
        name, breached, inconclusive = (words(text) for text in RULES[rule])
        numbers = [number(index) for index, kpi in enumerate(kpis) if kpi.thresholds.decision_rule is rule]
        caption = name if len(used) == 1 else f"{name}: {words.all_of(numbers)}"
        when = {
            Verdict.BREACHED: breached,
            Verdict.AT_RISK: words("The value holds the floor, but is worse than the target."),
            Verdict.INCONCLUSIVE: inconclusive,
            Verdict.NO_DATA: words("There are no ratings."),
            Verdict.MET: words("The value is at the target or better."),
        }
        tables.append(
            RuleTable(caption, tuple((chip(verdict, words), when[verdict]) for verdict in WORST_FIRST))
        )
    return tuple(tables)


def _notes(data: ReportData, words: Words) -> tuple[tuple[str, str], ...]:
    notes = [
        (
            words("Chance below floor"),
            words(
                "How likely it is that the true level is worse than the floor, "
                "given the ratings and no other knowledge: "
                "exact (Beta) for shares, by mean and variance with a normal tail for the others."
            ),
        ),
        (
            words("Rounding"),
            words(
                "Half up, once, when printed. Verdicts use exact values; where rounding would move a value "
                "onto a threshold, more decimals are printed. Differences are taken between printed figures."
            ),
        ),
        (words("Score"), _score(data, words)),
        (
            words("Time"),
            words(
                "Days are those of %(zone)s. A rating belongs to the period in which it was felt. "
                "Ratings received after closing are shown as late and not counted."
            )
            % {"zone": data.timezone},
        ),
        (
            words("Privacy"),
            words(
                "Values are shown from 5 answers, distributions from 8. "
                "A second value is withheld where subtraction would reveal a hidden one. "
                "This holds for the attached files too."
            ),
        ),
    ]
    return tuple(note for note in (*notes, *method_notes(data)) if note[1])


def _score(data: ReportData, words: Words) -> str:
    if data.score is None:
        return ""
    if data.score_method == "minimum":
        return words(
            "Each commitment is placed on 0 to 100 by its own scale; the score is the lowest of them."
        )
    return words(
        "Each commitment is placed on 0 to 100 by its own scale; the score is their weighted mean. "
        "Commitments without a value are left out."
    )


def _terms(index: int, kpi: KpiResult, words: Words, figures: Figures) -> Terms:
    terms = kpi.thresholds
    return Terms(
        number=number(index),
        title=kpi.title,
        target=figures.threshold(terms.target, kpi.metric),
        floor=figures.threshold(terms.floor, kpi.metric),
        least=figures.number(terms.min_responses),
        level=figures.percent(kpi.confidence),
        rule=words(RULES[terms.decision_rule][0]),
        weight=figures.number(kpi.weight),
    )
