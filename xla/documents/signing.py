"""Signing: an issued report under the provider's own certificate (PAdES level B-B, ETSI EN 319 142-1).

The signature is invisible and added behind the printed file, which it covers whole; nothing may be added to
what it certifies. The file stays PDF/A-3a and PDF/UA-1.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

FIELD = "Signature"


class Unsigned(Exception):
    """A report can't be signed, so it is not issued; says what is wrong with the key."""


@dataclass(frozen=True)
class Signer:
    """A key with its certificate, from a PKCS#12 file."""

    name: str
    """Whose certificate it is."""
    valid_from: datetime
    valid_until: datetime
    _key: Any
    """pyHanko's own."""

    def signed(self, pdf: bytes) -> bytes:
        """The file with the signature behind it."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 -- few sign
        from pyhanko.sign import fields, signers  # noqa: PLC0415 -- few sign

        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            name=self.name,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        signing = signers.PdfSigner(metadata, self._key, new_field_spec=fields.SigFieldSpec(FIELD, on_page=0))
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        # It would write the metadata anew, without what says that the file is PDF/UA.
        writer._update_meta = lambda: None  # type: ignore[method-assign]  # noqa: SLF001  # there is no other way to have it left alone
        return bytes(signing.sign_pdf(writer).getvalue())


class Key(NamedTuple):
    """Where the provider's key is. It is read when something is signed, so that nothing else needs it."""

    path: Path | None = None
    """A PKCS#12 file; None where reports are not signed."""
    passphrase: str = ""

    def signer(self, now: datetime) -> Signer | None:
        """Who signs at `now`. Raises `Unsigned` where it can't be read, or its certificate does not hold."""
        found = signer_of(self.path, self.passphrase)
        if found and not found.valid_from <= now < found.valid_until:
            holds = f"from {found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}"
            raise Unsigned(f"the certificate of {found.name} in {self.path} holds {holds} only")
        return found


def signer_of(key: Path | None, passphrase: str) -> Signer | None:
    """Who signs; None where no key is set. Raises `Unsigned` where it can't be read."""
    if key is None:
        return None
    from pyhanko.sign import signers  # noqa: PLC0415 -- few sign

    try:
        content = key.read_bytes()
    except OSError as failed:
        raise Unsigned(f"{key} can't be read: {failed.strerror}") from failed
    try:
        found = signers.SimpleSigner.load_pkcs12_data(content, [], passphrase=passphrase.encode() or None)
    except (ValueError, AttributeError) as failed:  # the latter for a file without a key, or a certificate
        raise Unsigned(
            f"{key} is no PKCS#12 file with a key and its certificate, or its passphrase is another"
        ) from failed
    valid = found.signing_cert
    return Signer(name_of(valid), valid.not_valid_before, valid.not_valid_after, found)


def name_of(certificate: Any) -> str:  # noqa: ANN401 -- asn1crypto's own
    """Whose certificate it is."""
    subject = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)
