"""The worker: prints one paper in a process of its own. Paper as JSON comes in, the PDF goes out."""

import gc
import json
import logging
import os
import sys
from typing import BinaryIO

from xla.documents.paper import Paper, RenderFailed
from xla.documents.printer import print_paper

FAILED = 3
OUT_OF_MEMORY = 4


def main(source: BinaryIO, target: BinaryIO, *, cpu_seconds: int, memory_mb: int) -> int:
    """Print, within limits; 0, or an exit code above and the reason on standard error."""
    limit(cpu_seconds=cpu_seconds, memory_mb=memory_mb)
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    gc.disable()
    try:
        pdf = print_paper(Paper.from_plain(json.load(source)))
    except MemoryError:
        return OUT_OF_MEMORY
    except RenderFailed as failed:
        sys.stderr.write(failed.reason)
        return FAILED
    except Exception as problem:  # noqa: BLE001 - whatever went wrong, the parent is told
        sys.stderr.write(f"{type(problem).__name__}: {problem}")
        return FAILED
    target.write(pdf)
    target.flush()
    return 0


def limit(*, cpu_seconds: int, memory_mb: int) -> None:
    """Bind this process, where the system can: address space and processor time."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    seconds, megabytes = (int(argument) for argument in sys.argv[1:])
    code = main(sys.stdin.buffer, sys.stdout.buffer, cpu_seconds=seconds, memory_mb=megabytes)
    sys.stderr.flush()
    os._exit(
        code
    )  # all is written, and whoever started us deletes our files: taking us down gently costs time
