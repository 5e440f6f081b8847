"""The web application, put together."""

from flask import Flask, Response, render_template
from jinja2 import StrictUndefined
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from xla import database, migrate
from xla.settings import Settings
from xla.web.contracts import contracts
from xla.web.database import ENGINE
from xla.web.health import health
from xla.web.words import filters

MOST_BYTES = 1 << 20
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """The WSGI application; opens its own engine where none is given."""
    app = Flask(__name__, template_folder=str(migrate.folder("templates")), static_folder="static")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions[ENGINE] = engine or database.connect(settings.database)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["provider"] = settings.provider
    app.register_blueprint(health)
    app.register_blueprint(contracts)
    app.register_error_handler(HTTPException, _sorry)
    app.after_request(_safer)
    return app


def _sorry(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    return render_template("errors/error.html", code=code), code


def _safer(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
