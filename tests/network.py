"""The network is off in tests: a socket reaches this machine or nothing."""

import ipaddress
import socket
from typing import Any, Never

import pytest


class NetworkUsedError(AssertionError):
    """A test reached for another machine. Not an `OSError`: code that expects those must not swallow it."""


def block(patch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to UNIX sockets and loopback only, and names resolve only when they are local."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_unless_local(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_unless_local(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_literal_or_local(host):
            _refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _refuse_unless_local(used: socket.socket, address: Any) -> None:
    if used.family == socket.AF_UNIX:
        return
    host = address[0]
    if host != "localhost" and not (_is_address(host) and ipaddress.ip_address(host).is_loopback):
        _refuse(host)


def _is_literal_or_local(host: Any) -> bool:
    """Resolving an address, our own name or "any" asks nobody else."""
    text = host.decode() if isinstance(host, bytes) else host
    return text is None or text in {"", "localhost", socket.gethostname()} or _is_address(text)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _refuse(host: object) -> Never:
    message = f"this test reached for {host!r}; use the fakes of xla.outside or a server on 127.0.0.1"
    raise NetworkUsedError(message)
