"""Terms: what a list needs of many contracts' agreements, without reading each of them whole every time."""

import json
from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from xla.core.agreement import Agreement, Language
from xla.core.window import PeriodKind
from xla.models import AgreementVersion
from xla.services.agreements import agreement_of

MOST_KNOWN = 20_000


class Terms(NamedTuple):
    """One version's terms of its contract, and the KPIs it names."""

    key: str
    title: str
    client: str
    language: Language
    zone: ZoneInfo
    period: PeriodKind
    close_after_days: int
    respond_within_days: int
    starts_on: date
    ends_on: date | None
    kpi_keys: tuple[str, ...]


KNOWN: dict[str, Terms] = {}
"""By digest, which names a document that never changes."""


def latest_version(contract_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The id of the contract's newest version, as a column: versions are appended."""
    return (
        select(func.max(AgreementVersion.id))
        .where(AgreementVersion.contract_id == contract_id)
        .scalar_subquery()
    )


def terms_of(session: Session, version_ids: Collection[int]) -> dict[int, Terms]:
    """The terms of each version, by its id; two queries at most."""
    rows = session.execute(
        select(AgreementVersion.id, AgreementVersion.digest).where(AgreementVersion.id.in_(version_ids))
    )
    digests: dict[int, str] = dict(iter(rows))
    _learn(session, set(digests.values()) - KNOWN.keys())
    return {version: KNOWN[digest] for version, digest in digests.items()}


def agreements(session: Session, version_ids: Collection[int]) -> dict[int, Agreement]:
    """The whole agreements of a few versions, by their ids."""
    rows = session.scalars(select(AgreementVersion).where(AgreementVersion.id.in_(version_ids)))
    return {version.id: agreement_of(version) for version in rows}


def _learn(session: Session, digests: Collection[str]) -> None:
    if not digests:
        return
    if len(KNOWN) > MOST_KNOWN:
        KNOWN.clear()
    rows = session.execute(
        select(AgreementVersion.digest, AgreementVersion.document).where(AgreementVersion.digest.in_(digests))
    )
    for digest, document in rows:
        KNOWN[digest] = _read(document)


def _read(document: str) -> Terms:
    whole = json.loads(document)
    contract = whole["contract"]
    ends_on = contract.get("ends_on")
    return Terms(
        key=contract["key"],
        title=contract["title"],
        client=contract["client"],
        language=contract["language"],
        zone=ZoneInfo(contract["timezone"]),
        period=contract["period"],
        close_after_days=contract["close_after_days"],
        respond_within_days=contract["respond_within_days"],
        starts_on=date.fromisoformat(contract["starts_on"]),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        kpi_keys=tuple(kpi["key"] for kpi in whole["kpis"]),
    )
