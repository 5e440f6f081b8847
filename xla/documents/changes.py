"""Changes: differences between printed figures, so that a reader can check them by hand."""

from datetime import date
from decimal import Decimal

from xla.core.agreement import Language
from xla.documents.figures import DASH, Figures, printed
from xla.documents.report_data import KpiResult, ReportData, TrendPoint
from xla.documents.words import Words

SHOWN = 2
"""How many changes for the worse, and for the better, page 1 names."""


def previous(kpi: KpiResult) -> TrendPoint | None:
    """The period before this one."""
    return kpi.trend[-2] if len(kpi.trend) > 1 else None


def year_before(kpi: KpiResult) -> TrendPoint | None:
    """The same period a year before."""
    if not kpi.trend:
        return None
    start = kpi.trend[-1].start
    last_year = date(start.year - 1, start.month, min(start.day, 28))
    return next(
        (
            point
            for point in kpi.trend[:-1]
            if (point.start.year, point.start.month) == (last_year.year, last_year.month)
            and (point.start.day == start.day or last_year.day != start.day)
        ),
        None,
    )


def difference(kpi: KpiResult, then: TrendPoint | None) -> Decimal | None:
    """This period's printed figure minus that one's; None where either is missing."""
    now = kpi.measurement.value
    if now is None or then is None or then.value is None:
        return None
    return printed(now, kpi.metric, kpi.thresholds) - printed(then.value, kpi.metric, kpi.thresholds)


class Changes:
    """What changed since the period before, in words."""

    def __init__(self, language: Language) -> None:
        self.words = Words(language)
        self.figures = Figures(language)

    def text(self, kpi: KpiResult, then: TrendPoint | None) -> str:
        """A signed difference, or a dash."""
        amount = difference(kpi, then)
        return DASH if amount is None else self.figures.number(amount, sign=True)

    def heading(self, data: ReportData) -> str:
        """Since when."""
        for kpi in data.kpis:
            then = previous(kpi)
            if then is not None:
                return self.words("Changes since %(period)s") % {
                    "period": self.figures.period(then.start, then.end)
                }
        return self.words("Changes")

    def notes(self, data: ReportData) -> list[tuple[str, str]]:
        """The largest changes for the worse, then for the better, measured in steps from floor to target."""
        moved = [(_steps(kpi), kpi) for kpi in data.kpis if difference(kpi, previous(kpi))]
        worse = sorted((pair for pair in moved if pair[0] < 0), key=lambda pair: pair[0])
        better = sorted((pair for pair in moved if pair[0] > 0), key=lambda pair: -pair[0])
        texts = [(kpi, self.words("%(change)s worse, now %(value)s.")) for _, kpi in worse[:SHOWN]]
        texts += [(kpi, self.words("%(change)s better, now %(value)s.")) for _, kpi in better[:SHOWN]]
        return [(f"{kpi.title}:", text % self._moved(kpi)) for kpi, text in texts]

    def _moved(self, kpi: KpiResult) -> dict[str, str]:
        return {
            "change": self.figures.number(abs(difference(kpi, previous(kpi)) or Decimal(0))),
            "value": self.figures.value(kpi.measurement.value, kpi.metric, kpi.thresholds),
        }


def _steps(kpi: KpiResult) -> Decimal:
    terms = kpi.thresholds
    distance = abs(terms.target - terms.floor) or abs(kpi.scale_high - kpi.scale_low) / 20 or Decimal(1)
    amount = difference(kpi, previous(kpi)) or Decimal(0)
    return (amount if terms.higher_is_better else -amount) / distance
