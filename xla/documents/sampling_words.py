"""Sampling words: the sentences of the report's part on its sample."""

from fractions import Fraction

from xla.core.verdict import Verdict
from xla.documents.commitments import number
from xla.documents.figures import HARD_SPACE, Figures, half_up
from xla.documents.report_data import ReportData
from xla.documents.sampling_data import OutageLine, Sampling, Supposition
from xla.documents.words import Words


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


HEADS = {
    Supposition.PUT_BACK: _("What was left out put back"),
    Supposition.LATE: _("Late ones added"),
    Supposition.TRAFFIC: _("Sites weighted by traffic"),
    Supposition.UNFLAGGED: _("Without unusual ones"),
}
CHANGES = {
    Supposition.PUT_BACK: _("%(kpi)s would be “%(verdict)s” if what was left out were put back"),
    Supposition.LATE: _("%(kpi)s would be “%(verdict)s” if late responses were added"),
    Supposition.OUTAGE: _("%(kpi)s would be “%(verdict)s” without the silent site"),
    Supposition.TRAFFIC: _("%(kpi)s would be “%(verdict)s” if sites were weighted by traffic"),
    Supposition.UNFLAGGED: _("%(kpi)s would be “%(verdict)s” without unusual responses"),
}


def heading(data: ReportData, sampling: Sampling, words: Words) -> str:
    """Whether any verdict would change."""
    figures = Figures(data.language)
    changes = changed(data)
    if len(changes) == 1:
        kpi, supposition, verdict = changes[0]
        return words(CHANGES[supposition]) % {"kpi": kpi, "verdict": words.verdict(verdict).lower()}
    if changes:
        count = len({kpi for kpi, _, _ in changes})
        text = words.plural(
            "%(count)s verdict would change with another sample",
            "%(count)s verdicts would change with another sample",
            count,
        )
        return text % {"count": figures.number(count)}
    if data.what_ifs:
        told = [each for line in data.what_ifs.lines for each in line.then.values()]
        if all(each.is_same for each in told):
            return words("No correction to the sample would change a verdict")
        return words("No correction that may be shown would change a verdict")
    if sampling.counted == sampling.received:
        text = words.plural("%(count)s response counts", "All %(count)s responses count", sampling.counted)
        return text % {"count": figures.number(sampling.counted)}
    text = words.plural(
        "%(count)s response was left out, of %(all)s",
        "%(count)s responses were left out, of %(all)s",
        sampling.excluded,
    )
    return text % {"count": figures.number(sampling.excluded), "all": figures.number(sampling.received)}


def changed(data: ReportData) -> list[tuple[str, Supposition, Verdict]]:
    """Each verdict that would change: the KPI's number, on which supposition, into which."""
    if data.what_ifs is None:
        return []
    numbers = {kpi.key: number(index) for index, kpi in enumerate(data.kpis)}
    return [
        (numbers[line.kpi], supposition, told.verdict)
        for line in data.what_ifs.lines
        for supposition, told in line.then.items()
        if told.verdict is not None and not told.is_same
    ]


def notes(data: ReportData, sampling: Sampling, words: Words) -> list[str]:
    """What else is to be known of the responses."""
    figures = Figures(data.language)
    found = [words("A response is what one person gave at one moment; it may hold several ratings.")]
    if sampling.flagged:
        text = words.plural(
            "%(count)s of those counted looks unusual (%(share)s) and counts all the same.",
            "%(count)s of those counted look unusual (%(share)s) and count all the same.",
            sampling.flagged,
        )
        share = percent(Fraction(sampling.flagged, max(sampling.counted, 1)), figures)
        found.append(text % {"count": figures.number(sampling.flagged), "share": share})
    if sampling.changed:
        text = words.plural(
            "%(count)s was changed or taken back by who gave it.",
            "%(count)s were changed or taken back by who gave them.",
            sampling.changed,
        )
        found.append(text % {"count": figures.number(sampling.changed)})
    if sampling.taken_back:
        text = words.plural(
            "%(count)s was taken back with its file.",
            "%(count)s were taken back with their file.",
            sampling.taken_back,
        )
        found.append(text % {"count": figures.number(sampling.taken_back)})
    return found


def outage_sentence(each: OutageLine, words: Words, figures: Figures) -> str:
    """Where nothing came, when, and how much was to be expected."""
    text = words.plural(
        "%(place)s was silent %(days)s; by its own pace about %(count)s rating was to be expected.",
        "%(place)s was silent %(days)s; by its own pace about %(count)s ratings were to be expected.",
        each.expected,
    )
    place = f"{each.site_title} ({each.touchpoint_title})" if each.touchpoint_title else each.site_title
    days = figures.days(each.start, each.end)
    return text % {"place": place, "days": days, "count": figures.number(each.expected)}


def percent(share: Fraction, figures: Figures) -> str:
    """A share of 0..1 with one decimal."""
    return f"{figures.number(half_up(100 * share, 1))}{HARD_SPACE}%"
