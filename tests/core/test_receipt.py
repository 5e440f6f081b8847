"""Receipts: a code names one response, survives being typed, and can't be guessed from another."""

import pytest

from xla.core.receipt import LETTERS, code_of, id_of

SECRET = bytes(range(32))


@pytest.mark.parametrize("response_id", [1, 2, 31, 12_345_678, 2**36 - 1, 2**36, 2**63 - 1])
def test_a_code_leads_back_to_its_response(response_id: int) -> None:
    code = code_of(SECRET, response_id)
    assert id_of(SECRET, code) == response_id
    assert {len(group) for group in code.split("-")} == {4}


def test_a_code_is_five_groups_of_four_and_never_changes() -> None:
    assert code_of(SECRET, 7) == "0000-003P-VGSS-676A-JMFT"


def test_how_a_code_is_typed_does_not_matter() -> None:
    code = code_of(SECRET, 7)
    assert id_of(SECRET, code.lower().replace("-", " ")) == 7
    assert id_of(SECRET, code.replace("0", "o").replace("1", "l")) == 7


@pytest.mark.parametrize("told", ["", "nonsense", "0" * 20, "ÅÅÅÅ-" * 5, "Z" * 28, "0" * 40])
def test_what_is_no_code_names_nothing(told: str) -> None:
    assert id_of(SECRET, told) is None


def test_a_letter_changed_anywhere_names_nothing() -> None:
    code = code_of(SECRET, 7)
    for place, letter in enumerate(code):
        for other in LETTERS:
            if letter not in {"-", other}:
                assert id_of(SECRET, code[:place] + other + code[place + 1 :]) is None


def test_a_code_of_another_installation_names_nothing() -> None:
    assert id_of(bytes(32), code_of(SECRET, 7)) is None
