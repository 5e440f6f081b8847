"""A provider's key for tests: a self-made certificate in a PKCS#12 file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

PASSPHRASE = "open it"
NAME = "Nordfast Service AB"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def key_file(folder: Path, *, days: int = 3_650) -> Path:
    """The file, valid for so many days from the first of January 2026."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = dict.fromkeys(
        (
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=days))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "key.p12"
    locked = BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(serialize_key_and_certificates(b"provider", key, certificate, None, locked))
    return path
