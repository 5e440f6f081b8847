"""A tour: an address for every page of the application, on the demo, and who looks at it.

The pages are the application's own routes, so a page added today is on the tour today: where an address needs
something this file does not know, the tour says so and the test that takes it fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from web import world
from web.doors import DOORS
from xla import clock
from xla.core.invitation import State
from xla.core.invitation_link import token_of
from xla.core.notice import Event
from xla.jobs.demo import askings
from xla.models import (
    Action,
    AgreementVersion,
    Breach,
    Contract,
    Invitation,
    Period,
    Person,
    RatingPoint,
    ReportRecipient,
    Ticket,
    Upload,
    Webhook,
)
from xla.models.contract import contracts
from xla.outside.webhooks import Answer
from xla.services import (
    drafts,
    hook_messages,
    keys,
    memberships,
    people,
    places,
    recipients,
    taps,
    unsubscribing,
    webhooks,
)
from xla.services.agreements import agreement_of, contract_of, in_force
from xla.services.installations import ensured
from xla.services.kept import Kept
from xla.services.sign_ins import sha256
from xla.services.taps import Tap
from xla.web.editor_pages import PAGES
from xla.web.help import TOPICS

CONTRACT = "office-park"
"""The demo's richest contract: a live breach, an exclusion, late ratings, a KPI without data."""
ROLES = ("manager", "admin", "client", "auditor")
NOT_LOOKED_AT = frozenset(
    {
        "static",
        "health.alive",
        "health.ready",
        "metrics.figures",
        # They lead elsewhere, or only answer to whoever has just been there.
        "identity_provider.back",
        "identity_provider.leave",
        "kiosk.setting_up",
        "sign_in.ask_code",
        # Is there only while nobody is: `test_setting_up` looks at it.
        "welcomes.set_up",
    }
)
ALSO = {
    "audit.log": "auditor",
    "breaches.breach": "client",
    "contracts.contract": "auditor",
    "periods.inbox": "client",
    "periods.period": "client",
    "portfolio.start": "client",
}
"""Who else looks at a page, since theirs has other things on it."""
ANSWER = "an-answer-of-the-tour"
QUERIES: dict[str, dict[str, Any]] = {"verify.seal": {"chained": "0" * 64}}
"""What an address asks for besides."""
FILES = frozenset({"pdf", "csv", "css", "js", "png", "svg", "yaml", "json", "txt", "xlsx", "tsr"})
INVITATION, RESET = "a-token-of-the-tour", "another-token-of-the-tour"


@dataclass(frozen=True)
class Stop:
    """One page of the tour."""

    endpoint: str
    address: str
    role: str
    """Who looks: the role that may do most there; `nobody` for what is public."""


