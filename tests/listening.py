"""Listening: servers of the tests on a free port of 127.0.0.1, in a thread, until a block ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

import serving


@contextmanager
def listening(server: ThreadingHTTPServer) -> Iterator[None]:
    """The server answers."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()


@contextmanager
def taking_mail(handler: Any) -> Iterator[str]:
    """A mail server hands what it takes to the handler; its address as a setting."""
    host, port = serving.free()
    controller = Controller(handler, hostname=host, port=port)
    controller.start()
    yield f"smtp://{host}:{port}"
    controller.stop()
