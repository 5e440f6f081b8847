"""The web application, put together."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from xla import database, migrate
from xla.outside import mail
from xla.outside.mail import Mailbox
from xla.outside.oidc import Provider
from xla.services.kept import Kept
from xla.settings import Settings
from xla.web import access, language, outage, words
from xla.web.account import account
from xla.web.actions import actions
from xla.web.addresses import LOCAL_NAMES, IdConverter
from xla.web.agreements import agreements
from xla.web.api import api, problems
from xla.web.api.docs import docs
from xla.web.api.pace import PACE, Pace
from xla.web.audit import audit
from xla.web.breach_work import work
from xla.web.breaches import breaches
from xla.web.browsers import browsers
from xla.web.contracts import contracts
from xla.web.database import ENGINE, KEPT, SETTINGS
from xla.web.draft_pages import pages as drafts
from xla.web.editor import editor
from xla.web.exclusions import exclusions
from xla.web.fresh import answer_at_the_door
from xla.web.health import answer_under_any_name, health
from xla.web.help import help_pages
from xla.web.identity_provider import PROVIDER, identity_provider
from xla.web.import_columns import import_columns
from xla.web.import_undo import import_undo
from xla.web.import_work import WORKS, Works
from xla.web.imports import allow_large_files, imports
from xla.web.invitations import invitations
from xla.web.invited import invited
from xla.web.kiosk import kiosk
from xla.web.kiosks import kiosks
from xla.web.kpis import kpis
from xla.web.language import languages
from xla.web.metrics import METRICS, metrics
from xla.web.metrics import Kept as KeptMetrics
from xla.web.people import people
from xla.web.periods import periods
from xla.web.point_files import point_files
from xla.web.points import points
from xla.web.portfolio import portfolio
from xla.web.post import POST, Post
from xla.web.rate import rate
from xla.web.receipts import receipts
from xla.web.recipients import no_reports, recipients
from xla.web.report_pages import report_pages
from xla.web.reports import reports
from xla.web.second_step import second_step
from xla.web.secret import Sessions
from xla.web.settings import settings as settings_pages
from xla.web.shell import shell
from xla.web.sign_in import sign_in
from xla.web.staff_networks import staff_networks
from xla.web.unsubscribe import unsubscribe
from xla.web.verify import verify
from xla.web.welcome import welcomes
from xla.web.wishes import wishes

MOST_BYTES = 4 << 20
PAGES = (
    health,
    metrics,
    languages,
    sign_in,
    portfolio,
    contracts,
    editor,
    drafts,
    settings_pages,
    audit,
    help_pages,
    kpis,
    kiosk,
    kiosks,
    agreements,
    staff_networks,
    points,
    point_files,
    breaches,
    work,
    actions,
    periods,
    exclusions,
    imports,
    import_columns,
    import_undo,
    reports,
    report_pages,
    recipients,
    no_reports,
    rate,
    receipts,
    invited,
    invitations,
    verify,
    identity_provider,
    welcomes,
    account,
    unsubscribe,
    browsers,
    second_step,
    people,
    api,
    wishes,
    docs,
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(settings: Settings, engine: Engine | None = None, mailbox: Mailbox | None = None) -> Flask:
    """The WSGI application; opens its own engine and mailbox where none is given."""
    app = Flask(__name__, template_folder=str(migrate.folder("templates")), static_folder="static")
    _configure(app, settings)
    app.extensions[ENGINE] = engine or database.connect(settings.database, work=settings.engine)
    app.extensions[SETTINGS] = settings
    app.extensions[KEPT] = Kept()
    app.extensions[PACE] = Pace()
    app.extensions[METRICS] = KeptMetrics()
    app.extensions[POST] = Post(app, mailbox if mailbox is not None else mail.mailbox(settings.smtp_url))
    app.extensions[WORKS] = Works(app)
    app.extensions[PROVIDER] = _identity_provider(settings)
    app.session_interface = Sessions()
    _speak(app)
    app.before_request(access.refuse_foreign_origin)
    app.before_request(access.recognise)
    app.before_request(allow_large_files)
    protection = CSRFProtect(app)
    app.url_map.converters["int"] = IdConverter
    for pages in PAGES:
        app.register_blueprint(pages)
        if pages.name in access.ANONYMOUS:
            protection.exempt(pages)
    app.register_error_handler(HTTPException, _sorry)
    app.register_error_handler(DBAPIError, outage.away)
    app.register_error_handler(PoolTimeout, outage.away)
    app.register_error_handler(OSError, outage.system_failed)
    app.after_request(_safer)
    answer_at_the_door(app)
    answer_under_any_name(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask's own documentation does
    return app


def _configure(app: Flask, settings: Settings) -> None:
    base = urlsplit(settings.base_url)
    is_secure = base.scheme == "https"
    app.config.update(
        BASE_URL=settings.base_url,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=5_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        # A browser keeps a Secure cookie only over https; a name with __Host- only for this very host.
        SESSION_COOKIE_NAME="__Host-xla_form" if is_secure else "xla_form",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TOKEN_COOKIE="__Host-xla" if is_secure else "xla",
        TRUSTED_HOSTS=[base.hostname or "", *LOCAL_NAMES],
        WTF_CSRF_TIME_LIMIT=None,
    )


def _identity_provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)


def _speak(app: Flask) -> None:
    """Templates: escaped whatever their name, strict, in the language of the request."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # by the extension
        language.gettext,
        language.plural,
        newstyle=True,
    )
    app.jinja_env.filters.update(words.filters)
    app.context_processor(shell)


def _sorry(error: HTTPException) -> tuple[str, int] | Response:
    code = error.code or 500
    if isinstance(error, SecurityError):  # under a foreign name no address of ours can be built
        sentence = f"XLA monitor is reached at {current_app.config['BASE_URL']}, not under this name.\n"
        return Response(sentence, code, mimetype="text/plain")
    if problems.is_asked():
        return problems.of_http(error)
    reason = "csrf" if isinstance(error, CSRFError) else code
    return render_template("errors/error.html", code=code, reason=reason), code


def _safer(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.add("Vary", "HX-Request")
    return response
