"""Notice texts: what a notice says to one party in one language, from its document and what it is about."""

import json
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from xla.core.agreement import Language
from xla.core.notice import Event
from xla.core.role import Party
from xla.documents import notice_words as texts
from xla.documents.figures import Figures
from xla.documents.notice_words import Told
from xla.documents.words import Words
from xla.models import Contract, Notice
from xla.services import notice_breaches, notice_doings, notice_periods, periods
from xla.services.notice_reading import Found, Reading

_FINDERS: Mapping[Event, Callable[[Reading], Found]] = {
    Event.EARLY_WATCH: notice_breaches.warning,
    Event.EARLY_WARNING: notice_breaches.warning,
    Event.BREACH_OPENED: notice_breaches.breach,
    Event.BREACH_ACKNOWLEDGED: notice_breaches.breach,
    Event.BREACH_OVERDUE: notice_breaches.breach,
    Event.BREACH_REMINDER: notice_breaches.breach,
    Event.BREACH_ESCALATED: notice_breaches.breach,
    Event.BREACH_CLOSED: notice_breaches.breach,
    Event.PERIOD_PROPOSED: notice_periods.results,
    Event.PERIOD_ACCEPTED: notice_periods.decided,
    Event.PERIOD_DISPUTED: notice_periods.decided,
    Event.PERIOD_FINAL: notice_periods.results,
    Event.REPORT_ISSUED: notice_periods.report,
    Event.POOR_RATING: notice_doings.wish,
    Event.IMPORT_FAILED: notice_doings.failed_import,
    Event.POINT_SILENT: notice_doings.silent_point,
    Event.KIOSK_SILENT: notice_doings.silent_kiosk,
}


def told(session: Session, notice: Notice, *, language: Language, party: Party | None, base_url: str) -> Told:
    """The notice in words. What the privacy rule hides it never holds."""
    contract = session.get_one(Contract, notice.contract_id)
    agreement = periods.latest(session, contract)
    event = Event(notice.kind)
    reading = Reading(
        session=session,
        contract=contract,
        agreement=agreement,
        event=event,
        document=json.loads(notice.document),
        words=Words(language),
        figures=Figures(language, agreement.contract.timezone),
        party=party,
    )
    found = _FINDERS[event](reading)
    words = reading.words
    named = {"contract": agreement.contract.title, **found.named}
    steps = texts.NEXT[event]
    return Told(
        event=event,
        contract=agreement.contract.title,
        heading=words(texts.HEADINGS[event]) % named,
        sentence=_sentence(reading, found, named),
        rows=found.rows,
        more=found.more,
        next_step=words(steps.get(party, steps[None])) % named,
        button=words(texts.BUTTONS[event]),
        link=f"{base_url.rstrip('/')}/contracts/{contract.key}{found.path}",
    )


def _sentence(reading: Reading, found: Found, named: Mapping[str, str]) -> str:
    if reading.event in texts.COUNTED:
        return reading.counted(texts.COUNTED[reading.event], found.count, **named)
    sentence = texts.VARIANTS.get(found.what) or texts.SENTENCES[reading.event]
    return reading.words(sentence) % named
