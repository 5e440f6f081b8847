"""Words and pictures of a breach's page: shares, changes and effects as they are written there."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from xla.core.agreement import Kpi, Metric
from xla.core.effect import Effect, Result
from xla.core.measurement import Measurement
from xla.core.privacy import is_few
from xla.core.verdict import Thresholds
from xla.documents.chart_effect import SHOWN, effect_chart
from xla.documents.chart_why import place_bar, share_bar
from xla.documents.figures import HARD_SPACE, half_up
from xla.models import Action
from xla.services.breach_why import Place, Reason
from xla.web.language import figures, ngettext, spoken
from xla.web.language import gettext as _

SHARES = Thresholds(target=Decimal(0), floor=Decimal(0), higher_is_better=False)
"""What a share of poor ratings is written by: nothing was agreed of it."""


def percent(share: Fraction) -> str:
    """A share in whole per cent."""
    return f"{figures().number(half_up(100 * share, 0))}{HARD_SPACE}%"


def points(reason: Reason) -> str:
    """How many points of a hundred more than before, signed."""
    if reason.share_before is None:
        return ""
    return figures().change(half_up(100 * reason.share, 0), half_up(100 * reason.share_before, 0))


def reason_bar(reason: Reason, reasons: Sequence[Reason]) -> Markup:
    """The reason's share against the largest of them, now and before."""
    every = [share for each in reasons for share in (each.share, each.share_before) if share is not None]
    if reason.share_before is None:
        title = _("%(share)s of the poor ratings", share=percent(reason.share))
    else:
        title = _(
            "%(share)s of the poor ratings, %(before)s in the period before",
            share=percent(reason.share),
            before=percent(reason.share_before),
        )
    return share_bar(reason.share, reason.share_before, max(every), title)


def site_bar(place: Place, places: Sequence[Place], kpi: Kpi) -> Markup:
    """The site's value against the floor, now and before."""
    floor = float(kpi.thresholds.floor)
    levels = [float(level) for each in places for level in (each.value, each.before) if level is not None]
    reach = max(abs(level - floor) for level in levels) or 1.0
    told = figures().value(place.value, kpi.metric, kpi.thresholds)
    title = _("%(site)s: %(value)s", site=place.title, value=told)
    before = None if place.before is None else (float(place.before) - floor) / reach
    return place_bar((float(place.value) - floor) / reach, before, place.verdict, title)


def change(now: Fraction, before: Fraction | None, kpi: Kpi) -> str:
    """The change of a value as it is printed, signed; "" without a value before."""
    if before is None:
        return ""
    decimals = 2 if kpi.metric in {Metric.MEAN, Metric.CES_MEAN, Metric.AMOUNT_MEAN} else 1
    return figures().change(half_up(now, decimals), half_up(before, decimals))


def effect_value(value: Fraction | None, action: Action, kpi: Kpi) -> str:
    """A side of an effect: the KPI's value, or the share of poor ratings that give the reason."""
    if value is None:
        return _("<5 hidden")
    if action.reason_key is not None:
        return percent(value / 100)
    return figures().value(value, kpi.metric, kpi.thresholds)


def before_value(before: Measurement, action: Action, kpi: Kpi) -> str:
    """What an action that is not done yet starts from."""
    return effect_value(None if is_few(before.n) else before.value, action, kpi) if before.n else ""


def effect_picture(effect: Effect, action: Action, kpi: Kpi) -> Markup | None:
    """Before and after."""
    if action.reason_key is not None:
        return effect_chart(effect, Metric.RATE, SHARES, language=spoken())
    return effect_chart(effect, kpi.metric, kpi.thresholds, language=spoken())


def effect_mark(effect: Effect) -> str:
    """The verdict whose mark stands beside the result."""
    return SHOWN[effect.result].value


def effect_word(effect: Effect) -> str:
    """What the difference says."""
    return {
        Result.IMPROVED: _("Improved"),
        Result.WORSE: _("Worse"),
        Result.NO_CHANGE_SEEN: _("No change seen"),
        Result.TOO_EARLY: _("Too early"),
        Result.CANNOT_TELL: _("Cannot tell"),
    }[effect.result]


def effect_more(effect: Effect, kpi: Kpi) -> str:
    """How sure that is, or what is missing."""
    if effect.result is Result.TOO_EARLY:
        if effect.more_needed is None:
            return _("Too few answers before it to compare with")
        return ngettext("%(count)s answer more needed", "%(count)s answers more needed", effect.more_needed)
    if effect.low is None or effect.high is None:
        return _("This KPI has no interval to tell by")
    bounds = [half_up(bound, 1) for bound in (effect.low, effect.high)]
    low, high = (figures().number(bound, sign=True) for bound in bounds)
    return _(
        "%(low)s to %(high)s, %(level)s sure", low=low, high=high, level=figures().percent(kpi.confidence)
    )
