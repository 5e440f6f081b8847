"""The decision form: what was chosen and written for each KPI, and what is wrong with it.

Its fields are as many as the contract has KPIs: `decision-KEY`, `wrong-KEY` and `text-KEY`, and `seen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from xla.core.agreement import Agreement
from xla.core.period_state import TAKEN_BY, Party, Step
from xla.documents.notice_words import WRONGS as WRONG_TEXTS
from xla.models.base import LARGEST_ID
from xla.services.decisions import MOST_CHARACTERS, WRONGS, Said, Wrong
from xla.web.language import gettext as _
from xla.web.language import lazy

WRONG_WORDS: Mapping[Wrong, Any] = {wrong: lazy(WRONG_TEXTS[wrong]) for wrong in WRONGS}
"""What may be wrong, as the client chooses it."""
CLIENT_STEPS = frozenset(step for step, taker in TAKEN_BY.items() if taker is Party.CLIENT)


@dataclass(frozen=True)
class Given:
    """What a form said."""

    seen: int = 0
    said: tuple[Said, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    """KPI -> the step chosen."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    flaws: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """KPI -> field (`wrong` or `text`) -> what is the matter with it."""


def choices(form: MultiDict[str, str], agreement: Agreement) -> Given:
    """The client's choices; a KPI without one is left as it is."""
    typed = _typed(form, agreement)
    said, flaws = [], {}
    for kpi, choice in typed.chosen.items():
        if choice not in CLIENT_STEPS:
            continue
        step, wrong = Step(choice), next((each for each in WRONGS if each == typed.wrong[kpi]), None)
        if step is not Step.DISPUTE:
            said.append(Said(kpi, step))
        elif found := _dispute_flaws(typed.text[kpi], wrong):
            flaws[kpi] = found
        else:
            said.append(Said(kpi, step, typed.text[kpi], wrong))
    return Given(typed.seen, tuple(said), typed.chosen, typed.wrong, typed.text, flaws)


def answers(form: MultiDict[str, str], agreement: Agreement) -> Given:
    """The provider's answers; a KPI without one is left as it is."""
    typed = _typed(form, agreement)
    said, flaws = [], {}
    for kpi, text in typed.text.items():
        if len(text) > MOST_CHARACTERS:
            flaws[kpi] = {"text": _too_long()}
        elif text:
            said.append(Said(kpi, Step.ANSWER, text))
    return Given(typed.seen, tuple(said), {}, {}, typed.text, flaws)


def _typed(form: MultiDict[str, str], agreement: Agreement) -> Given:
    keys = [kpi.key for kpi in agreement.kpis]
    seen = form.get("seen", 0, type=int)
    return Given(
        seen=min(max(seen, 0), LARGEST_ID),
        chosen={key: form.get(f"decision-{key}", "") for key in keys},
        wrong={key: form.get(f"wrong-{key}", "") for key in keys},
        text={key: form.get(f"text-{key}", "").replace("\r\n", "\n").strip() for key in keys},
    )


def _dispute_flaws(text: str, wrong: Wrong | None) -> dict[str, str]:
    flaws = {}
    if wrong is None:
        flaws["wrong"] = _("Choose what is wrong.")
    if not text:
        flaws["text"] = _("Write what you know, so that it can be looked into.")
    elif len(text) > MOST_CHARACTERS:
        flaws["text"] = _too_long()
    return flaws


def _too_long() -> str:
    return _("This is too long: write at most %(count)s characters.", count=MOST_CHARACTERS)
