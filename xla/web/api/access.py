"""Access for machines: a key opens what its scopes name, in the contract it is for, at a bounded pace."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, request
from sqlalchemy.orm import Session

from xla import clock
from xla.core.window import CalendarPeriod, parse_period
from xla.models import ApiKey, Contract
from xla.services import keys
from xla.web.api.operations import kind_of
from xla.web.api.pace import pace
from xla.web.api.problems import Flaw, Problem, no_contract, not_there, shown
from xla.web.database import changing, reading

P = ParamSpec("P")
R = TypeVar("R")


def opens(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in who holds a live key with the scope that opens the contract `key` of the address.

    A contract the key does not open is a 404, as one that does not exist. Cookies open nothing.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            now = clock.now()
            g.api_key = key = _shown_key(now)
            _refuse_hurry(key, now)
            if scope not in key.scopes.split():
                raise _out_of_scope(key, scope)
            _refuse_other_kind(view)
            if "key" in (request.view_args or {}):
                with reading() as session:
                    contract(session, str((request.view_args or {})["key"]))
            return view(*args, **kwargs)

        guarded.guarded_by = scope  # type: ignore[attr-defined]  # the mark the tests and the document look for
        return guarded

    return guard


def asking_key() -> ApiKey:
    """The key of who asks. Only below `opens`."""
    return cast("ApiKey", g.api_key)


def contract(session: Session, key: str) -> Contract:
    """The contract of that key. Raises a problem 404 where there is none, or none that is opened."""
    found = keys.opened(session, asking_key(), key)
    if found is None:
        raise no_contract()
    return found


def _shown_key(now: datetime) -> ApiKey:
    told = request.headers.get("Authorization", "")
    kind, _, secret = told.partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise _unknown(None if not told else shown(kind), "write Bearer and a key of this installation")
    with reading() as session:
        key = keys.find(session, secret.strip(), now)
    if key is None:
        raise _unknown("a key", "not a key of this installation, or expired, or revoked")
    if keys.is_stale(key, now):
        with changing() as session:
            keys.note_used(session, key.id, now)
    return key


def _refuse_hurry(key: ApiKey, now: datetime) -> None:
    allowed = pace()
    seconds = allowed.wait(key.id, now)
    if seconds:
        flaw = Flaw("Authorization", key.prefix + "…", f"more than {allowed.per_minute} requests in a minute")
        raise Problem(
            429, f"Too many requests; ask again in {seconds} s.", [flaw], {"Retry-After": str(seconds)}
        )


def _refuse_other_kind(view: Callable[..., object]) -> None:
    """Refuse who accepts nothing that the view could answer."""
    kind, wanted = kind_of(view), request.accept_mimetypes
    if wanted and not wanted.quality(kind):
        raise Problem(
            406,
            f"The answer would be {kind}.",
            [Flaw("Accept", shown(str(wanted)), f"here is {kind} alone")],
        )


def _unknown(found: str | None, problem: str) -> Problem:
    return Problem(
        401,
        "This needs an API key.",
        [Flaw("Authorization", found, problem)],
        {"WWW-Authenticate": 'Bearer realm="XLA monitor"'},
    )


def _out_of_scope(key: ApiKey, scope: str) -> Problem:
    return Problem(
        403,
        f"This key may not do that: it lacks the scope {scope}.",
        [Flaw("Authorization", key.scopes, f"this needs a key with the scope {scope}")],
        {"WWW-Authenticate": f'Bearer realm="XLA monitor", error="insufficient_scope", scope="{scope}"'},
    )


def named(period: str) -> CalendarPeriod:
    """The period of an address; where it names none, there is nothing."""
    try:
        return parse_period(period)
    except ValueError:
        raise not_there() from None
