"""An identity provider in this process: its keys, its answers, and what a test makes it say."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

ISSUER = "https://login.example/tenant"
CLIENT = "xla-monitor"


@cache
def key(name: str) -> RSAKey:
    """A key pair of that name, made once."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


class FakeProvider(BaseAdapter):
    """Answers as a provider would; `claims`, `header` and `document` change what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.signed_with: Any = key("first")
        self.unsigned = ""
        """Given instead of a signed identity."""
        self.status = 200
        self.asked: list[str] = []
        self._nonce = ""
        self._challenge = ""

    def visited(self, address: str) -> str:
        """Somebody is sent there and signs in; gives what the provider sends them back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        self._nonce, self._challenge = query["nonce"], query["code_challenge"]
        return f"code=a-code&state={query['state']}"

    def send(self, request: PreparedRequest, **_options: Any) -> Response:
        path = urlsplit(request.url or "").path
        self.asked.append(path)
        if path.endswith("openid-configuration"):
            return self._answer(request, self._configuration())
        if path.endswith("/keys"):
            return self._answer(request, {"keys": [key("first").as_dict(private=False)]})
        form = parse_qs(str(request.body))
        proof = urlsafe_b64encode(sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        assert proof == self._challenge
        return self._answer(
            request, {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token()}
        )

    def close(self) -> None:
        """Nothing is open."""

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            **self.document,
        }

    def _id_token(self) -> str:
        if self.unsigned:
            return self.unsigned
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "sub-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self._nonce,
            "email": "Manager@nordfast.example",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "first", **self.header}
        return jwt.encode(header, claims, self.signed_with, algorithms=[header["alg"]])

    def _answer(self, request: PreparedRequest, document: dict[str, Any]) -> Response:
        response = Response()
        response.status_code = self.status
        response.url = request.url or ""
        response.request = request
        response._content = json.dumps(document).encode()  # noqa: SLF001 -- as the library's own tests do
        response.headers["Content-Type"] = "application/json"
        return response


SHARED = OctKey.import_key("a shared secret that anybody who sees the client's settings knows")
