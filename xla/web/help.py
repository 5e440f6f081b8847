"""Help, in the package so that it is there offline; and the accessibility statement."""

from flask import Blueprint, abort, render_template

from xla.core.flag import MOST, NETWORK_SHORT
from xla.core.role import Permission
from xla.web.access import needs
from xla.web.language import lazy
from xla.web.look import look
from xla.web.sampling_words import FLAGS, definition

help_pages = Blueprint("help", __name__)
TOPICS = {
    "verdicts": lazy("How verdicts are decided"),
    "foresight": lazy("Budget, forecast and warnings"),
    "periods": lazy("From a month’s figures to a final result"),
    "breaches": lazy("Breaches, and what is done about them"),
    "counting": lazy("What counts, and what looks unusual"),
    "privacy": lazy("Why some figures are hidden"),
    "managers": lazy("For account managers"),
    "clients": lazy("For clients"),
    "raters": lazy("For people who give ratings"),
    "keyboard": lazy("Keyboard shortcuts"),
}


@help_pages.get("/help", endpoint="start")
@needs(Permission.SEE)
def start() -> str:
    """Every topic."""
    return render_template("help/start.html", topics=TOPICS)


@help_pages.get("/help/<topic>")
@needs(Permission.SEE)
def topic(topic: str) -> str:
    """One topic."""
    if topic not in TOPICS:
        abort(404)
    return render_template(
        f"help/{topic}.html",
        topics=TOPICS,
        topic=topic,
        flags=FLAGS,
        definition=definition,
        most=MOST[NETWORK_SHORT],
        minutes=NETWORK_SHORT.minutes,
    )


@help_pages.get("/accessibility")
def accessibility() -> str:
    """How accessible XLA monitor is, and whom to tell what is not."""
    chosen = look()
    return render_template("help/accessibility.html", contact=chosen.sender_email if chosen else "")
