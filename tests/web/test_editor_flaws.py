"""What the rules of the agreement say is said by the editor in the reader's words."""

import pytest
import yaml

import agreement_samples
from xla.core.agreement_flaw import Flaw
from xla.services.agreement_check import check
from xla.services.yaml_tree import read
from xla.web.editor_flaws import sentence, told

RULES = yaml.safe_load(agreement_samples.text("rules.yaml"))
OF_FILES = (
    "a list is",
    "a text is",
    "a text per",
    "a weight per",
    "fields are",
    "money stands",
    "no such field",
)
"""How a file can be wrong and a form can't: its quotes, lists and names of fields."""


def problems(row: dict[str, str]) -> set[str]:
    content = agreement_samples.text(f"{row['in']}.yaml").replace(row["replace"], row["by"], 1)
    value = read(content).value
    return {flaw.problem for flaw in check(value)[1]} if isinstance(value, dict) else set()


def test_every_rule_a_form_can_break_has_its_sentence() -> None:
    every = set().union(*(problems(row) for row in RULES))
    assert len(every) > 80
    unsaid = {one for one in every if told(one) is None}
    assert {one for one in unsaid if not one.startswith(OF_FILES)} == set()


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("it must be at most 90", "It must be at most 90."),
        (
            "no service has this key; did you mean cleaning?",
            "There is none with this key. Did you mean cleaning?",
        ),
        ("csat lies between 0 and 100 here", "It lies between 0 and 100 here."),
        ("an amount in SEK has at most 2 decimals", "An amount in SEK has at most 2 decimals."),
        ("the contract starts only on 2026-01-01", "The contract starts only on 2026-01-01."),
        ("something %(new)s nobody foresaw", "Something %(new)s nobody foresaw."),
    ],
)
def test_a_rule_is_said_with_its_figures(problem: str, said: str) -> None:
    assert sentence(Flaw((), "", problem)) == said
