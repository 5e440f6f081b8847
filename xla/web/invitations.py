"""Invitations: a contract's plans of who is asked by mail after what, how they do, and their recipients."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from xla import clock
from xla.core import event
from xla.core.role import Permission
from xla.documents.figures import half_up
from xla.models import Contract, InvitationPlan
from xla.services import audit, csv_rows, invitation_plans, points
from xla.services.agreements import agreement_of, versions
from xla.services.csv_rows import Unreadable
from xla.services.invitation_plans import KeyTaken
from xla.services.invitations import Loaded, Stopped, invite_from_csv
from xla.services.response_rates import ResponseRate
from xla.web.access import needs, visitor
from xla.web.addresses import outside
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.invitation_forms import PlanForm, form_of
from xla.web.invitation_trial import tried
from xla.web.invitation_words import FIELDS, PROBLEMS, READY, STATES
from xla.web.language import gettext as _
from xla.web.language import ngettext
from xla.web.post import post

invitations = Blueprint("invitations", __name__)


@invitations.get("/contracts/<key>/invitations")
@needs(Permission.WORK)
def listed(key: str) -> str:
    """Every plan with its counts and response rate."""
    with reading() as session:
        contract = seen(session, key)
        agreement = agreement_of(versions(session, contract)[-1])
        lines = invitation_plans.listed(session, contract.id)
        return render_template(
            "invitations/list.html",
            agreed=agreement.contract,
            lines=[(line, points.named(agreement, line.point), _share(line.rate)) for line in lines],
            states=STATES,
            ready=READY,
            has_mail=post().has_mail,
        )


@invitations.get("/contracts/<key>/invitations/new")
@needs(Permission.WORK)
def new(key: str) -> str:
    """The form for a new plan, from one of three ready mappings."""
    with reading() as session:
        contract = seen(session, key)
        form = form_of(session, contract, None, request.args.get("from", ""))
        return _page(session, contract, None, form)


@invitations.post("/contracts/<key>/invitations/new")
@needs(Permission.WORK)
def created(key: str) -> Response | str | tuple[str, int]:
    """A new plan; or only what would be read from the sample."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        form = form_of(session, contract, None)
        if _is_trial():
            return _page(session, contract, None, form)
        if not form.validate_on_submit():
            return _page(session, contract, None, form), 422
        try:
            plan = invitation_plans.create(session, contract.id, form.key.data, form.planned, now=now)
        except KeyTaken:
            form.key.errors = [_("Another plan of this contract has this key.")]
            return _page(session, contract, None, form), 422
        _note(session, contract, plan, "plan.create", now)
    flash(_("The plan is made. Send its events to the address below, or upload a list of recipients."))
    return redirect(url_for("invitations.plan", key=key, plan=plan.key), code=303)


@invitations.get("/contracts/<key>/invitations/<plan>")
@needs(Permission.WORK)
def plan(key: str, plan: str) -> str:
    """One plan: what is decided, where its events go, and a list to upload."""
    with reading() as session:
        contract = seen(session, key)
        row = _one(session, contract, plan)
        return _page(session, contract, row, form_of(session, contract, row))


@invitations.post("/contracts/<key>/invitations/<plan>")
@needs(Permission.WORK)
def changed(key: str, plan: str) -> Response | str | tuple[str, int]:
    """Decide anew; or only what would be read from the sample."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, plan)
        form = form_of(session, contract, row)
        if _is_trial():
            return _page(session, contract, row, form)
        if not form.validate_on_submit():
            return _page(session, contract, row, form), 422
        if form.was.data != invitation_plans.fingerprint(row):
            problem = _(
                "Somebody changed this plan meanwhile; nothing was overwritten. This is how it is now."
            )
            now_there = form_of(session, contract, row, anew=True)
            return _page(session, contract, row, now_there, problem=problem), 409
        if invitation_plans.change(session, row, form.planned):
            _note(session, contract, row, "plan.change", now)
    flash(_("The plan is changed. Mails that went out keep their dates."))
    return redirect(url_for("invitations.plan", key=key, plan=plan), code=303)


@invitations.post("/contracts/<key>/invitations/<plan>/stop")
@needs(Permission.WORK)
def stopped(key: str, plan: str) -> Response:
    """Invite and mail nobody more."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, plan)
        if invitation_plans.stop(session, row, now):
            _note(session, contract, row, "plan.stop", now)
    flash(_("The plan is stopped. Nobody is mailed; links that people have still count."))
    return redirect(url_for("invitations.plan", key=key, plan=plan), code=303)


