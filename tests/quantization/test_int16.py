"""Int16 activations for some layers or all, put together from two flatbuffers; int8 at the ends."""

from dataclasses import replace

import numpy as np
import pytest

from tests.conformance import builder as built
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Op, Options, Quantization, Subgraph, Tensor
from tinykd.graph.reader import read_graph
from tinykd.graph.writer import written
from tinykd.quantization.export import to_int8, to_int16
from tinykd.quantization.int16 import layers_of, widened
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import model_ends, quantized_scores
from tinykd.quantization.rescue.remedies import LEAST, Attempt, Remedy, best_of, compiled_remedy
from tinykd.training.tensorflow import libraries


def chain(dtype: DType, *kinds: str) -> Subgraph:
    """Ops one after the other, and an ADD of the first two activations at the end."""

    def tensor(index: int) -> Tensor:
        scale = Quantization((0.1 if dtype is DType.INT8 else 0.001,), (0,), 0)
        return Tensor(index, f"t{index}", (1, 4), dtype, scale)

    tensors = [tensor(i) for i in range(len(kinds) + 2)]
    ops = [Op(i, kind, (tensors[i],), (tensors[i + 1],), Options({})) for i, kind in enumerate(kinds)]
    ops.append(Op(len(kinds), "ADD", (tensors[1], tensors[2]), (tensors[-1],), Options({})))
    return Subgraph("main", tuple(tensors), (tensors[0],), (tensors[-1],), tuple(ops))


NARROW, WIDE = (chain(dtype, "A", "B", "C") for dtype in (DType.INT8, DType.INT16))


def shown(graph: Subgraph) -> list[str]:
    return [
        f"{op.kind} {','.join(t.dtype.value for t in op.inputs if t)}>{op.outputs[0].dtype.value}"
        for op in graph.ops
    ]


def test_nothing_chosen_is_the_int8_model() -> None:
    assert shown(widened(NARROW, WIDE, ())) == shown(NARROW)


def test_everything_has_int8_ends() -> None:
    found = widened(NARROW, WIDE)
    assert shown(found) == [
        "QUANTIZE int8>int16",
        "A int16>int16",
        "B int16>int16",
        "C int16>int16",
        "ADD int16,int16>int16",
        "QUANTIZE int16>int8",
    ]
    assert [op.index for op in found.ops] == list(range(6))
    assert found.outputs[0].quantization == NARROW.outputs[0].quantization


def test_one_activation_is_written_and_read_in_int16_and_made_int8_once() -> None:
    assert shown(widened(NARROW, WIDE, [1])) == [
        "A int8>int8",
        "QUANTIZE int8>int16",
        "B int16>int16",
        "C int16>int16",
        "ADD int16,int16>int16",
        "QUANTIZE int16>int8",
    ]
    assert shown(widened(NARROW, WIDE, [2])) == [
        "A int8>int8",
        "B int8>int8",
        "QUANTIZE int8>int16",
        "C int16>int16",
        "ADD int8,int8>int8",
    ]


def test_models_with_other_ops_are_refused() -> None:
    with pytest.raises(ModelError) as error:
        widened(NARROW, chain(DType.INT16, "A", "C", "B"))
    assert str(error.value) == "int16 activations: the model has other operators than in int8"


def test_layers_by_the_names_of_their_tensors() -> None:
    named = replace(NARROW.ops[0].outputs[0], name="x/quant_first/Relu;x/first/Conv2D")
    graph = replace(NARROW, ops=(replace(NARROW.ops[0], outputs=(named,)), *NARROW.ops[1:]))
    assert layers_of(graph, frozenset({"first"})) == ("first", None, None, None)


# --- which is chosen --------------------------------------------------------------------------------------


def attempt(name: str, merit: float, wide: bool = False) -> Attempt:
    return Attempt(Remedy(name, merit, 1, 1, 1), None, None if wide else object(), b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "narrow", "behind", "everywhere", "wanted"),
    [
        (0.80, 0.90, 0.95, 0.98, "behind"),  # half of what 0.90 loses, for less
        (0.80, 0.90, 0.94, 0.98, "everywhere"),
        (0.80, 0.90, 0.94, 0.94, "narrow"),  # not half
        (0.80, 0.70, 0.85, 0.85, None),
        (0.995, 0.99, 0.999, 1.0, "everywhere"),
        (0.998, 0.99, 1.0, 1.0, None),  # less than LEAST to win
    ],
)
def test_int16_is_taken_where_it_brings_back_half_and_the_cheapest_that_does(
    first: float, narrow: float, behind: float, everywhere: float, wanted: str | None
) -> None:
    tried = [
        attempt("narrow", narrow),
        attempt("behind", behind, True),
        attempt("everywhere", everywhere, True),
    ]
    found = best_of(first, tried, in_float=1.0)
    assert (found.remedy.name if found else None) == wanted
    assert LEAST == 0.005


# --- with TensorFlow's own flatbuffers --------------------------------------------------------------------


@pytest.mark.slow
def test_every_choice_is_nearer_to_float_compiles_and_passes_the_lint() -> None:
    keras = libraries().tf_keras
    layers = keras.layers
    keras.utils.set_random_seed(1)
    given = layers.Input((8, 8, 1))
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="first")(given)
    y = layers.DepthwiseConv2D(3, padding="same", name="second")(x)
    x = layers.MaxPool2D()(layers.Add(name="sum")([x, y]))
    model = keras.Model(given, layers.Dense(4, name="last")(layers.Flatten()(x)), name="net")
    samples = np.random.default_rng(0).random((128, 8, 8, 1)).astype(np.float32)
    int8 = to_int8(model, samples)
    narrow, wide = read_graph(int8).main, read_graph(to_int16(model, samples)).main
    names = frozenset(layer.name for layer in model.layers)
    assert {"first", "second", "last"} <= set(layers_of(narrow, names))
    wanted = model.predict(samples, verbose=0)

    def error(flatbuffer: bytes) -> float:
        real = model_ends(flatbuffer)[1].real(quantized_scores(flatbuffer, samples))
        return float(np.square(real - wanted).mean())

    first = layers_of(narrow, names).index("first")
    for chosen in ([first], [first, first + 1], None):
        flatbuffer = written(widened(narrow, wide, chosen), "x")
        assert model_ends(flatbuffer) == model_ends(int8)
        assert error(flatbuffer) < error(int8)
        assert (
            lint(flatbuffer, names, frozenset(op.kind for op in read_graph(flatbuffer).main.ops)).findings
            == ()
        )
        kernels = [step.kernel for step in compile_graph(read_graph(flatbuffer), CompileOptions("x")).steps]
        assert any(name.endswith("_s16") for name in kernels)


def test_a_model_that_is_not_compiled_has_no_cost_in_c() -> None:
    """An op without a kernel of ours: the remedies go on."""
    given, answer = (built.Tensor(name, (1, 4), scale=0.1, zero_point=0) for name in "xy")
    flatbuffer = built.build([built.Op("SEGMENT_SUM", [given, built.constant("ids", [0])], [answer])])
    with pytest.raises(ModelError):
        compile_graph(read_graph(flatbuffer), CompileOptions("x"))
    assert compiled_remedy("as it was", 0.5, flatbuffer) == Remedy(
        "as it was", 0.5, len(flatbuffer), None, None
    )
