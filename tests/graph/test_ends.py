"""What is peeled off a model that is float32 at its ends, and what stays in it."""

import numpy as np
import pytest
import tflite

from tests.conformance.builder import Op, Tensor, build, constant
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.end_values import model_outputs, program_inputs, without_tail
from tinykd.graph.ends import Ends, Io, peeled
from tinykd.graph.reader import read_graph


def real(name: str, shape: tuple[int, ...] = (1, 4)) -> Tensor:
    return Tensor(name, shape, "float32")


def q(name: str, scale: float = 0.5, dtype: str = "int8", shape: tuple[int, ...] = (1, 4)) -> Tensor:
    return Tensor(name, shape, dtype, scale=scale)


def float_ends(*tail: Op, last: Tensor | None = None) -> list[Op]:
    """QUANTIZE, RELU, DEQUANTIZE to ``last``, ``tail``."""
    x, y = q("q"), q("y", 0.25)
    ops = [Op("QUANTIZE", [real("x")], [x]), Op("RELU", [x], [y]), Op("DEQUANTIZE", [y], [last or real("z")])]
    return [*ops, *tail]


def kinds(model: bytes, io: Io = "integer") -> tuple[list[str], Ends]:
    graph, ends = peeled(read_graph(model), io)
    return [op.kind for op in graph.main.ops], ends


def test_integers_are_what_is_left() -> None:
    ops, ends = kinds(build(float_ends()))
    assert ops == ["RELU"]
    (first,), (last,) = ends.inputs, ends.outputs
    assert [t.name for t in (first.outer, first.real, first.port)] == ["x", "x", "q"]
    assert [t.name for t in (last.outer, last.real, last.port)] == ["z", "z", "y"]
    assert ends.left_out == ()


def test_floats_are_kept_where_they_are_asked_for() -> None:
    ops, ends = kinds(build(float_ends()), "float")
    assert ops == ["QUANTIZE", "RELU", "DEQUANTIZE"]
    assert [end.port.name for end in (*ends.inputs, *ends.outputs)] == ["x", "z"]


