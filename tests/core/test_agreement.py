"""The agreement's values: found by key, walked, immutable, and written in one way."""

from decimal import Decimal

import pytest
from hypothesis import given
from pydantic import ValidationError

from agreement_samples import agreement, agreements
from xla.core.agreement import Agreement, Kpi, OwnScale, Question, words
from xla.core.agreement_flaw import Flaw, did_you_mean, field_name, listed, shortened
from xla.core.agreement_numbers import plain
from xla.core.currency import CURRENCIES, decimals_of
from xla.core.scale import Scale
from xla.core.verdict import Thresholds


@pytest.fixture(scope="module")
def office() -> Agreement:
    return agreement("office")


def test_parts_are_found_by_key(office: Agreement) -> None:
    assert office.question("easy").scale == "ces7"
    assert office.observation("minutes-lost").kind == "amount_mean"
    assert office.kpi("nki").asked == ("clean", "warm")


@pytest.mark.parametrize("find", ["question", "observation", "kpi"])
def test_an_unknown_key_is_a_key_error(office: Agreement, find: str) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        getattr(office, find)("nowhere")


def test_sites_are_walked_parents_first_with_depth_and_parent(office: Agreement) -> None:
    walked = [(site.key, depth, parent) for site, depth, parent in office.walk_sites()]
    assert walked == [
        ("campus", 0, None),
        ("house-1", 1, "campus"),
        ("house-1-floor-1", 2, "house-1"),
        ("house-1-floor-2", 2, "house-1"),
        ("house-2", 1, "campus"),
        ("depot", 0, None),
    ]
    assert office.site_keys == tuple(key for key, _, _ in walked)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ([], set()),
        (["depot"], {"depot"}),
        (["house-1"], {"house-1", "house-1-floor-1", "house-1-floor-2"}),
        (["house-1-floor-1", "house-2"], {"house-1-floor-1", "house-2"}),
        (["campus", "house-2"], {"campus", "house-1", "house-1-floor-1", "house-1-floor-2", "house-2"}),
        (["nowhere"], set()),
    ],
)
def test_a_site_brings_everything_inside_it(office: Agreement, named: list[str], found: set[str]) -> None:
    assert office.descendants(named) == found


@given(agreements())
def test_the_top_sites_bring_all(made: Agreement) -> None:
    assert made.descendants(site.key for site in made.sites) == frozenset(made.site_keys)


@pytest.mark.parametrize(
    ("language", "default", "text"),
    [("sv", "en", "Städning"), ("fi", "en", "Cleaning"), ("fi", "sv", "Städning"), ("fi", "da", "Städning")],
)
def test_a_missing_language_falls_back_to_the_contract_s_then_to_any(
    language: str, default: str, text: str
) -> None:
    assert words({"sv": "Städning", "en": "Cleaning"}, language, default) == text


def test_no_texts_are_no_words() -> None:
    assert words({}, "en", "en") == ""


def test_a_kpi_of_operations_asks_nothing_and_its_floor_is_its_target(office: Agreement) -> None:
    orders = office.kpi("orders")
    assert orders.asked == ()
    assert orders.thresholds == Thresholds(Decimal(40), Decimal(40), min_responses=30)


def test_an_own_scale_is_a_scale() -> None:
    question = Question(key="q", scale=OwnScale(min=-3, max=3), text={"en": "?"})
    assert question.scores == Scale(-3, 3)


def test_an_agreement_is_immutable(office: Agreement) -> None:
    with pytest.raises(ValidationError):
        office.contract.title = "Mine"


def test_numbers_may_be_strings_where_no_file_is_read(office: Agreement) -> None:
    stored = office.kpi("nps").model_dump() | {"target": "30.50", "credit": {"breached": "2", "cap": None}}
    assert Kpi.model_validate(stored).target == Decimal("30.5")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("78", "78"),
        ("78.00", "78"),
        ("7.80", "7.8"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-9", "0.000000001"),
        ("-0.0", "0"),
        ("-0.50", "-0.5"),
        ("0E+5", "0"),
    ],
)
def test_a_decimal_has_one_shortest_writing(number: str, written: str) -> None:
    assert plain(Decimal(number)) == written


def test_currencies_have_their_own_decimals() -> None:
    assert [decimals_of(code) for code in ("EUR", "JPY", "ISK", "KWD")] == [2, 0, 0, 3]
    assert {"EUR", "SEK", "NOK", "DKK", "ISK", "USD"} <= CURRENCIES
    assert len(CURRENCIES) == 157
    assert "XXX" not in CURRENCIES


def test_a_flaw_reads_as_a_sentence() -> None:
    assert str(Flaw(("kpis", 0, "floor"), "80", "too high")) == "kpis[0].floor: found 80; too high"
    assert str(Flaw(("kpis", 0), "", "empty")) == "kpis[0]: empty"
    assert str(Flaw((), "", "the file is empty")) == "the file is empty"


def test_a_path_is_written_as_people_write_it() -> None:
    assert field_name(("sites", 0, "sites", 12, "key")) == "sites[0].sites[12].key"
    assert field_name((3, "a")) == "[3].a"


def test_what_is_quoted_in_a_message_is_short_and_harmless() -> None:
    assert shortened("a\n b\t c") == "a b c"
    assert shortened("a\x1b[2Jb\u202e") == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert shortened("x" * 61) == "x" * 60 + "…"


@pytest.mark.parametrize(
    ("name", "names", "said"),
    [
        ("flor", ["floor", "target"], "; did you mean floor?"),
        ("europe/oslo", ["Europe/Oslo"], "; did you mean Europe/Oslo?"),
        ("xyz", ["floor"], ""),
        ("flor", [], ""),
        ("a1", [f"a{n}" for n in range(501)], ""),
        ("x" * 61, ["x" * 60], ""),
    ],
)
def test_a_near_name_is_suggested(name: str, names: list[str], said: str) -> None:
    assert did_you_mean(name, names) == said


def test_names_are_listed_with_or() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed([1, 2, 3])] == [
        "",
        "a",
        "a or b",
        "1, 2 or 3",
    ]
