"""The evidence of a breach in words: whether it really is one, and how sure that is."""

from xla.core.outcome import Judged
from xla.documents.figures import Figures
from xla.documents.words import Words


def finding(judged: Judged, words: Words, figures: Figures) -> str:
    """What the figures say, in two or three short sentences."""
    measured, terms, metric = judged.measurement, judged.kpi.thresholds, judged.kpi.metric
    told = {
        "n": figures.number(measured.n),
        "needed": figures.number(terms.min_responses),
        "floor": figures.threshold(terms.floor, metric),
        "confidence": figures.percent(judged.kpi.confidence),
        "chance": figures.chance(judged.chance_below_floor),
    }
    if measured.value is None:
        return words("Fewer than 5 answers, so no value is shown.")
    if measured.low is None or measured.high is None:
        text = words("Yes. The value is worse than the floor of %(floor)s. %(n)s answers, %(needed)s needed.")
        return text % told
    side = 1 if terms.higher_is_better else -1
    best = max(side * measured.low, side * measured.high)
    told["low"] = figures.value(measured.low, metric, terms, unit=False)
    told["high"] = figures.value(measured.high, metric, terms)
    if best < side * terms.floor:
        text = words(
            "Yes. The true level lies between %(low)s and %(high)s (%(confidence)s sure), all of it worse"
            " than the floor. %(n)s answers, %(needed)s needed."
        )
    else:
        text = words(
            "By the agreement, yes: the value is worse than the floor. The true level lies between %(low)s"
            " and %(high)s (%(confidence)s sure), so it may hold the floor; the chance that it does not is"
            " %(chance)s. %(n)s answers, %(needed)s needed."
        )
    return text % told
