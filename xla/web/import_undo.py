"""Import undo: a page that says what it does to take an import back, and the button that does."""

from flask import Blueprint, abort, flash, redirect
from flask import url_for as address
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.core.role import Permission
from xla.services import upload_undo
from xla.services.agreements import ChangedMeanwhile, Refused
from xla.services.upload_undo import undoing
from xla.web.access import needs, visitor
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.imports import found, page
from xla.web.language import gettext as _
from xla.web.language import ngettext

import_undo = Blueprint("import_undo", __name__)


@import_undo.get("/contracts/<key>/imports/<int:upload>/undo")
@needs(Permission.WORK)
def asked(key: str, upload: int) -> str:
    """What it would do, in numbers."""
    with reading() as session:
        contract = seen(session, key)
        row = found(session, contract, upload)
        if row.state != "done":
            abort(404)
        return page(session, contract, "imports/undo.html", upload=row, undoing=undoing(session, row))


@import_undo.post("/contracts/<key>/imports/<int:upload>/undo")
@needs(Permission.WORK)
def undo(key: str, upload: int) -> AnyResponse:
    """Take it back."""
    try:
        with changing() as session:
            contract = seen(session, key)
            found(session, contract, upload)
            count = upload_undo.undo(session, contract, upload, visitor(), clock.now())
    except ChangedMeanwhile:
        flash(_("This changed meanwhile: the page shows how it stands now. Nothing of yours was done."))
    except Refused:
        flash(_("This import can’t be taken back: another file and this one told of the same responses."))
    else:
        flash(
            ngettext(
                "Taken back. %(count)s rating counts no more.",
                "Taken back. %(count)s ratings count no more.",
                count,
            )
        )
    return redirect(address("imports.upload", key=key, upload=upload), code=303)
