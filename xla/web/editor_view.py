"""What the editor's page shows beside its form: the rail, the plain words, what changes, what is amiss."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from xla.core.agreement_flaw import Flaw
from xla.core.explain import explain_parts
from xla.documents.tongues import tongue
from xla.services.draft_values import Document, document_of
from xla.services.drafts import Checked
from xla.web.editor_fields import Field, Page, languages_of
from xla.web.editor_flaws import sentence
from xla.web.editor_pages import PAGES, Paper, home
from xla.web.editor_parts import kpi, question
from xla.web.editor_shown import filled
from xla.web.language import gettext as _
from xla.web.language import spoken

PARTS = {"questions": question, "kpis": kpi}
WORDS = {"parties": "contract", "sites": "sites", "services": "services", "score": "score"}
"""Which of the plain words a section is about; the others show all of them."""
_FIGURE = re.compile("(\N{MINUS SIGN}?[0-9]+(?:[\u00a0.,\N{EN DASH}][0-9]+)*(?:\u00a0%)?)")


@dataclass(frozen=True)
class Link:
    """One line of the rail."""

    section: str
    place: int | None
    title: str
    flaws: int
    note: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class View:
    """One page of the editor, whole."""

    page: Page
    paper: Paper
    found: Checked
    links: dict[str, list[Link]]
    words: list[Markup]
    others: list[Markup]
    """The plain words about the rest of the agreement."""
    changes: list[str] = field(default_factory=list)
    """What changes against the version in force."""
    here: list[tuple[Field | None, str]] = field(default_factory=list)
    """What is amiss on this page, each with its field."""

    @property
    def elsewhere(self) -> list[Link]:
        """The other pages on which something is amiss."""
        return [link for part in self.links.values() for link in part if link.flaws and not link.is_current]


def view(  # noqa: PLR0913 -- its keywords say what each is
    document: Document,
    found: Checked,
    *,
    section: str,
    place: int | None,
    also: Sequence[str] = (),
    is_new: bool = False,
) -> View | None:
    """The page of a section, or of one entry of it; None where there is none.

    Of a draft in which nothing was typed yet (`is_new`) nothing is called amiss.
    """
    paper = Paper(document, tuple(languages_of(document, also)))
    page = _page(paper, section, place)
    if page is None:
        return None
    before = document_of(found.before) if found.before else None
    flaws = [] if is_new else found.flaws
    mine = [flaw for flaw in flaws if home(flaw) == (section, place)]
    page = filled(page, document, before, mine)
    words, others = _words(found, section, place)
    return View(
        page=page,
        paper=paper,
        found=found,
        links=_links(paper, flaws, (section, place)),
        words=words,
        others=others,
        changes=[change.sentence for change in found.changes(tongue(spoken()))],
        here=_here(page, mine),
    )


def _page(paper: Paper, section: str, place: int | None) -> Page | None:
    if place is None:
        return PAGES[section](paper) if section in PAGES else None
    exists = section in PARTS and place < len(paper.entries(section))
    return PARTS[section](paper, place) if exists else None


def _here(page: Page, flaws: Sequence[Flaw]) -> list[tuple[Field | None, str]]:
    shown = [(one, flaw) for one in page.fields for flaw in one.flaws]
    told = {flaw for _one, flaw in shown}
    return [*shown, *((None, sentence(flaw)) for flaw in flaws if sentence(flaw) not in told)]


def _links(paper: Paper, flaws: Sequence[Flaw], current: tuple[str, int | None]) -> dict[str, list[Link]]:
    homes = [home(flaw) for flaw in flaws]

    def link(section: str, place: int | None, title: str, note: str = "") -> Link:
        here = (section, place)
        return Link(section, place, title, homes.count(here), note, is_current=here == current)

    return {
        "sections": [
            link("parties", None, _("Promise and parties")),
            link("sites", None, _("Sites")),
            link("services", None, _("Services and journey")),
            link("observations", None, _("Observations")),
            link("score", None, _("Score")),
        ],
        "questions": [
            link("questions", at, paper.title(entry, at, _("Question")))
            for at, entry in enumerate(paper.entries("questions"))
        ],
        "kpis": [
            link("kpis", at, paper.title(entry, at, _("KPI")), _weight(entry))
            for at, entry in enumerate(paper.entries("kpis"))
        ],
        "version": [link("version", None, _("Date and note"))],
    }


def _weight(entry: Document) -> str:
    weight = entry.get("weight", "1")
    return str(weight) if isinstance(weight, str | int) else ""


def _words(found: Checked, section: str, place: int | None) -> tuple[list[Markup], list[Markup]]:
    if found.agreement is None or not found.is_sound:
        return [], []
    parts = explain_parts(found.agreement, spoken(), tongue(spoken()))
    every = [sentence for part in parts.values() for sentence in part]
    if place is not None:
        mine = [parts[section][place]]
    else:
        mine = parts[WORDS[section]] if section in WORDS else every
    said = [_marked(text) if section == "kpis" else Markup(escape(text)) for text in mine]  # noqa: S704 -- escaped
    return said, [Markup(escape(text)) for text in every if text not in mine]  # noqa: S704 -- escaped


def _marked(text: str) -> Markup:
    """The sentence with its figures marked."""
    parts = _FIGURE.split(text)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
