"""A tour: an address for every page of the application, on the demo, and who looks at it.

The pages are the application's own routes, so a page added today is on the tour today: where an address needs
something this file does not know, the tour says so and the test that takes it fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from web.doors import DOORS
from xla.models import (
    AgreementVersion,
    Breach,
    Contract,
    Draft,
    Exclusion,
    Period,
    Person,
    Report,
    Webhook,
)
from xla.services.agreements import agreement_of

CONTRACT = "airport-terminals"
"""The demo's richest contract."""
NO_PAGES = frozenset(
    {
        "static",
        "health.alive",
        "health.ready",
        # They lead to and from an identity provider, which the tour has none of.
        "identity_provider.leave",
        "identity_provider.back",
    }
)
ROLES = ("admin", "manager", "client", "auditor")


@dataclass(frozen=True)
class Stop:
    """One page of the tour."""

    endpoint: str
    address: str
    role: str
    """Who looks: the role that may do most there; `nobody` for what is public."""


class Known:
    """What the demo has that an address may name."""

    def __init__(self, session: Session) -> None:
        contract = session.scalars(select(Contract).where(Contract.key == CONTRACT)).one()
        version = session.scalars(
            select(AgreementVersion).where(AgreementVersion.contract_id == contract.id)
        ).first()
        assert version
        kpi = agreement_of(version).kpis[0]
        breach = session.scalars(
            select(Breach).where(Breach.contract_id == contract.id).order_by(Breach.id.desc())
        ).first()
        period = session.scalars(
            select(Period).where(Period.contract_id == contract.id).order_by(Period.start_on.desc())
        ).first()
        assert breach
        assert period
        self.values: dict[str, object] = {
            "key": CONTRACT,
            "kpi": kpi.key,
            "breach": breach.id,
            "period": f"{period.start_on:%Y-%m}",
            "version": version.number,
            "number": version.number,
            "topic": "verdicts",
        }
        for name, row in (
            ("report", Report),
            ("draft", Draft),
            ("exclusion", Exclusion),
            ("webhook", Webhook),
            ("person", Person),
        ):
            found = session.scalars(select(row.id).order_by(row.id)).first()
            self.values[name] = found or 1


def pages(app: Flask, session: Session) -> Iterator[Stop]:
    """Every page that can be looked at, in the order of their addresses."""
    known = Known(session)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES and not _is_file(rule):
            yield Stop(rule.endpoint, _address(app, rule, known), _looks(rule.endpoint))


def _looks(endpoint: str) -> str:
    roles = DOORS[endpoint].roles
    return "nobody" if "nobody" in roles else next(role for role in ROLES if role in roles)


def _is_file(rule: Rule) -> bool:
    return rule.rule.rpartition(".")[2] in {"pdf", "csv", "css", "png", "yaml", "json", "txt", "xlsx"}


def _address(app: Flask, rule: Rule, known: Known) -> str:
    filled = dict(DOORS[rule.endpoint].filled)
    values = {name: known.values.get(name, filled.get(name)) for name in rule.arguments}
    missing = [name for name, value in values.items() if value is None]
    assert not missing, f"the tour does not know {missing} of {rule.rule}"
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)
