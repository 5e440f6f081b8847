"""Operations: what each route of the API says of itself; the OpenAPI document is made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

from xla.web.api.bodies import Body, Query

P = ParamSpec("P")
R = TypeVar("R")


class Document(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True)


class NoQuery(Query):
    """An operation that takes no parameters behind the question mark."""


@dataclass(frozen=True)
class Operation:
    """One route, described."""

    summary: str
    description: str
    answer: type[BaseModel] | None
    """None for a PDF."""
    status: int = 200
    body: type[Body] | None = None
    query: type[Query] = NoQuery


def told(operation: Operation) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Describe a view."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.operation = operation  # type: ignore[attr-defined]  # what the OpenAPI document is made of
        return view

    return mark


def kind_of(view: Callable[..., object]) -> str:
    """The media type a described view answers in."""
    operation: Operation | None = getattr(view, "operation", None)
    return "application/pdf" if operation is not None and operation.answer is None else "application/json"
