"""Contact wishes: who rated, said how to reach them, and waits."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from xla import clock
from xla.core.role import Permission
from xla.services.agreements import agreement_of, versions
from xla.services.wish_inbox import handle, inbox
from xla.web import wish_words
from xla.web.access import needs, visitor
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.language import figures
from xla.web.language import gettext as _

wishes = Blueprint("wishes", __name__)


@wishes.get("/contracts/<key>/wishes")
@needs(Permission.WORK)
def waiting(key: str) -> str:
    """Who waits to be contacted, the longest first."""
    with reading() as session:
        contract = seen(session, key)
        agreement = agreement_of(versions(session, contract)[-1])
        found = inbox(session, contract, request.args.get("page", 1, type=int))
    return render_template(
        "wishes/list.html",
        agreed=agreement.contract,
        agreement=agreement,
        inbox=found,
        say=wish_words,
        told=figures(agreement.contract.timezone),
    )


@wishes.post("/contracts/<key>/wishes/<int:wish>/handled")
@needs(Permission.WORK)
def handled(key: str, wish: int) -> Response:
    """Somebody got in touch; how to reach them is deleted."""
    with changing() as session:
        try:
            handle(session, seen(session, key), wish, visitor(), clock.now())
        except LookupError:
            abort(404)
    flash(_("Done. How to reach them is deleted."))
    return redirect(url_for("wishes.waiting", key=key), code=303)
