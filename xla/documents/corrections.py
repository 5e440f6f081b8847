"""Corrections: what an addendum changed, each commitment's old figures above its new ones."""

from collections.abc import Iterator
from dataclasses import dataclass

from xla.core.privacy import K_VALUE, is_few
from xla.documents.commitments import Chip, chip
from xla.documents.figures import Figures
from xla.documents.report_data import CorrectedKpi, Correction, Figure, ReportData
from xla.documents.words import Words


@dataclass(frozen=True)
class Row:
    """One commitment's figures on one count."""

    title: str
    which: str
    """Old or new."""
    value: str
    n: str
    chip: Chip
    credit: str


@dataclass(frozen=True)
class Corrected:
    """The block at the head of an addendum's first page."""

    heading: str
    rows: tuple[Row, ...]
    has_credits: bool
    currency: str


def correction(data: ReportData) -> Corrected | None:
    """What was corrected; None in the first report of a period."""
    told = data.correction
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    return Corrected(
        heading=_heading(told, words),
        rows=tuple(row for kpi in told.kpis for row in _rows(kpi, words, figures)),
        has_credits=any(kpi.old.credit is not None for kpi in told.kpis),
        currency=told.currency,
    )


def _heading(told: Correction, words: Words) -> str:
    if told.to_issue is None:
        text = words("Addendum %(number)s: %(reason)s")
    else:
        text = words("Addendum %(number)s to issue %(issue)s: %(reason)s")
    return text % {"number": told.number, "issue": told.to_issue, "reason": told.reason}


def _rows(kpi: CorrectedKpi, words: Words, figures: Figures) -> Iterator[Row]:
    for which, figure in ((words("Old"), kpi.old), (words("New"), kpi.new)):
        yield Row(
            title=kpi.title if figure is kpi.old else "",
            which=which,
            value=figures.value(figure.value, kpi.metric, kpi.thresholds),
            n=_count(figure, figures),
            chip=chip(figure.verdict, words),
            credit="" if figure.credit is None else figures.number(figure.credit),
        )


def _count(figure: Figure, figures: Figures) -> str:
    return "<5" if is_few(figure.n, K_VALUE) else figures.number(figure.n)
