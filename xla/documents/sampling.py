"""Sampling: the report's part on where its answers came from and whether another sample would matter."""

from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from xla.documents.channel_words import channel_name
from xla.documents.chart_sampling import MOST_STACKED, sampling_chart
from xla.documents.figures import DASH, MINUS, Figures
from xla.documents.report_data import ReportData
from xla.documents.sampling_data import CoverageLine, Sampling
from xla.documents.sampling_exclusions import Excluded, excluded_lines
from xla.documents.sampling_words import heading, notes, outage_sentence, percent
from xla.documents.what_ifs import WhatIfTable, what_if_table
from xla.documents.words import Words

MOST_SITES = 8
MOST_OUTAGES = 3


@dataclass(frozen=True)
class Row:
    """A table's row: its head, its cells, and whether it stands out."""

    head: str
    cells: tuple[str, ...]
    is_bold: bool = False


@dataclass(frozen=True)
class SamplingPage:
    """The part on the sample."""

    heading: str
    flow: tuple[tuple[str, str], ...]
    """Received, left out, counted, late: each number with its words."""
    notes: str
    chart: Markup
    channels: tuple[Row, ...]
    has_rate: bool
    coverage: tuple[Row, ...]
    has_traffic: bool
    coverage_rest: str
    outages: tuple[str, ...]
    table: WhatIfTable | None
    exclusions: tuple[Excluded, ...]
    exclusions_rest: str


def sampling(data: ReportData) -> SamplingPage | None:
    """The part; None where nobody was asked."""
    told = data.sampling
    if told is None:
        return None
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    legend = _legend(told, words)
    outages = [outage_sentence(each, words, figures) for each in told.outages[:MOST_OUTAGES]]
    exclusions, exclusions_rest = excluded_lines(data, words, figures)
    return SamplingPage(
        heading=heading(data, told, words),
        flow=_flow(data, told, words, figures),
        notes=" ".join(notes(data, told, words)),
        chart=sampling_chart(
            told.days,
            told.outages,
            channels=len(told.channels),
            names=legend if len(legend) > 1 else (),
            labels=[words("%(site)s silent") % {"site": each.site_title} for each in told.outages],
            title=_finding(told, words, figures),
            language=data.language,
        ),
        channels=_channels(told, words, figures),
        has_rate=told.delivered > 0,
        coverage=tuple(_covered(line, words, figures, told) for line in told.coverage[:MOST_SITES]),
        has_traffic=_has_traffic(told),
        coverage_rest=_rest(told.coverage[MOST_SITES:], words, figures),
        outages=(*outages, *_more_outages(len(told.outages) - MOST_OUTAGES, words, figures)),
        table=what_if_table(data, words, figures),
        exclusions=exclusions,
        exclusions_rest=exclusions_rest,
    )


def _flow(data: ReportData, told: Sampling, words: Words, figures: Figures) -> tuple[tuple[str, str], ...]:
    by = words("received by %(instant)s") % {"instant": figures.instant(data.as_of)}
    left_out = words("left out by agreement")
    if told.excluded:
        share = percent(Fraction(told.excluded, told.received), figures)
        left_out = words("left out by agreement, %(share)s of received") % {"share": share}
    flow = [
        (figures.number(told.received), by),
        (f"{MINUS}\u2009{figures.number(told.excluded)}", left_out),
        (f"=\u2009{figures.number(told.counted)}", words("responses counted in this report")),
    ]
    if told.is_closed:
        flow.append((figures.number(told.late), words("received after the close, not counted")))
    return tuple(flow)


def _legend(told: Sampling, words: Words) -> tuple[str, ...]:
    names = [channel_name(each.keys, words) for each in told.channels]
    if len(names) <= MOST_STACKED:
        return tuple(names)
    return (*names[: MOST_STACKED - 1], words("Other ways"))


def _finding(told: Sampling, words: Words, figures: Figures) -> str:
    totals = [sum(day.by_channel) for day in told.days]
    empty = sum(not total for total in totals)
    text = words("Responses counted per day: at most %(most)s, on %(empty)s of %(days)s days none.")
    return text % {
        "most": figures.number(max(totals)),
        "empty": figures.number(empty),
        "days": figures.number(len(totals)),
    }


def _channels(told: Sampling, words: Words, figures: Figures) -> tuple[Row, ...]:
    rows = []
    for each in told.channels:
        cells = [figures.number(each.n), percent(each.share, figures)]
        if told.delivered:
            cells.append(_rate(told, figures, words) if each.keys == ("mail",) else words("not known"))
        rows.append(Row(channel_name(each.keys, words), tuple(cells)))
    if len(rows) > 1:
        whole = [figures.number(told.counted), percent(Fraction(1), figures)]
        rows.append(Row(words("Counted"), (*whole, *([""] if told.delivered else [])), is_bold=True))
    return tuple(rows)


def _rate(told: Sampling, figures: Figures, words: Words) -> str:
    text = words("%(share)s of %(count)s")
    share = percent(Fraction(told.answered, told.delivered), figures)
    return text % {"share": share, "count": figures.number(told.delivered)}


def _covered(line: CoverageLine, words: Words, figures: Figures, told: Sampling) -> Row:
    hidden = words("hidden")
    days = words("%(count)s of %(all)s")
    of = figures.number(line.of_days)
    cells = [hidden if line.days is None else days % {"count": figures.number(line.days), "all": of}]
    cells.append(hidden if line.n is None else figures.number(line.n))
    cells.append(DASH if line.share is None else percent(line.share, figures))
    if _has_traffic(told):
        cells.append(DASH if line.traffic_share is None else percent(line.traffic_share, figures))
    return Row(line.title, tuple(cells), is_bold=line.has_outage)


def _has_traffic(told: Sampling) -> bool:
    return any(line.traffic_share is not None for line in told.coverage)


def _rest(lines: tuple[CoverageLine, ...], words: Words, figures: Figures) -> str:
    """The sites that are not in the table, in one sentence; they are better covered than those in it."""
    if not lines:
        return ""
    text = words.plural(
        "%(count)s more site had responses on %(days)s of %(all)s days.",
        "%(count)s more sites had responses on %(days)s of %(all)s days.",
        len(lines),
    )
    days = {line.days or 0 for line in lines}
    return text % {
        "count": figures.number(len(lines)),
        "days": "–".join(figures.number(each) for each in sorted({min(days), max(days)})),
        "all": figures.number(lines[0].of_days),
    }


def _more_outages(count: int, words: Words, figures: Figures) -> list[str]:
    if count <= 0:
        return []
    text = words.plural(
        "%(count)s more silence is in report.json.", "%(count)s more silences are in report.json.", count
    )
    return [text % {"count": figures.number(count)}]
