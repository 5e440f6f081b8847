"""Sample tables: where the responses came from, what was left out, and what another sample would change."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from xla.documents.channel_words import channel_name
from xla.documents.figures import Figures
from xla.documents.report_data import KpiResult, ReportData
from xla.documents.sampling_data import ExclusionLine, Sampling, Supposed, Supposition, WhatIfs
from xla.documents.sampling_words import HEADS
from xla.documents.table import Cell, Row, Table, likelihood, share, value
from xla.documents.words import Words

DAY = timedelta(days=1)
OUTSIDE = frozenset({Supposition.OUTAGE, Supposition.UNFLAGGED})
"""Suppositions that leave answers out."""


def sample_tables(data: ReportData, words: Words) -> Iterator[Table]:
    """The tables that have rows."""
    if data.sampling:
        yield _flow(data, data.sampling, words)
        yield _channels(data.sampling, words)
        yield _days(data.sampling, words)
        yield _coverage(data.sampling, words)
        yield _silences(data.sampling, words)
    kpis = {kpi.key: kpi for kpi in data.kpis}
    if data.what_ifs:
        yield _what_ifs(data.what_ifs, kpis, words)
    yield _exclusions(data.exclusions, words)
    yield _put_back(data.exclusions, kpis, words)


def _flow(data: ReportData, told: Sampling, words: Words) -> Table:
    by = words("received by %(instant)s")
    instant = Figures(data.language, data.timezone).instant(data.as_of)
    rows: list[Row] = [
        (by % {"instant": instant}, told.received),
        (words("left out by agreement"), told.excluded),
        (words("responses counted in this report"), told.counted),
    ]
    if told.is_closed:
        rows.append((words("received after the close, not counted"), told.late))
    rows += [
        (text, n)
        for text, n in (
            (words("look unusual, and count"), told.flagged),
            (words("changed or taken back by who gave them"), told.changed),
            (words("taken back with their file"), told.taken_back),
        )
        if n
    ]
    return Table(words("Sampling"), (words("Responses"), words("n")), tuple(rows))


def _channels(told: Sampling, words: Words) -> Table:
    heads = (words("Channel"), words("Responses"), words("Share"))
    rate = words("Invited"), words("Answered")
    rows = []
    for each in told.channels:
        row: Row = (channel_name(each.keys, words), each.n, share(each.share))
        if told.delivered:
            row += (told.delivered, told.answered) if each.keys == ("mail",) else (None, None)
        rows.append(row)
    return Table(words("Channels"), heads + (rate if told.delivered else ()), tuple(rows))


def _days(told: Sampling, words: Words) -> Table:
    names = (channel_name(each.keys, words) for each in told.channels)
    return Table(
        words("Days"), (words("Day"), *names), tuple((each.day, *each.by_channel) for each in told.days)
    )


def _coverage(told: Sampling, words: Words) -> Table:
    has_traffic = any(line.traffic_share is not None for line in told.coverage)
    hidden = words("hidden")
    heads = (
        words("Site"),
        words("Days with responses"),
        words("of days"),
        words("Responses"),
        words("Share"),
        *([words("Traffic")] if has_traffic else []),
    )
    rows = tuple(
        (
            line.title,
            hidden if line.days is None else line.days,
            line.of_days,
            hidden if line.n is None else line.n,
            share(line.share),
            *([share(line.traffic_share)] if has_traffic else []),
        )
        for line in told.coverage
    )
    return Table(words("Coverage"), heads, rows)


def _silences(told: Sampling, words: Words) -> Table:
    heads = (words("Site"), words("Touchpoint"), words("From"), words("Until"), words("Ratings expected"))
    rows = tuple(
        (each.site_title, each.touchpoint_title or None, each.start, each.end - DAY, each.expected)
        for each in told.outages
    )
    return Table(words("Silences"), heads, rows)


def _what_ifs(told: WhatIfs, kpis: Mapping[str, KpiResult], words: Words) -> Table:
    heads = (
        words("Commitment"),
        words("What if"),
        words("Ratings, difference"),
        *_figure_heads(words),
        words("Same verdict"),
    )
    rows: list[Row] = []
    for line in told.lines:
        kpi = kpis[line.kpi]
        rows.append((kpi.title, words("As published"), None, *_published(kpi, words), None))
        rows += [
            (kpi.title, _asked(each, told, words), *_supposed(each, line.then[each], kpi, words))
            for each in told.asked
            if each in line.then
        ]
    return Table(words("Would a verdict change"), heads, tuple(rows))


def _figure_heads(words: Words) -> tuple[str, str, str]:
    return words("Verdict"), words("Value"), words("Chance worse than floor")


def _published(kpi: KpiResult, words: Words) -> Row:
    return (
        words.verdict(kpi.verdict),
        words("hidden") if kpi.hidden else value(kpi.measurement.value, kpi),
        likelihood(kpi.chance_below_floor, words),
    )


def _asked(each: Supposition, told: WhatIfs, words: Words) -> str:
    if each is not Supposition.OUTAGE:
        return words(HEADS[each])
    return words("Without %(site)s") % {"site": words.all_of(told.outage_sites)}


def _supposed(asked: Supposition, told: Supposed, kpi: KpiResult, words: Words) -> Row:
    side = -1 if asked in OUTSIDE else 1
    same: Cell = words("yes") if told.is_same else words("no")
    return (
        side * told.count or None,
        *_figure(told, kpi, words),
        same if told.verdict or told.is_same else words("hidden"),
    )


def _figure(told: Supposed, kpi: KpiResult, words: Words) -> Row:
    return (
        None if told.verdict is None else words.verdict(told.verdict),
        words("hidden") if told.value is None else value(told.value, kpi),
        likelihood(told.chance_below_floor, words),
    )


def _exclusions(lines: tuple[ExclusionLine, ...], words: Words) -> Table:
    heads = (
        words("Site"),
        words("From"),
        words("Until"),
        words("Reason"),
        words("Agreed by the provider"),
        words("Agreed by the client"),
        words("Responses"),
    )
    rows = tuple(
        (
            line.site_title,
            line.start,
            line.end - DAY,
            line.reason,
            line.provider_agreed_on,
            line.client_agreed_on,
            line.n,
        )
        for line in lines
    )
    return Table(words("Exclusions"), heads, rows)


def _put_back(lines: tuple[ExclusionLine, ...], kpis: Mapping[str, KpiResult], words: Words) -> Table:
    """The figure as published, with the exclusion, beside the one without it."""
    verdict, published = words("Verdict"), words("As published")
    heads = (
        words("Site"),
        words("From"),
        words("Commitment"),
        words("Ratings put back"),
        verdict,
        published,
        words("Verdict, put back"),
        words("Value, put back"),
    )
    rows = tuple(
        (
            line.site_title,
            line.start,
            kpis[each.kpi].title,
            None if each.supposed.value is None else each.supposed.count,
            *_published(kpis[each.kpi], words)[:2],
            *_figure(each.supposed, kpis[each.kpi], words)[:2],
        )
        for line in lines
        for each in line.kpis
    )
    return Table(words("Exclusions put back"), heads, rows)
