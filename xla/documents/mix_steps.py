"""Mix steps: a change from then to now, in steps between printed levels that add up as printed."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from xla.documents.figures import HARD_SPACE, Figures, half_up, printed
from xla.documents.report_data import KpiResult
from xla.documents.why_data import MixAndReal, SiteEffect
from xla.documents.words import Words

NAMED_SITES = 2
"""Sites whose own change stands alone."""


class MixSteps(NamedTuple):
    """The mix first, then the real changes."""

    then: Decimal
    """As printed."""
    changes: Sequence[tuple[str, Decimal]]
    """Each in words and as printed; from `then` they add up to `now`."""
    now: Decimal
    levels: Sequence[Fraction]
    """Exact, from then to now."""


def mix_steps(kpi: KpiResult, mix: MixAndReal, words: Words) -> MixSteps:
    """The steps of the waterfall and of its table."""
    terms = kpi.thresholds
    alone = sorted(mix.sites, key=lambda site: -abs(site.real))[:NAMED_SITES]
    if not mix.is_pooled and len(mix.sites) <= NAMED_SITES:
        rest = []
    else:
        rest = [(words("Real: all other sites together"), mix.real - sum(site.real for site in alone))]
    steps = [
        (_mixed(mix, words), mix.mix),
        *((words("Real: change at %(site)s") % {"site": site.title}, site.real) for site in alone),
        *rest,
    ]
    levels = list(accumulate((amount for _, amount in steps), initial=mix.then))
    then, now = (printed(each, kpi.metric, terms) for each in (mix.then, mix.now))
    shown = [half_up(level, _decimals(then, now)) for level in levels]
    shown[0], shown[-1] = then, now
    changes = [after - before for before, after in pairwise(shown)]
    named = [(label, change) for (label, _), change in zip(steps, changes, strict=True)]
    return MixSteps(then, named, now, levels)


def _decimals(*amounts: Decimal) -> int:
    return max(-int(amount.as_tuple().exponent) for amount in amounts)


def _mixed(mix: MixAndReal, words: Words) -> str:
    """Where most more, or fewer, of the answers came from."""
    figures = Figures(words.language)
    moved: SiteEffect = max(mix.sites, key=lambda site: abs(site.mix))
    then, now = (half_up(100 * share, 0) for share in (moved.share_then, moved.share_now))
    if then == now:
        return words("Mix: who answered where")
    return words("Mix: answers from %(site)s, %(then)s → %(now)s") % {
        "site": moved.title,
        "then": figures.number(then),
        "now": figures.number(now) + f"{HARD_SPACE}%",
    }
