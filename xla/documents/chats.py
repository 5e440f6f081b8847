"""Chats: what a Slack or Teams channel is shown of a notice, as its incoming webhook takes it.

Nothing told is read as markup there: Slack's `plain_text` and the Adaptive Card's `TextRun` know none, so
names and titles that people wrote can't mention, link or format anything, and need no escaping.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from xla.core.agreement import Language

LONGEST_HEADER = 150
LONGEST_BUTTON = 75
LONGEST_FIELD = 2_000
LONGEST_TEXT = 3_000
MOST_FIELDS = 10
"""Slack's own limits; a message over one of them is refused as a whole."""
CARD = "application/vnd.microsoft.card.adaptive"


class Said(NamedTuple):
    """What a channel is shown, in its language."""

    heading: str
    sentences: Sequence[str]
    facts: Sequence[tuple[str, str]]
    """What each is called, and what it is."""
    button: str
    link: str
    """The page the button opens."""


def slack(said: Said) -> dict[str, Any]:
    """A Slack message: the heading, the sentence, the facts in two columns, and the link as a button."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(said.heading, LONGEST_HEADER)},
        {"type": "section", "text": _plain("\n".join(said.sentences), LONGEST_TEXT)},
    ]
    if said.facts:
        fields = [_plain(f"{name}\n{value}", LONGEST_FIELD) for name, value in said.facts[:MOST_FIELDS]]
        blocks.append({"type": "section", "fields": fields})
    button = {"type": "button", "text": _plain(said.button, LONGEST_BUTTON), "url": said.link}
    blocks.append({"type": "actions", "elements": [button]})
    # What notifications show; it is the one text that would be read as markup.
    text = _cut(f"{said.heading}\n{said.sentences[0]}", LONGEST_TEXT)
    return {"text": _escaped(text), "mrkdwn": False, "blocks": blocks}


def teams(said: Said, language: Language) -> dict[str, Any]:
    """A message with an Adaptive Card, as a Teams workflow that waits for webhook requests takes it."""
    body = [
        _text([_run(_cut(said.heading, LONGEST_HEADER), size="Large", weight="Bolder")]),
        *(_text([_run(_cut(sentence, LONGEST_TEXT))]) for sentence in said.sentences),
        *(
            _text([_run(f"{name}: ", isSubtle=True), _run(_cut(value, LONGEST_FIELD))])
            for name, value in said.facts[:MOST_FIELDS]
        ),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": language,
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": said.button, "url": said.link}],
    }
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(text, most) or "–", "emoji": False}


def _escaped(text: str) -> str:
    """As Slack asks: these three, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **look: object) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **look}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
