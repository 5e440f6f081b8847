"""API keys: made and shown once, found by their hash, revoked and never deleted."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from xla.models import ApiKey, Contract, Person
from xla.services.agreements import Refused
from xla.services.sign_ins import sha256

SCOPES = ("read", "ratings:write", "events:write")
SHOWN = 10
"""How many of a key's first characters are kept for people to know it by: `xla_` and six more."""
NOTED_EVERY = timedelta(minutes=1)
"""How often it is noted that a key is used."""


class Listed(NamedTuple):
    """One key as the list shows it."""

    key: ApiKey
    contract: str | None
    """The contract's key; None for all."""
    person: str | None
    """Who made it; None for the command line."""


def create(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    name: str,
    *,
    scopes: Sequence[str],
    contract_id: int | None = None,
    expires_at: datetime | None = None,
    by: Person | None = None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key's row, and the key itself, which is told only here. Raises `Refused`."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise Refused(f"scopes: found {', '.join(unknown) or 'none'}; allowed are {', '.join(SCOPES)}")
    if expires_at is not None and expires_at <= now:
        raise Refused(f"a key can't expire in the past: {expires_at.isoformat()}")
    secret = f"xla_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        name=name,
        prefix=secret[:SHOWN],
        key_sha256=sha256(secret),
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
        contract_id=contract_id,
        person_id=by.id if by else None,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    return key, secret


def find(session: Session, secret: str, now: datetime) -> ApiKey | None:
    """The key, where there is one, it has not expired and nobody revoked it."""
    return session.scalar(
        select(ApiKey).where(
            ApiKey.key_sha256 == sha256(secret),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
    )


def is_stale(key: ApiKey, now: datetime) -> bool:
    """Whether its last use was noted long enough ago to be noted again."""
    return key.used_at is None or now - key.used_at >= NOTED_EVERY


def note_used(session: Session, key_id: int, now: datetime) -> None:
    """Note that a key is used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=now))


def opened(session: Session, key: ApiKey, contract_key: str) -> Contract | None:
    """The contract with that key where the API key opens it; else None, as if there were none."""
    if "\0" in contract_key:  # cannot be in the database, nor be asked of it
        return None
    contract = session.scalar(select(Contract).where(Contract.key == contract_key))
    return contract if contract is not None and key.contract_id in {None, contract.id} else None


def contracts_opened(session: Session, key: ApiKey, *, after: str, limit: int) -> Sequence[Contract]:
    """The contracts a key opens, by their keys, from the first after `after`; at most `limit`."""
    query = select(Contract).where(Contract.key > after).order_by(Contract.key).limit(limit)
    if key.contract_id is not None:
        query = query.where(Contract.id == key.contract_id)
    return session.scalars(query).all()


def one(session: Session, key_id: int) -> ApiKey | None:
    """The key with that id, revoked or not."""
    return session.get(ApiKey, key_id)


def revoke(session: Session, key_id: int, now: datetime) -> ApiKey | None:
    """Close a key for good; None where there is none or it was closed before."""
    key = session.get(ApiKey, key_id)
    if key is None or key.revoked_at is not None:
        return None
    key.revoked_at = now
    session.flush()
    return key


def listed(session: Session) -> list[Listed]:
    """Every key, the newest first."""
    rows = session.execute(
        select(ApiKey, Contract.key, Person.name)
        .outerjoin(Contract, Contract.id == ApiKey.contract_id)
        .outerjoin(Person, Person.id == ApiKey.person_id)
        .order_by(ApiKey.id.desc())
    )
    return [Listed(key, contract, person) for key, contract, person in rows]
