"""Nursing: the process of a `nursery`, which has loaded the product and forks a child for each command."""

import json
import os
import signal
import sys

import sitecustomize
import waitress

from xla.cli import main
from xla.jobs import embedded
from xla.jobs.supervisor import Supervisor
from xla.settings import Settings
from xla.web import create_app


def _run(log: str) -> None:
    """Fork a child for each line on the standard input; say its process' number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    for line in sys.stdin:
        arguments, environment = json.loads(line)
        pid = os.fork()
        if pid:
            print(pid, flush=True)  # noqa: T201  # its answer
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.update(environment)
        said = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sitecustomize.install()
        role = {"web": _web, "worker": _work}.get(arguments[0])
        if role:
            role(*arguments[1:])
            os._exit(0)
        main(arguments)
    os.killpg(0, signal.SIGKILL)  # whoever started us has ended


def _web(port: str) -> None:
    """What gunicorn does with our application, in one process."""
    settings = Settings.from_env().reached_at("127.0.0.1", int(port))
    waitress.serve(create_app(settings), host="127.0.0.1", port=int(port), threads=8, _quiet=True)


def _work() -> None:
    """What `xla work` starts beside itself, told what it is told."""
    end, start = os.pipe()
    os.write(start, Supervisor(Settings.from_env(), is_loud=True)._told)  # noqa: SLF001  # so it stays the same
    os.dup2(end, 0)
    sys.stdin = os.fdopen(0)
    embedded.main()


if __name__ == "__main__":
    _run(sys.argv[1])
