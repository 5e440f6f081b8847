"""The portfolio in words: headings, facts and charts, each in the reader's language."""

from collections import Counter
from datetime import date
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_skeleton
from markupsafe import Markup

from xla.core.agreement import Agreement
from xla.documents import chart_glance
from xla.documents.figures import half_up
from xla.documents.words import WORST_FIRST
from xla.services.attention import Attention
from xla.services.attention_standings import SilentPoint
from xla.services.contract_list import ContractList, Line, Show, Sort
from xla.web.evidence import Evidence
from xla.web.language import figures, gettext, ngettext, said, spoken
from xla.web.words import period_name, verdict_word

_ = gettext
FAR_DAYS = 180
"""From here on a day is written with its year."""


def heading(count: int) -> str:
    """How many things need the reader, in words up to twelve."""
    in_words = (
        _("Nothing needs you today"),
        _("One thing needs you today"),
        _("Two things need you today"),
        _("Three things need you today"),
        _("Four things need you today"),
        _("Five things need you today"),
        _("Six things need you today"),
        _("Seven things need you today"),
        _("Eight things need you today"),
        _("Nine things need you today"),
        _("Ten things need you today"),
        _("Eleven things need you today"),
        _("Twelve things need you today"),
    )
    if count < len(in_words):
        return in_words[count]
    return ngettext("%(count)s thing needs you today", "%(count)s things need you today", count)


def lead(todo: Attention, listed: ContractList) -> list[str]:
    """What is going on, in a few short sentences."""
    warnings = todo.warnings.count
    counts = listed.counts
    sentences = [
        ngettext(
            "%(count)s contract has an open breach.",
            "%(count)s contracts have an open breach.",
            counts[Show.BREACH],
        )
        if counts[Show.BREACH]
        else "",
        ngettext(
            "%(count)s KPI is heading for a breach.", "%(count)s KPIs are heading for a breach.", warnings
        )
        if warnings
        else "",
        ngettext(
            "%(count)s contract awaits its client’s answer.",
            "%(count)s contracts await their client’s answer.",
            counts[Show.AWAITING],
        )
        if counts[Show.AWAITING]
        else "",
    ]
    return [sentence for sentence in sentences if sentence]


def due(day: date | None, days_left: int | None) -> str:
    """A day as one speaks of it: today, tomorrow, Fri 19 June."""
    if day is None or days_left is None:
        return ""
    near = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    if days_left in near:
        return near[days_left]
    skeleton = "MMMEd" if abs(days_left) < FAR_DAYS else "yMMMEd"
    return str(format_skeleton(skeleton, day, locale=figures().locale))


def short_day(day: date) -> str:
    """A day within a year of now: 19 June."""
    return str(format_skeleton("MMMd", day, locale=figures().locale))


def evidence(document: str) -> Evidence:
    """What a breach was opened on, as JSON, ready to be told."""
    return Evidence(document)


def silent(expected: float) -> Markup:
    """An empty meter: nothing came of what is usual."""
    count = figures().number(round(expected))
    return chart_glance.budget_meter(
        0, None, _("No ratings; about %(count)s are usual", count=count), width=272
    )


def percent(share: float) -> str:
    """A share as whole per cent."""
    return _percent(round(share, 4), spoken())


@lru_cache(maxsize=4096)
def _percent(share: float, _language: str) -> str:
    return figures().number(half_up(100 * Fraction(share), 0)) + "\u00a0%"


def budget(left: float | None, due_share: float | None, *, width: int = 156) -> Markup:
    """The budget meter; nothing where there is no budget."""
    if left is None:
        return Markup()
    if due_share is None:
        sentence = _("%(left)s of the budget left", left=percent(left))
    else:
        sentence = _(
            "%(left)s of the budget left; on an even pace it would be %(due)s",
            left=percent(left), due=percent(due_share),
        )  # fmt: skip
    return chart_glance.budget_meter(left, due_share, sentence, width=width)


def decisions(accepted: int, disputed: int, undecided: int) -> Markup:
    """The decision segments, one a KPI."""
    parts = _decided(accepted, disputed)
    parts.append(ngettext("%(count)s undecided", "%(count)s undecided", undecided))
    return chart_glance.decision_segments(accepted, disputed, undecided, ", ".join(parts))


def decided(accepted: int, disputed: int) -> str:
    """How many KPIs are decided, and how."""
    return ", ".join(_decided(accepted, disputed)) or _("Nothing decided")


def _decided(accepted: int, disputed: int) -> list[str]:
    told = []
    if accepted:
        told.append(ngettext("%(count)s accepted", "%(count)s accepted", accepted))
    if disputed:
        told.append(ngettext("%(count)s disputed", "%(count)s disputed", disputed))
    return told


def strip(line: Line) -> Markup:
    """The verdict strip with its sentence."""
    counted = Counter(cell.verdict for cell in line.strip)
    told = [f"{verdict_word(each)} {counted[each]}" for each in WORST_FIRST if counted[each]]
    sentences = [_("Closed periods: %(list)s.", list=", ".join(told))] if told else []
    if line.running:
        sentences.append(
            _("The running one so far: %(verdict)s.", verdict=verdict_word(line.running.verdict))
        )
    running = line.running.verdict if line.running else None
    return chart_glance.verdict_strip([cell.verdict for cell in line.strip], running, " ".join(sentences))


def dots(chance: float) -> Markup:
    """The ten dots beside a chance."""
    return chart_glance.chance_dots(chance)


def change(score_change: float) -> str:
    """The score's change, signed, one decimal; ±0 where there is none."""
    rounded = half_up(Fraction(score_change), 1)
    return figures().number(rounded, sign=True) if rounded else "±0"


def common_period(listed: ContractList, which: str) -> str:
    """The name of the period that all contracts of a page share; '' where they don't."""
    found = {(cell.start, cell.end) for line in listed.lines if (cell := getattr(line, which))}
    return period_name(*found.pop()) if len(found) == 1 else ""


def place(point: SilentPoint, agreement: Agreement) -> str:
    """A rating point by its site and touchpoint, such as Lobby, Arrive."""
    sites = {site.key: site.title for site, _depth, _parent in agreement.walk_sites()}
    moments = {
        each.key: each.title.get(spoken()) or next(iter(each.title.values())) for each in agreement.journey
    }
    names = (sites.get(point.site, point.site), moments.get(point.touchpoint, point.touchpoint))
    return ", ".join(name for name in names if name) or _("Place not told")


def shown(show: Show) -> str:
    """A filter's name."""
    return {
        Show.ALL: _("All"),
        Show.BREACH: _("With a breach"),
        Show.WARNING: _("Early warning"),
        Show.AWAITING: _("Awaiting client"),
        Show.ON_TRACK: _("On track"),
    }[show]


def sorted_by(sort: Sort) -> str:
    """An order's name."""
    return {
        Sort.SCORE: _("Lowest score first"),
        Sort.CHANGE: _("Largest fall first"),
        Sort.CHANCE: _("Likeliest breach first"),
        Sort.BUDGET: _("Least budget left first"),
        Sort.CONTRACT: _("Contract, A to Z"),
        Sort.CLIENT: _("Client, A to Z"),
    }[sort]


def all_of(parts: list[str]) -> str:
    """A, B and C."""
    return said().all_of(parts)
