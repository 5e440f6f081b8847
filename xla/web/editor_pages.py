"""The editor's pages: which fields each section has; one question's and one KPI's are in editor_parts.py."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from xla.core.agreement import LANGUAGES
from xla.core.agreement_flaw import Flaw, Path
from xla.core.agreement_rules import zones
from xla.core.currency import CURRENCIES
from xla.services.draft_values import Document, at
from xla.web.editor_fields import INDENT, Field, Group, Page, language_name, texts
from xla.web.language import gettext as _


@dataclass(frozen=True)
class Paper:
    """A draft's document and the languages its texts are written in."""

    document: Document
    languages: tuple[str, ...]

    @property
    def language(self) -> str:
        """The contract's language."""
        return self.languages[0]

    def entries(self, *path: str | int) -> list[Document]:
        """The entries of a list; none where there is no list."""
        found = at(self.document, path)
        return found if isinstance(found, list) else []

    def title(self, entry: Document, number: int | str, noun: str = "") -> str:
        """What an entry is called: its text in the contract's language, else any, else its key or number."""
        said = entry.get("title") or entry.get("text") or {}
        if isinstance(said, str):
            said = {self.language: said}
        own = said.get(self.language) or next(iter(said.values()), "")
        numbered = noun or _("Number")
        return str(own or entry.get("key") or f"{numbered} {int(number) + 1}")

    def choices(self, *path: str) -> list[tuple[str, str]]:
        """The entries of a list to choose from, by key."""
        return [
            (str(entry["key"]), self.title(entry, place))
            for place, entry in enumerate(self.entries(*path))
            if entry.get("key")
        ]

    def sites(self) -> list[tuple[str, str]]:
        """Every site to choose from, indented as the tree is."""
        return [
            (str(site["key"]), INDENT * depth + self.title(site, path[-1]))
            for path, site, depth in walk(self, ("sites",), 0)
            if site.get("key")
        ]


def parties(paper: Paper) -> Page:
    """Promise, contract and money."""
    promise = texts(("promise",), _("What people are promised"), paper.languages, kind="prose")
    groups = (
        Group(_("The promise"), promise),
        Group(_("The parties"), _who()),
        Group(_("Days and periods"), _when()),
        Group(_("Money"), _money()),
    )
    return Page(_("Promise and parties"), groups)


def sites(paper: Paper) -> Page:
    """The tree of places."""
    rows = tuple(
        Group(
            paper.title(site, path[-1]),
            (Field((*path, "title"), _("Name")), Field((*path, "key"), _("Key"), "key")),
            entry=path,
            depth=depth,
            more=((*path, "sites"), _("Add a place inside")),
            is_row=True,
        )
        for path, site, depth in walk(paper, ("sites",), 0)
    )
    last = Group(more=(("sites",), _("Add a site")))
    return Page(_("Sites"), (*rows, last), _("Where ratings are given: campus, building, floor, area."))


def services(paper: Paper) -> Page:
    """Services, the journey and the groups of raters."""
    lists = (
        ("services", _("Services"), _("Add a service"), _("What is delivered.")),
        ("journey", _("Journey"), _("Add a moment"), _("The moments where a service is met, in order.")),
        (
            "personas",
            _("Groups of raters"),
            _("Add a group"),
            _("Who answers, such as employees and visitors."),
        ),
    )
    groups = []
    for name, title, add, hint in lists:
        groups.append(Group(title, hint=hint))
        groups.extend(_rows(paper, name))
        groups.append(Group(more=((name,), add)))
    return Page(_("Services and journey"), tuple(groups))


def observations(paper: Paper) -> Page:
    """Operational data."""
    kinds = (
        ("rate", _("A share of cases (numerator and denominator)")),
        ("amount_mean", _("An amount per case (amount and count)")),
    )
    part = (("true", _("Yes, so it has an interval")), ("false", _("No")))
    groups = []
    for place, entry in enumerate(paper.entries("observations")):
        path: Path = ("observations", place)
        fields = (
            *texts((*path, "title"), _("Name"), paper.languages, is_optional=True),
            Field((*path, "key"), _("Key"), "key"),
            Field((*path, "kind"), _("What is counted"), "choice", choices=kinds, default="rate"),
            Field(
                (*path, "subset"),
                _("The numerator counts some of the denominator’s cases"),
                "switch",
                choices=part,
                default="true",
            ),
        )
        groups.append(Group(paper.title(entry, place), fields, entry=path))
    groups.append(Group(more=(("observations",), _("Add an observation"))))
    if paper.entries("observations"):
        groups.append(Group(_("Traffic"), (_traffic(paper),)))
    return Page(
        _("Observations"),
        tuple(groups),
        _("What operations count beside what people say, such as minutes lost."),
    )


