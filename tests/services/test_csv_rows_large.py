"""CSV rows of any size: memory stays small, and what is too large is given up."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

import make
from xla.services import csv_rows
from xla.services.csv_rows import Unreadable, digest

PEAK_MB = r"""
import re, sys
from pathlib import Path
from xla.services.csv_rows import Unreadable, read
try:
    for row in read(Path(sys.argv[1])):
        pass
except Unreadable as refused:
    print(refused)
# Of this program alone: getrusage counts what its parent had, too.
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def reads_in(path: Path) -> tuple[str, int]:
    """What is said of the file, and the most memory (MiB) that reading it took."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK_MB, path], capture_output=True, text=True, check=True, timeout=60
    )
    *said, peak = done.stdout.splitlines()
    return "\n".join(said), int(peak)


def test_a_line_of_a_gigabyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.write(b"question\n")
        stream.truncate(1 << 30)
    said, peak = reads_in(path)
    assert "row 2, file: " in said
    assert peak < 300


@pytest.mark.parametrize(
    ("unit", "problem"), [(b"x", "a row of more than"), (b'"\n",', "a row of more than"), (b"\n", "")]
)
def test_a_gzip_bomb_is_read_in_little_memory(tmp_path: Path, unit: bytes, problem: str) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", 1) as stream:
        for _ in range(6):
            stream.write(unit * (500_000 // len(unit)))
    said, peak = reads_in(path)
    assert problem in said
    assert path.stat().st_size < 1 << 20
    assert peak < 300


def test_a_file_is_given_up_beyond_its_greatest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MOST_BYTES", 3_000)
    digest(make.file(tmp_path, b"x" * 3_000, "x.csv.gz"))
    with pytest.raises(Unreadable, match="larger than 0 GiB unpacked"):
        digest(make.file(tmp_path, b"x" * 3_001, "x.csv.gz"))
