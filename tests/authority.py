"""A time-stamp authority for tests (RFC 3161): its certificates, and a server on this machine that stamps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from listening import listening

NAME = "Trusted Time Ltd"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 3_650


class Held(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def root() -> Held:
    """Who says which authority is one."""
    key = rsa.generate_private_key(65537, 2048)
    name = _name("Test root")
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    made = _begun(name, name, key).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    return Held(made, key)


@cache
def authority(*, is_critical: bool = True, usages: tuple[str, ...] = ("TIME_STAMPING",)) -> Held:
    """The authority's own certificate."""
    key = rsa.generate_private_key(65537, 2048)
    begun = _begun(_name(NAME), root().certificate.subject, key)
    if usages:
        usage = x509.ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, each) for each in usages])
        begun = begun.add_extension(usage, critical=is_critical)
    return Held(begun.sign(root().key, hashes.SHA256()), key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(name: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=DAYS))
    )


def stamper(at: datetime, held: Held | None = None) -> DummyTimeStamper:
    """Stamps everything with that instant."""
    held = held or authority()
    der = held.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = asn1.Certificate.load(held.certificate.public_bytes(Encoding.DER))
    return DummyTimeStamper(certificate, keys.PrivateKeyInfo.load(der), fixed_dt=at)


def granted(query: bytes, at: datetime, held: Held | None = None) -> bytes:
    """The answer to a query."""
    return bytes(stamper(at, held).request_tsa_response(tsp.TimeStampReq.load(query)).dump())


def refused(_query: bytes, _at: datetime) -> bytes:
    """No stamp, with a reason."""
    status = {"status": "rejection", "status_string": ["too many today"], "fail_info": {"time_not_available"}}
    return bare(status)


def bare(status: dict[str, Any]) -> bytes:
    """An answer without a stamp."""
    told = tsp.PKIStatusInfo(status).dump()
    return bytes([0x30, len(told)]) + bytes(told)


class Authority(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1, and answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.at = MADE_AT
        self.status = 200
        self.location = ""
        self.answer: Callable[[bytes, datetime], bytes] = granted
        self.asked: list[tuple[str, bytes]] = []
        """Of each query its content type and bytes."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/tsa"


class Handler(BaseHTTPRequestHandler):
    """Keeps and answers."""

    server: Authority

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.headers["Content-Type"], query))
        body = self.server.answer(query, self.server.at)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        """Say nothing."""


@contextmanager
def stamping() -> Iterator[Authority]:
    """An authority that listens while the block runs."""
    there = Authority()
    with listening(there):
        yield there
