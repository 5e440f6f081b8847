"""The worker: prints papers in a process of its own, one after another, until its input ends.

A message is one byte that says what it is, eight of its length, and so many more. Paper as JSON comes in; a
PDF goes out, or the reason why there is none.
"""

import gc
import json
import logging
import os
import signal
import sys
from typing import BinaryIO

from xla.documents.paper import Paper, RenderFailed
from xla.documents.printer import print_paper

PAPER, PDF, FAILED, MEMORY = b"J", b"P", b"F", b"M"
HEAD = 9


def main(source: BinaryIO, target: BinaryIO, *, cpu_seconds: int, memory_mb: int) -> None:
    """Print, each paper within limits, until there is no more, or no more memory."""
    limit_memory(memory_mb)
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    gc.disable()
    while head := source.read(HEAD):
        limit_time(cpu_seconds)
        kind, answer = answered(source.read(int.from_bytes(head[1:])))
        target.write(packed(kind, answer))
        target.flush()
        if kind == MEMORY:
            return
        gc.collect()  # while nobody waits


def answered(paper: bytes) -> tuple[bytes, bytes]:
    """What comes of one paper."""
    try:
        return PDF, print_paper(Paper.from_plain(json.loads(paper)))
    except (MemoryError, SystemError):  # the second from C code that had no memory left to say so
        return MEMORY, b""
    except RenderFailed as failed:
        return FAILED, failed.reason.encode()
    except Exception as problem:  # noqa: BLE001 - whatever went wrong, the parent is told
        return FAILED, f"{type(problem).__name__}: {problem}".encode()


def packed(kind: bytes, content: bytes) -> bytes:
    """A message."""
    return kind + len(content).to_bytes(HEAD - 1) + content


def limit_memory(memory_mb: int) -> None:
    """Bind this process's address space, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(cpu_seconds: int) -> None:
    """So many seconds of the processor from now on, where the system can bind them."""
    try:
        import resource  # noqa: PLC0415 - as above
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + cpu_seconds + 1, most))


if __name__ == "__main__":
    # Ctrl-C and systemd tell all of a group to end; we end when our input does, and finish our paper before.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    seconds, megabytes = (int(argument) for argument in sys.argv[1:])
    main(sys.stdin.buffer, sys.stdout.buffer, cpu_seconds=seconds, memory_mb=megabytes)
    sys.stderr.flush()
    os._exit(0)  # all is written, and whoever started us deletes our files: going down gently costs time
