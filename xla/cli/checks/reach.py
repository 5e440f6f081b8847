"""Reach: how people reach this installation, and how its mails reach them."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from xla.cli.checks.patient import Check, Patient
from xla.core.finding import Finding, fine, warning, wrong
from xla.documents import time_stamp
from xla.documents.signing import Unsigned, signer_of
from xla.outside.mail import SmtpMailbox, Undelivered
from xla.outside.time_stamps import Unanswered, ask

LOCAL = {"localhost", "127.0.0.1", "::1"}
SMTP_SECONDS = 4
RENEW_WITHIN = timedelta(days=30)


def address(patient: Patient) -> Iterator[Finding]:
    """Links in mails and QR codes lead somewhere, over an encrypted connection."""
    base = patient.settings.base_url
    found = urlsplit(base)
    example = "XLA_BASE_URL=https://xla.example.com"
    if found.scheme not in {"http", "https"} or not found.hostname:
        yield wrong("address", f"XLA_BASE_URL is {base!r}, which is no web address", example)
    elif found.hostname in LOCAL:
        yield warning("address", f"links begin with {base}, which only this machine can open", example)
    elif found.scheme == "http":
        fix = f"XLA_BASE_URL=https://{found.netloc} (with TLS at your reverse proxy, and XLA_PROXY_HOPS=1)"
        yield wrong("address", f"{base} is not encrypted: passwords can be read on their way", fix)
    else:
        yield fine("address", base)


def mail(patient: Patient) -> Iterator[Finding]:
    """The mail server takes our connection, our password and nothing more."""
    url = patient.settings.smtp_url
    if not url:
        fix = "XLA_SMTP_URL=smtp+tls://user:password@mail.example.com:587"
        yield warning("mail", "no mail server is set: nobody is told anything by mail", fix)
        return
    host = urlsplit(url).hostname
    try:
        SmtpMailbox(url, SMTP_SECONDS).greet()
    except (Undelivered, ValueError) as failed:
        fix = "Correct XLA_SMTP_URL (smtp://, smtp+tls:// or smtps://, user:password@, host:port)"
        yield wrong("mail", f"{host} does not take our mails: {failed}", f"{fix}, or mend that server.")
    else:
        yield fine("mail", f"{host} takes our connection")


def signing(patient: Patient) -> Iterator[Finding]:
    """The key that signs reports can be read, and its certificate is valid for a while."""
    settings = patient.settings
    try:
        signer = signer_of(settings.signing_key, settings.signing_passphrase)
    except Unsigned as failed:
        yield wrong(
            "signing", f"no report can be issued: {failed}", "XLA_SIGNING_KEY, XLA_SIGNING_PASSPHRASE"
        )
        return
    if signer is None:
        yield fine("signing", "reports are not signed")
        return
    ends, renew = f"{signer.name}'s certificate ends on {signer.valid_until:%Y-%m-%d}", "Put in a new one."
    if signer.valid_until <= patient.now:
        yield wrong("signing", ends, renew)
    elif signer.valid_until <= patient.now + RENEW_WITHIN:
        yield warning("signing", ends, renew)
    else:
        yield fine("signing", ends)


def time_stamps(patient: Patient) -> Iterator[Finding]:
    """The time-stamp authority answers, and its stamp of nothing in particular holds."""
    url = patient.settings.timestamp_url
    if not url:
        yield fine("time stamps", "reports are not time-stamped")
        return
    query = time_stamp.query(secrets.token_hex(32))
    try:
        found = time_stamp.answered(query, ask(url, query.der), patient.now)
    except (time_stamp.NoStamp, Unanswered) as failed:
        fix = "Correct XLA_TIMESTAMP_URL, or mend that server; reports are stamped once it answers."
        yield warning("time stamps", f"reports are issued without a time stamp: {failed}", fix)
    else:
        yield fine("time stamps", f"by {found.authority}")


CHECKS: dict[str, Check] = {"address": address, "mail": mail, "signing": signing, "time stamps": time_stamps}
