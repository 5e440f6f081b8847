"""Why a KPI was breached: the reasons given with poor scores, where it was felt, what people wrote.

All as the close knew it, beside the period before as it was known then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Kpi, Words
from xla.core.outcome import judged
from xla.core.privacy import K_DISTRIBUTION
from xla.core.verdict import Verdict
from xla.core.weight import KINDS
from xla.core.window import CalendarPeriod, period_of
from xla.documents.report_data import SiteCell
from xla.models import Breach, Contract
from xla.services.agreements import agreement_of, began_on
from xla.services.comments import Comment, poor_comments
from xla.services.evaluations import Knowing, Moment
from xla.services.reasons import Reasons, reasons
from xla.services.report_sites import site_rows

MOST_PLACES = 6


@dataclass(frozen=True)
class Reason:
    """A reason and the share of poor ratings that gave it, in this period and the one before."""

    text: Words
    n: int
    share: Fraction
    share_before: Fraction | None


@dataclass(frozen=True)
class Place:
    """A site: what the KPI came to there, and in the period before."""

    title: str
    n: int
    value: Fraction
    verdict: Verdict
    before: Fraction | None


@dataclass(frozen=True)
class Why:
    """What speaks for a cause. `before` is None in a contract's first period."""

    period: CalendarPeriod
    before: CalendarPeriod | None
    poor: int
    with_reason: int
    reasons: Sequence[Reason] | None
    """Most given first; None where poor ratings are too few to show reasons of, or none gave one."""
    places: Sequence[Place]
    """The worst first."""
    hidden_places: int
    """Sites left out for having too few answers."""
    comments: Sequence[Comment]
    """Their site by its title; '' where not that many answered there."""


def why(session: Session, contract: Contract, breach: Breach, now: datetime) -> Why:
    """What speaks for a cause of the breach."""
    evaluation = breach.period.evaluation
    agreement = agreement_of(evaluation.version)
    kpi = agreement.kpi(breach.kpi_key)
    period = period_of(breach.period.start_on, agreement.contract.period)
    before = period.preceding if period.preceding.end > began_on(session, contract) else None
    moment = Moment(evaluation.known_at, now)
    knowing = Knowing(session, contract, agreement, period, moment)
    past = Knowing(session, contract, agreement, before, moment) if before else None
    named = reasons(knowing.of(kpi), kpi)
    cells = _cells(knowing, agreement, kpi)
    return Why(
        period=period,
        before=before,
        poor=named.poor_count,
        with_reason=named.named_count,
        reasons=_reasons(agreement, kpi, named, reasons(past.of(kpi), kpi) if past else None),
        places=_places(agreement, kpi, cells, _cells(past, agreement, kpi) if past else {}),
        hidden_places=sum(cell.hidden for cell in cells.values()),
        comments=_comments(agreement, knowing, kpi, cells),
    )


def _reasons(agreement: Agreement, kpi: Kpi, now: Reasons, then: Reasons | None) -> list[Reason] | None:
    texts = {reason.key: reason.text for key in kpi.asked for reason in agreement.question(key).reasons}
    if not now.is_shown or not now.named_count:
        return None
    found = [
        Reason(
            text,
            now.given[key],
            Fraction(now.given[key], now.poor_count),
            Fraction(then.given[key], then.poor_count) if then and then.is_shown else None,
        )
        for key, text in texts.items()
    ]
    return sorted(found, key=lambda reason: -reason.n)


def _cells(knowing: Knowing, agreement: Agreement, kpi: Kpi) -> dict[str, SiteCell]:
    """The KPI at each site in its scope; only for ratings of one question, which need no query a site."""
    if kpi.metric not in KINDS:
        return {}
    rows = site_rows(knowing, agreement, (judged(kpi, knowing.measure(kpi), 0),))
    return {row.key: row.cells[0] for row in rows if not row.cells[0].outside}


def _places(
    agreement: Agreement, kpi: Kpi, now: Mapping[str, SiteCell], then: Mapping[str, SiteCell]
) -> list[Place]:
    """The innermost sites, the worst first; none where there is only one."""
    holders = {parent for _, _, parent in agreement.walk_sites()}
    found = [
        Place(
            site.title, cell.n, cell.value, cell.verdict, then[site.key].value if site.key in then else None
        )
        for site, _, _ in agreement.walk_sites()
        if site.key not in holders
        and (cell := now.get(site.key))
        and cell.n
        and cell.value is not None
        and cell.verdict
    ]
    side = 1 if kpi.higher_is_better else -1
    worst = sorted(found, key=lambda place: side * place.value)
    return worst[:MOST_PLACES] if len(worst) > 1 else []


def _comments(
    agreement: Agreement, knowing: Knowing, kpi: Kpi, cells: Mapping[str, SiteCell]
) -> list[Comment]:
    titles = {
        site.key: site.title
        for site, _, _ in agreement.walk_sites()
        if (cell := cells.get(site.key)) and (cell.n or 0) >= K_DISTRIBUTION
    }
    found = poor_comments(knowing.of(kpi), kpi, knowing.measure(kpi).n)
    return [replace(each, site=titles.get(each.site, "")) for each in found]
