"""Clients: how reports and mails to each of them look, beside the provider's own branding."""

import hashlib

from flask import Response as Answer
from flask import abort, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, StringField

from xla import clock
from xla.core.colour import parse
from xla.core.role import Permission
from xla.models import Client
from xla.services import audit, clients
from xla.services.clients import ClientLook
from xla.web.access import needs, visitor
from xla.web.database import changing, reading
from xla.web.fields import Form, email, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy
from xla.web.settings.branding import LONGEST_NAME, LogoForm, is_readable, redrawn_of
from xla.web.settings.pages import settings


class ClientForm(Form):
    """What an admin chooses for one client; what is left empty is as for everybody."""

    shown_name = StringField(lazy("Name in reports"), [one_line(LONGEST_NAME)], filters=[stripped])
    colour = StringField(lazy("Colour"), [is_readable], filters=[stripped])
    sender_name = StringField(lazy("Sender of mails"), [one_line(LONGEST_NAME)], filters=[stripped])
    sender_email = EmailField(lazy("Sender’s e-mail address"), [email], filters=[stripped])
    revision = HiddenField()


@settings.get("/settings/clients", endpoint="clients")
@needs(Permission.ADMINISTER)
def everybody() -> str:
    """All clients, with what was chosen for them."""
    with reading() as session:
        return render_template("settings/clients.html", lines=clients.listed(session))


@settings.get("/settings/clients/<int:client>", endpoint="client")
@needs(Permission.ADMINISTER)
def one(client: int) -> str:
    """What is chosen for one."""
    with reading() as session:
        return _page(_found(session, client))


@settings.post("/settings/clients/<int:client>")
@needs(Permission.ADMINISTER)
def client_chosen(client: int) -> Response | tuple[str, int]:
    """Choose name, colour and sender."""
    form = ClientForm()
    is_valid = form.validate_on_submit()
    with changing() as session:
        row = _found(session, client)
        if not is_valid:
            return _page(row, form=form), 422
        if form.revision.data not in {"", _revision(row)}:
            form.revision.data = _revision(row)
            meanwhile = _("Somebody else changed the branding meanwhile. Compare, then save again.")
            return _page(row, form=form, problem=meanwhile), 409
        _choose(session, row, form)
    flash(_("The branding is saved."))
    return redirect(url_for("settings.client", client=client), code=303)


@settings.get("/settings/clients/<int:client>/logo.png")
@needs(Permission.ADMINISTER)
def client_logo(client: int) -> Answer:
    """The client's logo: a PNG we wrote ourselves."""
    with reading() as session:
        png = _found(session, client).logo
    if png is None:
        abort(404)
    answer = Answer(png, mimetype="image/png")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@settings.post("/settings/clients/<int:client>/logo")
@needs(Permission.ADMINISTER)
def client_logo_chosen(client: int) -> Response | tuple[str, int]:
    """Take a picture as the client's logo."""
    form = LogoForm()
    png = redrawn_of(form)
    with changing() as session:
        row = _found(session, client)
        if png is None:
            return _page(row, logo_form=form), 422
        clients.choose_logo(session, row, png)
        audit.note(session, visitor(), "client.logo", subject=row.name, now=clock.now())
    flash(_("The logo is saved."))
    return redirect(url_for("settings.client", client=client), code=303)


@settings.post("/settings/clients/<int:client>/logo/remove")
@needs(Permission.ADMINISTER)
def client_logo_removed(client: int) -> Response:
    """Print no logo of the client any more."""
    with changing() as session:
        row = _found(session, client)
        clients.choose_logo(session, row, None)
        audit.note(session, visitor(), "client.no_logo", subject=row.name, now=clock.now())
    flash(_("The logo is removed."))
    return redirect(url_for("settings.client", client=client), code=303)


def _found(session: Session, client_id: int) -> Client:
    found = clients.of_id(session, client_id)
    if found is None:
        abort(404)
    return found


def _choose(session: Session, row: Client, form: ClientForm) -> None:
    colour = parse(form.colour.data or "")
    chosen = ClientLook(
        shown_name=form.shown_name.data or "",
        colour=str(colour) if colour else "",
        sender_name=form.sender_name.data or "",
        sender_email=form.sender_email.data or "",
    )
    changed = clients.choose(session, row, chosen)
    if changed:
        detail = {name: getattr(chosen, name) for name in changed}
        audit.note(session, visitor(), "client.look", subject=row.name, detail=detail, now=clock.now())


def _page(
    row: Client,
    *,
    form: ClientForm | None = None,
    logo_form: LogoForm | None = None,
    problem: str | None = None,
) -> str:
    return render_template(
        "settings/client.html",
        form=form or _filled(row),
        logo_form=logo_form or LogoForm(formdata=None),
        client=row,
        problem=problem,
    )


def _filled(row: Client) -> ClientForm:
    return ClientForm(
        formdata=None,
        data={
            "shown_name": row.shown_name,
            "colour": row.colour,
            "sender_name": row.sender_name,
            "sender_email": row.sender_email,
            "revision": _revision(row),
        },
    )


def _revision(row: Client) -> str:
    """What stands there, as a short name for it."""
    told = f"{row.shown_name}\n{row.colour}\n{row.sender_name}\n{row.sender_email}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]
