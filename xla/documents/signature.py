"""Signatures: whether the one in a report covers all of it and is unbroken, and whose it is.

Whether its certificate is to be trusted is for its reader to say.
"""

from io import BytesIO
from typing import NamedTuple

from xla.documents.signing import name_of

MARK = b"/ETSI.CAdES.detached"
"""In every file that was signed here."""


class Signature(NamedTuple):
    """A report's signature."""

    signer: str
    """Whose certificate it is; '' where that can't be read."""
    problem: str | None
    """What is wrong with it; None where it holds."""


def signature_of(pdf: bytes) -> Signature | None:
    """The signature in a PDF; None where there is none."""
    if MARK not in pdf:
        return None
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- few sign
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 -- few sign
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415 -- few sign
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 -- few sign

    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not found:
            return None
        signer = found[-1].signer_cert
        trusted = ValidationContext(trust_roots=[signer], allow_fetching=False)
        status = validate_pdf_signature(found[-1], trusted, skip_diff=True)
        name = name_of(signer)
    except Exception:  # noqa: BLE001 -- whatever a stranger's bytes raise
        return Signature("", "its signature can't be read")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return Signature(name, "its signature does not cover the whole file")
    if not (status.intact and status.valid):
        return Signature(name, "its signature is broken: the file is not the one that was signed")
    return Signature(name, None)
