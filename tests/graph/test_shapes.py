"""Shapes inferred as LiteRT does it, and values folded; a batch that is left open is 1."""

import random
from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded
from tests.graph.shape_models import MODELS, activation, dilated
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.control_flow import KINDS as CONTROL_FLOW
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.pin import batch_notes, contradictions, pinned
from tinykd.graph.shapes.settle import RULES, settled
from tinykd.graph.shapes.view import View
from tinykd.oracle import run_tflm

STATES = {"ASSIGN_VARIABLE", "CALL_ONCE", "READ_VARIABLE", "VAR_HANDLE"}


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_ops_rule_gives_the_shapes_that_tflm_runs(name: str) -> None:
    for seed in range(8):
        for op in read_graph(CASES[name](Seeded(seed)).model()).main.ops:
            if op.kind in {*STATES, *CONTROL_FLOW}:
                continue
            made = RULES[op.kind](View(op, op.inputs))
            assert [s for s in made if s != ()] == [t.shape for t in op.outputs if t.shape != ()], op.kind


@pytest.mark.parametrize("name", MODELS)
def test_an_open_batch_compiles_to_the_same_c_as_batch_one(name: str) -> None:
    """dilated: the file's [1, 6, 3] was taken for what is [2, 6, 3]; the rest was refused at SHAPE."""
    opened, fixed = (compiled(MODELS[name](is_open)) for is_open in (True, False))
    assert opened == fixed


def compiled(model: bytes) -> str:
    """The C without the lines that name file and tensors."""
    program = compile_graph(read_graph(model), CompileOptions("m"))
    code = render(program)["m.c"]
    return "\n".join(line for line in code.splitlines() if "0x" not in line and "/*" not in line)


@pytest.mark.parametrize("name", MODELS)
def test_tflm_computes_a_pinned_file_as_the_one_of_batch_one(name: str) -> None:
    opened, fixed = MODELS[name](True), MODELS[name](False)
    shape = read_graph(fixed).main.inputs[0].shape
    samples = np.random.default_rng(0).integers(-128, 128, (5, *shape)).astype(np.int8)
    assert np.array_equal(run_tflm(opened, samples), run_tflm(fixed, samples))


def test_only_shapes_that_contradict_are_written_anew() -> None:
    model = dilated(True)
    (old, new), *_ = wrong = contradictions(read_graph(model))
    assert (old.name, old.shape, new.shape) == ("net/tcn/S", (1, 6, 3), (2, 6, 3)) and len(wrong) == 4
    again = pinned(model)
    assert again != model and contradictions(read_graph(again)) == [] and pinned(again) == again
    assert batch_notes(read_graph(model)) == (
        "its batch is open, and 4 shapes are not those that its ops give (tensor 5 'net/tcn/S': [1, 6, 3], "
        "not [2, 6, 3]), on which TFLM computes otherwise than LiteRT; here they are inferred anew for "
        "batch 1. Convert with batch 1",
    )
    for right in (dilated(False), MODELS["flattened"](True), b"no model", model[:200] + b"\xff\xff\xff\xff"):
        assert pinned(right) == right
    assert batch_notes(read_graph(dilated(False))) == ()


def test_a_graph_without_anything_to_settle_is_itself() -> None:
    graph = read_graph(dilated(False))
    assert settled(graph).main.ops[0] is graph.main.ops[0]
    assert [t.shape for t in settled(graph).main.tensors] == [t.shape for t in graph.main.tensors]


def test_the_files_word_counts_where_nothing_is_open() -> None:
    x, y = Tensor("x", (1, 4), scale=0.1), Tensor("y", (1, 5), scale=0.1)
    with pytest.raises(ModelError, match=r"has shape \[1, 5\]"):
        compile_graph(read_graph(build([Op("RELU", [x], [y])])), CompileOptions("m"))


def refusal(*ops: Op) -> str:
    with pytest.raises(ModelError) as caught:
        settled(read_graph(build(list(ops))))
    return str(caught.value)


def test_what_cannot_be_told_is_refused_by_name() -> None:
    x, y = activation("x", (1, 7), True), activation("y", (1, 3), True)
    assert refusal(Op("RESHAPE", [x, constant("to", [-1, 3])], [y])) == (
        "op 0 RESHAPE: tensor 2 'y': 7 elements as [-1, 3]; expected sizes that follow from the input's. "
        "Convert with batch 1 and every size fixed"
    )
    size = Tensor("size", (1,), "int32")
    text = refusal(Op("RESHAPE", [x, size], [y]))
    assert text.startswith("op 0 RESHAPE: tensor 2 'y': operand 1 is computed at run time; ")
    inside = Tensor("y", (1, 7), scale=0.1, shape_signature=(-1, -1))
    text = refusal(Op("UNIQUE", [x], [inside]))
    assert text.startswith("op 0 UNIQUE: tensor 1 'y': its size follows from an open one; ")
    slices = [constant("b", [0, 7]), constant("n", [1, -1])]
    assert "would have shape [1, 0]" in refusal(Op("SLICE", [x, *slices], [y]))


