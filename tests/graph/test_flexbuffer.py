"""Options of custom ops: FlexBuffers as flatbuffers writes them, and bytes that are none."""

import pytest
from flatbuffers import flexbuffers
from hypothesis import given
from hypothesis import strategies as st

from tinykd.errors import ModelError
from tinykd.graph.flexbuffer import flexbuffer_map

REALS = st.floats(width=32, allow_nan=False, allow_infinity=False)
NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), REALS, st.booleans())


@given(st.dictionaries(st.text("abc_T", min_size=1, max_size=12), NUMBERS, max_size=12))
def test_what_flatbuffers_writes_is_read(values: dict[str, float]) -> None:
    assert flexbuffer_map(bytes(flexbuffers.Dumps(values)), "op 0") == values


def test_other_values_are_left_out() -> None:
    assert flexbuffer_map(bytes(flexbuffers.Dumps({"a": "text", "b": [1, 2], "c": 3})), "op 0") == {"c": 3}


@given(st.binary(min_size=1, max_size=64))
def test_hostile_bytes_are_damaged_and_nothing_else(raw: bytes) -> None:
    try:
        flexbuffer_map(raw, "op 0")
    except ModelError as error:
        assert "the options of op 0 hold" in str(error)


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_map_that_was_cut_is_damaged(cut: int) -> None:
    whole = bytes(flexbuffers.Dumps({"shift": 12, "size": 70000}))
    with pytest.raises(ModelError, match="the options of op 3 hold"):
        flexbuffer_map(whole[:-cut] if cut < len(whole) else whole[:1], "op 3")
