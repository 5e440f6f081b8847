"""Signing: an issued report under the provider's certificate, which covers all of it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    load_key_and_certificates,
    serialize_key_and_certificates,
)
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

import signed
from documents.sample import make_report
from documents.test_report_pdf import flaws
from xla.documents.pdf import render
from xla.documents.signature import signature_of
from xla.documents.signing import Key, Signer, Unsigned, signer_of


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    found = signer_of(signed.key_file(tmp_path_factory.mktemp("key")), signed.PASSPHRASE)
    assert found
    return found


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render(make_report(7, 3))


def test_a_signed_report_is_still_pdf_a_3a_and_pdf_ua_1(
    signer: Signer, printed: bytes, tmp_path: Path
) -> None:
    file = signer.signed(printed)
    assert file.startswith(printed)
    assert flaws(file, tmp_path) == []


def test_its_signature_covers_all_of_it_and_breaks_with_any_byte(signer: Signer, printed: bytes) -> None:
    file = signer.signed(printed)
    assert _state(file) == (True, True)
    place = len(printed) // 2
    bent = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
    assert _state(bent)[0] is False


def _state(file: bytes) -> tuple[bool, bool]:
    (found,) = PdfFileReader(BytesIO(file)).embedded_signatures
    trusted = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(found, trusted)
    return status.intact and status.valid, status.coverage.name == "ENTIRE_FILE"


def test_a_signature_is_whole_unbroken_and_somebodys(signer: Signer, printed: bytes) -> None:
    file = signer.signed(printed)
    assert signature_of(printed) is None
    assert signature_of(file) == (signed.NAME, None)
    place = len(printed) // 2
    bent = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
    found = signature_of(bent)
    assert found
    assert found.problem
    longer = IncrementalPdfFileWriter(BytesIO(file))
    longer.root["/Added"] = NameObject("/Later")
    longer.update_root()
    added = BytesIO()
    longer.write(added)
    assert signature_of(added.getvalue()) == (signed.NAME, "its signature does not cover the whole file")
    assert signature_of(file[:-400]) == ("", "its signature can't be read")
    assert signature_of(printed + b"% /ETSI.CAdES.detached\n") is None


def test_the_signer_is_who_the_certificate_names(signer: Signer) -> None:
    assert signer.name == signed.NAME
    assert signer.valid_until.year == 2035
    assert signer_of(None, "") is None


def test_a_key_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unsigned, match="can't be read: No such file"):
        signer_of(tmp_path / "none.p12", "")
    path = signed.key_file(tmp_path)
    with pytest.raises(Unsigned, match=r"is no PKCS#12 file with a key .* or its passphrase is another"):
        signer_of(path, "wrong")


@pytest.mark.parametrize("left_out", ["key", "certificate"])
def test_a_file_without_its_key_or_certificate_says_so(tmp_path: Path, left_out: str) -> None:
    known = signed.key_file(tmp_path)
    key, certificate, _ = load_key_and_certificates(known.read_bytes(), signed.PASSPHRASE.encode())
    kept = (None, certificate) if left_out == "key" else (key, None)
    path = tmp_path / "half.p12"
    path.write_bytes(serialize_key_and_certificates(b"half", *kept, None, NoEncryption()))
    with pytest.raises(Unsigned, match="is no PKCS#12 file with a key and its certificate"):
        signer_of(path, "")


def test_nobody_signs_before_or_after_the_certificate_holds(tmp_path: Path) -> None:
    key = Key(signed.key_file(tmp_path, days=10), signed.PASSPHRASE)
    first, last = signed.MADE_AT, signed.MADE_AT + timedelta(days=10)
    assert key.signer(first)
    for now in (first - timedelta(seconds=1), last):
        with pytest.raises(Unsigned, match="holds from 2026-01-01 to 2026-01-11 only"):
            key.signer(now)
    assert Key().signer(last) is None