def test_only_inputs_are_refused_for_sizes_beside_the_batch() -> None:
    x = Tensor("x", (1, 4), scale=0.1, shape_signature=(1, -1))
    with pytest.raises(ModelError, match=r"tensor 0 'x': a dynamic shape \[1, -1\]; expected fixed sizes"):
        read_graph(build([Op("RELU", [x], [Tensor("y", (1, 4), scale=0.1)])]))
    x, turned = (
        activation("x", (1, 4), True),
        Tensor("y", (4, 1), scale=0.05, zero_point=-3, shape_signature=(4, -1)),
    )
    graph = settled(read_graph(build([Op("TRANSPOSE", [x, constant("order", [1, 0])], [turned])])))
    assert graph.main.outputs[0].shape == (4, 1)


I32 = {"dtype": "int32"}


def folded(kind: str, operands: list[Any], shape: tuple[int, ...], dtype: str = "int32") -> Any:
    """The value of one op on constants, as the graph has it afterwards."""
    x, y, out = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 4), scale=0.5), Tensor("out", shape, dtype)
    constants = [v if isinstance(v, Tensor) else constant(f"c{i}", v) for i, v in enumerate(operands)]
    model = build([Op("RELU", [x], [y]), Op(kind, constants, [out])], inputs=[x], outputs=[y, out])
    data = settled(read_graph(model)).main.outputs[1].data
    return None if data is None else data.tolist()


@pytest.mark.parametrize(
    ("kind", "operands", "value"),
    [
        ("ADD", [[3, -4], [5, 6]], [8, 2]),
        ("SUB", [[3, -4], 5], [-2, -9]),
        ("MUL", [[3, -4], [5, 6]], [15, -24]),
        ("DIV", [[7, -7], [2, 2]], [3, -3]),
        ("FLOOR_DIV", [[7, -7], [2, 2]], [3, -4]),
        ("FLOOR_MOD", [[7, -7], [4, 4]], [3, 1]),
        ("MAXIMUM", [[3, -4], [0, 0]], [3, 0]),
        ("NEG", [[3, -4]], [-3, 4]),
        ("ABS", [[3, -4]], [3, 4]),
        ("FILL", [[2], 7], [7, 7]),
        ("RANGE", [3, 9, 2], [3, 5, 7]),
        ("ZEROS_LIKE", [[3, -4]], [0, 0]),
        ("BROADCAST_TO", [[3], [2]], [3, 3]),
        ("BROADCAST_ARGS", [[1, 3], [2, 1]], [2, 3]),
        ("CAST", [[3, -4]], [3, -4]),
        ("TILE", [[3, -4], [2]], [3, -4, 3, -4]),
        ("RANK", [[[3, -4]]], 2),
        ("SHAPE", [[[3, -4, 1]]], [1, 3]),
        ("TRANSPOSE", [[[3, -4]], [1, 0]], [[3], [-4]]),
        ("PACK", [3, 4], [3, 4]),
        ("GATHER", [[3, 4, 5], [2, 0]], [5, 3]),
    ],
)
def test_values_of_constants(kind: str, operands: list[Any], value: Any) -> None:
    assert folded(kind, operands, np.shape(value)) == value


def test_what_is_not_folded() -> None:
    """Quantized arithmetic is the kernels', division by zero nobody's, and a step of 0 has no end."""
    q = constant("q", [3, 4], "int8", scale=0.5)
    assert folded("ADD", [q, q], (2,), "int8") is None
    assert folded("RANGE", [3, 9, 0], (3,)) is None
    assert folded("GATHER", [[3, 4], [7]], (1,)) is None
    assert folded("FILL", [[1 << 30], 7], (1 << 20,)) is None


def mutated(source: random.Random, model: bytes) -> bytes:
    """A few bits or words changed."""
    raw = bytearray(model)
    for _ in range(source.choice((1, 1, 2, 4))):
        at = source.randrange(len(raw))
        if source.random() < 0.5:
            raw[at] ^= 1 << source.randrange(8)
        else:
            words = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\1\0\0\0", b"\2\0\0\0")
            raw[at : at + 4] = source.choice(words)
    return bytes(raw)


def test_a_damaged_open_model_is_refused_or_pinned() -> None:
    source, originals, pins = random.Random(11), [build_open(True) for build_open in MODELS.values()], 0
    for _ in range(1200):
        model = mutated(source, source.choice(originals))
        again = pinned(model)
        try:
            compile_graph(read_graph(model), CompileOptions("m"))
        except ModelError as error:
            assert "\n" not in str(error)
            continue
        pins += again != model
        assert contradictions(read_graph(again)) == []
    assert pins > 10


def test_an_empty_tensor_of_gigantic_sizes_is_refused() -> None:
    x, y = Tensor("x", (1, 4), scale=0.1), Tensor("y", (1, 4), scale=0.1)
    huge = Tensor("none", (0, 1 << 30, 1 << 30, 1 << 30), scale=0.1)
    with pytest.raises(ModelError, match="expected at most 16777216"):
        read_graph(build([Op("RELU", [x], [y], intermediates=[huge])]))
