"""Staff networks: the provider says from where a contract's own staff rate."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, StringField, ValidationError
from wtforms.validators import DataRequired

from xla import clock
from xla.core.role import Permission
from xla.services import staff_networks as rules
from xla.services.agreements import Refused, agreement_of, versions
from xla.web.access import needs, visitor
from xla.web.contracts import seen
from xla.web.database import changing, reading
from xla.web.fields import Form, one_line, stripped
from xla.web.language import gettext as _
from xla.web.language import lazy

staff_networks = Blueprint("staff_networks", __name__)

LONGEST = 50
"""Characters of the longest range."""


class NetworkForm(Form):
    """A network, and whose it is."""

    network = StringField(
        lazy("Address or range"),
        [DataRequired(lazy("Write an address or a range.")), one_line(LONGEST)],
        filters=[stripped],
    )
    note = StringField(lazy("Whose it is"), [one_line(rules.LONGEST_NOTE)], filters=[stripped])

    def validate_network(self, network: Field) -> None:
        """It must be one, and not everybody's."""
        try:
            network.data = rules.parsed(network.data)
        except rules.NotANetwork:
            raise ValidationError(_("Write it as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48.")) from None
        except rules.TooWide:
            raise ValidationError(_("This range is so wide that not only staff are in it.")) from None


@staff_networks.get("/contracts/<key>/staff-networks")
@needs(Permission.WORK)
def listed(key: str) -> str:
    """The networks, and the form for another."""
    with reading() as session:
        return _page(session, key, NetworkForm(formdata=None))


@staff_networks.post("/contracts/<key>/staff-networks")
@needs(Permission.WORK)
def added(key: str) -> Response | tuple[str, int]:
    """One more network."""
    form = NetworkForm()
    if not form.validate_on_submit():
        with reading() as session:
            return _page(session, key, form), 422
    try:
        with changing() as session:
            contract = seen(session, key)
            rules.add(session, contract, form.network.data, form.note.data or "", visitor(), clock.now())
    except Refused:
        with reading() as session:
            problem = _("It is on the list already, or the list is full: it takes %(most)s.", most=rules.MOST)
            return _page(session, key, form, problem), 422
    flash(_("Added. Ratings from there are marked from now on."))
    return redirect(url_for("staff_networks.listed", key=key), code=303)


@staff_networks.post("/contracts/<key>/staff-networks/remove")
@needs(Permission.WORK)
def removed(key: str) -> Response:
    """One network less; taken away twice is once."""
    network = request.form.get("network", "")
    if "\0" in network:
        abort(404)
    with changing() as session:
        rules.remove(session, seen(session, key), network, visitor(), clock.now())
    flash(_("Removed. What was marked stays marked."))
    return redirect(url_for("staff_networks.listed", key=key), code=303)


def _page(session: Session, key: str, form: NetworkForm, problem: str | None = None) -> str:
    contract = seen(session, key)
    known = rules.listed(session, contract)
    here = rules.around(request.remote_addr or "")
    return render_template(
        "contract/staff_networks.html",
        agreed=agreement_of(versions(session, contract)[-1]).contract,
        networks=known,
        form=form,
        problem=problem,
        here=here if here not in {each.network for each in known} else None,
    )