def furnish(session: Session) -> None:
    """What the demo lacks: people of every role, a draft, a webhook, one-time links, a poor rating."""
    now = clock.now()
    for role, name in world.NAMES.items():
        person = people.by_email(session, world.email(role)) or people.add(
            session, world.email(role), name=name, role=role, password=world.PASSWORD, now=now
        )
        for contract in session.scalars(contracts()):
            memberships.add_member(session, person.id, contract.id)
    drafts.begin(session, contract_of(session, CONTRACT), person, now)
    keys.create(session, "Till", scopes=["read"], now=now)
    desk, _secret = webhooks.create(
        session, "Service desk", url="https://desk.example/in", events=[Event.BREACH_OPENED], now=now
    )
    for answer in (Answer(204, None, 80), Answer(None, "time", 15_000)):
        sent = hook_messages.trial(desk, link="http://127.0.0.1/settings/webhooks", now=now)
        webhooks.log(session, desk.id, sent, answer, now)
    for kind, token in (("invitation", INVITATION), ("reset", RESET)):
        session.add(
            Ticket(
                kind=kind,
                token_sha256=sha256(token),
                person_id=person.id,
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    _rate(session)


def _rate(session: Session) -> None:
    now = clock.now()
    place = places.by_token(session, _links(session)[0], Kept(), now)
    assert place
    question = place.asked[0]
    taps.tap(session, place, Tap(question.key, question.scores.lowest, ANSWER, "qr", now), Kept(), now)


def _links(session: Session) -> list[str]:
    """The links of the demo's first point in each contract, the tour's contract first."""
    first = (
        select(func.min(RatingPoint.id))
        .where(RatingPoint.token.is_not(None))
        .group_by(RatingPoint.contract_id)
    )
    points = session.scalars(select(RatingPoint).where(RatingPoint.id.in_(first)))
    ours = contract_of(session, CONTRACT).id
    return [str(point.token) for point in sorted(points, key=lambda each: each.contract_id != ours)]


def _invitation(session: Session) -> str:
    """What the link of a mail of the demo's ends with that somebody may still answer."""
    waiting = select(Invitation.id).where(Invitation.state == State.WAITING).order_by(Invitation.id)
    return token_of(ensured(session, clock.now()).secret, session.scalars(waiting).first() or 0)


def pages(app: Flask, session: Session) -> Iterator[Stop]:
    """Every page that can be looked at, in the order of their addresses."""
    known = _known(session)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or DOORS[rule.endpoint].scope:  # a machine's is no page
            continue
        if rule.endpoint not in NOT_LOOKED_AT and not _is_file(rule):
            for values in _choices(rule.endpoint, known):
                for role in _looks(rule.endpoint):
                    yield Stop(rule.endpoint, _address(app, rule, values), role)


def _known(session: Session) -> dict[str, object]:
    """What the demo has that an address may name."""
    contract = contract_of(session, CONTRACT)
    breach = session.scalars(
        select(Breach)
        .where(Breach.contract_id == contract.id)
        .order_by(Breach.closed_at.is_(None).desc(), Breach.id.desc())
    ).first()
    period = session.scalars(
        select(Period).where(Period.contract_id == contract.id).order_by(Period.start_on.desc())
    ).first()
    assert breach
    assert period
    action = session.scalars(select(Action.id).where(Action.breach_id == breach.id)).first()
    version = session.scalars(select(AgreementVersion).where(AgreementVersion.contract_id == contract.id))
    files = session.scalars(select(Upload.id).where(Upload.contract_id == contract.id)).all()
    return {
        "key": CONTRACT,
        "client": contract.client_id,
        "day": f"{period.end_on}",
        "kpi": agreement_of(in_force(session, contract, period.start_on)).kpis[0].key,
        "id": breach.id,
        "action": action,
        "period": f"{period.start_on:%Y-%m}",
        "point": session.scalar(
            select(RatingPoint.id)
            .where(RatingPoint.token.is_not(None))
            .where(RatingPoint.contract_id == contract.id)
            .order_by(RatingPoint.id)
            .limit(1)
        ),
        "upload": min(files),
        "uploads": files,
        "version": max(each.number for each in version),
        "number": 1,
        "place": 0,
        "person": session.scalars(select(Person.id).order_by(Person.id)).first(),
        "webhook": session.scalars(select(Webhook.id)).first(),
        "links": _links(session),
        "plan": askings.KEY,
        "invitation": _invitation(session),
        "stop": unsubscribing.link(
            ensured(session, clock.now()), _somebody(session), Event.BREACH_OPENED, ""
        ),
        "leave": recipients.token_of(ensured(session, clock.now()).secret, _recipient(session, contract)),
        "keys": session.scalars(select(Contract.key).order_by(Contract.key)).all(),
    }


def _somebody(session: Session) -> Person:
    return session.scalars(select(Person).order_by(Person.id)).first() or Person()


def _recipient(session: Session, contract: Contract) -> ReportRecipient:
    return recipients.listed(session, contract)[0]


def _choices(endpoint: str, known: dict[str, Any]) -> Iterator[dict[str, object]]:
    """One set of values for a page, or several where it has several faces."""
    files: list[int] = known["uploads"]
    links: list[str] = known["links"]
    several: dict[str, list[dict[str, object]]] = {
        "contracts.contract": [{"key": key} for key in known["keys"]],
        "drafts.page": [{"section": section} for section in PAGES],
        "drafts.part": [{"section": section} for section in ("questions", "kpis")],
        "import_columns.columns": [{"upload": max(files)}],
        "imports.upload": [{"upload": each} for each in files],
        "help.topic": [{"topic": topic} for topic in TOPICS],
        "no_reports.ask": [{"token": known["leave"]}],
        "unsubscribe.ask": [{"token": known["stop"].rpartition("/")[2]}],
        **{f"invited.{name}": [{"token": known["invitation"]}] for name in ("ask", "stop")},
        "rate.ask": [{"token": token} for token in links],
        **{
            f"rate.{name}": [{"token": links[0], "answer": ANSWER}]
            for name in ("answers", "change", "saved", "thanks")
        },
        "welcomes.invitation": [{"token": INVITATION}],
        "welcomes.reset": [{"token": RESET}],
    }
    for more in several.get(endpoint, [{}]):
        yield {**known, **more}


def _looks(endpoint: str) -> list[str]:
    """Who looks: who may do most there, and who sees another page at the same address."""
    roles = DOORS[endpoint].roles
    if "nobody" in roles:
        return ["nobody"]
    first = next(role for role in ROLES if role in roles)
    return [first, *([ALSO[endpoint]] if endpoint in ALSO else [])]


def _is_file(rule: Rule) -> bool:
    return rule.rule.rpartition(".")[2] in FILES


def _address(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    missing = [name for name in rule.arguments if values.get(name) is None]
    assert not missing, f"the tour does not know {missing} of {rule.rule}"
    with app.test_request_context():
        asked = QUERIES.get(rule.endpoint, {})
        return app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}, **asked)
