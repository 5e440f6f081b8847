"""Values that are no scores of their column are told, each with what it was said to mean."""

import make
from xla.services.mappings import Mapping, Wide
from xla.services.upload_codes import Foreign, foreign
from xla.services.upload_files import Column


def told(mapping: Mapping, **values: list[str]) -> list[tuple[int, str, object]]:
    columns = [Column(name, dict.fromkeys(found, 2)) for name, found in values.items()]
    return [(each.position, each.value, each.meaning) for each in foreign(columns, mapping, make.catalogue())]


def test_what_is_off_a_question_s_scale_is_told() -> None:
    mapping = Mapping(wide={"Q": Wide(question="clean", codes={"0": "blank", "7": 5})}, columns={"d": "date"})
    found = told(mapping, d=["x"], Q=["", "1", "5.0", "0.0", "6", "7", "good"], Z=["9"])
    assert found == [(1, "0.0", "blank"), (1, "6", None), (1, "7", 5), (1, "good", None)]


def test_in_a_long_file_a_score_of_any_question_is_one() -> None:
    mapping = Mapping(columns={"points": "score"}, codes={"99": "not_applicable"})
    assert told(mapping, points=["10", "11", "99"]) == [(0, "11", None), (0, "99", "not_applicable")]


def test_it_may_mean_any_score_of_its_scale() -> None:
    mapping = Mapping(wide={"Q": Wide(question="clean")})
    [found] = foreign([Column("Q", {"x": 3})], mapping, make.catalogue())
    assert found == Foreign(0, "Q", "x", 3, None, [1, 2, 3, 4, 5])


def test_where_no_column_holds_scores_nothing_is_told() -> None:
    assert told(Mapping(), Q=["x"]) == []
