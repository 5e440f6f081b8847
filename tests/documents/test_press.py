"""The press: processes kept for several papers; whatever one paper does to its process, the next is set."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from documents.sample import make_report
from xla.documents import press
from xla.documents.page import compose
from xla.documents.paper import RenderFailed
from xla.documents.pdf import render
from xla.documents.press import Press, Printer

PAPER = compose(make_report(0, 0, breaches=(), score=None, score_trend=()))
CRASHES_ONCE_USED = """
import os, sys
from xla.documents import worker
real = worker.answered
count = 0
def answered(paper):
    global count
    count += 1
    if count > 1:
        os.kill(os.getpid(), 11)
    return real(paper)
worker.answered = answered
worker.main(sys.stdin.buffer, sys.stdout.buffer, cpu_seconds=60, memory_mb=1024)
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Printer]:
    """The processes that were started."""
    found: list[Printer] = []

    class Noted(Printer):
        def __init__(self, **told: float) -> None:
            super().__init__(**told)  # type: ignore[arg-type]  # passed on as they came
            found.append(self)

    monkeypatch.setattr(press, "Printer", Noted)
    return found


@pytest.fixture
def kept(started: list[Printer]) -> Iterator[Press]:
    machine = Press(papers=3)
    yield machine
    machine.close()


def test_one_process_prints_several_papers_the_same_bytes_each_time(
    kept: Press, started: list[Printer]
) -> None:
    report = make_report(1, 0)
    first, other, again = kept.print(compose(report)), kept.print(PAPER), kept.print(compose(report))
    assert hashlib.sha256(first).digest() == hashlib.sha256(again).digest()
    assert first == render(report) != other
    assert len(started) == 1
    kept.print(PAPER)
    assert len(started) == 2


def test_a_refused_paper_costs_its_process_and_no_other_paper(kept: Press) -> None:
    html = '<html lang="en"><title>x</title><img alt="x" src="file:///etc/passwd"></html>'
    with pytest.raises(RenderFailed, match="only use its own assets"):
        kept.print(replace(PAPER, html=html))
    assert kept.print(PAPER).startswith(b"%PDF-")


def test_a_used_process_that_dies_is_replaced_and_the_paper_is_printed(
    kept: Press, started: list[Printer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "WORKER", ("-c", CRASHES_ONCE_USED))
    assert kept.print(PAPER) == kept.print(PAPER)
    assert len(started) == 2


def test_a_paper_that_kills_a_fresh_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "WORKER", ("-c", "import os; os.kill(os.getpid(), 11)"))
    with pytest.raises(RenderFailed, match="died of SIGSEGV"):
        Press().print(PAPER)
