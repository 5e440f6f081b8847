"""Our reader of our own PDFs: what is inside, within limits, and one clear sentence for anything else."""

import zlib

import pytest

from documents.pdf_text import attached
from documents.sample import make_report
from xla.documents import pdf_files
from xla.documents.pdf import render
from xla.documents.pdf_files import NotOurs, inside

EMPTY = {"breaches": (), "score": None, "score_trend": ()}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(make_report(1, 0, **EMPTY))


def stream(head: str, data: bytes, number: int = 7) -> bytes:
    return f"{number} 0 obj\n<<{head}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream\n"


def test_it_finds_the_files_another_reader_finds(pdf: bytes) -> None:
    assert inside(pdf).files == attached(pdf)


def test_it_reads_what_is_written(pdf: bytes) -> None:
    assert any("SHA-256oftheattachedreport.json" in text for text in inside(pdf).text)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"nothing", "not a PDF"),
        (b"%PDF-" + bytes(33 << 20), "larger than 32 MiB"),
        (b"%PDF-" + stream("/Filter /FlateDecode", b"damaged"), "damaged"),
        (b"%PDF-" + stream("", b"") * 5_001, "more than 5000 streams"),
        (b"%PDF-" + stream("/Type /EmbeddedFile", b"a") * 2, "object 7 is there twice"),
        (b"%PDF-" + stream("/Type /ObjStm/N 1/First 4", b"1 0 /Type /Filespec"), "no name or no contents"),
        (b"%PDF-" + b"".join(stream("", b"begincmap", n) for n in range(21)), "more than 20 faces"),
        (b"%PDF-" + stream("", b"1 Tf [<%b>] TJ" % (b"0" * (5 << 20))), "more is written"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(file: bytes, problem: str) -> None:
    with pytest.raises(NotOurs, match=problem):
        inside(file)


@pytest.mark.parametrize("places", [b"", b"1 x ", b"1 " + b"9" * 5_000])
def test_packed_objects_that_are_nowhere_are_none(places: bytes) -> None:
    packed = stream(f"/Type /ObjStm/N 1/First {len(places)}", places + b"/Type /Filespec")
    assert inside(b"%PDF-" + packed).files == {}


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "MOST_UNPACKED", 1 << 20)
    with pytest.raises(NotOurs, match="unpacks to more than 1 MiB"):
        inside(b"%PDF-" + stream("/Filter /FlateDecode", zlib.compress(bytes(2 << 20))))


def test_a_name_attached_twice_is_refused() -> None:
    spec = b"/Type /Filespec /UF (a.txt) /EF <</F 7 0 R>> "
    packed = b"1 0 2 %d " % len(spec) + spec * 2
    head = f"/Type /ObjStm/N 2/First {len(packed) - 2 * len(spec)}"
    file = b"%PDF-" + stream("/Type /EmbeddedFile", b"a") + stream(head, packed, 8)
    with pytest.raises(NotOurs, match=r"a\.txt is attached twice"):
        inside(file)
