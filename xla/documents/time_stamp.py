"""Time stamps of RFC 3161: what an authority is asked, and whether its answer says what it should.

A stamp says that some bytes, known by their SHA-256, were there at an instant. It holds by the signature of
the certificate inside it. Whether that certificate is to be trusted is for its reader to say.
"""

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from xla.documents.signing import name_of

APART = timedelta(minutes=5)
"""How far the authority's clock and ours may be apart."""
GRANTED = {"granted", "granted_with_mods"}


class Query(NamedTuple):
    """What an authority is asked."""

    sha256: str
    """Of the bytes to be stamped."""
    nonce: int
    """The answer repeats it: it is none that was given before."""
    der: bytes
    """The request as it is sent (RFC 3161, section 2.4.1)."""


class Stamp(NamedTuple):
    """A time stamp that was checked."""

    token: bytes
    """The TimeStampToken, DER."""
    authority: str
    """Whose certificate signed it."""
    stamped_at: datetime
    """The instant the authority vouches for."""


class NoStamp(Exception):
    """What came is no time stamp of these bytes; says why, in one sentence."""


def query(sha256: str) -> Query:
    """What to ask for a stamp of the bytes with that SHA-256: with a random nonce, and the certificate."""
    from asn1crypto import tsp  # noqa: PLC0415 -- few stamp

    nonce = secrets.randbits(64)
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes.fromhex(sha256)}
    request = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    )
    return Query(sha256, nonce, request.dump())


def answered(asked: Query, answer: bytes, now: datetime) -> Stamp:
    """The stamp in an answer to that query. Raises `NoStamp`."""
    try:
        told = _answer().load(answer, strict=True)
        status, token = told["status"].native, told["token"].dump()
    except Exception as failed:  # whatever a stranger's bytes raise
        raise NoStamp("the answer is none of a time-stamp authority") from failed
    if status["status"] not in GRANTED:
        said = "; ".join(map(str, status["status_string"] or ())) or status["status"]
        raise NoStamp(f"the authority refused: {said[:200]}")
    stamp, nonce = _read(token, asked.sha256)
    if nonce != asked.nonce:
        raise NoStamp("the stamp answers another query")
    if abs(stamp.stamped_at - now) > APART:
        raise NoStamp(f"the stamp says {stamp.stamped_at:%Y-%m-%d %H:%M} UTC, which is not now")
    return stamp


def checked(token: bytes, sha256: str) -> Stamp:
    """The stamp a token is of the bytes with that SHA-256. Raises `NoStamp`."""
    return _read(token, sha256)[0]


def reply(token: bytes) -> bytes:
    """The token as an authority's whole answer, which is what a `.tsr` file holds. Raises ValueError."""
    from asn1crypto import cms, tsp  # noqa: PLC0415 -- few stamp

    inside = cms.ContentInfo.load(token)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": inside}).dump())


def _answer() -> Any:  # noqa: ANN401 -- a type made of asn1crypto's
    """The type of a TimeStampResp. asn1crypto's own asks for a token, which a refusal does not have."""
    from asn1crypto import cms, core, tsp  # noqa: PLC0415 -- few stamp

    token = ("token", cms.ContentInfo, {"optional": True})
    return type("Answer", (core.Sequence,), {"_fields": [("status", tsp.PKIStatusInfo), token]})


def _read(token: bytes, sha256: str) -> tuple[Stamp, int | None]:
    """The stamp, with the nonce it repeats."""
    try:
        told, status = _validated(token, sha256)
    except NoStamp:
        raise
    except Exception as failed:  # whatever a stranger's bytes raise
        raise NoStamp("it is no time stamp, or can't be read") from failed
    if not (status.intact and status.valid):
        raise NoStamp("the stamp's signature is not that of the certificate inside it")
    _refuse(status, told["gen_time"])
    authority = name_of(status.signing_cert)
    if not authority.isprintable():
        raise NoStamp("the name of the certificate that signed the stamp can't be written")
    return Stamp(token, authority, told["gen_time"]), told["nonce"]


def _validated(token: bytes, sha256: str) -> tuple[dict[str, Any], Any]:
    """What the token says, and what pyHanko says of its signature."""
    from asn1crypto import cms  # noqa: PLC0415 -- few stamp
    from pyhanko.sign.general import extract_certificate_info  # noqa: PLC0415 -- few stamp
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data  # noqa: PLC0415 -- few stamp
    from pyhanko.sign.validation.status import TimestampSignatureStatus  # noqa: PLC0415 -- few stamp
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 -- few stamp

    signed = cms.ContentInfo.load(token, strict=True)["content"]
    told = signed["encap_content_info"]["content"].parsed.native
    imprint = told["message_imprint"]
    found = imprint["hash_algorithm"]["algorithm"], imprint["hashed_message"].hex()
    if found != ("sha256", sha256):
        raise NoStamp("the stamp is of other bytes")
    certificate = extract_certificate_info(signed).signer_cert
    trusted = ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=told["gen_time"])
    kept = validate_tst_signed_data(signed, trusted, lambda _algorithm: bytes.fromhex(sha256))
    return told, TimestampSignatureStatus(**asyncio.run(kept))


def _refuse(status: Any, at: datetime) -> None:  # noqa: ANN401 -- pyHanko's own
    """Nobody but an authority may sign, whose certificate held then (RFC 3161, section 2.3)."""
    certificate = status.signing_cert
    usage = certificate.extended_key_usage_value
    is_critical = "extended_key_usage" in certificate.critical_extensions
    if usage is None or usage.native != ["time_stamping"] or not is_critical:
        raise NoStamp("the certificate that signed the stamp is not for time stamps alone")
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        raise NoStamp("the certificate that signed the stamp did not hold at its instant")
    if not status.trusted:
        raise NoStamp("the stamp is signed in a way that is not safe any more")
