"""Access: who may see a page. Every view is guarded, or public by name."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import ParamSpec, TypeVar

from flask import abort, request

PUBLIC = frozenset({"health.alive", "health.ready", "static"})
"""Endpoints that show nothing of anybody's."""
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

P = ParamSpec("P")
R = TypeVar("R")


def this_machine_only(view: Callable[P, R]) -> Callable[P, R]:
    """Until people can sign in, a page answers only to a browser on the same machine, under a local name.

    The name matters as well: a foreign page could else reach us through a name of its own that points here.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback or _host() not in LOCAL_NAMES:  # noqa: S104 -- stands for nobody
            abort(403)
        return view(*args, **kwargs)

    guarded.guarded_by = "this_machine_only"  # type: ignore[attr-defined]  # the mark the tests look for
    return guarded


def _host() -> str:
    name, separator, port = request.host.rpartition(":")
    return name if separator and port.isdigit() else request.host
