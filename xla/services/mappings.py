"""A mapping: how the columns and codes of others' exports become ours."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from xla.services import yaml_tree
from xla.services.agreements import Refused
from xla.services.file_problem import Problem

Column = Literal[
    "question",
    "score",
    "rated_at",
    "date",
    "site",
    "touchpoint",
    "persona",
    "channel",
    "respondent",
    "response",
    "external_id",
    "reasons",
    "comment",
]
Meaning = Literal["blank", "not_applicable"]
Order = Literal["iso", "day_first", "month_first"]
WORDING = {
    "extra_forbidden": "a mapping has no such field",
    "missing": "this field is missing",
    "string_type": "a text is needed; put it in quotes",
    "dict_type": "fields are needed, each with its value",
    "list_type": "a list is needed",
    "model_type": "fields are needed, each with its value",
}
"""pydantic's types of errors in our words."""


def _meaning(value: object) -> object:
    if isinstance(value, bool) or (not isinstance(value, int) and value not in ("blank", "not_applicable")):
        raise PydanticCustomError("own", "a code means blank, not_applicable or a score")
    return value


Codes = dict[str, Annotated[Meaning | int, BeforeValidator(_meaning)]]


class Wide(BaseModel):
    """One column that holds the scores of one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    codes: Codes = Field(default_factory=dict)


class Mapping(BaseModel):
    """Renames columns, spreads wide ones, decodes codes, adds constants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, Column] = Field(default_factory=dict)
    wide: dict[str, Wide] = Field(default_factory=dict)
    codes: Codes = Field(default_factory=dict)
    """For the `score` column of a long file."""
    constants: dict[Column, str] = Field(default_factory=dict)
    dates: Order = "iso"
    """How days are written: 2018-05-31, 31.5.2018 or 5/31/2018."""
    leave_out: list[str] = Field(default_factory=list)
    """Columns that are not read, whatever they are called."""


AS_WRITTEN = Mapping()


def parse(content: bytes) -> Mapping:
    """The mapping a YAML file holds. Raises `Refused` with a sentence a problem, each with its line."""
    tree = yaml_tree.read(content)
    if tree.problems:
        raise Refused("\n".join(map(str, sorted(tree.problems))))
    try:
        return Mapping.model_validate(tree.value, strict=True)
    except ValidationError as error:
        problems = [
            Problem(
                tree.line(tuple(flaw["loc"])),
                ".".join(map(str, flaw["loc"])),
                str(flaw["input"]) if isinstance(flaw["input"], str | int) else "",
                WORDING.get(flaw["type"], flaw["msg"]),
            )
            for flaw in error.errors()
        ]
        raise Refused("\n".join(dict.fromkeys(map(str, sorted(problems))))) from None
