"""SMTP: one mail handed to a server, within an overall time, however slowly the server answers."""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Handover(threading.Thread):
    """One mail over a connection of its own, in a thread of its own: no dripping answer holds its caller.

    Without a mail only as far as one could be handed over. A server may take `timeout` seconds to answer a
    line; `within` says how long all of it may take.
    """

    def __init__(
        self, server: SplitResult, mail: EmailMessage | None = None, recipient: str = "", *, timeout: float
    ) -> None:
        super().__init__(daemon=True)
        self._server, self._mail, self._recipient, self._timeout = server, mail, recipient, timeout
        self._is_done = False
        self._error: Exception | None = None
        self._ended = threading.Event()
        self.is_over = False
        self.connection: smtplib.SMTP | None = None

    def within(self, seconds: float) -> None:
        """Hand it over; raises what went wrong, `TimeoutError` where it took longer.

        What the server said yes to is handed over, whatever happens to the connection afterwards.
        """
        self.start()
        is_late = not self._ended.wait(seconds)
        if is_late:
            self._hang_up()
        if self._is_done:
            return
        if is_late or self._error is None:
            raise TimeoutError(f"the server took longer than {seconds:g} seconds")
        raise self._error

    def run(self) -> None:
        """Hand it over, and note how it went."""
        try:
            self._hand_over()
        except Exception as error:  # noqa: BLE001 -- raised again where it is waited for
            self._error = error
        self._ended.set()

    def _hand_over(self) -> None:
        with self._connected() as server:
            if self._server.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
            if self._mail is not None:
                server.send_message(self._mail, to_addrs=[self._recipient])
            else:
                server.noop()
            self._is_done = True
            self._ended.set()

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            return _SecureConnection(self, host, port, timeout=self._timeout, context=context)
        return _Connection(self, host, port, timeout=self._timeout)

    def _hang_up(self) -> None:
        """End what takes too long; what has not connected by now says nothing when it has."""
        self.is_over = True
        line = getattr(self.connection, "sock", None)
        if line is not None:
            with suppress(OSError):  # it may have ended by itself
                line.shutdown(socket.SHUT_RDWR)


class _Connection(smtplib.SMTP):
    """A connection that its handover knows from the beginning, and that is silent once that is over."""

    def __init__(self, handover: Handover, host: str, port: int, **options: Any) -> None:  # noqa: ANN401 -- the library's
        self._handover = handover
        handover.connection = self
        super().__init__(host, port, **options)

    def getreply(self) -> tuple[int, bytes]:
        """An answer; none after the time is over."""
        if self._handover.is_over:
            raise TimeoutError("the time is over")
        return super().getreply()


class _SecureConnection(_Connection, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""
