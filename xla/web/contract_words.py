"""What a contract's page says of a period: its verdicts in a sentence, metrics and weights by their names."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_skeleton

from xla.core.agreement import Agreement, Kpi, Metric, words
from xla.core.role import Role
from xla.core.verdict import Verdict
from xla.documents.figures import DASH, half_up
from xla.documents.words import FORMULAS, OBSERVED
from xla.services.course import Stage
from xla.services.site_tables import SiteTable
from xla.web.language import figures, gettext, ngettext, plural, spoken


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


ROLES: Mapping[Role, str] = {
    Role.ADMIN: _("Administrator"),
    Role.MANAGER: _("Account manager"),
    Role.CLIENT: _("Client"),
    Role.AUDITOR: _("Auditor"),
}
LONGEST_MONTH = 31


def summary(stage: Stage) -> str:
    """How many KPIs are worse than their floor, short of their target, undecided, in one or two sentences."""
    count = Counter(each.verdict for each in stage.outcome.kpis)
    every = len(stage.outcome.kpis)
    sentences = []
    if count[Verdict.BREACHED]:
        text = plural(
            "%(count)s of %(all)s KPIs is worse than its floor.",
            "%(count)s of %(all)s KPIs are worse than their floor.",
            count[Verdict.BREACHED],
        )
        sentences.append(_filled(text, count[Verdict.BREACHED], every))
    if count[Verdict.AT_RISK]:
        text = plural(
            "%(count)s of %(all)s KPIs holds its floor but misses its target.",
            "%(count)s of %(all)s KPIs hold their floor but miss their target.",
            count[Verdict.AT_RISK],
        )
        sentences.append(_filled(text, count[Verdict.AT_RISK], every))
    if not sentences:
        sentences.append(_calm(count, every))
    return " ".join(sentences)


def metric_word(kpi: Kpi) -> str:
    """What the KPI's metric is called."""
    return gettext(FORMULAS[Metric(kpi.metric)][0])


def weight_of(kpi: Kpi, total: Decimal) -> str:
    """The KPI's weight as a share of all weights; empty where nothing is weighted."""
    if not total or not kpi.weight:
        return ""
    return figures().percent(half_up(100 * kpi.weight / total, 0) / 100)


def _calm(count: Counter[Verdict], every: int) -> str:
    """No KPI missed anything: whether they were met or not decided."""
    if count[Verdict.MET] == every:
        return ngettext("The only KPI meets its target.", "All %(count)s KPIs meet their targets.", every)
    if count[Verdict.MET]:
        text = plural(
            "%(count)s of %(all)s KPIs meets its target, the rest are not decided.",
            "%(count)s of %(all)s KPIs meet their target, the rest are not decided.",
            count[Verdict.MET],
        )
        return _filled(text, count[Verdict.MET], every)
    return gettext("No KPI has enough answers to be judged.")


def _filled(text: str, count: int, every: int) -> str:
    return text % {"count": figures().number(count), "all": figures().number(every)}


def score_change(now: Fraction, then: Fraction) -> str:
    """The difference between two printed scores, signed."""
    return figures().change(half_up(now, 1), half_up(then, 1))


def period_tick(stage: Stage, *, with_year: bool) -> str:
    """A period's short name under its mark; with its year where the strip begins or a year does."""
    tongue = figures()
    days = (stage.end - stage.start).days
    if days > LONGEST_MONTH:
        return tongue.period(stage.start, stage.end)
    pattern = "yMMM" if with_year or stage.start.month == 1 else "MMM"
    return str(format_skeleton(pattern, stage.start, locale=tongue.locale))


def period_state(stage: Stage) -> str:
    """Whether the period is running, proposed or final, and since when."""
    tongue = figures(stage.outcome.timezone)
    if stage.closed is None:
        return gettext("As known on %(instant)s", instant=tongue.instant(stage.outcome.known_at))
    if stage.closed.final_at:
        return gettext("Final since %(day)s", day=tongue.instant(stage.closed.final_at))
    return gettext("Proposed on %(day)s", day=tongue.instant(stage.closed.proposed_at))


