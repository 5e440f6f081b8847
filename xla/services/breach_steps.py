"""Steps of a breach, as they were kept: what the pages and the report put into words."""

import json
from typing import Any

from xla.documents.breach_words import Happened
from xla.models import BreachStep

REPORTED = frozenset({"moved", "breached", "again", "cause", "action", "acceptance"})
"""What the report tells of; who owns it by when and what was said of it stand on its page."""


def detail_of(step: BreachStep) -> dict[str, Any]:
    """What changed; empty where nothing was kept, as with steps of an older release."""
    found: dict[str, Any] = json.loads(step.detail) if step.detail else {}
    return found


def happened(step: BreachStep) -> Happened:
    """The step as plain values. A close of an older release left its own sentence and nothing else."""
    kind = "told" if step.kind == "moved" and step.evidence else step.kind
    return Happened(kind, step.state, detail_of(step), step.sentence)
