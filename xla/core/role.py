"""Roles: what a person may do, and which party to a contract they stand for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Party = Literal["provider", "client"]


class Role(StrEnum):
    """What a person is in this installation."""

    ADMIN = "admin"
    MANAGER = "manager"
    CLIENT = "client"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a page asks for."""

    SEE = "see"
    """Look at the contracts one is a member of."""
    TAKE_PART = "take_part"
    """Speak for a party: comment, propose and agree."""
    WORK = "work"
    """Work on breaches, answer disputes, issue reports, write agreements."""
    RESPOND = "respond"
    """Accept and dispute a period's result."""
    ADMINISTER = "administer"
    """People, branding, keys and webhooks."""
    AUDIT = "audit"
    """Read who did what."""


MAY: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {Permission.RESPOND},
    Role.MANAGER: frozenset({Permission.SEE, Permission.TAKE_PART, Permission.WORK}),
    Role.CLIENT: frozenset({Permission.SEE, Permission.TAKE_PART, Permission.RESPOND}),
    Role.AUDITOR: frozenset({Permission.SEE, Permission.AUDIT}),
}
"""Nobody at the provider's answers for the client, not even an admin."""

PARTIES: Mapping[Role, Party] = {
    Role.ADMIN: "provider",
    Role.MANAGER: "provider",
    Role.CLIENT: "client",
}
"""An auditor stands for nobody."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has the permission; on which contracts is a matter of membership."""
    return permission in MAY[role]
