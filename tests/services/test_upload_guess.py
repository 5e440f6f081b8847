"""What a file's columns are is guessed from their names and what is in them; nothing else is read."""

import pytest

import make
from xla.services.mappings import Mapping, Wide
from xla.services.upload_files import Column
from xla.services.upload_guess import guess


def guessed(**columns: str) -> Mapping:
    """From the columns' names, with one value each; '_' stands for a blank."""
    found = [Column(name.replace("_", " "), {value: 1} if value else {}) for name, value in columns.items()]
    return guess(found, make.agreement())


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("English", "Date Question Score Site Comment"),
        ("Swedish", "Datum Fråga Betyg Plats Kommentar"),
        ("Danish", "Dato Spørgsmål Karakter Bygning Kommentar"),
        ("Norwegian", "Dato Spørsmål Vurdering Sted Kommentar"),
        ("Finnish", "Päivämäärä Kysymys Arvosana Rakennus Kommentti"),
    ],
)
def test_names_are_known_in_five_languages(language: str, names: str) -> None:
    mapping = guessed(**dict.fromkeys(names.split(), ""))
    assert list(mapping.columns.values()) == ["date", "question", "score", "site", "comment"], language


def test_a_column_called_as_a_question_or_its_words_holds_its_scores() -> None:
    columns = [
        Column("Date"),
        Column("CLEAN"),
        Column("Is the food good?"),
        Column("score"),
        Column("Is it clean?"),
    ]
    mapping = guess(columns, make.agreement())
    assert mapping.wide == {"CLEAN": Wide(question="clean"), "Is the food good?": Wide(question="food")}
    assert mapping.columns == {"Date": "date"}
    assert mapping.leave_out == ["score", "Is it clean?"]


def test_what_nothing_speaks_for_is_left_out() -> None:
    mapping = guess(
        [Column("x"), Column("date"), Column("dato"), Column("x"), Column("date")], make.agreement()
    )
    assert mapping == Mapping(columns={"date": "date"}, leave_out=["x", "dato"])


@pytest.mark.parametrize(
    ("value", "ours", "dates"),
    [
        ("2026-05-31", "date", "iso"),
        ("2026-05-31T14:05", "rated_at", "iso"),
        ("31.5.2026", "date", "day_first"),
        ("5/31/2026 14:05", "rated_at", "month_first"),
        ("1.2.2026 kl 14.05", "rated_at", "day_first"),
        ("yesterday", "date", "iso"),
    ],
)
def test_how_days_are_written_is_seen(value: str, ours: str, dates: str) -> None:
    mapping = guessed(Datum=value, Response_ID="")
    assert (mapping.columns, mapping.dates) == ({"Datum": ours, "Response ID": "response"}, dates)
