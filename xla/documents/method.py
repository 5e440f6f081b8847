"""Method: how each figure and verdict came about, for the reader who checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from xla.core.agreement import Metric
from xla.core.verdict import DecisionRule, Verdict
from xla.documents.commitments import Chip, chip, number
from xla.documents.figures import Figures
from xla.documents.qr import svg
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.why_notes import method_notes
from xla.documents.words import FORMULAS, INTERVALS, RULES, WORST_FIRST, Words

if TYPE_CHECKING:
    from decimal import Decimal

Note = tuple[str, str]
"""A label and what it says."""


@dataclass(frozen=True)
class Method:
    """The method page."""

    sub: str
    rule_names: tuple[str, ...]
    """The decision rules in use, each with its commitments where there are several."""
    rules: tuple[tuple[Chip, tuple[str, ...]], ...]
    """Verdict by verdict, when it is reached by each of those rules."""
    formulas: tuple[tuple[str, str, str], ...]
    """Metric, formula, interval."""
    notes: tuple[tuple[Note, ...], tuple[Note, ...]]
    """In two columns of about the same length."""


@dataclass(frozen=True)
class SealShown:
    """The day seal as it is printed."""

    name: str
    chained: str
    meaning: str
    picture: Markup | None
    """A code that opens the page that says whether it is ours; None where there is no such address."""


def method(data: ReportData) -> Method:
    """The method page of `data`."""
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    sub = words(
        "Contract %(key)s, agreement version %(version)s, in force since %(day)s. As known at %(known)s."
    ) % {
        "key": data.contract_key,
        "version": data.agreement_version,
        "day": figures.day(data.agreement_effective_from),
        "known": figures.instant(data.as_of),
    }
    metrics = [metric for metric in Metric if any(kpi.metric is metric for kpi in data.kpis)]
    used = [rule for rule in DecisionRule if any(_is_judged(kpi, rule) for kpi in data.kpis)]
    return Method(
        sub=sub,
        rule_names=tuple(_rule_name(rule, data.kpis, words, alone=len(used) == 1) for rule in used),
        rules=_rules(used, words) if used else (),
        formulas=tuple(
            (words(FORMULAS[metric][0]), words(FORMULAS[metric][1]), words(INTERVALS[metric]))
            for metric in metrics
        ),
        notes=_halved((*_notes(data, words), *_terms(data, words, figures))),
    )


def seal_shown(data: ReportData) -> SealShown | None:
    """The day seal of `data`; None where it has none."""
    mark = data.seal
    if mark is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    meaning = words(
        "It stands for everything received and done here up to the end of that day (UTC), and for all days "
        "before. Keep this copy: nobody can change what it stands for without this seal being another."
    )
    if mark.address:
        asked = words("The code opens a page that says whether it is ours.")
        meaning = f"{meaning} {asked}"
    return SealShown(
        name=words("Day seal, %(day)s") % {"day": figures.day(mark.day)},
        chained=grouped(mark.chained),
        meaning=meaning,
        picture=svg(mark.address, words("QR code: asks whether this day seal is ours"))
        if mark.address
        else None,
    )


def grouped(digits: str) -> str:
    """A hash in groups of four, as people compare it."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _is_judged(kpi: KpiResult, rule: DecisionRule) -> bool:
    return kpi.thresholds.decision_rule is rule


def _rule_name(rule: DecisionRule, kpis: tuple[KpiResult, ...], words: Words, *, alone: bool) -> str:
    name = words(RULES[rule][0])
    return (
        name if alone else f"{name}: {_numbers([kpi for kpi in kpis if _is_judged(kpi, rule)], kpis, words)}"
    )


def _rules(used: list[DecisionRule], words: Words) -> tuple[tuple[Chip, tuple[str, ...]], ...]:
    always = {
        Verdict.AT_RISK: words("The value holds the floor, but is worse than the target."),
        Verdict.NO_DATA: words("There are no ratings."),
        Verdict.MET: words("The value is at the target or better."),
    }
    place = {Verdict.BREACHED: 1, Verdict.INCONCLUSIVE: 2}
    return tuple(
        (
            chip(verdict, words),
            tuple(
                words(RULES[rule][place[verdict]]) if verdict in place else always[verdict] for rule in used
            ),
        )
        for verdict in WORST_FIRST
    )


def _numbers(some: Iterable[KpiResult], kpis: tuple[KpiResult, ...], words: Words) -> str:
    """K1, K2 and K5."""
    return words.all_of([number(kpis.index(kpi)) for kpi in some])


def _halved(notes: tuple[Note, ...]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Two columns, cut where they come out most alike."""
    sizes = [60 + len(text) for _, text in notes]
    cut = min(range(len(notes) + 1), key=lambda place: abs(sum(sizes[:place]) - sum(sizes[place:])))
    return notes[:cut], notes[cut:]


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


def _terms(data: ReportData, words: Words, figures: Figures) -> Iterator[Note]:
    """What was agreed beside target and floor, those alike together."""
    kpis = data.kpis
    alike: dict[tuple[int, Decimal], list[KpiResult]] = {}
    weights: dict[Decimal, list[KpiResult]] = {}
    for kpi in kpis:
        alike.setdefault((kpi.thresholds.min_responses, kpi.confidence), []).append(kpi)
        weights.setdefault(kpi.weight, []).append(kpi)
    sentences = [
        words("%(kpis)s: at least %(least)s ratings, intervals at %(level)s.")
        % {
            "kpis": words("All") if len(some) == len(kpis) else _numbers(some, kpis, words),
            "least": figures.number(least),
            "level": figures.percent(level),
        }
        for (least, level), some in alike.items()
    ]
    if sentences:
        yield words("Agreed"), " ".join(sentences)
    if len(weights) > 1 and data.score is not None and data.score_method != "minimum":
        told = (
            f"{figures.number(weight)}: {_numbers(some, kpis, words)}"
            for weight, some in sorted(weights.items())
        )
        yield words("Weights in the score"), ". ".join(told) + "."
