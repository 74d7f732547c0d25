"""Operands that no converter writes (scalars, absent ones, too many, of other types and ranks), for every op.

Whatever core or copy of TFLM a model is for, it is taken or refused in one line.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build
from tests.conformance.cases import CASES
from tests.conformance.choose import Choose, Seeded
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.errors import ModelError
from tinykd.graph.ir import Graph
from tinykd.graph.reader import read_graph
from tinykd.oracle.tflm import OracleArena
from tinykd.tflm.arena import Need, plan_arena
from tinykd.tflm.check import check_dense, check_ops, esp_nn_notes
from tinykd.tflm.copies import copy_keys, load_copy
from tinykd.tflm.program import layers_of

SHAPES: tuple[tuple[int, ...], ...] = (
    (), (1,), (3,), (1, 1), (2, 3), (1, 2, 3), (1, 2, 2, 1), (1, 1, 1, 1), (1, 2, 1, 2, 1), (1,) * 6,
)  # fmt: skip
TYPES = ("int8", "int16", "int32", "uint8", "bool", "int64")
CORES = (Core.GENERIC, Core.ESP32_S3, Core.ESP32_P4)
CAST = OracleArena(total_bytes=100, head_bytes=50)


def odd(choose: Choose, like: Tensor) -> Tensor:
    """``like`` with another shape, and now and then another type, no scale, or data."""
    shape = choose.pick(SHAPES)
    changes: dict[str, Any] = {"name": "odd", "shape": shape, "data": None}
    if isinstance(like.scale, tuple):
        changes |= {"scale": like.scale[0], "zero_point": 0}
    if like.dtype == "resource" or choose.chance(20):
        changes["dtype"] = choose.pick(TYPES)
    if choose.chance(15):
        changes["scale"] = None
    if choose.chance(30):
        changes["shape_signature"] = tuple(-1 if choose.chance(50) else n for n in shape)
    if choose.chance(85 if like.data is not None else 30):
        changes |= {
            "data": choose.array(shape, -1, 2, changes.get("dtype", like.dtype)),
            "is_variable": False,
        }
    return dataclasses.replace(like, **changes)


def disturb(choose: Choose, ops: list[Op]) -> None:
    """One operand or result of one op made odd, taken out, or put beside."""
    op = choose.pick(ops)
    if not op.inputs or not op.outputs:
        return
    at = choose.integer(0, len(op.inputs) - 1)
    match choose.integer(0, 9):
        case 0:
            op.inputs[at] = None
        case 1:
            op.inputs.pop()
        case 2:
            op.inputs.append(choose.pick((None, odd(choose, Tensor("more", (), scale=0.1)))))
        case 3:
            op.outputs.pop()
        case 4 | 5:
            new, old = dataclasses.replace(odd(choose, op.outputs[-1]), data=None), op.outputs[-1]
            op.outputs[-1] = new
            for each in ops:
                each.inputs = [new if t is old else t for t in each.inputs]
        case _:
            op.inputs[at] = odd(choose, op.inputs[at] or Tensor("no", (), scale=0.1))


def odd_model(name: str, seed: int) -> bytes:
    """The case ``name`` with one or two things odd."""
    choose = Seeded(seed, *name.encode())
    case = CASES[name](choose)
    ops = [
        Op(op.kind, op.inputs, op.outputs, **op.options, intermediates=op.intermediates) for op in case.ops
    ]
    for _ in range(choose.integer(1, 2)):
        disturb(choose, ops)
    return build(ops, other_subgraphs=case.other_subgraphs)


def compiled(graph: Graph, core: Core) -> None:
    """As ``tinykd compile`` and ``inspect`` do it."""
    program = compile_graph(graph, CompileOptions("m", core))
    render(program)
    program.summary()


def planned(graph: Graph, copy_key: str) -> None:
    """As runtime tflm does it, for each core that has this copy."""
    copy = load_copy(copy_key)
    layers_of(graph)
    esp_nn_notes(graph)
    for core in CORES:
        assert plan_arena(graph, copy, Need(CAST, wide=False, core=core)).total > 0
    check_ops(graph, copy, {})
    check_dense(graph, copy, "wrong")


def outcome(act: Callable[..., None], model: bytes, target: Core | str) -> bool:
    """Whether ``act`` takes the model; anything but a refusal in one line passes on."""
    try:
        act(read_graph(model), target)
    except ModelError as error:
        assert "\n" not in str(error)
        return False
    return True


@pytest.mark.parametrize("name", sorted(CASES))
def test_any_operand_is_taken_or_refused(name: str) -> None:
    """A scalar beside a tensor ended in an IndexError on every board with CMSIS-NN."""
    cores = list(Core)
    for seed in range(24):
        model = odd_model(name, seed)
        outcome(compiled, model, cores[seed % len(cores)])
        for key in copy_keys():
            outcome(planned, model, key)


def test_some_are_taken_and_some_refused() -> None:
    models = [odd_model(name, 1) for name in sorted(CASES)]
    static = np.mean([outcome(compiled, model, Core.GENERIC) for model in models])
    tflm = np.mean([outcome(planned, model, "upstream") for model in models])
    assert 0 < static < 0.5 < tflm < 1
