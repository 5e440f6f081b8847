"""Whatever the bytes: a sound agreement, or problems with lines; never another error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agreement_samples import text
from xla.core.agreement_rules import flaws
from xla.services.agreement_files import AgreementFileError, Problem, parse

SAMPLES = ["airport", "office", "small"]


def problems(content: str | bytes) -> list[Problem]:
    """The problems of a file; none for a sound agreement, which is then sound indeed."""
    try:
        assert flaws(parse(content)) == []
    except AgreementFileError as error:
        return error.problems or [Problem(0, "", "", "")]
    return []


def tried(content: str | bytes) -> None:
    assert all(problem.line >= 1 and problem.problem for problem in problems(content))


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes_are_an_agreement_or_told(content: str | bytes) -> None:
    tried(content)


WORDS = [
    *(
        "null",
        "true",
        "[]",
        "{}",
        "[{}]",
        "{a: b}",
        '""',
        "-1",
        "0",
        "1e5",
        "80.5",
        "2014-01-01",
        "xla",
        "*a",
        "&a x",
    ),
    *(
        "!!str x",
        "[a, a]",
        "{en: x}",
        "{min: 1, max: 2}",
        '"1"',
        "csat5",
        "nps",
        "nki",
        "rate",
        "happiness",
        "[1, 2]",
    ),
]


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_sound_file_with_any_values_changed_is_an_agreement_or_told(name: str, data: st.DataObject) -> None:
    rows = text(f"{name}.yaml").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(rows) - 1))
        head, colon, _rest = rows[at].partition(": ")
        rows[at] = f"{head}{colon}{data.draw(st.sampled_from(WORDS))}" if colon else rows[at] + " x"
    tried("\n".join(rows))


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_sound_file_with_bytes_cut_and_put_in_is_an_agreement_or_told(
    name: str, data: st.DataObject
) -> None:
    content = bytearray(text(f"{name}.yaml").encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    tried(bytes(content))


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_sound_file_with_lines_lost_doubled_or_moved_is_an_agreement_or_told(
    name: str, data: st.DataObject
) -> None:
    rows = text(f"{name}.yaml").splitlines()
    at, to = (data.draw(st.integers(0, len(rows) - 1)) for _ in range(2))
    rows[at : at + data.draw(st.integers(0, 3))] = rows[to : to + data.draw(st.integers(0, 3))]
    tried("\n".join(rows))
