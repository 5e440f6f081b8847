"""How a KPI's value is computed, in one plain clause: "share of ratings 4–5 of 5"."""

from collections.abc import Mapping

from xla.core.agreement import Kpi, Language, Metric, Rolling
from xla.core.agreement_wording import DASH
from xla.core.scale import Scale
from xla.core.weight import DEFAULT_TOP
from xla.documents.figures import Figures
from xla.documents.words import Words


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


HOW: Mapping[Metric, str] = {
    Metric.CSAT: _("share of ratings %(best)s of %(highest)s"),
    Metric.SHARE: _("share of ratings %(scores)s"),
    Metric.MEAN: _("mean of the ratings, %(scale)s"),
    Metric.NPS: _("share of promoters (9-10) less share of detractors (0-6)"),
    Metric.ENPS: _("share of promoters (9-10) less share of detractors (0-6)"),
    Metric.CES_MEAN: _("mean of the ratings, %(scale)s, 7 being easiest"),
    Metric.CES_AGREE: _("share of ratings 5-7 of 7"),
    Metric.CES_NET: _("share of ratings 6-7 less share of ratings 1-3"),
    Metric.HAPPINESS: _("mean of the weights of the faces, 0-100"),
    Metric.NKI: _("mean of the items, each placed on 0-100, equally weighted"),
    Metric.RATE: _("cases counted in a hundred"),
    Metric.AMOUNT_MEAN: _("mean amount a case"),
}


def how(kpi: Kpi, scale: Scale | None, language: Language) -> str:
    """The clause in that language; `scale` is the question's, None for an observation."""
    words = Words(language)
    text = words(HOW[kpi.metric])
    if scale:
        lowest, highest = scale.lowest, scale.highest
        text %= {
            "best": _span(highest - (kpi.top or DEFAULT_TOP) + 1, highest, language),
            "highest": highest,
            "scores": ", ".join(map(str, kpi.scores or ())),
            "scale": _span(lowest, highest, language),
        }
    if isinstance(kpi.window, Rolling):
        text = words("%(how)s, over the last %(count)s days") % {
            "how": text,
            "count": kpi.window.rolling_days,
        }
    return text


def _span(lowest: int, highest: int, language: Language) -> str:
    """From one score to another: with an en dash, or with words where one is negative."""
    if lowest >= 0:
        return f"{lowest}{DASH}{highest}"
    figures = Figures(language)
    ends = {"low": figures.number(lowest), "high": figures.number(highest)}
    words = Words(language)
    return words("%(low)s to %(high)s") % ends
