"""Access: who asks, and what they may see. Every view is guarded, or public by name."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from xla import clock
from xla.core.role import PARTIES, Party, Permission, Role, may
from xla.models import Person, SignIn
from xla.services import memberships, sign_ins
from xla.web.database import changing, reading

PUBLIC = frozenset(
    {
        "api.openapi",
        "api_docs.page",
        "health.alive",
        "health.ready",
        "help.accessibility",
        "invited.answered",
        "invited.ask",
        "invited.stop",
        "invited.stopped",
        "kiosk.alive",
        "kiosk.manifest",
        "kiosk.pair",
        "kiosk.ratings",
        "kiosk.setting_up",
        "kiosk.shell",
        "kiosk.worker",
        "languages.choose",
        "metrics.figures",
        "no_reports.ask",
        "no_reports.leave",
        "rate.added",
        "rate.answers",
        "rate.ask",
        "rate.change",
        "rate.saved",
        "rate.tapped",
        "rate.thanks",
        "report_pages.stylesheet",
        "receipts.file",
        "receipts.page",
        "settings.logo",
        "settings.stylesheet",
        "identity_provider.back",
        "identity_provider.leave",
        "sign_in.ask_code",
        "sign_in.code_given",
        "sign_in.enter",
        "sign_in.entered",
        "sign_in.leave",
        "static",
        "unsubscribe.ask",
        "unsubscribe.stopped",
        "verify.check",
        "verify.form",
        "verify.seal",
        "welcomes.forgotten",
        "welcomes.forgotten_told",
        "welcomes.invitation",
        "welcomes.invitation_accepted",
        "welcomes.reset",
        "welcomes.reset_done",
        "welcomes.set_up",
        "welcomes.set_up_done",
    }
)
"""Endpoints that show nothing of anybody's."""
ANONYMOUS = frozenset(
    {"api", "health", "invited", "kiosk", "metrics", "no_reports", "rate", "receipts", "unsubscribe"}
)
"""Blueprints in which nobody is ever signed in: no cookie is read or written, so none needs protection."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

P = ParamSpec("P")
R = TypeVar("R")


def visitor() -> Person:
    """Who asks. Only for guarded views."""
    person = visitor_or_none()
    if person is None:
        abort(403)
    return person


def visitor_or_none() -> Person | None:
    """Who asks, where somebody is signed in."""
    return cast("Person | None", g.get("person"))


def party() -> Party | None:
    """Which party the visitor stands for; None for an auditor."""
    return PARTIES.get(Role(visitor().role))


def allowed(permission: Permission) -> bool:
    """Whether the visitor may do what a link or button offers."""
    person = visitor_or_none()
    return person is not None and may(Role(person.role), permission)


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in who is signed in, sees the contract `key` of the address, and has the permission.

    Somebody else's contract is a 404, as one that does not exist; a page that is not for one's role a 403.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = visitor_or_none()
            if person is None:
                return cast("R", _sign_in_first())
            _refuse_unseen(person)
            if not may(Role(person.role), permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.guarded_by = permission  # type: ignore[attr-defined]  # the mark the tests look for
        return guarded

    return guard


def recognise() -> None:
    """Before each request: find out who asks, from the cookie of the session."""
    token = request.cookies.get(current_app.config["TOKEN_COOKIE"])
    if not token or request.endpoint == "static" or is_anonymous():
        return
    now = clock.now()
    with reading() as session:
        found = sign_ins.find(session, token, now)
    if found is None:
        return
    g.sign_in, g.person = found
    if sign_ins.is_stale(found[0], now):
        with changing() as session:
            sign_ins.note_seen(session, found[0].id, now)


def current_sign_in() -> SignIn:
    """The row of the browser that asks. Only for guarded views."""
    return cast("SignIn", g.sign_in)


def refuse_foreign_origin() -> None:
    """Before each change: refuse one that another site's page sends, whatever token it holds."""
    if request.method in SAFE or request.blueprint == "api":  # a key is not sent unasked, as cookies are
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        abort(403)
    ours = {request.host_url.rstrip("/"), str(current_app.config["BASE_URL"]).rstrip("/")}
    if is_anonymous():
        ours.add("null")  # what a page says that tells nobody where one comes from
    if origin is not None and origin not in ours:
        abort(403)


def is_anonymous() -> bool:
    """Whether the request is for a page where nobody is ever signed in."""
    return request.blueprint in ANONYMOUS


def _sign_in_first() -> Response:
    back = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("sign_in.enter", next=back), code=303)


def _refuse_unseen(person: Person) -> None:
    key = (request.view_args or {}).get("key")
    if key is None:
        return
    with reading() as session:
        if memberships.visible_contract(session, person, key) is None:
            abort(404)
