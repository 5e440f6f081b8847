"""OpenID Connect: somebody else's sign-in, by the authorization code flow with PKCE."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from requests.adapters import BaseAdapter

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""What an identity may be signed with. Never none, and nothing symmetric."""
TIMEOUT = 10
LEEWAY = 60
"""Seconds the provider's clock may be off."""
LOCAL = {"localhost", "127.0.0.1", "::1"}


class ProviderFailed(Exception):
    """The identity provider did not do its part; the sentence says how, for the log."""


class Started(NamedTuple):
    """A sign-in under way: where the browser goes, and what is kept until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


class Told(NamedTuple):
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    email: str
    is_verified: bool


class Provider:
    """One identity provider. Every answer of its is checked; `adapter` stands in for the network in tests."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, adapter: BaseAdapter | None = None
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._adapter = adapter

    def start(self, back: str) -> Started:
        """Send somebody there; they come back to `back`. Raises `ProviderFailed`."""
        with self._session(back) as session:
            document = self._document(session)
            nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
            challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            address, state = session.create_authorization_url(
                _endpoint(document, "authorization_endpoint"),
                nonce=nonce,
                code_challenge=challenge,
                code_challenge_method="S256",
            )
        return Started(address, state, nonce, verifier)

    def finish(self, back: str, code: str, started: Started, now: datetime) -> Told:
        """Whom the code stands for. Raises `ProviderFailed` where anything about the answer is not right."""
        try:
            with self._session(back) as session:
                document = self._document(session)
                token = session.fetch_token(
                    _endpoint(document, "token_endpoint"), code=code, code_verifier=started.verifier
                )
                keys = KeySet.import_key_set(_keys(_json(session, _endpoint(document, "jwks_uri"))))
            return self._told(str(token.get("id_token") or ""), keys, started.nonce, now)
        except (AuthlibBaseError, JoseError, RequestException, KeyError, TypeError, ValueError) as error:
            raise ProviderFailed(f"its answer was refused: {type(error).__name__}: {error}") from error

    def _told(self, id_token: str, keys: KeySet, nonce: str, now: datetime) -> Told:
        decoded = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
            },
            {"nonce": nonce, "client_id": self._client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        return Told(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            is_verified=claims.get("email_verified") is True,
        )

    def _session(self, back: str) -> OAuth2Session:
        session = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid email profile",
            redirect_uri=back,
            default_timeout=TIMEOUT,
        )
        session.max_redirects = 0
        if self._adapter is not None:
            session.mount("https://", self._adapter)
        return session

    def _document(self, session: OAuth2Session) -> dict[str, Any]:
        """What the provider says of itself."""
        try:
            document = _json(session, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        except (RequestException, ValueError) as error:
            raise ProviderFailed(f"it does not say where it signs people in: {error}") from error
        if document.get("issuer") != self.issuer:
            raise ProviderFailed(f"it calls itself {document.get('issuer')!r}, not {self.issuer!r}")
        return document


def _json(session: OAuth2Session, address: str) -> dict[str, Any]:
    answer = session.request("GET", _secure(address), withhold_token=True)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError(f"{address} holds no document")  # noqa: TRY004 -- what came is wrong, not a caller
    return document


def _keys(document: dict[str, Any]) -> Any:  # noqa: ANN401 -- the library checks what came
    return document


def _endpoint(document: dict[str, Any], name: str) -> str:
    return _secure(str(document.get(name) or ""))


def _secure(address: str) -> str:
    parsed = urlsplit(address)
    if parsed.scheme != "https" and parsed.hostname not in LOCAL:
        raise ProviderFailed(f"{address!r} is no https address")
    return address
