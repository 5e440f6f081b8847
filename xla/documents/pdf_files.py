"""The files inside a report's PDF, and the text on its pages, read with nothing but zlib; within limits.

It reads the PDFs we write, whole or with parts added behind (a signature, a time stamp), not PDFs at large.
Whoever made the file may mean harm: everything is bounded, and what is there twice is refused.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

MOST_BYTES = 32 << 20
"""Of a PDF; a standard report has a hundredth of it."""
MOST_UNPACKED = 64 << 20
"""Of all its streams together."""
MOST_STREAMS = 5_000
MOST_FACES = 20
MOST_WRITTEN = 4 << 20
"""Of all the codes of what is written; a standard report has a fortieth of it."""
HEAD = re.compile(
    rb"(?<!\d)(\d{1,7}) 0 obj\s{0,4}<<"
    rb"((?:[^<>]|<(?!<)|>(?!>)|<<[^<>]{0,2000}(?:<[^<>]{0,200}>[^<>]{0,200}){0,9}>>){0,4000})"
    rb">>\s{0,4}stream\r?\n"
)
LENGTH = re.compile(rb"/Length (\d{1,9})(?! \d)")
FIRST = re.compile(rb"/First (\d{1,9})")
COUNT = re.compile(rb"/N (\d{1,7})")
FILESPEC = re.compile(rb"/Type\s*/Filespec")
NAME = re.compile(rb"/UF\s*(?:\(([^()\\]{1,200})\)|<([0-9A-Fa-f]{2,800})>)")
CONTENT = re.compile(rb"/EF\s*<<\s*/F (\d{1,7}) 0 R")
PLACE = re.compile(rb"\d{1,9}")
DRAWN = re.compile(rb"\[([^\[\]]*)\] TJ")
CODES = re.compile(rb"<([0-9a-fA-F]+)>")
CODE = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")


class NotOurs(Exception):
    """The file can't be read as a report; its sentence says why."""


class Stream(NamedTuple):
    """One stream: what its dictionary says, and its bytes, unpacked."""

    number: int
    head: bytes
    data: bytes


class Inside(NamedTuple):
    """What is inside a report."""

    files: dict[str, bytes]
    """Name -> contents."""
    text: tuple[str, ...]
    """What may be written on pages, once for each face, without spaces."""


def inside(pdf: bytes) -> Inside:
    """The files inside, and what is written.

    Raises:
        NotOurs: it is no PDF of ours, is larger than any, or has a file twice.
    """
    if not pdf.startswith(b"%PDF-"):
        raise NotOurs("it is not a PDF")
    if len(pdf) > MOST_BYTES:
        raise NotOurs(f"it is larger than {MOST_BYTES >> 20} MiB, as no report is")
    streams: dict[int, Stream] = {}
    for stream in _streams(pdf):
        if stream.number in streams and b"/EmbeddedFile" in stream.head + streams[stream.number].head:
            raise NotOurs(f"object {stream.number} is there twice, so what is attached can't be told")
        streams[stream.number] = stream
    return Inside(_files(streams), tuple(_texts(streams)))


def _streams(pdf: bytes) -> Iterator[Stream]:
    """Every stream, in order."""
    left = MOST_UNPACKED
    for number, found in enumerate(HEAD.finditer(pdf)):
        if number >= MOST_STREAMS:
            raise NotOurs(f"it has more than {MOST_STREAMS} streams, as no report has")
        head = found[2]
        length = LENGTH.search(head)
        if length is None:
            continue
        data = pdf[found.end() : found.end() + int(length[1])]
        if b"/FlateDecode" in head:
            data = _unpacked(data, left)
        left -= len(data)
        yield Stream(int(found[1]), head, data)


def _unpacked(data: bytes, left: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(data, max(left, 1))
    except zlib.error as broken:
        raise NotOurs("a part of it can't be unpacked: it is damaged") from broken
    if unpacking.unconsumed_tail:
        raise NotOurs(f"it unpacks to more than {MOST_UNPACKED >> 20} MiB, as no report does")
    return plain


def _files(streams: dict[int, Stream]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for spec in (each for stream in streams.values() for each in _objects(stream) if FILESPEC.search(each)):
        name, content = NAME.search(spec), CONTENT.search(spec)
        if name is None or content is None or int(content[1]) not in streams:
            raise NotOurs("an attached file has no name or no contents")
        written = name[1] or bytes.fromhex(name[2].decode() + "0" * (len(name[2]) % 2))
        encoding = "utf-16" if written.startswith(b"\xfe\xff") else "utf-8"
        called = written.decode(encoding, errors="replace")
        if called in files:
            raise NotOurs(f"{called} is attached twice")
        files[called] = streams[int(content[1])].data
    return files


def _objects(stream: Stream) -> Iterator[bytes]:
    """The objects packed in an object stream, one after another."""
    if b"/ObjStm" not in stream.head:
        return
    first, count = FIRST.search(stream.head), COUNT.search(stream.head)
    if first is None or count is None:
        return
    start = int(first[1])
    told = stream.data[:start].split()[: 2 * int(count[1])]
    places = [start + int(place) for place in told[1::2] if PLACE.fullmatch(place)]
    for begin, end in pairwise([*places, len(stream.data)]):
        yield stream.data[begin:end]


def _texts(streams: dict[int, Stream]) -> Iterator[str]:
    """All that is drawn, as each face would have it: which one a line is set in is not looked up."""
    drawn = b"".join(
        code
        for stream in streams.values()
        if b"/Type" not in stream.head and b" Tf" in stream.data
        for line in DRAWN.findall(stream.data)
        for code in CODES.findall(line)
    ).lower()
    faces = [stream.data for stream in streams.values() if b"begincmap" in stream.data]
    if len(faces) > MOST_FACES or len(drawn) > MOST_WRITTEN:
        raise NotOurs(f"it has more than {MOST_FACES} faces, or more is written in it than in any report")
    for face in faces:
        letter = {code.lower(): _letters(letters) for code, letters in CODE.findall(face)}
        codes = (drawn[at : at + 4] for at in range(0, len(drawn), 4))
        yield "".join("".join(letter.get(code, "\ufffd") for code in codes).split())


def _letters(letters: bytes) -> str:
    return bytes.fromhex(letters.decode()[: len(letters) // 4 * 4]).decode("utf-16-be", errors="replace")