def _traffic(paper: Paper) -> Field:
    return Field(
        ("traffic",),
        _("Observation that counts who passes each site"),
        "choice",
        _("Reports then say what each value would be with the sites weighted by it."),
        choices=paper.choices("observations"),
        is_optional=True,
    )


def score(paper: Paper) -> Page:
    """The contract's score, and the question that asks about the whole."""
    ways = (
        ("weighted", _("The weighted mean of the KPIs’ points")),
        ("minimum", _("The points of the KPI that does worst")),
    )
    fields = (Field(("composite", "method"), _("The score is"), "choice", choices=ways, default="weighted"),)
    overall = Field(
        ("overall",),
        _("Question about the whole"),
        "choice",
        _("Reports then say which of the other questions go with its answers most."),
        choices=paper.choices("questions"),
        is_optional=True,
    )
    return Page(
        _("Score"),
        (Group(_("The contract’s score, 0 to 100"), fields), Group(_("What people say overall"), (overall,))),
        _("Weights and credits stand with each KPI."),
    )


def version(_paper: Paper) -> Page:
    """From when the version holds, and why it was made."""
    fields = (
        Field(("effective_from",), _("First day in force"), "day"),
        Field(("note",), _("Why this version is made"), "prose", is_optional=True),
    )
    return Page(_("Date and note"), (Group(_("The new version"), fields),))


PAGES: Mapping[str, Callable[[Paper], Page]] = {
    "parties": parties,
    "sites": sites,
    "services": services,
    "observations": observations,
    "score": score,
    "version": version,
}
HOMES = {
    "contract": "parties",
    "promise": "parties",
    "journey": "services",
    "personas": "services",
    "composite": "score",
    "traffic": "observations",
    "overall": "score",
    "effective_from": "version",
    "note": "version",
}
"""The section of a field that is not called as its section is."""


def home(flaw: Flaw) -> tuple[str, int | None]:
    """The section, and the entry's number in it, where a flaw is shown."""
    first = str(flaw.path[0]) if flaw.path else "version"
    place = flaw.path[1] if first in {"questions", "kpis"} and len(flaw.path) > 1 else None
    if first in {"questions", "kpis"} and not isinstance(place, int):
        return "version", None
    section = HOMES.get(first, first)
    return (section if section in PAGES or place is not None else "version"), place if isinstance(
        place, int
    ) else None


def suggestions(kind: str) -> list[str]:
    """What may be typed into a field of that kind, to choose from."""
    return {"zone": sorted(zones()), "currency": sorted(CURRENCIES)}.get(kind, [])


def walk(paper: Paper, path: Path, depth: int) -> Iterator[tuple[tuple[str | int, ...], Document, int]]:
    """Every site with its path and depth, parents first."""
    for place, site in enumerate(paper.entries(*path)):
        yield (*path, place), site, depth
        yield from walk(paper, (*path, place, "sites"), depth + 1)


def _who() -> tuple[Field, ...]:
    return (
        Field(("contract", "title"), _("What the contract is about")),
        Field(("contract", "client"), _("Client")),
        Field(
            ("contract", "key"),
            _("Key"),
            "key",
            _("Names the contract in addresses and files. It never changes."),
        ),
        Field(
            ("contract", "language"),
            _("Language of the reports"),
            "choice",
            choices=_languages(),
            default="en",
        ),
    )


def _when() -> tuple[Field, ...]:
    days = _("days")
    propose, answer = _("Result proposed after"), _("Client answers within")
    silence = _("Silence accepts.")
    return (
        Field(("contract", "starts_on"), _("First day"), "day"),
        Field(("contract", "ends_on"), _("Last day"), "day", is_optional=True),
        Field(("contract", "period"), _("Period"), "choice", choices=_periods(), default="month"),
        Field(("contract", "timezone"), _("Time zone"), "zone", _("Such as Europe/Stockholm.")),
        Field(("contract", "close_after_days"), propose, "number", unit=days, default="3"),
        Field(("contract", "respond_within_days"), answer, "number", silence, unit=days, default="10"),
    )


def _money() -> tuple[Field, ...]:
    fee, hint = _("Monthly fee"), _("What credits are a percentage of.")
    return (
        Field(("contract", "monthly_fee"), fee, "number", hint, is_optional=True),
        Field(("contract", "currency"), _("Currency"), "currency", _("Three letters, such as EUR.")),
    )


def _rows(paper: Paper, name: str) -> Iterator[Group]:
    for place, entry in enumerate(paper.entries(name)):
        path: Path = (name, place)
        fields = (
            *texts((*path, "title"), _("Name"), paper.languages),
            Field((*path, "key"), _("Key"), "key"),
        )
        yield Group(paper.title(entry, place), fields, entry=path, is_row=True)


def _languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in LANGUAGES]


def _periods() -> tuple[tuple[str, str], ...]:
    return (("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")))
