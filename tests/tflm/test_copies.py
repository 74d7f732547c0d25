"""The lists of ops: well-formed, as their sources have them, and all that boards name are there."""

import pytest

from tests.tflm.headers import RESOLVER
from tinykd.boards import list_boards
from tinykd.errors import ConfigError
from tinykd.graph import schema
from tinykd.tflm.copies import copies_with, copy_keys, load_copy
from tinykd.tflm.names import add_function, added_ops


def test_each_board_names_a_list_that_is_there() -> None:
    named = {board.tflm.ops for board in list_boards() if board.tflm}
    assert named == {"chirale-2.0.0", "esp-tflite-micro-1.4.0", "upstream"}
    assert named < set(copy_keys())


def test_how_many_ops_each_copy_has() -> None:
    """Of MicroMutableOpResolver's Add functions those for built-in ops, counted in the sources."""
    assert {key: len(load_copy(key).ops) for key in copy_keys()} == {
        "chirale-2.0.0": 94,
        "esp-tflite-micro-1.4.0": 100,
        "microtflite-1.0.3": 94,
        "tflm-cortexm-1.0.0": 94,
        "tflm-esp32-2.0.0": 96,
        "upstream": 100,
    }


@pytest.mark.parametrize("key", copy_keys())
def test_every_op_is_one_of_the_schema_once(key: str) -> None:
    ops = load_copy(key).ops
    assert list(ops) == sorted(set(ops))
    assert set(ops) <= set(schema.OP_NAMES)


def test_who_has_an_op() -> None:
    assert [copy.title for copy in copies_with("REVERSE_V2")] == [
        "esp-tflite-micro 1.4.0",
        "TensorFlow Lite Micro as published",
    ]


def test_an_unknown_list() -> None:
    with pytest.raises(ConfigError) as caught:
        load_copy("chirale-2.0.1")
    assert str(caught.value) == (
        "tflm.ops chirale-2.0.1: no list of ops has this name; expected chirale-2.0.0"
    )


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("CONV_2D", "AddConv2D"),
        ("FULLY_CONNECTED", "AddFullyConnected"),
        ("MAX_POOL_2D", "AddMaxPool2D"),
        ("L2_NORMALIZATION", "AddL2Normalization"),
        ("PADV2", "AddPadV2"),
        ("RELU6", "AddRelu6"),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", "AddUnidirectionalSequenceLSTM"),
    ],
)
def test_what_adds_an_op(kind: str, function: str) -> None:
    assert add_function(kind) == function


def test_what_a_header_adds() -> None:
    """Customs and helpers do not count, whatever the line breaks."""
    assert added_ops(RESOLVER) == {"CONV_2D": "AddConv2D", "FULLY_CONNECTED": "AddFullyConnected"}
