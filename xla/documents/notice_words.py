"""Notices in words: for each event a heading, a sentence, what to do next and where; for mails and chats."""

from collections.abc import Mapping
from typing import NamedTuple

from xla.core.notice import Event
from xla.core.role import Party


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


def _both(one: str, many: str) -> tuple[str, str]:
    """Mark a text that counts, for one and for many."""
    return one, many


class Row(NamedTuple):
    """One figure of a notice: what it is, and how it reads."""

    label: str
    text: str
    verdict: str = ""
    """The verdict it stands for, as a key; '' where for none."""


class Told(NamedTuple):
    """A notice in words, in one language, for one party."""

    event: Event
    contract: str
    """The contract's title."""
    heading: str
    """A mail's subject."""
    sentence: str
    """What happened."""
    rows: tuple[Row, ...]
    """The figures that matter."""
    more: str
    """What is left out of them, in words; '' where nothing is."""
    next_step: str
    """What to do next; '' where there is nothing to do."""
    button: str
    link: str
    """An absolute address."""


HEADINGS: Mapping[Event, str] = {
    Event.EARLY_WATCH: _("Worth a look: %(kpi)s, %(contract)s"),
    Event.EARLY_WARNING: _("Early warning: %(kpi)s, %(contract)s"),
    Event.BREACH_REMINDER: _("Reminder: breach of %(kpi)s, %(contract)s"),
    Event.BREACH_ESCALATED: _("Breach overdue for a week: %(kpi)s, %(contract)s"),
    Event.BREACH_OPENED: _("Breach opened: %(kpi)s, %(contract)s"),
    Event.BREACH_ACKNOWLEDGED: _("Breach acknowledged: %(kpi)s, %(contract)s"),
    Event.BREACH_OVERDUE: _("Breach overdue: %(kpi)s, %(contract)s"),
    Event.BREACH_CLOSED: _("Breach closed: %(kpi)s, %(contract)s"),
    Event.PERIOD_PROPOSED: _("Result proposed: %(contract)s, %(period)s"),
    Event.PERIOD_ACCEPTED: _("Result accepted: %(contract)s, %(period)s"),
    Event.PERIOD_DISPUTED: _("Result disputed: %(contract)s, %(period)s"),
    Event.PERIOD_FINAL: _("Result final: %(contract)s, %(period)s"),
    Event.REPORT_ISSUED: _("Report issued: %(contract)s, %(period)s"),
    Event.POOR_RATING: _("Somebody asks to be contacted: %(contract)s"),
    Event.IMPORT_FAILED: _("Import failed: %(contract)s"),
    Event.POINT_SILENT: _("No ratings from %(place)s: %(contract)s"),
    Event.KIOSK_SILENT: _("Kiosk silent: %(kiosk)s, %(contract)s"),
}
SENTENCES: Mapping[Event, str] = {
    Event.EARLY_WATCH: _("%(kpi)s may be heading for a breach in %(period)s."),
    Event.EARLY_WARNING: _("%(kpi)s is heading for a breach in %(period)s."),
    Event.BREACH_REMINDER: _("The breach of %(kpi)s in %(period)s waits for you."),
    Event.BREACH_ESCALATED: _("The breach of %(kpi)s in %(period)s has been overdue for a week."),
    Event.BREACH_OPENED: _("%(kpi)s came out worse than its floor in %(period)s, so a breach is opened."),
    Event.BREACH_ACKNOWLEDGED: _("%(by)s acknowledged the breach of %(kpi)s in %(period)s."),
    Event.BREACH_OVERDUE: _("The breach of %(kpi)s in %(period)s is overdue."),
    Event.BREACH_CLOSED: _("The breach of %(kpi)s in %(period)s is closed: it is proved better."),
    Event.PERIOD_PROPOSED: _("The result of %(period)s is proposed to the client."),
    Event.PERIOD_FINAL: _("The result of %(period)s is final: it can’t be disputed any more."),
    Event.REPORT_ISSUED: _("Report number %(issue)s, for %(period)s, is issued."),
    Event.POOR_RATING: _("Somebody who gave a poor rating at %(place)s asks to be contacted."),
    Event.IMPORT_FAILED: _("The file %(file)s could not be imported; nothing of it was stored."),
    Event.POINT_SILENT: _("No rating has come from %(place)s since %(day)s."),
    Event.KIOSK_SILENT: _("Nothing has been heard of the kiosk %(kiosk)s since %(at)s."),
}
VARIANTS: Mapping[str, str] = {
    "unseen": _("Nobody has acknowledged the breach of %(kpi)s in %(period)s yet."),
    "due_soon": _("The breach of %(kpi)s in %(period)s is to be closed soon."),
    "action_overdue": _(
        "The action “%(action)s” about the breach of %(kpi)s in %(period)s should be done by now."
    ),
    "unheard": _("Nothing has been heard of the kiosk %(kiosk)s since it was set up."),
    "addendum": _("Report number %(issue)s is issued: addendum %(number)s, which corrects %(period)s."),
}
"""Sentences of an event that has several."""
COUNTED: Mapping[Event, tuple[str, str]] = {
    Event.PERIOD_ACCEPTED: (
        _("%(by)s accepted the result of %(count)s KPI in %(period)s."),
        _("%(by)s accepted the result of %(count)s KPIs in %(period)s."),
    ),
    Event.PERIOD_DISPUTED: (
        _("%(by)s disputes the result of %(count)s KPI in %(period)s."),
        _("%(by)s disputes the result of %(count)s KPIs in %(period)s."),
    ),
}
"""Sentences that count."""

