"""Periods: what was proposed, KPI by KPI; the client accepts or disputes, the provider answers."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.period_state import DecisionState, PeriodState, Step
from xla.core.period_state import Party as Side
from xla.core.role import Permission
from xla.core.window import YEARS, local_day
from xla.documents import cells
from xla.services import addenda, decisions, period_inbox
from xla.services.agreements import ChangedMeanwhile, Refused, contract_of
from xla.services.decisions import Said, Standing
from xla.services.period_inbox import Wanted, Which
from xla.services.proposal import Line, Proposal, proposal
from xla.services.sampling import Sampling, sampling
from xla.web import sampling_words
from xla.web.access import needs, party, visitor
from xla.web.asked import Asked, asked
from xla.web.database import changing, kept, reading
from xla.web.decision_form import WRONG_WORDS, Given, answers, choices
from xla.web.exclusion_form import ExclusionForm, exclusion_form
from xla.web.language import gettext as _
from xla.web.language import ngettext
from xla.web.words import period_name

periods = Blueprint("periods", __name__)

SETTLED = (DecisionState.ACCEPTED, DecisionState.DEEMED)


class Group(NamedTuple):
    """KPIs of a period that stand alike: `to_decide`, `disputed`, `accepted` or `running`."""

    kind: str
    lines: Sequence[Line]


@periods.get("/periods")
@needs(Permission.SEE)
def inbox() -> str:
    """Every closed period the visitor may see, those not final first."""
    which = None
    with suppress(ValueError):
        which = Which(request.args.get("which", ""))
    year = request.args.get("year", type=int)
    wanted = Wanted(
        which=which,
        contract=request.args.get("contract") or None,
        year=year if year in YEARS else None,
        page=request.args.get("page", 1, type=int),
    )
    with reading() as session:
        found = period_inbox.find(session, visitor(), wanted, clock.now())
        return render_template("periods/inbox.html", found=found, wanted=wanted)


@periods.get("/contracts/<key>/periods/<period>")
@needs(Permission.SEE)
def period(key: str, period: str) -> str:
    """One period: its figures, its decisions, its credits, what is left out, its reports."""
    return page(key, period)


@periods.post("/contracts/<key>/periods/<period>/decisions")
@needs(Permission.RESPOND)
def decide(key: str, period: str) -> AnyResponse | tuple[str, int]:
    """The client's decisions, all of them or none."""
    with reading() as session:
        about = asked(session, key, period)
        given = choices(request.form, about.agreement)
    return _taken(about, given)


@periods.post("/contracts/<key>/periods/<period>/answers")
@needs(Permission.WORK)
def answer(key: str, period: str) -> AnyResponse | tuple[str, int]:
    """The provider's answers to what was disputed."""
    with reading() as session:
        about = asked(session, key, period)
        given = answers(request.form, about.agreement)
    return _taken(about, given)


@periods.post("/contracts/<key>/periods/<period>/addenda")
@needs(Permission.WORK)
def correct(key: str, period: str) -> AnyResponse | tuple[str, int]:
    """Count the closed period anew, and keep what differs."""
    with reading() as session:
        about = asked(session, key, period)
    if about.row is None:
        flash(_("The period still runs: only what was frozen needs a correction."))
        return about.back()
    reason = request.form.get("reason", "")
    try:
        with changing() as session:
            contract = contract_of(session, key)
            made = addenda.correct(
                session, contract, about.period, reason=reason, by=visitor(), now=clock.now()
            )
            number = made.number
    except addenda.NothingChanged:
        problem = _("Counted anew the period comes to what it came to: there is nothing to correct.")
    except addenda.TooFew:
        problem = _("Fewer than 5 answers differ: a correction would tell what those people said.")
    except Refused:
        problem = _("Say why, in at most %(most)s characters.", most=addenda.MOST_CHARACTERS)
    else:
        flash(_("Addendum %(number)s is kept. What was frozen stays as it was.", number=number))
        return about.back()
    return page(key, period, problem=problem, reason=reason), 422


