"""Sentences about an agreement can be said in another tongue: nothing of them is put together in English."""

import pytest

from agreement_samples import agreement
from xla.core.agreement_wording import Tongue
from xla.core.changes import changes
from xla.core.explain import explain
from xla.core.verdict import DecisionRule


class Marked(Tongue):
    """Marks what it was asked to say."""

    def say(self, text: str, **values: str) -> str:
        return f"⟦{super().say(text, **values)}⟧"

    def plural(self, one: str, many: str, number: int, **values: str) -> str:
        return f"⟦{super().plural(one, many, number, **values)}⟧"


def unsaid(sentence: str) -> str:
    """What of a sentence was not asked for."""
    depth, left = 0, ""
    for char in sentence:
        depth += (char == "⟦") - (char == "⟧")
        left += char if not depth and char != "⟧" else ""
    return left.strip()


@pytest.mark.parametrize("sample", ["airport", "office", "small"])
def test_every_word_of_the_explanation_is_said_by_the_tongue(sample: str) -> None:
    sentences = explain(agreement(sample), "en", Marked())
    assert [unsaid(sentence) for sentence in sentences] == [""] * len(sentences)
    assert [one.replace("⟦", "").replace("⟧", "") for one in sentences] == explain(agreement(sample), "en")


def test_every_word_of_a_change_is_said_by_the_tongue() -> None:
    one, other = agreement("airport"), agreement("office")
    found = changes(one, other, Marked())
    assert len(found) > 40
    assert {unsaid(change.sentence) for change in found} == {""}


def changed(**fields: object) -> list[str]:
    old = agreement("small")
    new = old.model_copy(update=fields)
    return [change.sentence for change in changes(old, new)]


def test_a_text_of_the_agreement_itself_comes_and_goes() -> None:
    assert 'The note is now "More".' in changed(note="More")
    both = {**agreement("small").promise, "fi": "Hyvä"}
    assert 'The Finnish promise is now "Hyvä".' in changed(promise=both)


def test_one_case_and_one_response_are_enough() -> None:
    office = agreement("office")
    kpis = tuple(kpi.model_copy(update={"min_responses": 1}) for kpi in office.kpis)
    said = " ".join(explain(office.model_copy(update={"kpis": kpis})))
    for noun in ("case", "response", "rating"):
        assert f"One {noun} is enough to decide." in said


def test_a_year_is_a_period_and_lower_may_be_better() -> None:
    office = agreement("office")
    contract = office.contract.model_copy(update={"period": "year"})
    churn = office.kpi("churn").model_copy(update={"decision_rule": DecisionRule.GUARDED_ACCEPTANCE})
    said = " ".join(explain(office.model_copy(update={"contract": contract, "kpis": (churn,)})))
    assert "A period is a calendar year" in said
    assert "interval reaches over the floor (guarded acceptance)." in said
