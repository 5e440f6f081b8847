"""Links: the demo's rating points can be rated at, by links that are the same in every demo."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from xla.jobs.demo.plan import CONTRACTS, Script
from xla.models import Contract, RatingPoint
from xla.services.points import ALPHABET, LENGTH, Terms, put


def open_missing(session: Session, scripts: list[Script]) -> int:
    """Give every rating point at a site its link, where it has none, and its questions; how many got one."""
    played = {script.agreement.contract.key: script for script in scripts}
    rows = session.execute(
        select(RatingPoint, Contract)
        .join(Contract, Contract.id == RatingPoint.contract_id)
        .where(Contract.key.in_(CONTRACTS), RatingPoint.token.is_(None), RatingPoint.site_key != "")
    ).all()
    for point, contract in rows:
        point.token = token(contract.key, point.site_key, point.touchpoint_key)
        point.opened_at = contract.created_at
        put(point, _terms(played[contract.key], point))
    session.flush()
    return len(rows)


def token(contract: str, site: str, touchpoint: str) -> str:
    """What the link of a rating point of the demo ends with."""
    number = int.from_bytes(sha256(f"{contract}/{site}/{touchpoint}".encode()).digest())
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH))


def _terms(script: Script, point: RatingPoint) -> Terms:
    """What its crowds answer there, and who they are where they are all the same."""
    crowds = [
        crowd
        for crowd in (script.plan.crowds if script.plan else ())
        if crowd.touchpoint == point.touchpoint_key and point.site_key in crowd.sites
    ]
    questions = dict.fromkeys(question for crowd in crowds for question in crowd.questions)
    personas = {persona for crowd in crowds for persona in crowd.personas}
    return Terms("", tuple(questions), personas.pop() if len(personas) == 1 else "")
