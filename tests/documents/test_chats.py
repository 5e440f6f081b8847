"""Chats: Slack's blocks and Teams' card, within their limits, with nothing in them read as markup."""

import json
from typing import Any

from xla.documents import chats
from xla.documents.chats import Said

HOSTILE = "<!channel> *bold* [here](https://evil.example) <at>all</at> & `{{7*7}}`"
LINK = "https://xla.example/contracts/harbour/breaches/7"
SAID = Said(
    "Breach opened: Clean, Harbour house",
    ("Clean came out worse than its floor in March 2026, so a breach is opened.", "See what it rests on."),
    [("Value", "73.2 %"), ("Floor", "80 %")],
    "Open the breach",
    LINK,
)
LOUD = Said(HOSTILE, [HOSTILE], [(HOSTILE, HOSTILE)], "Open", LINK)
LONG = Said("h" * 999, ["s" * 9_999], [("n", "v" * 9_999)] * 30, "b" * 999, LINK)


def test_slack_shows_a_heading_the_sentences_the_facts_and_a_button() -> None:
    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text, "emoji": False}

    assert chats.slack(SAID) == {
        "text": "Breach opened: Clean, Harbour house\n"
        "Clean came out worse than its floor in March 2026, so a breach is opened.",
        "mrkdwn": False,
        "blocks": [
            {"type": "header", "text": plain(SAID.heading)},
            {"type": "section", "text": plain("\n".join(SAID.sentences))},
            {"type": "section", "fields": [plain("Value\n73.2 %"), plain("Floor\n80 %")]},
            {
                "type": "actions",
                "elements": [{"type": "button", "text": plain("Open the breach"), "url": LINK}],
            },
        ],
    }


def test_teams_shows_them_on_an_adaptive_card() -> None:
    message = chats.teams(SAID, "sv")
    (attachment,) = message["attachments"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"], card["lang"]) == ("AdaptiveCard", "1.4", "sv")
    texts = ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]
    assert texts == [SAID.heading, *SAID.sentences, "Value: 73.2 %", "Floor: 80 %"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the breach", "url": LINK}]


def test_nothing_told_is_read_as_markup() -> None:
    slack = chats.slack(LOUD)
    # The one text Slack would look for mentions in.
    assert slack["text"].startswith("&lt;!channel&gt; *bold*")
    assert "&amp;" in slack["text"]
    assert not slack["mrkdwn"]
    assert '"type": "mrkdwn"' not in json.dumps(slack)
    card = chats.teams(LOUD, "en")["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}


def test_a_message_stays_within_what_the_chats_take() -> None:
    header, section, fields, actions = chats.slack(LONG)["blocks"]
    assert len(header["text"]["text"]) == 150
    assert len(section["text"]["text"]) == 3_000
    assert [len(each["text"]) for each in fields["fields"]] == [2_000] * 10
    assert len(actions["elements"][0]["text"]["text"]) == 75
    assert len(chats.slack(LONG)["text"]) == 3_000
    assert len(json.dumps(chats.teams(LONG, "fi"))) < 28_000


def test_without_facts_and_with_an_empty_text_it_is_still_a_message() -> None:
    slack = chats.slack(Said("", [""], [], "Open", LINK))
    assert [block["type"] for block in slack["blocks"]] == ["header", "section", "actions"]
    assert slack["blocks"][0]["text"]["text"] == "–"
