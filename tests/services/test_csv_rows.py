"""CSV rows: what can be read is, as it stands; what can't is told with its row, in bounded memory."""

import gzip
import os
from pathlib import Path

import pytest

import make
from xla.services import csv_rows
from xla.services.csv_rows import Unreadable, digest, read

BOM = b"\xef\xbb\xbf"


def rows(path: Path) -> list[tuple[int, list[str]]]:
    return list(read(path))


@pytest.mark.parametrize(
    ("rule", "content", "expected"),
    [
        ("an empty file has no rows", b"", []),
        ("a file of a byte-order mark has none", BOM, []),
        ("a header is row 1", b"a,b\n", [(1, ["a", "b"])]),
        ("the last line end may be missing", b"a\nb", [(1, ["a"]), (2, ["b"])]),
        ("CRLF ends a line", b"a\r\nb\r\n", [(1, ["a"]), (2, ["b"])]),
        ("CR at the very end ends a line", b"a\nb\r", [(1, ["a"]), (2, ["b"])]),
        ("a byte-order mark is dropped", BOM + b"a\n1\n", [(1, ["a"]), (2, ["1"])]),
        (
            "a byte-order mark is dropped before a quote",
            BOM + b'"a",b\n',
            [(1, ["a", "b"])],
        ),
        ("empty lines are counted, not told", b"a\n\n\n1\n", [(1, ["a"]), (4, ["1"])]),
        ("empty lines may stand first", b"\n\na\n", [(3, ["a"])]),
        ("spaces are a field", b"a\n  \n", [(1, ["a"]), (2, ["  "])]),
        (
            "a quoted line feed is part of the field",
            b'a,b\n"x\ny",1\nz,2\n',
            [(1, ["a", "b"]), (2, ["x\ny", "1"]), (3, ["z", "2"])],
        ),
        ("a quoted carriage return is kept", b'a\n"x\ry"\n', [(1, ["a"]), (2, ["x\ry"])]),
        ("a quote written twice is one", b'a\n"x ""y"""\n', [(1, ["a"]), (2, ['x "y"'])]),
        ("a comma in quotes does not divide", b'a\n"x,y"\n', [(1, ["a"]), (2, ["x,y"])]),
        (
            "line ends of other scripts do not end a line",
            "a\nx\u2028y\x0bz\x85\n".encode(),
            [(1, ["a"]), (2, ["x\u2028y\x0bz\x85"])],
        ),
        ("emoji and marks are kept", "a\n\u202e\u200f😀é\n".encode(), [(1, ["a"]), (2, ["\u202e\u200f😀é"])]),
        ("formulas are kept", b"a\n=1+1\n", [(1, ["a"]), (2, ["=1+1"])]),
        ("a byte-order mark further on is text", b"a\n" + BOM + b"b\n", [(1, ["a"]), (2, ["\ufeffb"])]),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_what_can_be_read_is(tmp_path: Path, rule: str, content: bytes, expected: object, name: str) -> None:
    assert rows(make.file(tmp_path, content, name)) == expected, rule


@pytest.mark.parametrize(
    ("rule", "content", "row", "found", "problem"),
    [
        (
            "no UTF-8",
            b"a,b\nx,y\nxy,\xff\n",
            3,
            "ff",
            "byte 4 of the line is not UTF-8; save the file as UTF-8",
        ),
        (
            "a character cut off by the line's end",
            "a\nå".encode()[:-1] + b"\nb\n",
            2,
            "c3",
            "byte 1 of the line",
        ),
        ("a character cut off by the file's end", b"a\nb\xc3", 2, "c3", "byte 2 of the line"),
        ("a surrogate", b"a\n\xed\xa0\x80\n", 2, "ed", "byte 1 of the line"),
        ("no UTF-8 behind a byte-order mark", BOM + b"a\n\xff\n", 2, "ff", "byte 1 of the line"),
        ("Latin 1", "a\nnöjd\n".encode("latin-1"), 2, "f6", "byte 2 of the line"),
        ("UTF-16 with its mark", "a,b\n".encode("utf-16"), 1, "ff", "byte 1 of the line is not UTF-8"),
        ("UTF-16 without a mark", "a,b\n".encode("utf-16-le"), 1, "\\x00", "a NUL byte"),
        ("a NUL byte", b"a\nb\nx\0y\n", 3, "\\x00", "a NUL byte; the file is not text in UTF-8, or damaged"),
        ("a NUL byte before what is no UTF-8", b"a\n\0\n\xff\n", 2, "\\x00", "a NUL byte"),
        ("no UTF-8 before a NUL byte", b"a\n\xff\n\0\n", 2, "ff", "byte 1 of the line"),
        ("a quote that is never closed", b'a\n1\n"x\ny\n', 3, "", "a quote is opened and never closed"),
        (
            "text behind a closing quote",
            b'a\n"x"y\n',
            2,
            "",
            "text follows a closing quote; write a quote inside a field twice",
        ),
        (
            "a carriage return alone",
            b"a\rb\rc",
            1,
            "",
            "a carriage return without a line feed; end the lines with LF or CRLF",
        ),
        (
            "a long field",
            b"a\n" + b"x" * 65_537,
            2,
            "",
            "a field of more than 65536 characters; is a quote never closed?",
        ),
        (
            "a long field of many lines",
            b'a\n"' + b"x\n" * 40_000,
            2,
            "",
            "a field of more than 65536 characters",
        ),
        ("more than 2,000 columns", b"a," * 2_000 + b"a\n", 1, "2001 fields", "more than 2000"),
        (
            "more than 2,000 fields further on",
            b"a\n" + b"," * 2_000 + b"\n",
            2,
            "2001 fields",
            "more than 2000",
        ),
        (
            "a row without end",
            b"a\n" + b"x" * 2_000_000,
            2,
            "",
            "a row of more than 1048576 bytes; is a quote never closed?",
        ),
        (
            "a row of quoted lines without end",
            b'a\n"' + b'\n","' * 500_000,
            2,
            "",
            "a row of more than 1048576 bytes",
        ),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_what_cannot_be_read_is_told_with_its_row(
    tmp_path: Path, rule: str, content: bytes, row: int, found: str, problem: str, name: str
) -> None:
    before = []
    with pytest.raises(Unreadable) as refused:
        before.extend(read(make.file(tmp_path, content, name)))
    wrong = refused.value.wrong
    assert (refused.value.row, wrong.found) == (row, found), rule
    assert wrong.problem.startswith(problem), rule
    assert str(refused.value).startswith(f"row {row}, file: found ")


def test_rows_before_the_fault_are_read(tmp_path: Path) -> None:
    reading = read(make.file(tmp_path, b"a\n1\n2\n\xff\n3\n"))
    assert [next(reading)[1] for _ in range(3)] == [["a"], ["1"], ["2"]]


def test_a_fault_the_csv_module_words_anew_is_told_in_its_words() -> None:
    assert csv_rows._fault("iterator should return strings") == "not CSV: iterator should return strings"  # noqa: SLF001 - no file provokes it


def test_long_files_are_read_whole(tmp_path: Path) -> None:
    path = make.file(
        tmp_path, BOM + "id,å\n".encode() + b"".join(b"%d,\xc3\xa5\n" % i for i in range(100_000))
    )
    read_rows = rows(path)
    assert read_rows[0] == (1, ["id", "å"])
    assert read_rows[-1] == (100_001, ["99999", "å"])
    assert [int(fields[0]) for _, fields in read_rows[1:]] == list(range(100_000))


# --- packed files -------------------------------------------------------------------------------------------


def damaged(content: bytes) -> bytes:
    return content[:20] + bytes([content[20] ^ 0xFF]) + content[21:]


@pytest.mark.parametrize(
    ("rule", "spoil", "problem"),
    [
        ("cut short", lambda packed: packed[:-20], "the gzip file is damaged: "),
        ("cut within the head", lambda packed: packed[:5], "the gzip file is damaged: "),
        ("changed", damaged, "the gzip file is damaged: "),
        ("with something behind it", lambda packed: packed + b"x", "the gzip file is damaged: "),
    ],
)
def test_a_damaged_gzip_file_is_told(tmp_path: Path, rule: str, spoil: object, problem: str) -> None:
    packed = gzip.compress(os.urandom(50_000).hex().encode() + b"\n", mtime=0)
    path = make.file(tmp_path, spoil(packed))
    for use in (digest, rows):
        with pytest.raises(Unreadable) as refused:
            use(path)
        assert refused.value.wrong.problem.startswith(problem), rule


def test_a_gzip_file_of_several_parts_is_one_file(tmp_path: Path) -> None:
    path = make.file(tmp_path, gzip.compress(b"a\n") + gzip.compress(b"1\n"))
    assert rows(path) == [(1, ["a"]), (2, ["1"])]


def test_packing_makes_no_other_file(tmp_path: Path) -> None:
    plain, packed = make.file(tmp_path, "a\n1\n"), make.file(tmp_path, "a\n1\n", "x.csv.gz")
    assert digest(plain) == digest(packed)
    assert digest(plain) != digest(make.file(tmp_path, "a\n2\n", "other.csv"))


# --- what is no file ----------------------------------------------------------------------------------------


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file or directory"):
        digest(tmp_path / "missing.csv")


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="not a regular file; save it as one first"):
        rows(tmp_path)


def test_a_pipe_is_refused_because_it_can_be_read_once_only(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match="not a regular file"):
        digest(tmp_path / "pipe")


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Unreadable, match="Input/output error"):
        rows(Path("/proc/self/mem"))


def test_a_file_one_may_not_read_is_told(tmp_path: Path) -> None:
    path = make.file(tmp_path, "a\n")
    path.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        tmp_path.chmod(0o755)
        os.seteuid(65_534)
    try:
        with pytest.raises(Unreadable, match="Permission denied"):
            rows(path)
    finally:
        if is_root:
            os.seteuid(0)
