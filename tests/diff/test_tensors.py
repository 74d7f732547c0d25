"""Layers of the board beside tensors of the oracle: names, fused layers, doubles, and what feeds what."""

import numpy as np

from tests.diff.conftest import MODEL
from tinykd.diff.tensors import feeds, pair_layers
from tinykd.link.replies import LayerReply
from tinykd.oracle import OracleTensor


def tensor(name: str, *values: int, operator: int = 0) -> OracleTensor:
    return OracleTensor(name, operator, np.array([values], np.int8))


def layer(name: str, size: int) -> LayerReply:
    return LayerReply(name, f"kernel_{name[:3]}", 1, size)


def names(pairs: object) -> list[tuple[int, str]]:
    return [(pair.layer, pair.tensor.name) for pair in pairs]  # type: ignore[attr-defined]


def test_the_order_is_the_boards() -> None:
    found = pair_layers(
        [layer("a", 2), layer("b/c;d", 3), layer("e", 1)],
        [tensor("e", 7), tensor("b/c;d", 1, 2, 127), tensor("a", 1, 2)],
    )
    assert names(found) == [(0, "a"), (1, "b/c;d"), (2, "e")]


def test_fused_layers_and_other_sizes_are_passed_over() -> None:
    found = pair_layers([layer("gone", 2), layer("a", 2)], [tensor("a", 2), tensor("b", 2, 2)])
    assert names(found) == []


def test_names_are_compared_as_the_wire_carries_them() -> None:
    long = "model/" + "x" * 300
    found = pair_layers([layer("caf?_1", 1), layer(long[:255], 1)], [tensor("caf\xe9/1", 1), tensor(long, 1)])
    assert names(found) == [(0, "caf\xe9/1"), (1, long)]


def test_two_tensors_of_one_name_are_taken_in_order() -> None:
    found = pair_layers([layer("a", 1), layer("a", 1)], [tensor("a", 5), tensor("a", 9)])
    assert [int(pair.tensor.data[0, 0]) for pair in found] == [5, 9]


def test_what_feeds_what_through_fused_operators() -> None:
    """The digits model is a chain of nine operators; the second is made to be fused into the third."""
    shapes = [f"t{i}" for i in range(9)]
    tensors = [tensor(name, 1, operator=i) for i, name in enumerate(shapes)]
    layers = [layer(name, 1) for i, name in enumerate(shapes) if i != 1]
    pairs = pair_layers(layers, tensors)
    assert feeds(MODEL.read_bytes(), pairs) == ((), (0,), (1,), (2,), (3,), (4,), (5,), (6,))


def test_a_model_that_cannot_be_read_is_taken_for_a_chain() -> None:
    pairs = pair_layers([layer("a", 1), layer("b", 1)], [tensor("a", 1), tensor("b", 1)])
    assert feeds(b"no model", pairs) == ((), (0,))


def test_traces_of_another_model_are_taken_for_a_chain() -> None:
    pairs = pair_layers([layer("a", 1), layer("b", 1)], [tensor("a", 1), tensor("b", 1, operator=10**9)])
    assert feeds(MODEL.read_bytes(), pairs) == ((), (0,))
