"""What the sample report was counted from, as far as a sample has it; its figures do not come from that."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from xla.core.cluster import Respondents
from xla.core.metric import IndexSums
from xla.core.summary import Observed, Summary
from xla.documents.counted import CountedKpi
from xla.documents.report_data import KpiResult
from xla.documents.seal_mark import SealMark, address_of

AGREEMENT = """\
format: xla-agreement/1
contract:
  key: aurland-fm
  title: Facility services, Aurland Airport
  client: Aurland Airport
"""
CHAINED = "8c1f" * 16
DAY = date(2018, 6, 3)
SEAL = SealMark(DAY, CHAINED, address_of("https://xla.nordfast.example", DAY, CHAINED))
KINDS = {
    "csat": "share", "share": "share", "nps": "net", "mean": "mean", "happiness": "mean", "ces_mean": "mean",
    "rate": "rate", "amount_mean": "amount", "nki": "index",
}  # fmt: skip


def make_counted(
    kpis: Iterable[KpiResult], counts: Mapping[str, Mapping[int, int]]
) -> tuple[CountedKpi, ...]:
    return tuple(_counted(kpi, counts.get(kpi.key)) for kpi in kpis)


def _counted(kpi: KpiResult, counts: Mapping[int, int] | None) -> CountedKpi:
    kind = KINDS[kpi.metric]
    if kind in {"rate", "amount"}:
        summary = Summary(observed=Observed(Decimal("219.5"), Decimal(261), None))
        return CountedKpi(kpi.key, kind, summary)  # type: ignore[arg-type]  # one of the kinds
    summary = None if counts is None else Summary({"asked": counts}, respondents=RESPONDENTS)
    if kind == "index":
        index = IndexSums(12, Fraction(2500, 3), Fraction(60000))
        return CountedKpi(kpi.key, "index", Summary({"one": {9: 12}, "two": {8: 12}}, index=index))
    return CountedKpi(kpi.key, kind, summary, {1: Fraction(0), 5: Fraction(200, 3)}, (1, 5))  # type: ignore[arg-type]  # as above


RESPONDENTS = Respondents(20, 2589, Fraction(4000), 335_000, Fraction(90_000), Fraction(1_000_000, 3))
