"""Why: what speaks for a cause of the KPI that most needs explaining, as the report knows it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Language, Rolling
from xla.core.agreement_texts import words
from xla.core.mix import Total, effects
from xla.core.outcome import Judged, judged
from xla.core.privacy import K_DISTRIBUTION, K_VALUE
from xla.core.verdict import Verdict
from xla.core.weight import KINDS, range_of, weights_for
from xla.core.window import CalendarPeriod, period_of
from xla.documents.report_data import SiteCell, SiteRow
from xla.documents.why_data import (
    FocusRow,
    Hours,
    MixAndReal,
    Quote,
    ReasonLine,
    ReasonsGiven,
    SiteEffect,
    SiteFocus,
    Span,
    Why,
)
from xla.models import Contract, Evaluation, Period
from xla.services.agreements import agreement_of, began_on, judging
from xla.services.breakdowns import groups
from xla.services.comments import poor_comments
from xla.services.evaluations import Knowing, Moment
from xla.services.knowledge import Knowledge
from xla.services.reasons import reasons
from xla.services.report_drivers import drivers_of
from xla.services.report_hours import hours
from xla.services.report_sites import site_column

MOST_QUOTES = 3
POOLED = ""


@dataclass(frozen=True)
class Asked:
    """What is to be explained, and by what knowledge."""

    session: Session
    contract: Contract
    agreement: Agreement
    language: Language
    """In which the report is read, where the agreement has it."""
    period: CalendarPeriod
    moment: Moment


def explained(
    asked: Asked, knowing: Knowing, kpis: Sequence[Judged], rows: Sequence[SiteRow]
) -> tuple[SiteFocus | None, Why | None]:
    """The KPI to explain at its sites and why it is as it is; None where no KPI is short of its target."""
    found = to_explain(asked.agreement, kpis)
    if found is None:
        return None, None
    kpi = found.kpi
    index = [each.kpi.key for each in kpis].index(kpi.key)
    now = {row.key: row.cells[index] for row in rows}
    past = _compared(asked, kpi)
    then = site_column(past, asked.agreement, judged(kpi, past.measure(kpi), 0)) if past else {}
    span = Span(past.period.start, past.period.end) if past else None
    shown = _shown(asked.agreement, kpi, now, then)
    enough = tuple(row for row in shown if row.n >= kpi.min_responses)
    focus = SiteFocus(kpi.key, span, enough) if len(enough) > 1 else None
    why = Why(
        kpi=kpi.key,
        then=span,
        mix=_mix(kpi, knowing.of(kpi), past.of(kpi), shown) if past and kpi.metric in KINDS else None,
        reasons=_reasons(asked, kpi, knowing, past),
        hours=_hours(knowing.of(kpi), kpi, enough[0]) if enough and kpi.metric in KINDS else None,
        quotes=_quotes(asked.agreement, knowing.of(kpi), kpi, found.measurement.n, now),
        drivers=drivers_of(knowing, asked.period, asked.language),
    )
    return focus, why if why.mix or why.reasons or why.hours or why.quotes or why.drivers else None


def to_explain(agreement: Agreement, kpis: Sequence[Judged]) -> Judged | None:
    """The breached KPI furthest below its floor in steps from floor to target; else one at risk; else None.

    What people say goes before what operations count, and a value of too few is never explained.
    """
    short = [
        each
        for each in kpis
        if each.verdict in {Verdict.BREACHED, Verdict.AT_RISK} and each.measurement.n >= K_VALUE
    ]
    return min(
        short,
        key=lambda each: (
            each.verdict is Verdict.AT_RISK,
            each.kpi.observation is not None,
            _steps(agreement, each),
        ),
        default=None,
    )


def _steps(agreement: Agreement, each: Judged) -> Fraction:
    kpi, terms = each.kpi, each.kpi.thresholds
    scale = agreement.question(kpi.asked[0]).scores if kpi.asked else None
    low, high = range_of(kpi, scale)
    wide = Fraction(1) if low is None or high is None else (high - low) / 10
    step = abs(Fraction(terms.target) - Fraction(terms.floor)) or wide
    side = 1 if terms.higher_is_better else -1
    return side * ((each.measurement.value or Fraction(0)) - Fraction(terms.floor)) / step


def _compared(asked: Asked, kpi: Kpi) -> Knowing | None:
    """The same period a year before, or else the one before, where the KPI was the same one.

    A closed one as it was known when it was closed, so that two reports differ by no late answer.
    """
    if isinstance(kpi.window, Rolling):
        return None
    began = began_on(asked.session, asked.contract)
    start = asked.period.start
    last_year = period_of(date(start.year - 1, start.month, 1), asked.period.kind)
    for then in (last_year, asked.period.preceding):
        if then.end <= began or not _is_same(asked, kpi, then):
            continue
        closed_at = asked.session.scalar(
            select(Evaluation.known_at)
            .join(Period, Period.evaluation_id == Evaluation.id)
            .where(Period.contract_id == asked.contract.id, Period.start_on == then.start)
        )
        at = min(closed_at or asked.moment.known_at, asked.moment.known_at)
        past = Knowing(asked.session, asked.contract, asked.agreement, then, Moment(at, asked.moment.now))
        if past.measure(kpi).n >= K_VALUE:
            return past
    return None


def _is_same(asked: Asked, kpi: Kpi, then: CalendarPeriod) -> bool:
    """Whether the agreement of that period measured the KPI as this one does."""
    known_at = asked.moment.known_at
    agreement = agreement_of(judging(asked.session, asked.contract, then.start, then.end, known_at=known_at))
    before = next((each for each in agreement.kpis if each.key == kpi.key), None)
    return before is not None and _measures(agreement, before) == _measures(asked.agreement, kpi)


def _measures(agreement: Agreement, kpi: Kpi) -> tuple[object, ...]:
    scales = tuple(agreement.question(key).scores for key in kpi.asked)
    return (kpi.asked, kpi.observation, kpi.metric, kpi.top, kpi.scores, kpi.weights, kpi.scope, scales)


def _shown(
    agreement: Agreement, kpi: Kpi, now: Mapping[str, SiteCell], then: Mapping[str, SiteCell]
) -> tuple[FocusRow, ...]:
    """The innermost sites that may be shown, the worst first."""
    holders = {parent for _, _, parent in agreement.walk_sites()}
    rows = [
        FocusRow(
            site.key, site.title, cell.n, cell.value, cell.low, cell.high,
            then[site.key].value if site.key in then else None,
        )
        for site, _, _ in agreement.walk_sites()
        if site.key not in holders and (cell := now[site.key]).n and cell.value is not None
    ]  # fmt: skip
    side = 1 if kpi.higher_is_better else -1
    return tuple(sorted(rows, key=lambda row: side * row.value))


def _mix(kpi: Kpi, known: Knowledge, past: Knowledge, shown: Sequence[FocusRow]) -> MixAndReal | None:
    """Over the sites shown in both periods; what cannot be shown alone is pooled.

    The pool is what is left of the whole when shown sites are subtracted, which `hidden_sites` keeps at five
    answers or none.
    """
    titles = {row.key: row.title for row in shown if row.before is not None}
    if not titles:
        return None
    then, now = (_totals(kpi, each, set(titles)) for each in (past, known))
    if len(then.keys() | now.keys()) < 2:  # noqa: PLR2004 -- one group has no mix
        return None
    found = effects(then, now, kpi.confidence)
    return MixAndReal(
        then=found.then,
        now=found.now,
        real=found.real,
        mix=found.mix,
        low=found.interval.low,
        high=found.interval.high,
        sites=tuple(
            SiteEffect(each.group, titles[each.group], each.real, each.mix, each.share_then, each.share_now)
            for each in found.groups
            if each.group != POOLED
        ),
        is_pooled=any(each.group == POOLED for each in found.groups),
    )


def _totals(kpi: Kpi, known: Knowledge, shown: set[str]) -> dict[str, Total]:
    question = known.agreement.question(kpi.asked[0])
    weights = weights_for(kpi, question.scores)
    counts: dict[str, Counter[int]] = {}
    for site, group in groups(known, kpi, lambda where: where.site).items():
        name = site if site in shown else POOLED
        counts.setdefault(name, Counter()).update(group.counts[question.key])
    return {name: Total.of(counts[name], weights) for name in sorted(counts)}


def _reasons(asked: Asked, kpi: Kpi, knowing: Knowing, past: Knowing | None) -> ReasonsGiven | None:
    now = reasons(knowing.of(kpi), kpi)
    if not now.is_shown or not now.named_count:
        return None
    agreement, own = asked.agreement, asked.agreement.contract.language
    texts = {
        reason.key: words(reason.text, asked.language, own)
        for key in kpi.asked
        for reason in agreement.question(key).reasons
    }
    then = reasons(past.of(kpi), kpi) if past else None
    total = then.given.total() if then and then.is_shown else 0
    lines = [
        ReasonLine(text, now.given[key], Fraction(then.given[key], total) if then and total else None)
        for key, text in texts.items()
        if now.given[key]
    ]
    lines.sort(key=lambda line: -line.n)
    return ReasonsGiven(now.poor_count, now.named_count, tuple(lines))


def _hours(known: Knowledge, kpi: Kpi, worst: FocusRow) -> Hours | None:
    bars = hours(known, kpi, worst.key, worst.n)
    return Hours(worst.title, bars) if bars else None


def _quotes(
    agreement: Agreement, known: Knowledge, kpi: Kpi, n: int, cells: Mapping[str, SiteCell]
) -> tuple[Quote, ...]:
    """The newest comments given with a poor score; a site is named where eight answered there."""
    titles = {
        site.key: site.title
        for site, _, _ in agreement.walk_sites()
        if (cells[site.key].n or 0) >= K_DISTRIBUTION
    }
    found = poor_comments(known, kpi, n)[:MOST_QUOTES]
    return tuple(Quote(each.text, titles.get(each.site, ""), each.rated_on) for each in found)