@invitations.post("/contracts/<key>/invitations/<plan>/resume")
@needs(Permission.WORK)
def resumed(key: str, plan: str) -> Response:
    """Invite again."""
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, plan)
        if invitation_plans.resume(session, row):
            _note(session, contract, row, "plan.resume", clock.now())
    flash(_("The plan runs again."))
    return redirect(url_for("invitations.plan", key=key, plan=plan), code=303)


@invitations.post("/contracts/<key>/invitations/<plan>/recipients")
@needs(Permission.WORK)
def recipients(key: str, plan: str) -> Response | tuple[str, int]:
    """Invite everybody in a CSV file, or nobody where a row can't be taken."""
    now = clock.now()
    with changing() as session:
        contract = seen(session, key)
        row = _one(session, contract, plan)
        loaded, problem = _loaded(session, row, now)
        if loaded is None or loaded.flaws:
            form = form_of(session, contract, row)
            return _page(session, contract, row, form, loaded=loaded, problem=problem), 422
        detail = {"new": loaded.new_count, "known": loaded.known_count}
        _note(session, contract, row, "plan.recipients", now, detail)
    flash(
        ngettext("%(count)s person will be invited.", "%(count)s people will be invited.", loaded.new_count)
    )
    return redirect(url_for("invitations.plan", key=key, plan=plan), code=303)


def _share(rate: ResponseRate) -> Decimal | None:
    """The response rate to the whole per cent."""
    return None if rate.share is None else half_up(rate.share, 2)


def _is_trial() -> bool:
    """Whether the form only asks what would be read from the sample."""
    return request.form.get("do") == "try"


def _loaded(session: Session, plan: InvitationPlan, now: datetime) -> tuple[Loaded | None, str | None]:
    """What the uploaded file came to, or why it can't be read."""
    uploaded = request.files.get("file")
    if not uploaded:
        return None, _("Choose a CSV file.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipients.csv"
        uploaded.save(path)
        try:
            return invite_from_csv(session, plan, csv_rows.read_by_hand(path), now), None
        except Unreadable as unreadable:
            problem = unreadable.wrong.problem
            return None, _("Row %(row)s can’t be read: %(problem)s.", row=unreadable.row, problem=problem)
        except Stopped:
            return None, _("The plan is stopped. Resume it first.")


def _one(session: Session, contract: Contract, plan: str) -> InvitationPlan:
    return invitation_plans.one(session, contract.id, plan) or abort(404)


def _note(  # noqa: PLR0913, PLR0917 -- what the log keeps
    session: Session,
    contract: Contract,
    plan: InvitationPlan,
    action: str,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    audit.note(
        session, visitor(), action, subject=plan.title, contract_id=contract.id, detail=detail, now=now
    )


def _page(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    contract: Contract,
    plan: InvitationPlan | None,
    form: PlanForm,
    *,
    loaded: Loaded | None = None,
    problem: str | None = None,
) -> str:
    agreement = agreement_of(versions(session, contract)[-1])
    if plan and not form.was.data:  # what was typed stays typed upon what was shown then
        form.was.data = invitation_plans.fingerprint(plan)
    address = outside("api.event_sent", key=contract.key, plan=plan.key) if plan else ""
    return render_template(
        "invitations/plan.html",
        agreed=agreement.contract,
        plan=plan,
        form=form,
        tried=tried(session, contract, plan, form, clock.now()),
        loaded=loaded,
        problem=problem,
        address=address,
        fields=FIELDS,
        problems=PROBLEMS,
        required=event.REQUIRED,
    )
