"""What was left out by agreement: each with who agreed when, and the figures with and without it."""

from dataclasses import dataclass

from xla.documents.commitments import number
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.sampling_data import ExclusionLine, WithAndWithout
from xla.documents.words import MARKS, Words

MOST = 4
MOST_KPIS = 3


@dataclass(frozen=True)
class Excluded:
    """One exclusion."""

    what: str
    n: str
    why: str
    effects: tuple[str, ...]


def excluded_lines(data: ReportData, words: Words, figures: Figures) -> tuple[tuple[Excluded, ...], str]:
    """The first few, and a sentence for the rest."""
    kpis = {kpi.key: (number(index), kpi) for index, kpi in enumerate(data.kpis)}
    shown = tuple(_line(line, kpis, words, figures) for line in data.exclusions[:MOST])
    if not (rest := len(data.exclusions) - len(shown)):
        return shown, ""
    text = words.plural(
        "%(count)s more exclusion is in the attached report.json.",
        "%(count)s more exclusions are in the attached report.json.",
        rest,
    )
    return shown, text % {"count": figures.number(rest)}


def _line(
    line: ExclusionLine, kpis: dict[str, tuple[str, KpiResult]], words: Words, figures: Figures
) -> Excluded:
    agreed = words("%(reason)s Agreed by the provider on %(provider)s, by the client on %(client)s.") % {
        "reason": _sentence(line.reason),
        "provider": figures.day(line.provider_agreed_on),
        "client": figures.day(line.client_agreed_on),
    }
    effects = [_effect(each, *kpis[each.kpi], words, figures) for each in line.kpis[:MOST_KPIS]]
    if rest := len(line.kpis) - len(effects):
        text = words.plural(
            "%(count)s more commitment is in the attached report.json.",
            "%(count)s more commitments are in the attached report.json.",
            rest,
        )
        effects.append(text % {"count": figures.number(rest)})
    what = f"{line.site_title}, {figures.days(line.start, line.end)}"
    return Excluded(what, figures.number(line.n), agreed, tuple(effects))


def _effect(each: WithAndWithout, name: str, kpi: KpiResult, words: Words, figures: Figures) -> str:
    """The published figure beside the one with the answers put back."""
    told = each.supposed
    if told.value is None or told.verdict is None:
        return words("%(kpi)s: hidden, the difference is of too few answers.") % {"kpi": name}
    published, other = (
        f"{MARKS[verdict]} {figures.value(value, kpi.metric, kpi.thresholds)}"
        for verdict, value in ((kpi.verdict, kpi.measurement.value), (told.verdict, told.value))
    )
    text = words.plural(
        "%(kpi)s: %(published)s as published, %(other)s with its %(count)s rating put back.",
        "%(kpi)s: %(published)s as published, %(other)s with its %(count)s ratings put back.",
        told.count,
    )
    return text % {
        "kpi": name,
        "published": published,
        "other": other,
        "count": figures.number(told.count),
    }


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