def page(  # noqa: PLR0913 -- its keywords say what was typed
    key: str,
    period: str,
    *,
    given: Given | None = None,
    problem: str | None = None,
    form: ExclusionForm | None = None,
    reason: str = "",
) -> str:
    """The period's page, with what was typed where it was flawed."""
    with reading() as session:
        about = asked(session, key, period)
        found = proposal(
            session,
            about.contract,
            about.period,
            row=about.row,
            agreement=about.agreement,
            now=about.now,
        )
        return render_template(
            "periods/period.html",
            about=about,
            found=found,
            note=_note(session, about, found),
            say=sampling_words,
            contract=about.agreement.contract,
            **_days(about),
            party=party(),
            groups=_groups(found),
            heading=_heading(found),
            given=given or Given(),
            problem=problem,
            reason=reason,
            form=form or exclusion_form(about.agreement),
            cells=cells,
            steps=_steps,
            wrong_words=WRONG_WORDS,
        )


def _note(session: Session, about: Asked, found: Proposal) -> Sampling:
    return sampling(
        session,
        about.contract,
        about.period,
        row=about.row,
        holds=found.outcome,
        agreement=about.agreement,
        kept=kept(),
    )


def _days(about: Asked) -> dict[str, date | None]:
    """The days the page names, in the contract's zone."""
    terms = about.agreement.contract
    zone = ZoneInfo(terms.timezone)
    return {
        "today": local_day(about.now, zone),
        "closes_on": about.period.end + timedelta(days=terms.close_after_days),
        "proposed_on": decisions.proposed_on(about.row) if about.row else None,
    }


def _taken(about: Asked, given: Given) -> AnyResponse | tuple[str, int]:
    if about.row is None:
        flash(_("The period still runs: there is nothing to decide yet."))
        return about.back()
    if not given.said and not given.flaws:
        return _again(about, given, _("Nothing was chosen, so nothing was sent.")), 422
    if given.flaws:
        return _again(about, given, None), 422
    try:
        with changing() as session:
            after = decisions.decide(
                session, about.row, given.said, by=visitor(), seen=given.seen, now=clock.now()
            )
    except ChangedMeanwhile:
        return _again(about, given, _meanwhile()), 409
    except Refused:
        return _again(about, given, _("This can't be sent as it is. Nothing was changed.")), 422
    flash(_said(given.said, after))
    return about.back()


def _again(about: Asked, given: Given, problem: str | None) -> str:
    return page(about.key, str(about.period), given=given, problem=problem)


def _meanwhile() -> str:
    """What changed is on the page now; what can still be sent stays chosen."""
    return _(
        "This changed meanwhile: somebody else decided, or the time to respond ran out."
        " Nothing of yours was sent. The page shows how it stands now; look again, then send."
    )


def _said(said: Sequence[Said], after: Standing) -> str:
    if after.decided.state is PeriodState.FINAL:
        return _("Sent. Nothing is left to decide: the period is final.")
    return ngettext("%(count)s decision is sent.", "%(count)s decisions are sent.", len(said))


def _steps(line: Line) -> tuple[Step, ...]:
    """What the visitor may say of a KPI now."""
    side = party()
    if line.decided is None or side is None:
        return ()
    return line.decided.steps(Side(side))


def _groups(found: Proposal) -> list[Group]:
    """To decide first, then disputed, then accepted; the provider's people see first what waits for them."""
    if found.standing is None:
        return [Group("running", found.lines)]
    waiting = {DecisionState.UNDECIDED} | ({DecisionState.ANSWERED} if party() == "client" else set())
    to_decide, disputed, accepted = [], [], []
    for line in found.lines:
        state = line.decided.state if line.decided else DecisionState.UNDECIDED
        if state in SETTLED:
            accepted.append(line)
        elif state in waiting:
            to_decide.append(line)
        else:
            disputed.append(line)
    first = [Group("to_decide", to_decide), Group("disputed", disputed)]
    if party() == "provider":
        first.reverse()
    return [group for group in (*first, Group("accepted", accepted)) if group.lines]


def _heading(found: Proposal) -> str:
    """The period, and what is left of it to do."""
    name = period_name(found.outcome.start, found.outcome.end)
    groups = {group.kind: len(group.lines) for group in _groups(found)}
    if found.standing is None:
        return _("%(period)s is running", period=name)
    if groups.get("to_decide"):
        return ngettext(
            "%(period)s: %(count)s KPI left to decide",
            "%(period)s: %(count)s KPIs left to decide",
            groups["to_decide"],
            period=name,
        )
    if groups.get("disputed"):
        return ngettext(
            "%(period)s: %(count)s KPI is disputed",
            "%(period)s: %(count)s KPIs are disputed",
            groups["disputed"],
            period=name,
        )
    return _("%(period)s is final", period=name)
