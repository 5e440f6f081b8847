"""The audit log: note what somebody did, in the transaction in which it is done."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from xla.models import AuditEntry, Person


def note(  # noqa: PLR0913 -- its keywords say what each is
    session: Session,
    person: Person | None,
    action: str,
    *,
    subject: str,
    contract_id: int | None = None,
    detail: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Append an entry: who (None: the command line or the clock) did which action to what.

    `action` is a key such as `breach.acknowledge`, which the page translates; `detail` must hold no secret.
    """
    session.add(
        AuditEntry(
            at=now,
            person_id=person.id if person else None,
            action=action,
            contract_id=contract_id,
            subject=subject,
            detail=json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str),
        )
    )
    session.flush()