def role_word(role: str) -> str:
    """What a person is, in words."""
    return gettext(ROLES[Role(role)])


def iso_day(text: str) -> str:
    """A day that is stored as text."""
    return figures().day(date.fromisoformat(text))


def runs_out(ahead: Mapping[str, Any], running: Mapping[str, Any]) -> str:
    """When the budget is used up: it lasts, it ran out, or it will."""
    if not ahead["runs_out_on"]:
        return gettext("Lasts")
    on = date.fromisoformat(ahead["runs_out_on"])
    told = str(format_skeleton("MMMd", on, locale=figures().locale))
    if on <= date.fromisoformat(running["known_at"][:10]):
        return gettext("Ran out %(day)s", day=told)
    return gettext("Runs out %(day)s", day=told)


def budget_left(ahead: Mapping[str, Any]) -> str:
    """How many poor ratings are left for a share; how much of the budget for others."""
    if ahead["unit"] == "ratings" and ahead["left"] is not None:
        return gettext("%(count)s left", count=figures().number(half_up(ahead["left"], 0)))
    share = figures().chance(ahead["left_share"]) if ahead["left_share"] else figures().percent(Decimal(0))
    return gettext("%(share)s left", share=share)


def why_no_budget(kpi: Kpi, ahead: Mapping[str, Any] | None) -> str:
    """Why there is no budget to show: none is kept for what operations count, or nothing is known yet."""
    if kpi.metric in OBSERVED:
        return gettext("No budget: counted by operations")
    return gettext("No budget") if ahead else gettext("Not known yet")


def kpi_title(agreement: Agreement, key: str) -> str:
    """A KPI's title in the reader's language; its key where the agreement has it no longer."""
    for kpi in agreement.kpis:
        if kpi.key == key:
            return words(kpi.title, spoken(), agreement.contract.language)
    return key


def running_name(running: Mapping[str, Any]) -> str:
    """The running period's name as a heading."""
    start, end = (date.fromisoformat(running[name]) for name in ("start", "end"))
    return gettext("%(period)s so far", period=figures().period(start, end))


def budget_title(ahead: Mapping[str, Any]) -> str:
    """The budget's meter in words."""
    return gettext(
        "%(left)s of the budget left, %(due)s would be on pace",
        left=figures().chance(ahead["left_share"]),
        due=figures().chance(ahead["left_share_due"]),
    )


def budget_sentence(ahead: Mapping[str, Any], running: Mapping[str, Any]) -> str:
    """What was spent and allowed so far, and when the rest is used up."""
    tongue = figures()
    spent, allowed = (tongue.number(half_up(ahead[name], 0)) for name in ("spent", "allowed_so_far"))
    if ahead["unit"] == "ratings":
        so_far = gettext("%(spent)s poor ratings so far, %(allowed)s allowed.", spent=spent, allowed=allowed)
    else:
        so_far = gettext("%(spent)s points spent so far, %(allowed)s allowed.", spent=spent, allowed=allowed)
    if not ahead["runs_out_on"]:
        return gettext("%(so_far)s At this pace the period's allowance lasts.", so_far=so_far)
    day = iso_day(ahead["runs_out_on"])
    if date.fromisoformat(ahead["runs_out_on"]) <= date.fromisoformat(running["known_at"][:10]):
        return gettext("%(so_far)s The period's allowance was used up on %(day)s.", so_far=so_far, day=day)
    return gettext(
        "%(so_far)s At this pace the period's allowance is used up on %(day)s.", so_far=so_far, day=day
    )


def share(of_one: float | None) -> str:
    """A share of one in whole per cent; a dash where there is none."""
    return DASH if of_one is None else figures().percent(half_up(100 * of_one, 0) / 100)


def depths(table: SiteTable) -> Mapping[str, int]:
    """How deep each site of a table lies."""
    return {line.key: line.depth for line in table.lines}
