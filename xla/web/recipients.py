"""Recipients: the provider says who gets a contract's reports by mail; whoever gets them may leave."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from xla import clock
from xla.core.role import Permission
from xla.documents.language import NAMES
from xla.models import Contract, ReportRecipient
from xla.services import installations
from xla.services import recipients as rules
from xla.services.agreements import Refused, agreement_of, versions
from xla.services.people import LONGEST_NAME
from xla.services.recipients import AlreadyThere, TooMany
from xla.web.access import needs, visitor
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.fields import Form, choices, email, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy

recipients = Blueprint("recipients", __name__)
no_reports = Blueprint("no_reports", __name__, url_prefix="/no-reports")


class RecipientForm(Form):
    """One address."""

    name = StringField(
        lazy("Name"), [DataRequired(lazy("Write a name.")), one_line(LONGEST_NAME)], filters=[stripped]
    )
    email = StringField(
        lazy("E-mail"),
        [DataRequired(lazy("Write one e-mail address, such as service@example.com.")), email],
        filters=[stripped],
    )
    language = SelectField(
        lazy("Language"),
        [DataRequired(lazy("Choose one of what is offered."))],
        choices=choices(NAMES.items()),
    )


@recipients.get("/contracts/<key>/recipients")
@needs(Permission.WORK)
def listed(key: str) -> str:
    """Who gets the reports, and the form for another."""
    with reading() as session:
        return _page(session, key, RecipientForm(formdata=None))


@recipients.post("/contracts/<key>/recipients")
@needs(Permission.WORK)
def added(key: str) -> Response | tuple[str, int]:
    """One more."""
    form = RecipientForm()
    if not form.validate_on_submit():
        return _again(key, form), 422
    try:
        with changing() as session:
            rules.add(
                session,
                seen(session, key),
                email=form.email.data,
                name=form.name.data,
                language=form.language.data,
                by=visitor(),
                now=clock.now(),
            )
    except AlreadyThere:
        form.email.errors = [_("This address gets the reports already.")]
    except TooMany:
        form.email.errors = [_("The list is full: it takes %(most)s.", most=rules.MOST)]
    except Refused:
        form.email.errors = [_("Write one e-mail address, such as service@example.com.")]
    else:
        flash(_("Added. The next report goes there, too."))
        return redirect(url_for("recipients.listed", key=key), code=303)
    return _again(key, form), 422


@recipients.post("/contracts/<key>/recipients/<int:recipient>/remove")
@needs(Permission.WORK)
def removed(key: str, recipient: int) -> Response:
    """One less."""
    try:
        with changing() as session:
            name = rules.remove(session, seen(session, key), recipient, visitor(), clock.now())
    except LookupError:
        abort(404)
    flash(_("%(name)s gets no more reports. What was sent stays in the log.", name=name))
    return redirect(url_for("recipients.listed", key=key), code=303)


@no_reports.get("/<token>")
def ask(token: str) -> tuple[str, int]:
    """Ask whether they want no more reports; mail scanners open links, too, so nothing happens yet."""
    with reading() as session:
        recipient = _recipient(session, token)
        return _left(session, recipient, is_out=False)


@no_reports.post("/<token>")
def leave(token: str) -> tuple[str, int]:
    """No more reports: by the page's button, or by a mail program's (RFC 8058)."""
    with changing() as session:
        recipient = _recipient(session, token)
        page = _left(session, recipient, is_out=True)
        if recipient is not None:
            rules.leave(session, recipient, clock.now())
        return page


@no_reports.after_request
def tell_nobody(response: Response) -> Response:
    """The link is the reader's own."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _again(key: str, form: RecipientForm) -> str:
    with reading() as session:
        return _page(session, key, form)


def _page(session: Session, key: str, form: RecipientForm) -> str:
    contract = seen(session, key)
    agreed = agreement_of(versions(session, contract)[-1]).contract
    if not form.is_submitted():
        form.language.data = agreed.language
    return render_template(
        "reports/recipients.html", agreed=agreed, recipients=rules.listed(session, contract), form=form
    )


def _recipient(session: Session, token: str) -> ReportRecipient | None:
    known = installations.installation(session)
    found = rules.by_token(session, known.secret, token) if known else None
    if found is not None:
        g.language = rules.language_of(found)
    return found


def _left(session: Session, recipient: ReportRecipient | None, *, is_out: bool) -> tuple[str, int]:
    title = None
    if recipient is not None:
        contract = session.get_one(Contract, recipient.contract_id)
        title = agreement_of(versions(session, contract)[-1]).contract.title
    page = render_template("reports/leave.html", title=title, is_out=is_out)
    return page, 200 if recipient is not None or is_out else 404
