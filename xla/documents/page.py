"""The page: a report's values as HTML, with its style and its attached files."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xla.core.agreement import Language
from xla.documents.attached import report_json
from xla.documents.breaches import breaches
from xla.documents.commitments import chance_heading, is_crowded, since_heading, strip_pages, table
from xla.documents.corrections import correction
from xla.documents.counted import counted_csv
from xla.documents.figures import Figures
from xla.documents.focus import focus
from xla.documents.history import history
from xla.documents.language import translations
from xla.documents.look import accent, picture
from xla.documents.method import grouped, method, seal_shown
from xla.documents.paper import Attached, Paper
from xla.documents.printable import printable
from xla.documents.report_data import ReportData
from xla.documents.sampling import sampling
from xla.documents.since import since
from xla.documents.sites import sites
from xla.documents.summary import summary
from xla.documents.templates import TEMPLATES
from xla.documents.visible import visible
from xla.documents.why import why
from xla.documents.words import MARKS, VERDICTS, Words

STYLES = (
    "report/report.css",
    "report/sites.css",
    "report/why.css",
    "report/breaches.css",
    "report/sampling.css",
    "report/method.css",
)
"""The style sheets of every report."""
LONGEST_NAME = 70
"""Letters of a name in the running head; the whole name stands on page 1."""


@dataclass(frozen=True)
class Heads:
    """What stands at the edges of every page, and in the file's own data."""

    title: str
    name: str
    run: str
    issue: str
    seal: str
    draft: str
    page: str
    of: str
    dated: str


def compose(data: ReportData) -> Paper:
    """The report as paper: a pure function of `data`, with hidden values taken out first."""
    shown = visible(data)
    attached = _attached(shown)
    styles = [*STYLES, *(["report/draft.css"] if data.is_draft else [])]
    return Paper(
        html=_html(shown, attached),
        styles=(
            "".join((TEMPLATES / style).read_text(encoding="utf-8") for style in styles),
            *([accent(data.look)] if data.look.colour else []),
        ),
        attached=attached,
        dated=data.as_of.isoformat(timespec="seconds"),
    )


@cache
def environment(language: Language) -> Environment:
    """Templates that escape everything and know nothing by chance."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return environment


def _attached(data: ReportData) -> tuple[Attached, ...]:
    words = Words(data.language)
    return (
        Attached("report.json", words("Every figure of this report as data, exact"), report_json(data)),
        Attached(
            "ratings-summary.csv",
            words("The counts and sums each value comes from, to compute it again"),
            counted_csv(data.counted),
        ),
        Attached(
            "agreement.yaml",
            words("The agreement, version %(version)s, as it was signed")
            % {"version": data.agreement_version},
            data.agreement_text,
        ),
    )


def _html(data: ReportData, attached: tuple[Attached, ...]) -> str:
    words, figures = Words(data.language), Figures(data.language, data.timezone)
    seal = sha256(attached[0].text.encode()).hexdigest()
    template = environment(data.language).get_template("report/report.html")
    html = template.render(
        language=data.language,
        heads=_heads(data, seal, words, figures),
        provider=data.provider,
        parties=_parties(data, words),
        promise=data.promise,
        meta=_meta(data, words, figures),
        period=figures.period(data.start, data.end),
        summary=summary(data),
        rows=table(data),
        crowded=is_crowded(data),
        correction=correction(data),
        level=" / ".join(sorted({figures.percent(kpi.confidence) for kpi in data.kpis})),
        chance=chance_heading(data.kpis, words),
        since=since_heading(data, words, figures),
        strip_pages=strip_pages(data),
        history=history(data),
        since_last=since(data),
        key=[(MARKS[verdict], words.verdict(verdict).lower()) for verdict in VERDICTS],
        sites=sites(data),
        focus=focus(data),
        why=why(data),
        breaches=breaches(data),
        sampling=sampling(data),
        method=method(data),
        attached=[
            (file.name, file.description, figures.number(len(file.text.encode()))) for file in attached
        ],
        seal=grouped(seal),
        seal_mark=seal_shown(data),
        sign_off=() if data.is_draft else (data.client, data.provider),
    )
    return printable(html)


def _parties(data: ReportData, words: Words) -> tuple[tuple[str, str, str], ...]:
    """Name, role and picture of both, the client first."""
    look = data.look
    return (
        (_client(data), words("Client"), picture(look.client_logo)),
        (data.provider, words("Provider"), picture(look.provider_logo)),
    )


def _client(data: ReportData) -> str:
    return data.look.client or data.client


def _meta(data: ReportData, words: Words, figures: Figures) -> tuple[tuple[str, str], ...]:
    issue = words("Draft") if data.issue is None else str(data.issue)
    scope = words.plural("%(count)s commitment", "%(count)s commitments", len(data.kpis)) % {
        "count": len(data.kpis)
    }
    if data.sites:
        places = words.plural("%(count)s site", "%(count)s sites", len(data.sites)) % {
            "count": len(data.sites)
        }
        scope = f"{scope}, {places}"
    return (
        (words("Contract"), data.contract_title),
        (
            words("Agreement"),
            words("%(key)s, version %(version)s")
            % {"key": data.contract_key, "version": data.agreement_version},
        ),
        (words("Period"), figures.days(data.start, data.end)),
        (words("Issue"), issue),
        (words("Scope"), scope),
    )


def _heads(data: ReportData, seal: str, words: Words, figures: Figures) -> Heads:
    period = figures.period(data.start, data.end)
    day = figures.day(data.as_of.astimezone(ZoneInfo(data.timezone)).date())
    issue = words("Draft") if data.issue is None else words("Issue %(number)s") % {"number": data.issue}
    name = words("Experience report, %(period)s") % {"period": period}
    if data.correction:
        name = words("%(report)s, addendum %(number)s") % {
            "report": name,
            "number": data.correction.number,
        }
    return Heads(
        title=f"{name}, {_client(data)} ({issue.lower()})",
        name=name,
        run=f"{_short(_client(data))} · {name}",
        issue=f"{issue} · {day}",
        seal=words("Contract %(key)s, agreement version %(version)s · Data seal SHA-256 %(first)s … %(last)s")
        % {
            "key": data.contract_key,
            "version": data.agreement_version,
            "first": f"{seal[:4]} {seal[4:8]}",
            "last": seal[-4:],
        },
        draft=_draft(data, words, figures),
        page=words("Page "),
        of=words(" of "),
        dated=data.as_of.isoformat(timespec="seconds"),
    )


def _draft(data: ReportData, words: Words, figures: Figures) -> str:
    """What a draft says of itself at the head of each page."""
    if not data.is_draft:
        return ""
    if data.shown_as_known_at is not None:
        return words("As known at %(at)s – not an issue") % {"at": figures.instant(data.shown_as_known_at)}
    if data.respond_by is not None:
        return words("Draft – proposed, not final yet")
    return words("Draft – figures may change until the period is closed")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
