"""The secret that signs forms: kept in the database, so that all processes of an installation share it."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError

from xla import clock, database
from xla.services import installations
from xla.web.database import ENGINE

MACHINES = ("/healthz", "/readyz", "/metrics")
"""What machines ask, often: it needs no form, and whether we live not even the database."""


class Sessions(SecureCookieSessionInterface):
    """Flask's own cookie, which holds nothing but the form token and one line for the next page."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's; who brings no cookie gets an empty one without its signature being looked for."""
        is_machine = request.path in MACHINES
        if is_machine or (app.secret_key and not request.cookies.get(self.get_cookie_name(app))):
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """As Flask's, with the secret looked up once; None while the database does not answer."""
        if not app.secret_key:
            try:
                app.secret_key = _secret(app)
            except SQLAlchemyError as problem:
                app.logger.error("The database does not answer: %s", database.said(problem))  # noqa: TRY400  # at each request, till it does
                return None
        return super().get_signing_serializer(app)


def _secret(app: Flask) -> str:
    engine = app.extensions[ENGINE]
    with database.reading(engine) as session:
        known = installations.installation(session)
    if known:
        return known.secret
    with database.transaction(engine) as session:
        return installations.ensured(session, clock.now()).secret
