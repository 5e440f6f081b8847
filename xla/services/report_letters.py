"""Report letters: a report or a draft as it is mailed, in the reader's language, with the PDF."""

import hashlib
from typing import NamedTuple, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from xla.core.agreement import Language
from xla.core.outcome import Outcome
from xla.core.period_state import respond_by
from xla.documents import letters
from xla.documents.figures import Figures
from xla.documents.summary import headline, tally
from xla.documents.words import Words
from xla.models import Addendum, Contract, Period, Report, ReportDelivery
from xla.outside.mail import Letter
from xla.services import decisions, deliveries, installations, recipients
from xla.services.agreements import agreement_of
from xla.services.evaluations import outcome_of

STOP = "/no-reports/"
"""Where the web answers the links of those who want no more reports."""


class Parcel(NamedTuple):
    """A delivery as plain values: it outlives the transaction it was read in."""

    to: str
    language: Language
    message_id: str
    pdf: bytes
    issue: int | None
    """None for a draft."""
    addendum: tuple[int, str] | None
    """Number and reason of a correction."""
    contract_key: str
    contract_title: str
    outcome: Outcome
    period_key: str
    answer_by: str
    """The day until which the client may answer, in words."""
    stop: str
    """What the link for no more reports ends with; '' for a draft's readers, who choose on their page."""
    is_wanted: bool
    """Whether whom it goes to still is a recipient; of a draft, whether they are still to read it."""

    @property
    def file_name(self) -> str:
        """`harbour-2026-03-issue-7.pdf`."""
        what = "draft" if self.issue is None else f"issue-{self.issue}"
        return f"{self.contract_key}-{self.period_key}-{what}.pdf"


def parcel(session: Session, delivery: ReportDelivery) -> Parcel:
    """What one delivery brings."""
    period = session.get_one(Period, delivery.period_id)
    contract = session.get_one(Contract, period.contract_id)
    terms = agreement_of(period.evaluation.version).contract
    report = _report(session, delivery)
    addendum = _addendum(session, report)
    language = cast("Language", delivery.language)
    stop = _stop(session, contract, delivery) if report else ""
    day = respond_by(decisions.proposed_on(period), terms.respond_within_days)
    return Parcel(
        to=delivery.email,
        language=language,
        message_id=delivery.message_id,
        pdf=(report.pdf if report else delivery.draft) or b"",
        issue=report.issue if report else None,
        addendum=(addendum.number, addendum.reason) if addendum else None,
        contract_key=contract.key,
        contract_title=terms.title,
        outcome=outcome_of(addendum.evaluation if addendum else period.evaluation),
        period_key=str(decisions.name_of(period)),
        answer_by=Figures(language, terms.timezone).day(day),
        stop=stop,
        is_wanted=bool(stop) if report else _awaits_draft(session, contract, period, delivery),
    )


def letter(parcel: Parcel, *, provider: str, base_url: str) -> Letter:
    """The letter; sent again it has the same id."""
    root = base_url.rstrip("/")
    words, figures = Words(parcel.language), Figures(parcel.language, parcel.outcome.timezone)
    period = figures.period(parcel.outcome.start, parcel.outcome.end)
    sha256 = hashlib.sha256(parcel.pdf).hexdigest()
    stop = f"{root}{STOP}{parcel.stop}" if parcel.stop else ""
    written = letters.write(
        "reports/draft" if parcel.issue is None else "reports/issued",
        parcel.language,
        period=period,
        title=parcel.contract_title,
        issue=parcel.issue,
        addendum=parcel.addendum,
        headline=headline(parcel.outcome.kpis, period, words),
        tally=tally(parcel.outcome.kpis, words),
        file=parcel.file_name,
        sha256=sha256,
        answer_by=parcel.answer_by,
        provider=provider,
        page=f"{root}/contracts/{parcel.contract_key}/periods/{parcel.period_key}",
        verify=f"{root}/verify",
        stop=stop,
    )
    return Letter(
        parcel.to,
        *written,
        key=parcel.message_id,
        message_id=parcel.message_id,
        unsubscribe=stop,
        attached={parcel.file_name: parcel.pdf},
    )


def _report(session: Session, delivery: ReportDelivery) -> Report | None:
    if delivery.report_id is None:
        return None
    return session.scalars(
        select(Report).where(Report.id == delivery.report_id).options(undefer(Report.pdf))
    ).one()


def _addendum(session: Session, report: Report | None) -> Addendum | None:
    if report is None or not report.addendum:
        return None
    return session.scalars(
        select(Addendum).where(Addendum.period_id == report.period_id, Addendum.number == report.addendum)
    ).one()


def _stop(session: Session, contract: Contract, delivery: ReportDelivery) -> str:
    """Of a recipient who is still one; who was removed meanwhile has nothing to leave."""
    recipient = recipients.of_address(session, contract.id, delivery.email)
    known = installations.installation(session)
    return recipients.token_of(known.secret, recipient) if known and recipient else ""


def _awaits_draft(session: Session, contract: Contract, period: Period, delivery: ReportDelivery) -> bool:
    """Nobody once the period is final or the draft was thrown away; nor who lost the contract meanwhile."""
    readers = deliveries.readers_of_draft(session, contract)
    is_there = period.final_at is None and delivery.draft is not None
    return is_there and delivery.email in {each.email for each in readers}
