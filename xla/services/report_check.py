"""A report checked: its bytes against what was issued, its figures against their counts and against ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.core.outcome import Outcome
from xla.core.privacy import K_VALUE
from xla.documents.signature import Signature, signature_of
from xla.models import Contract, Period, Report
from xla.services import addenda, stamps
from xla.services.credits import credits_of_period
from xla.services.evaluations import outcome_of
from xla.services.report_recount import DECIMAL, MALFORMED, Difference, Recount, recount
from xla.services.report_seal import Standing, standing
from xla.services.stamps import Stamped
from xla.services.verification import verify_report

HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Checked:
    """What came of checking a report."""

    issue: int | None
    """The number it was issued under, when these are its very bytes; None where it is not issued here."""
    recount: Recount
    against: int | None
    """The issue whose kept figures it was compared with; None where we have none of that number."""
    kept: tuple[Difference, ...]
    """Figures that are not those kept for that issue."""
    seal: Standing | None
    """Of the day seal it carries; None where it carries none."""
    signature: Signature | None
    """In the file itself; None where it is not signed."""
    stamp: Stamped | None
    """Kept beside the issue whose very bytes these are; None where there is none."""

    @property
    def is_ok(self) -> bool:
        """Whether it was issued here, and all that can be checked holds."""
        holds = not self.recount.differences and not self.kept and self.seal in {None, Standing.OURS}
        vouched = all(each is None or each.problem is None for each in (self.signature, self.stamp))
        return self.issue is not None and holds and vouched


def check(session: Session, pdf: bytes) -> Checked:
    """All there is to say of a PDF that may be a report of ours."""
    again, issued = recount(pdf), verify_report(session, pdf)
    like = issued or _told(session, again)
    kept: tuple[Difference, ...] = ()
    if like:
        kept = (*_unlike_kept(again, _outcome(session, like)), *_unlike_credits(session, again, like))
    return Checked(
        issue=issued.issue if issued else None,
        recount=again,
        against=like.issue if like else None,
        kept=kept,
        seal=_seal(session, again),
        signature=signature_of(pdf),
        stamp=_stamp(session, issued) if issued else None,
    )


def _stamp(session: Session, report: Report) -> Stamped | None:
    kept = stamps.of_report(session, report)
    return stamps.checked(kept, report.sha256) if kept else None


def _told(session: Session, again: Recount) -> Report | None:
    """The issue a report says it is."""
    try:
        key, issue = str(again.document["contract"]["key"]), int(again.document["issue"])
    except MALFORMED:
        return None
    if "\0" in key or not 0 < issue < 1 << 31:
        return None
    return session.scalar(
        select(Report).join(Contract, Contract.id == Report.contract_id)
        .where(Contract.key == key, Report.issue == issue)
    )  # fmt: skip


def _outcome(session: Session, report: Report) -> Outcome:
    period = session.get_one(Period, report.period_id)
    found = addenda.numbered(session, period, report.addendum) if report.addendum else None
    return outcome_of(found.evaluation if found else period.evaluation)


def _unlike_kept(again: Recount, outcome: Outcome) -> Iterator[Difference]:
    """Figures in report.json that are not those frozen when the period was closed."""
    told = {each["key"]: each for each in again.document.get("kpis", ())}
    for kept in outcome.kpis:
        key, measured = kept.kpi.key, kept.measurement
        if key not in told:
            if again.document:
                yield Difference(key, "the commitment", "missing", "there as it was frozen")
            continue
        shown = measured.n == 0 or measured.n >= K_VALUE
        value = None if measured.value is None or not shown else str(measured.value)
        found = {
            "n": measured.n if shown else None,
            "value": value,
            "verdict": kept.verdict.value,
        }
        for what, figure in found.items():
            said = told[key].get(what)
            said = said.get("exact") if isinstance(said, dict) else said
            if said != figure:
                yield Difference(key, what, str(said), f"{figure} as frozen")


def _unlike_credits(session: Session, again: Recount, report: Report) -> Iterator[Difference]:
    """Credits in report.json that are not those of the count it was issued from."""
    statement = again.document.get("credits")
    if not statement:
        return
    told = {each["kpi"]: each for each in statement["items"]}
    found = credits_of_period(session, session.get_one(Period, report.period_id), report.addendum)
    for line in found.lines:
        item = told.get(line.kpi, {})
        for what, figure in (("used_percent", line.used), ("due", line.due)) if line.rule else ():
            said = str(item.get(what))
            if not DECIMAL.fullmatch(said) or Decimal(said) != figure:
                yield Difference(line.kpi, f"credit, {what.replace('_', ' ')}", said, f"{figure} as frozen")


def _seal(session: Session, again: Recount) -> Standing | None:
    told = again.document.get("seal")
    if not told:
        return None
    try:
        day, chained = date.fromisoformat(told["day"]), told["chained"]
        return standing(session, day, chained) if HASH.fullmatch(chained) else Standing.OTHER
    except MALFORMED:
        return Standing.OTHER
