"""The doors of the house: for every route what fills its address, and which roles it opens to.

Written apart from the code's own guards: the walk in `test_doors.py` compares the two. A new route without an
entry fails there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

SEE = frozenset({"admin", "manager", "client", "auditor"})
TAKE_PART = frozenset({"admin", "manager", "client"})
WORK = frozenset({"admin", "manager"})
RESPOND = frozenset({"client"})
ADMINISTER = frozenset({"admin"})
AUDIT = frozenset({"admin", "auditor"})
ANYBODY = frozenset({"nobody"}) | SEE


class Door(NamedTuple):
    """Who a route opens to, and what fills its address besides the contract's key."""

    roles: frozenset[str]
    filled: Mapping[str, Any] = MappingProxyType({})


DOORS: dict[str, Door] = {
    "contracts.report": Door(SEE, {"issue": 1}),
    "health.alive": Door(ANYBODY),
    "health.ready": Door(ANYBODY),
    "languages.choose": Door(ANYBODY),
    "portfolio.start": Door(SEE),
    "sign_in.enter": Door(ANYBODY),
    "sign_in.entered": Door(ANYBODY),
    "sign_in.leave": Door(ANYBODY),
    "static": Door(ANYBODY, {"filename": "xla.css"}),
}
