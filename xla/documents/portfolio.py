"""The portfolio report: a table of all contracts, then page 1 of each one's own report."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from xla.core.verdict import Verdict
from xla.documents import page
from xla.documents.doing import LIVE
from xla.documents.figures import Figures
from xla.documents.paper import Attached, Paper
from xla.documents.portfolio_data import PortfolioData, Reported
from xla.documents.printable import printable
from xla.documents.report_data import ReportData
from xla.documents.spreadsheet import lines
from xla.documents.summary import tally
from xla.documents.templates import TEMPLATES
from xla.documents.words import MARKS, WORST_FIRST, Words

STYLE = "portfolio_report/portfolio.css"
_FRONT = re.compile(r'<section class="front".*?</section>', re.DOTALL)
_LABEL = re.compile(r'(<h1\b[^>]*data-label=")[^"]*"')


@dataclass(frozen=True)
class Line:
    """One contract's row."""

    client: str
    title: str
    counts: tuple[str, ...]
    """Of its commitments by verdict, the worst first; '' for none."""
    score: str
    breaches: str
    credit: str
    state: str


@dataclass(frozen=True)
class Cover:
    """The first page."""

    name: str
    headline: str
    lead: str
    marks: tuple[tuple[str, str], ...]
    """Mark and word of each verdict, the worst first."""
    lines: tuple[Line, ...]
    total: Line
    missing: str
    run: str
    dated: str


def compose(data: PortfolioData) -> Paper:
    """The portfolio as paper: a pure function of `data`."""
    cover = _cover(data)
    html = (
        page.environment(data.language)
        .get_template("portfolio_report/report.html")
        .render(
            language=data.language,
            provider=data.provider,
            cover=cover,
            dated=data.at.isoformat(timespec="seconds"),
            page=Words(data.language)("Page "),
            of=Words(data.language)(" of "),
            fronts=[_front(each.data) for each in data.contracts],
        )
    )
    styles = (*page.STYLES, STYLE)
    return Paper(
        html=printable(html),
        styles=tuple((TEMPLATES / style).read_text(encoding="utf-8") for style in styles),
        attached=(
            Attached(
                "portfolio.csv",
                Words(data.language)("One row for each contract"),
                "".join(lines(_rows(data, cover))),
            ),
        ),
        dated=data.at.isoformat(timespec="seconds"),
    )


def _front(data: ReportData) -> Markup:
    """Page 1 of a contract's report, in the outline under the client's name."""
    found = _FRONT.search(page.compose(data).html)
    front = found[0].replace('class="front"', 'class="front contract"', 1) if found else ""
    label = Markup("{}").format(f"{data.client}: {data.contract_title}")
    return Markup(_LABEL.sub(lambda told: f'{told[1]}{label}"', front, count=1))  # noqa: S704 -- escaped when it was composed


def _cover(data: PortfolioData) -> Cover:
    words, figures = Words(data.language), Figures(data.language)
    period = figures.period(data.start, data.end)
    name = words("Portfolio report, %(period)s") % {"period": period}
    kpis = [kpi for each in data.contracts for kpi in each.data.kpis]
    return Cover(
        name=name,
        headline=_headline(data, period, words),
        lead=tally(kpis, words),
        marks=tuple((MARKS[verdict], words.verdict(verdict)) for verdict in WORST_FIRST),
        lines=tuple(_line(each, words, figures) for each in data.contracts),
        total=_total(data, words, figures),
        missing=_missing(data, words),
        run=f"{data.provider} · {name}",
        dated=words("Put together %(at)s (UTC)") % {"at": figures.instant(data.at)},
    )


def _headline(data: PortfolioData, period: str, words: Words) -> str:
    breached = sum(any(kpi.verdict is Verdict.BREACHED for kpi in each.data.kpis) for each in data.contracts)
    total = len(data.contracts)
    if not total:
        return words("No contract has figures for %(period)s.") % {"period": period}
    if not breached:
        text = words.plural(
            "The contract had no breach in %(period)s.",
            "None of the %(total)s contracts had a breach in %(period)s.",
            total,
        )
        return text % {"total": total, "period": period}
    text = words.plural(
        "%(count)s of %(total)s contracts had a breach in %(period)s.",
        "%(count)s of %(total)s contracts had breaches in %(period)s.",
        breached,
    )
    return text % {"count": breached, "total": total, "period": period}


def _line(each: Reported, words: Words, figures: Figures) -> Line:
    data = each.data
    live = sum(breach.state in LIVE for breach in data.breaches)
    return Line(
        client=data.client,
        title=data.contract_title,
        counts=_counts([kpi.verdict for kpi in data.kpis], figures),
        score=figures.score(data.score),
        breaches=figures.number(live) if live else "",
        credit="" if each.credit is None else _money(each.credit, each.currency, figures),
        state=_state(data, words),
    )


def _total(data: PortfolioData, words: Words, figures: Figures) -> Line:
    live = sum(breach.state in LIVE for each in data.contracts for breach in each.data.breaches)
    due: dict[str, Decimal] = {}
    for each in data.contracts:
        if each.credit is not None:
            due[each.currency] = due.get(each.currency, Decimal(0)) + each.credit
    return Line(
        client=words("All contracts"),
        title="",
        counts=_counts([kpi.verdict for each in data.contracts for kpi in each.data.kpis], figures),
        score="",
        breaches=figures.number(live),
        credit="\n".join(_money(amount, currency, figures) for currency, amount in sorted(due.items())),
        state="",
    )


def _counts(verdicts: list[Verdict], figures: Figures) -> tuple[str, ...]:
    count = Counter(verdicts)
    return tuple(figures.number(count[verdict]) if count[verdict] else "" for verdict in WORST_FIRST)


def _money(amount: Decimal, currency: str, figures: Figures) -> str:
    return f"{currency}\u00a0{figures.number(amount)}"


def _state(data: ReportData, words: Words) -> str:
    if data.final_on is not None:
        return words("Final")
    return words("Running") if data.respond_by is None else words("Proposed")


def _missing(data: PortfolioData, words: Words) -> str:
    """The contracts that have no such period, by name."""
    if not data.missing:
        return ""
    names = words.all_of([f"{each.client} ({each.title})" for each in data.missing])
    text = words.plural(
        "One contract has no such period: %(names)s.",
        "%(count)s contracts have no such period: %(names)s.",
        len(data.missing),
    )
    return text % {"count": len(data.missing), "names": names}


def _rows(data: PortfolioData, cover: Cover) -> Iterator[tuple[str, ...]]:
    """The table as data, with what was not dropped."""
    yield (
        "client", "contract", "key", *(str(verdict.value) for verdict in WORST_FIRST), "score",
        "live_breaches", "credit", "currency", "draft", "issue",
    )  # fmt: skip
    for each in data.contracts:
        count = Counter(kpi.verdict for kpi in each.data.kpis)
        yield (
            each.data.client, each.data.contract_title, each.data.contract_key,
            *(str(count[verdict]) for verdict in WORST_FIRST),
            "" if each.data.score is None else f"{float(each.data.score):.4f}",
            str(sum(breach.state in LIVE for breach in each.data.breaches)),
            "" if each.credit is None else str(each.credit), each.currency,
            str(each.data.is_draft).lower(), str(each.data.issue or ""),
        )  # fmt: skip
    for gone in data.missing:
        yield gone.client, gone.title, *("",) * (len(cover.marks) + 7)
