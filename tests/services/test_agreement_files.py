"""Agreement files: read, written, stored, and every mistake told with its line and field."""

import json
from decimal import Decimal

import pytest
import yaml

from agreement_samples import agreement, text
from xla.core.agreement_flaw import Flaw
from xla.services import agreement_files
from xla.services.agreement_files import (
    AgreementFileError,
    Problem,
    parse,
    to_json,
)

SAMPLES = ["airport", "office", "small"]


def told(content: str | bytes) -> list[Problem]:
    with pytest.raises(AgreementFileError) as caught:
        parse(content)
    return caught.value.problems


# --- reading ------------------------------------------------------------------------------------------------


def test_the_airport_has_ten_questions_at_seven_boarding_areas() -> None:
    airport = agreement("airport")
    assert len(airport.questions) == 10
    assert airport.site_keys == ("a", "b", "c", "d", "e", "f", "g")
    assert airport.contract.monthly_fee == Decimal("480000.00")


def test_thresholds_are_the_decimals_that_are_written() -> None:
    edited = text("small.yaml").replace("target: 80", "target: 80.100000001")
    assert parse(edited).kpi("clean").target == Decimal("80.100000001")


def test_what_is_left_out_has_the_contract_s_usual_value() -> None:
    small = agreement("small")
    assert small.contract.language == "en"
    assert (small.contract.close_after_days, small.contract.respond_within_days) == (3, 10)
    assert small.kpi("clean").confidence == Decimal("0.95")


@pytest.mark.parametrize("name", SAMPLES)
def test_bytes_a_byte_order_mark_and_windows_line_ends_read_the_same(name: str) -> None:
    content = text(f"{name}.yaml")
    windows = content.replace("\n", "\r\n")
    assert parse(b"\xef\xbb\xbf" + windows.encode()) == parse(content)
    assert parse("\ufeff" + content) == parse(content)


def test_json_is_read_as_the_yaml_it_is() -> None:
    document = json.loads(to_json(agreement("small")))
    document["kpis"][0] |= {"target": 80, "confidence": 0.95, "weight": 1}
    assert parse(json.dumps(document, indent=1)) == agreement("small")


# --- mistakes -----------------------------------------------------------------------------------------------


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    assert "".join(f"{problem}\n" for problem in told(text("mistakes.yaml"))) == text("mistakes.txt")


def test_a_problem_reads_as_a_sentence() -> None:
    problem = Problem(41, "kpis[0].floor", "80", "a floor of 80 lies beyond the target 78")
    assert str(problem) == "line 41, kpis[0].floor: found 80; a floor of 80 lies beyond the target 78"


def test_problems_stand_in_the_order_of_their_lines_and_at_most_a_hundred() -> None:
    many = "".join(f"- {{key: a{n}, titel: x}}\n" for n in range(300))
    problems = told(f"sites:\n{many}")
    assert len(problems) == 100
    assert problems == sorted(problems)


def test_flaws_found_later_get_their_lines() -> None:
    content = text("airport.yaml")
    problems = agreement_files.problems_at(
        content, [Flaw(("contract", "timezone"), "x", "no"), Flaw((), "", "no")]
    )
    assert [(problem.line, problem.field) for problem in problems] == [(1, ""), (7, "contract.timezone")]


RULES = yaml.safe_load(text("rules.yaml"))


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["rule"])
def test_a_broken_rule_is_told_once_with_its_line_and_field(row: dict[str, str]) -> None:
    before = text(f"{row['in']}.yaml")
    assert row["replace"] in before
    content = before.replace(row["replace"], row["by"], 1)
    at = content.index(row["at"]) if "at" in row else before.index(row["replace"])
    [problem] = [one for one in told(content) if one.field == row["field"]]
    assert row["says"] in problem.problem
    assert problem.line == content[:at].count("\n") + 1