_BREACH_NEXT: Mapping[Party | None, str] = {
    "provider": _("Acknowledge it, name an owner and plan what shall be done."),
    "client": _("You see there what the provider does about it, and may comment."),
    None: _("You see there what it rests on and what is done about it."),
}
NEXT: Mapping[Event, Mapping[Party | None, str]] = {
    Event.EARLY_WATCH: {None: _("Nothing is certain yet: such a sign is often wrong. See what drives it.")},
    Event.EARLY_WARNING: {None: _("There is still time to act: see what drives it.")},
    Event.BREACH_OPENED: _BREACH_NEXT,
    Event.BREACH_ACKNOWLEDGED: {None: _("You see there who owns it and what is planned.")},
    Event.BREACH_OVERDUE: {
        "provider": _("Do what is planned, or agree on another date."),
        "client": _("You see there what is planned, and may comment."),
        None: _("You see there what is planned."),
    },
    Event.BREACH_REMINDER: {None: _("Write there what is done about it, or agree on another date.")},
    Event.BREACH_ESCALATED: {None: _("Talk to its owner, and see that something is done.")},
    Event.BREACH_CLOSED: {None: _("You see there what proves it, and what each action did.")},
    Event.PERIOD_PROPOSED: {
        "provider": _("The client has until %(until)s to accept or dispute each KPI."),
        "client": _("Accept or dispute each KPI by %(until)s. What is not disputed by then is accepted."),
        None: _("The client has until %(until)s to accept or dispute each KPI."),
    },
    Event.PERIOD_ACCEPTED: {None: _("You see there what is still undecided.")},
    Event.PERIOD_DISPUTED: {
        "provider": _("Answer there: a disputed KPI stays open until both agree."),
        None: _("The provider is asked to answer. A disputed KPI stays open until both agree."),
    },
    Event.PERIOD_FINAL: {None: _("Whatever is corrected later is a numbered addendum.")},
    Event.REPORT_ISSUED: {None: _("Its PDF is on the period’s page.")},
    Event.POOR_RATING: {None: _("How to reach them stands on the page. Get in touch soon.")},
    Event.IMPORT_FAILED: {None: _("Put right what is wrong in the file, then import it again.")},
    Event.POINT_SILENT: {None: _("See whether its sign still hangs there and its code can be scanned.")},
    Event.KIOSK_SILENT: {None: _("See whether it has power and a network.")},
}
"""Of each event, what each party does next; None is whoever has no line of their own."""
BUTTONS: Mapping[Event, str] = {
    Event.EARLY_WATCH: _("Open the KPI"),
    Event.EARLY_WARNING: _("Open the KPI"),
    Event.BREACH_REMINDER: _("Open the breach"),
    Event.BREACH_ESCALATED: _("Open the breach"),
    Event.BREACH_OPENED: _("Open the breach"),
    Event.BREACH_ACKNOWLEDGED: _("Open the breach"),
    Event.BREACH_OVERDUE: _("Open the breach"),
    Event.BREACH_CLOSED: _("Open the breach"),
    Event.PERIOD_PROPOSED: _("Open the result"),
    Event.PERIOD_ACCEPTED: _("Open the result"),
    Event.PERIOD_DISPUTED: _("Open the result"),
    Event.PERIOD_FINAL: _("Open the result"),
    Event.REPORT_ISSUED: _("Open the period"),
    Event.POOR_RATING: _("Open the contact wishes"),
    Event.IMPORT_FAILED: _("Open the import"),
    Event.POINT_SILENT: _("Open the rating points"),
    Event.KIOSK_SILENT: _("Open the kiosks"),
}
WRONGS: Mapping[str, str] = {
    "missing": _("Answers are missing"),
    "counted_wrongly": _("Answers are counted wrongly"),
    "disturbed": _("Something disturbed the answers"),
    "verdict": _("The verdict does not follow from the figures"),
    "other": _("Something else"),
}
"""What is wrong with a disputed result."""
SAID = _("%(wrong)s: “%(text)s”")
VALUE = _("Value")
FLOOR, LIMIT, TARGET = _("Floor"), _("Limit"), _("Target")
VERDICT = _("Verdict")
OWNER = _("Owner")
DUE = _("To be closed by")
PROVED = _("Proved better by")
SO_FAR = _("Value so far")
CHANCE = _("Chance of a breach")
LEFT = _("Left of the budget")
RUNS_OUT = _("Used up, at this pace, on")
DAYS_LEFT = _("Days left")
ACTION = _("Action")
USUAL = _("Usual in that time")
PROBLEM = _("Problem")
NOT_NAMED = _("nobody yet")
FEW = _("not shown: fewer than 5 answers")
SOMEBODY = _("Somebody")
ELSEWHERE = _("a place not told")
MORE = _both("and %(count)s more", "and %(count)s more")
AGAINST = _("%(verdict)s, %(value)s (floor %(floor)s, target %(target)s, n %(n)s)")
AGAINST_LIMIT = _("%(verdict)s, %(value)s (limit %(floor)s, target %(target)s, n %(n)s)")
ABOUT = _both("about %(count)s rating", "about %(count)s ratings")
