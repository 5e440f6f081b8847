"""Hook messages: what a webhook or a channel is told of a notice; of the same one the same each time."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import Session

from xla.core.privacy import K_DISTRIBUTION, K_VALUE, is_few
from xla.documents import chats
from xla.documents.chats import Said
from xla.documents.words import Words
from xla.models import Contract, Notice, Webhook
from xla.outside import webhooks
from xla.outside.webhooks import Message
from xla.services import notice_texts

if TYPE_CHECKING:
    from xla.core.agreement import Language

TEST = "test"
"""The event of a message that is only tried."""
FIGURES = {
    "value",
    "value_exact",
    "low",
    "high",
    "chance_below_floor",
    "more_ratings_needed",
    "design_effect",
}


def _(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is used."""
    return text


HEADING = _("A test message from XLA monitor")
SENTENCES = (
    _("This channel is told of what happens in this way."),
    _("Nothing has happened: somebody wanted to see whether messages arrive."),
)
BUTTON = _("Open the webhook’s page")


def body(session: Session, notice: Notice, webhook: Webhook, *, base_url: str) -> str:
    """The notice as JSON: signed, its document with the contract's key and the page it is about; or in words.

    Of under five answers no value is told, of under eight no distribution; nobody is told what stands in
    somebody's file, and a channel reads nothing that somebody wrote into a dispute.
    """
    document = json.loads(notice.document)
    in_words = Notice(contract_id=notice.contract_id, kind=notice.kind, document=_json(_wordless(document)))
    told = notice_texts.told(session, in_words, language=language_of(webhook), party=None, base_url=base_url)
    if webhook.kind == "signed":
        key = session.get_one(Contract, notice.contract_id).key
        data = visible(_countable(document)) | {"contract": key, "link": told.link}
        return signed(notice.kind, data, notice.created_at)
    sentences = tuple(filter(None, (told.sentence, told.more, told.next_step)))
    facts = [(row.label, row.text) for row in told.rows]
    return _shown(webhook, Said(told.heading, sentences, facts, told.button, told.link))


def trial(webhook: Webhook, *, link: str, now: datetime) -> Message:
    """A message that says it is only a test."""
    if webhook.kind == "signed":
        text = signed(TEST, {"webhook": webhook.name}, now)
    else:
        words = Words(language_of(webhook))
        sentences = [words(each) for each in SENTENCES]
        text = _shown(webhook, Said(words(HEADING), sentences, (), words(BUTTON), link))
    return Message(webhooks.new_id(), TEST, text)


def signed(event: str, data: dict[str, object], at: datetime) -> str:
    """What happened at that instant, as the standard's `type`, `timestamp` and `data`."""
    return _json({"type": event, "timestamp": at.isoformat(), "data": data})


def language_of(webhook: Webhook) -> "Language":
    """The language of a channel; the table holds no other."""
    return cast("Language", webhook.language)


def visible(document: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """A notice's document as far as it may be told: any KPI in it without the figures of so few."""
    if isinstance(document, list):
        return [visible(each) for each in document]
    if not isinstance(document, dict):
        return document
    told = {name: visible(each) for name, each in document.items()}
    n = told.get("n")
    if isinstance(n, int) and is_few(n, K_VALUE):
        told |= dict.fromkeys(told.keys() & FIGURES)
    if isinstance(n, int) and is_few(n, K_DISTRIBUTION) and "counts" in told:
        told["counts"] = {}
    return told


def _countable(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is nobody else's: whom it is meant for, whose doing it was, and the cells of a file."""
    told = {name: each for name, each in document.items() if name not in {"to", "by_id", "problems"}}
    return told | ({"problem_count": len(document["problems"])} if "problems" in document else {})


def _wordless(document: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Without what people wrote: why they dispute, and the cells of a file that was refused."""
    if not isinstance(document, dict):
        return document
    told = {name: _wordless(each) for name, each in document.items()}
    written = {name: each for name, each in told.items() if name in {"text", "problems"}}
    return told | {name: type(each)() for name, each in written.items() if isinstance(each, str | list)}


def _shown(webhook: Webhook, said: Said) -> str:
    """As the chat's incoming webhook takes it."""
    if webhook.kind == "slack":
        return _json(chats.slack(said))
    return _json(chats.teams(said, language_of(webhook)))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)
