"""Plain JSON: as Python's own encoder writes it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xla.documents.plain_json import Plain, written

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def as_python(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)


@given(values)
def test_it_is_what_python_writes(value: Plain) -> None:
    assert written(value) == as_python(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_no_number_is_refused(value: Plain) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(value)


def test_what_json_has_no_form_of_is_refused() -> None:
    strange: Any = {1}
    with pytest.raises(TypeError, match="not JSON serializable"):
        written({"a": strange})
