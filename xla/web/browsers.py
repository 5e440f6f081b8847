"""Browsers: where a person is signed in, and signing out there."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.role import Permission
from xla.services import audit, sign_ins
from xla.web.access import current_sign_in, needs, visitor
from xla.web.database import changing
from xla.web.language import gettext as _

browsers = Blueprint("browsers", __name__)


@browsers.post("/account/browsers/<int:browser>/end")
@needs(Permission.SEE)
def end(browser: int) -> AnyResponse:
    """Sign out one browser of one's own."""
    person = visitor()
    with changing() as session:
        if not sign_ins.end_own(session, person.id, browser):
            abort(404)
        audit.note(session, person, "account.end_browser", subject=person.name, now=clock.now())
    flash(_("That browser is signed out."))
    return redirect(url_for("account.mine", _anchor="browsers"), code=303)


@browsers.post("/account/browsers/end")
@needs(Permission.SEE)
def end_others() -> AnyResponse:
    """Sign out every browser but this one."""
    person = visitor()
    with changing() as session:
        sign_ins.end_all(session, person.id, but=current_sign_in().id)
        audit.note(session, person, "account.end_browsers", subject=person.name, now=clock.now())
    flash(_("Your other browsers are signed out."))
    return redirect(url_for("account.mine", _anchor="browsers"), code=303)