@pytest.mark.parametrize("io", ["integer", "float"])
@pytest.mark.parametrize("kind", ["SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "TANH"])
def test_a_tail_that_keeps_the_order_is_left_out(kind: str, io: Io) -> None:
    a, b, c = real("z"), real("net/out/p"), real("last", (4,))
    options = {"beta": 1.0} if kind == "SOFTMAX" else {}
    tail = [Op(kind, [a], [b], **options), Op("RESHAPE", [b, constant("s", [4])], [c])]
    model = build(float_ends(*tail, last=a))
    ops, ends = kinds(model, io)
    assert ops[-1] == ("RELU" if io == "integer" else "DEQUANTIZE")
    assert [op.kind for op in ends.outputs[0].ops][-2:] == [kind, "RESHAPE"]
    program = compile_graph(read_graph(model), CompileOptions("m", io=io))
    assert program.notes == (
        f"left out, since it computes in float after the last integers: op 3 {kind} (layer net/out). It "
        "keeps the order of the scores; compute it around the model where its values are wanted",
    )


def test_a_reshape_alone_is_not_worth_a_word() -> None:
    a, b = real("z"), real("last", (2, 2))
    model = build(float_ends(Op("RESHAPE", [a, constant("s", [2, 2])], [b]), last=a))
    assert compile_graph(read_graph(model), CompileOptions("m")).notes == ()


def test_a_head_that_gives_another_shape() -> None:
    x, a, b = real("x", (4,)), real("a"), q("b")
    head = [
        Op("RESHAPE", [x, constant("s", [1, 4])], [a]),
        Op("QUANTIZE", [a], [b]),
        Op("RELU", [b], [q("c")]),
    ]
    ops, ends = kinds(build(head))
    assert ops == ["RELU"] and ends.inputs[0].outer.shape == (4,) and ends.inputs[0].port.name == "b"


def test_a_float_input_that_is_read_twice_stays() -> None:
    x, a, b = real("x"), q("a"), q("b", 0.25)
    ops = [Op("QUANTIZE", [x], [a]), Op("QUANTIZE", [x], [b]), Op("ADD", [a, b], [q("c")])]
    found, ends = kinds(build(ops))
    assert found == ["QUANTIZE", "QUANTIZE", "ADD"] and not ends.inputs[0].is_real


def test_quantizers_that_make_the_same_of_a_float_input_are_one() -> None:
    """Their input was a float one, with no NAME_quantize()."""
    x, a, b, c = real("x"), q("a"), q("b"), q("c")
    ops = [Op("QUANTIZE", [x], [a]), Op("QUANTIZE", [x], [b]), Op("ADD", [a, b], [c])]
    found, ends = kinds(build(ops))
    assert found == ["ADD"] and ends.inputs[0].port.name == "a" and ends.inputs[0].is_converted
    graph = peeled(read_graph(build(ops)), "integer")[0].main
    assert [t.name for t in graph.ops[0].inputs if t] == ["a", "a"]
    assert kinds(build(ops), "float")[0] == ["QUANTIZE", "QUANTIZE", "ADD"]
    shown = kinds(build(ops, outputs=[b, c]))
    assert shown[0] == ["QUANTIZE", "QUANTIZE", "ADD"] and not shown[1].inputs[0].is_real


def test_two_outputs_of_one_tensor() -> None:
    a, b = real("z"), real("p")
    ops = float_ends(Op("SOFTMAX", [a], [b], beta=1.0), last=a)
    found, ends = kinds(build(ops, outputs=[b, a]))
    assert found == ["RELU"] and [end.port.name for end in ends.outputs] == ["y", "y"]


@pytest.mark.parametrize(
    ("tail", "text"),
    [
        ([Op("SQUARE", [real("z")], [real("s")])], "op 3 SQUARE: stays in float at the end"),
        ([Op("SOFTMAX", [real("z")], [real("s")], beta=-1.0)], "op 3 SOFTMAX: stays in float at the end"),
    ],
)
def test_any_other_tail_is_refused(tail: list[Op], text: str) -> None:
    ops = float_ends(*tail, last=tail[0].inputs[0])
    with pytest.raises(ModelError, match=text):
        read_graph(build(ops))


def test_a_tail_that_something_else_reads_is_refused() -> None:
    """A float island between two ends: the softmax is no end."""
    a, p, back = real("z"), real("p"), q("back")
    ops = float_ends(Op("SOFTMAX", [a], [p], beta=1.0), Op("QUANTIZE", [p], [back]), last=a)
    ops.append(Op("RELU", [back], [q("out")]))
    with pytest.raises(ModelError, match="op 3 SOFTMAX: stays in float in the middle of a quantized model"):
        read_graph(build(ops, outputs=[p, ops[-1].outputs[0]]))


@pytest.mark.parametrize("bad", [0.0, 2.0**-60, (0.5, 0.25, 0.5, 0.25)])
def test_a_scale_that_says_nothing_is_refused_where_it_is(bad: float) -> None:
    y = Tensor("q", (1, 4), scale=bad, axis=1)
    model = build(
        [Op("QUANTIZE", [real("x")], [y]), Op("RESHAPE", [y, constant("s", [4])], [q("r", shape=(4,))])]
    )
    with pytest.raises(
        ModelError, match=r"^op 0 QUANTIZE: tensor 1 'q' (has (no )?scale|is quantized per chan)"
    ):
        compile_graph(read_graph(model), CompileOptions("m"))


def test_values_across_the_ends() -> None:
    _, ends = kinds(build(float_ends()))
    reals = np.array([[0.25, -0.25, 1e30, -63.9]], np.float32)
    taken = program_inputs(ends, reals.view(np.int8))
    assert taken.tolist() == [[1, -1, 127, -128]]
    assert model_outputs(ends, taken).view(np.float32).tolist() == [[0.25, -0.25, 31.75, -32.0]]


def test_a_model_that_ends_where_the_program_does() -> None:
    a, b = real("z"), real("p")
    model = build(float_ends(Op("SOFTMAX", [a], [b], beta=1.0), last=a))
    cut = without_tail(model, kinds(model)[1])
    main = tflite.Model.GetRootAs(cut, 0).Subgraphs(0)
    assert [main.Tensors(i).Name() for i in main.OutputsAsNumpy()] == [b"z"]
    whole = build(float_ends())
    assert without_tail(whole, kinds(whole)[1]) == whole
