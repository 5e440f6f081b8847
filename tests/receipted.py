"""Receipts for tests: ratings received on days of January 2026, sealed, and the script that checks them."""

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.models import Response
from xla.services import receipts, seals
from xla.services.receipts import Receipt

SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "verify_receipt.py"


def at(day: int, hour: int = 12) -> datetime:
    return make.utc(2026, 1, day, hour)


def sealed(session: Session, day: int) -> None:
    """Seal up to a day in January."""
    session.flush()
    assert seals.keep(session, seals.seal(session, date(2026, 1, day), at(day + 1, 1)))


def responses(session: Session) -> list[Response]:
    return list(session.scalars(select(Response).order_by(Response.id)))


def receipt(session: Session, response: Response) -> Receipt:
    session.flush()
    session.expire_all()
    code = receipts.code(session, response.id)
    assert code
    found = receipts.by_code(session, code)
    assert found
    return found


def document(session: Session, response: Response) -> Any:
    return json.loads(json.dumps(receipts.document(receipt(session, response))))


def checked(folder: Path, told: Any, *more: str) -> tuple[int, str]:
    """What the stand-alone script says of a receipt, with nothing but the standard library around it."""
    path = folder / "receipt.json"
    path.write_text(json.dumps(told))
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