WHOLE = [
    ("nothing", "", 1, "the file is empty"),
    ("only a comment", "# soon\n", 1, "the file is empty"),
    ("null", "null\n", 1, "written as fields"),
    ("a list", "- a\n", 1, "written as fields"),
    ("a word", "xla\n", 1, "written as fields"),
    ("two documents", "a: 1\n---\nb: 2\n", 2, "a second document"),
    ("no YAML", "a: 1\nb: c: d\n", 2, "this is not YAML"),
    ("an open list", "a: [1\n", 2, "this is not YAML"),
    ("a tab", "a:\n\tb: 1\n", 2, "this is not YAML"),
    ("an escape that is none", 'a: "\\U00110000"\n', 1, "this is not YAML"),
    ("half a character", "a: \ud800\n", 1, "not UTF-8"),
    ("another encoding", "a: Städning\n".encode("latin-1"), 1, "not UTF-8"),
    ("UTF-16", "a: 1\n".encode("utf-16"), 1, "not UTF-8"),
    ("a NUL", "a: 1\nb: \0\n", 2, "control character U+0000"),
    ("a bell", b"a: 1\nb: \x07\n", 2, "control character U+0007"),
    ("a mebibyte and more", "#" * (1024 * 1024 + 1), 1, "has 1,048,577 bytes"),
    ("deep lists", "a: " + "[" * 50000, 1, "nested more than 40"),
    ("deep fields", "{a: " * 50000, 1, "nested more than 40"),
]


@pytest.mark.parametrize(
    ("content", "line", "sentence"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE]
)
def test_what_is_no_agreement_at_all_is_told_in_one_sentence(
    content: str | bytes, line: int, sentence: str
) -> None:
    [problem] = told(content)
    assert (problem.line, problem.field) == (line, "")
    assert sentence in problem.problem


CLEVER = [
    ("a tag", "note: !!str As signed", "note", "tags are not used"),
    ("a Python tag", "note: !!python/object/apply:os.system [ls]", "note", "tags are not used"),
    ("an anchor", "note: &x As signed", "note", "anchors are not used"),
    ("an alias", "note: &x a\nx: *x", "x", "aliases are not used"),
    ("a merge", "note: x\n<<: {a: 1}", "<<", "merge keys are not used"),
    ("a key twice", "note: x\nnote: y", "note", "stands in line 17 already"),
    ("a list as a key", "note: x\n? [a, b]\n: 1", "?", "must be a plain word"),
    ("a tag on a key", "note: x\n!!str z: 1", "", "tags are not used"),
]


@pytest.mark.parametrize(
    ("new", "field", "sentence"), [row[1:] for row in CLEVER], ids=[row[0] for row in CLEVER]
)
def test_yaml_that_is_too_clever_is_refused(new: str, field: str, sentence: str) -> None:
    problems = told(text("airport.yaml").replace("note: As signed", new))
    assert any(one.field == field and sentence in one.problem for one in problems)


def test_an_alias_bomb_is_refused_at_once() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert len(told(bomb)) == 100


def test_a_broken_part_accuses_nothing_that_refers_to_it() -> None:
    content = text("airport.yaml").replace(
        "  - key: restrooms\n    scale: csat5", "  - key: restrooms\n    scale: 5"
    )
    [problem] = told(content)
    assert problem.field == "questions[0].scale"


def test_a_broken_list_accuses_nothing_that_refers_to_it() -> None:
    problems = told(text("airport.yaml").replace("personas: []", "").replace("sites:\n", "sites: none\nx:\n"))
    assert {problem.field for problem in problems} == {"sites", "x"}


def test_the_place_of_a_part_is_told_as_written_though_a_part_before_it_is_broken() -> None:
    content = (
        text("airport.yaml").replace("target: 78", "target: x").replace("service: food", "service: foot")
    )
    assert [problem.field for problem in told(content)] == ["kpis[0].target", "kpis[2].service"]


def test_a_broken_contract_hides_nothing_in_the_lists() -> None:
    content = (
        text("airport.yaml")
        .replace("contract:\n", "contract: 3\nx:\n")
        .replace("service: food", "service: foot")
    )
    assert [problem.field for problem in told(content)] == ["contract", "x", "kpis[2].service"]


def test_what_a_message_quotes_cannot_move_a_terminal() -> None:
    [problem] = told(text("airport.yaml").replace("note: As signed", 'note: "\\e[2J"'))
    assert "\x1b" not in str(problem)


def test_a_long_value_is_cut_in_the_message() -> None:
    problems = told(text("airport.yaml").replace("timezone: America", f"timezone: {'x' * 500}"))
    assert all(len(str(problem)) < 200 for problem in problems)
