"""The identity provider: signing in with one's organisation, there and back."""

import hmac
from typing import cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from xla import clock
from xla.models import Person
from xla.outside.oidc import Provider, ProviderFailed, Started
from xla.services import audit
from xla.services.identities import Identity, recognise
from xla.web.addresses import inside, outside
from xla.web.database import changing
from xla.web.sign_in import first_step_done

identity_provider = Blueprint("identity_provider", __name__)

PROVIDER = "xla.identity_provider"
UNDER_WAY = "provider"


@identity_provider.get("/sign-in/organisation")
def leave() -> AnyResponse | tuple[str, int]:
    """Off to the provider."""
    try:
        started = _provider().start(outside("identity_provider.back"))
    except ProviderFailed as failed:
        return _failed(failed)
    session[UNDER_WAY] = [*started[1:], inside(request.args.get("next"))]
    return redirect(started.address, code=303)


@identity_provider.get("/sign-in/organisation/back")
def back() -> AnyResponse | tuple[str, int]:
    """Back from there: signed in, or told why not."""
    provider = _provider()
    state, nonce, verifier, onward = session.pop(UNDER_WAY, ("", "", "", ""))
    given, code = request.args.get("state", ""), request.args.get("code", "")
    if not state or not code or not hmac.compare_digest(state.encode(), given.encode()):
        return _refused("cancelled")
    try:
        told = provider.finish(
            outside("identity_provider.back"), code, Started("", state, nonce, verifier), clock.now()
        )
    except ProviderFailed as failed:
        return _failed(failed)
    with changing() as rows:
        person = recognise(rows, Identity(*told))
        if not isinstance(person, Person):
            detail = {"step": "provider", "reason": person}
            audit.note(rows, None, "sign_in.fail", subject=told.email, detail=detail, now=clock.now())
    if not isinstance(person, Person):
        return _refused(person, told.email)
    return first_step_done(person, onward)


def _provider() -> Provider:
    found = cast("Provider | None", current_app.extensions[PROVIDER])
    if found is None:
        abort(404)
    return found


def _failed(failed: ProviderFailed) -> tuple[str, int]:
    current_app.logger.error("The identity provider failed: %s", failed)
    return _refused("failed")


def _refused(reason: str, email: str = "") -> tuple[str, int]:
    page = render_template("sign_in/refused.html", reason=reason, email=email, again=url_for("sign_in.enter"))
    return page, 403
