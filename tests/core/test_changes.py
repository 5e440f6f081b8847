"""What changes between two versions: by key, in the order of the file, one sentence each."""

import pytest
import yaml
from hypothesis import given

from agreement_samples import agreement, agreements, text
from xla.core.agreement import Agreement
from xla.core.changes import changes
from xla.services.agreement_files import export, parse, to_json


def edited(name: str, *edits: tuple[str, str]) -> Agreement:
    content = text(f"{name}.yaml")
    for old, new in edits:
        assert old in content
        content = content.replace(old, new, 1)
    return parse(content)


CHANGES = yaml.safe_load(text("changes.yaml"))


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: row["sentence"][:60])
def test_one_edit_is_one_change(row: dict[str, str]) -> None:
    [change] = changes(agreement(row["in"]), edited(row["in"], (row["replace"], row["by"])))
    assert (change.path, change.before, change.after) == (row["path"], row["before"], row["after"])
    assert change.sentence.replace("\N{NO-BREAK SPACE}", " ") == row["sentence"]


def test_a_site_that_moves_says_where_from_and_where_to() -> None:
    moved = edited(
        "office",
        ("      - {key: house-2, title: Hus 2}\n  - {key: depot, title: Lager}\n",
         "  - {key: depot, title: Lager, sites: [{key: house-2, title: Hus 2}]}\n"),
    )  # fmt: skip
    [change] = changes(agreement("office"), moved)
    assert (change.path, change.before, change.after) == ("sites[house-2].inside", "campus", "depot")
    assert change.sentence == 'The place of "Hus 2" changes from campus to depot.'
    [back] = changes(
        edited("office", ("  - {key: depot, title: Lager}\n", "")),
        edited(
            "office",
            ("  - {key: depot, title: Lager}\n", ""),
            ("      - {key: house-2,", "  - {key: house-2,"),
        ),
    )
    assert back.sentence == 'The place of "Hus 2" changes from campus to the top.'


def test_a_part_moved_in_its_list_is_compared_by_its_key() -> None:
    content = text("airport.yaml")
    head, kpis = content.split("kpis:\n")
    parts = kpis.replace("composite:", "  - key: composite:").split("  - key: ")
    swapped = "  - key: ".join([parts[0], parts[2], parts[1], *parts[3:]]).replace(
        "  - key: composite:", "composite:"
    )
    found = changes(agreement("airport"), parse(f"{head}kpis:\n{swapped}"))
    assert [(change.path, change.sentence) for change in found] == [
        ("kpis", "The KPIs stand in another order.")
    ]


def test_a_key_that_is_renamed_is_a_part_removed_and_a_part_added() -> None:
    found = changes(agreement("small"), edited("small", ("kpis:\n  - key: clean", "kpis:\n  - key: tidy")))
    assert [change.sentence for change in found] == [
        'The KPI "It is clean" is removed.',
        'The KPI "It is clean" is added.',
    ]


@given(agreements())
def test_nothing_changes_between_equals(made: Agreement) -> None:
    assert changes(made, parse(export(made))) == []


@given(agreements(), agreements())
def test_there_are_changes_exactly_where_the_stored_documents_differ(
    one: Agreement, other: Agreement
) -> None:
    assert (changes(one, other) == []) == (to_json(one) == to_json(other))
    assert len(changes(one, other)) == len({(change.path, change.sentence) for change in changes(one, other)})
