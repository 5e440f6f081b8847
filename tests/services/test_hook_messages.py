"""Hook messages: a notice as a webhook or a channel is told of it, with nothing that may not be told."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import make
from xla.core.notice import Event
from xla.models import Contract, Notice, Webhook
from xla.services import hook_messages, notices, webhooks

NOW = make.NOW
BASE = "https://xla.example/"
SILENT = {"contract": "harbour", "kiosk": 7, "name": "Lobby", "seen_at": "2026-06-01T08:00:00+00:00"}
FAILED = {"upload": 4, "name": "march.csv", "problems": ["row 2: 'anna@ekhaga.example' is no score"] * 5}


@pytest.fixture
def harbour(session: Session) -> Contract:
    return make.contract(session)


def hook(session: Session, **choices: Any) -> Webhook:
    events = [Event.KIOSK_SILENT]
    return webhooks.create(session, "desk", url="https://desk.example", events=events, now=NOW, **choices)[0]


def body(session: Session, webhook: Webhook, event: Event, document: dict[str, Any]) -> Any:
    contract = session.scalars(select(Contract)).one()
    notices.write(session, contract.id, event=(event, "key"), document=document, now=NOW)
    notice = session.scalars(select(Notice)).one()
    return json.loads(hook_messages.body(session, notice, webhook, base_url=BASE))


@pytest.mark.usefixtures("harbour")
def test_a_signed_message_holds_type_timestamp_and_data(session: Session) -> None:
    told = body(session, hook(session), Event.KIOSK_SILENT, {**SILENT, "to": [3], "by_id": 4})
    link = "https://xla.example/contracts/harbour/kiosks"
    assert told == {
        "type": "kiosk_silent",
        "timestamp": "2026-06-15T12:00:00+00:00",
        "data": {**SILENT, "link": link},
    }


@pytest.mark.usefixtures("harbour")
def test_the_contract_is_named_where_the_notice_does_not(session: Session) -> None:
    told = body(session, hook(session), Event.IMPORT_FAILED, FAILED)
    assert told["data"]["contract"] == "harbour"
    assert told["data"]["link"] == "https://xla.example/contracts/harbour/imports/4"


@pytest.mark.usefixtures("harbour")
def test_a_signed_message_counts_the_problems_of_a_file_and_quotes_none(session: Session) -> None:
    told = body(session, hook(session), Event.IMPORT_FAILED, FAILED)
    assert (told["data"]["name"], told["data"]["problem_count"]) == ("march.csv", 5)
    assert "problems" not in told["data"]
    assert "ekhaga" not in json.dumps(told)


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channel_reads_sentences_and_no_cell_of_anybodys_file(session: Session, kind: str) -> None:
    told = json.dumps(body(session, hook(session, kind=kind), Event.IMPORT_FAILED, FAILED))
    assert "march.csv" in told
    assert "https://xla.example/contracts/harbour/imports/4" in told
    assert "ekhaga" not in told


@pytest.mark.usefixtures("harbour")
def test_nothing_is_kept_of_what_is_only_put_into_words(session: Session) -> None:
    body(session, hook(session, kind="slack"), Event.KIOSK_SILENT, SILENT)
    session.flush()
    assert len(session.scalars(select(Notice)).all()) == 1


KPI = {"key": "clean", "value": 75.0, "value_exact": "75", "low": 40.0, "high": 93.0, "counts": {"5": 3}}


@pytest.mark.parametrize(
    ("n", "value", "counts"),
    [
        (0, 75.0, {"5": 3}),
        (4, None, {}),
        (5, 75.0, {}),
        (7, 75.0, {}),
        (8, 75.0, {"5": 3}),
    ],
)
def test_of_so_few_no_value_and_no_distribution_is_told(n: int, value: object, counts: object) -> None:
    told = hook_messages.visible({"kpi": {**KPI, "n": n}, "all": [{**KPI, "n": n}]})
    for each in (told["kpi"], *told["all"]):
        assert (each["value"], each["low"], each["counts"]) == (value, value and 40.0, counts)
        assert each["key"] == "clean"


def test_what_counts_something_else_is_told_as_it_is() -> None:
    assert hook_messages.visible({"n": 3, "name": "x"}) == {"n": 3, "name": "x"}


def test_a_test_message_says_what_it_is(session: Session) -> None:
    message = hook_messages.trial(hook(session), link="https://xla.example/7", now=NOW)
    assert message.event == "test"
    assert json.loads(message.body) == {
        "type": "test",
        "timestamp": "2026-06-15T12:00:00+00:00",
        "data": {"webhook": "desk"},
    }


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_channels_test_message_says_so_in_words(session: Session, kind: str) -> None:
    message = hook_messages.trial(hook(session, kind=kind), link="https://xla.example/7", now=NOW)
    assert "A test message from XLA monitor" in message.body
    assert "https://xla.example/7" in message.body
