"""The numbers of an agreement: whole, exact decimal, money and days, each written in one way only."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

FROM_FILE = "file"
"""The validation context of what people write: numbers bare, money in quotes."""

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _bare(value: object, info: ValidationInfo) -> object:
    if info.context == FROM_FILE and isinstance(value, str):
        raise PydanticCustomError("own", "a plain number without quotes is needed, such as 78 or 4.25")
    return value


def _quoted(value: object, info: ValidationInfo) -> object:
    if info.context == FROM_FILE and isinstance(value, int | Decimal):
        raise PydanticCustomError("own", f'money stands in quotes, so that no digit is lost: "{value}"')
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise PydanticCustomError("own", 'an amount in quotes is needed, such as "480000.00"')
    return value


def _dated(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("own", "a day is needed, written year-month-day, such as 2014-01-31")


Whole = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Number = Annotated[Decimal, Field(max_digits=18, decimal_places=9), BeforeValidator(_bare)]
"""An exact decimal."""
NotBelowZero = Annotated[Decimal, Field(max_digits=18, decimal_places=9, ge=0), BeforeValidator(_bare)]
Level = Annotated[Decimal, Field(max_digits=18, decimal_places=9, gt=0, lt=1), BeforeValidator(_bare)]
"""A level of confidence, between 0 and 1."""
Amount = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=4, ge=0),
    BeforeValidator(_quoted),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}),
]
"""Money or percent of money, as a string of digits."""
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31)), BeforeValidator(_dated)]


def plain(number: Decimal) -> str:
    """The shortest exact writing: no exponent, no closing zeros, no minus before zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if not number else text
