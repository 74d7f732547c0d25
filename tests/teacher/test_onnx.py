"""ONNX teachers: layouts, fixed batches, answers held against NumPy, and every refusal."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tinykd.errors import ModelError, ToolError
from tinykd.teacher.onnx_file import choose_layout, in_batches, load_onnx
from tinykd.teacher.signature import ModelSignature

RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(3, 2, 1, 1)).astype(np.float32)  # (out, in, 1, 1)
X = RNG.random((5, 4, 6, 2), dtype=np.float32)  # (n, H, W, C)
ENDS = ModelSignature((4, 6, 2), 3)
WANTED = np.einsum("nhwc,oc->no", X, KERNEL[:, :, 0, 0]) / 24  # a 1 x 1 convolution, then the mean


def save(path, shape, nodes, outputs=(("y", ["n", 3]),), kind=TensorProto.FLOAT, **constants):
    """A model of ``nodes`` from input ``x`` to ``outputs``."""
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    given = [helper.make_tensor_value_info("x", kind, shape)]
    answers = [helper.make_tensor_value_info(name, kind, size) for name, size in outputs]
    graph = helper.make_graph(nodes, "g", given, answers, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path


MEAN = [
    helper.make_node("GlobalAveragePool", ["c"], ["p"]),
    helper.make_node("Flatten", ["p"], ["y"]),
]
CONV = helper.make_node("Conv", ["x", "w"], ["c"])
TRANSPOSED = [
    helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
    helper.make_node("Conv", ["t", "w"], ["c"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "nodes", "layout"),
    [
        (["n", 2, 4, 6], [CONV], "NCHW [2, 4, 6]"),
        (["n", 2, "h", "w"], [CONV], "NCHW [2, 4, 6]"),
        (["n", "c", "h", "w"], [CONV], "NCHW [2, 4, 6]"),
        (["n", 4, 6, 2], TRANSPOSED, "NHWC [4, 6, 2]"),
        (["n", "h", "w", "c"], TRANSPOSED, "NHWC [4, 6, 2]"),
        ([2, 2, 4, 6], [CONV], "NCHW [2, 4, 6]"),
        ([1, 4, 6, 2], TRANSPOSED, "NHWC [4, 6, 2]"),
    ],
)
def test_layouts_and_fixed_batches_give_the_same_answers(tmp_path, shape, nodes, layout):
    batch = shape[0]
    path = save(tmp_path / "t.onnx", shape, [*nodes, *MEAN], (("y", [batch, 3]),), w=KERNEL)
    loaded = load_onnx(path, path, ENDS)
    assert loaded.note == f"is given samples as {layout}" and loaded.parameters == 6
    assert np.allclose(loaded.predict(X), WANTED, atol=1e-6)


@pytest.mark.parametrize(
    ("given", "shape", "name"),
    [
        ((40, 9), (40, 1, 9), "NTC"),
        ((9, 40), (40, 1, 9), "NCT"),
        ((48,), (4, 6, 2), "flat"),
        ((1, 8, 8), (8, 8, 1), "NCHW"),
    ],
)
def test_other_layouts(given, shape, name):
    layout = choose_layout(given, ModelSignature(shape, 3), "", Path("t"))
    x = RNG.random((2, *shape), dtype=np.float32)
    assert layout.name == name and layout.arrange(x).shape == (2, *given)
    if name == "NCT":
        assert np.array_equal(layout.arrange(x)[1], x[1, :, 0, :].T)


def test_the_last_fixed_batch_is_filled_up():
    seen = []

    def run(block):
        seen.append(block.copy())
        return block * 2

    assert np.array_equal(in_batches(run, np.arange(5.0)[:, None], 2)[:, 0], np.arange(5.0) * 2)
    assert [block[:, 0].tolist() for block in seen] == [[0, 1], [2, 3], [4, 4]]


def refusal(call, kind=ModelError):
    with pytest.raises(kind) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_input_shapes_that_do_not_fit():
    text = refusal(lambda: choose_layout((3, 32, 32), ENDS, "Conv", Path("t.onnx")))
    assert text == (
        "t.onnx: its input is [3, 32, 32]; expected the data's samples as NHWC [4, 6, 2], NCHW [2, 4, 6], "
        "flat [48]"
    )
    text = refusal(lambda: choose_layout(("a", "b", None), ENDS, "Relu", Path("t.onnx")))
    assert text == (
        "t.onnx: its input [open, open, open] may mean NHWC [4, 6, 2] or NCHW [2, 4, 6]; "
        "expected one of them. Export the model with fixed sizes, all but the batch"
    )


def test_weights_in_other_files(tmp_path):
    path = save(tmp_path / "t.onnx", ["n", 2, 4, 6], [CONV, *MEAN], w=KERNEL)
    model = onnx.load(path)
    onnx.external_data_helper.set_external_data(model.graph.initializer[0], "../../etc/passwd")
    model.graph.initializer[0].ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    assert refusal(lambda: load_onnx(path, path, ENDS)) == (
        f"{path}: keeps weights in other files; expected one file. "
        "Save it as one file: onnx.save(onnx.load(path), path)"
    )


def test_no_onnx_at_all(tmp_path):
    path = tmp_path / "t.onnx"
    path.write_bytes(b"\xff" * 100)
    text = refusal(lambda: load_onnx(path, path, ENDS))
    assert text.startswith(f"{path}: cannot be read (") and text.endswith("; expected an ONNX model")


def test_onnxruntime_is_not_installed(tmp_path, monkeypatch):
    path = save(tmp_path / "t.onnx", ["n", 2, 4, 6], [CONV, *MEAN], w=KERNEL)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert refusal(lambda: load_onnx(path, path, ENDS), ToolError) == (
        f'{path}: Python package onnxruntime is missing. Type `pip install "tinykd[onnx]"`'
    )


@pytest.mark.slow
def test_what_onnxruntime_or_the_data_refuse(tmp_path):
    def error(name, *rest, signature=ENDS, **more):
        path = save(tmp_path / name, *rest, **more)
        return refusal(lambda: load_onnx(path, path, signature)).replace(f"{tmp_path}/", "")

    other = helper.make_node("Steal", ["x", "w"], ["c"], domain="evil")
    assert error("o.onnx", ["n", 2, 4, 6], [other, *MEAN], w=KERNEL).startswith(
        "o.onnx: onnxruntime cannot load"
    )
    two = (("y", ["n", 3]), ("p", ["n", 3, 1, 1]))
    text = error("p.onnx", ["n", 2, 4, 6], [CONV, *MEAN], two, w=KERNEL)
    assert text == "p.onnx: 1 inputs and 2 outputs; expected one of each"
    text = error("c.onnx", ["n", 2, 4, 6], [CONV, *MEAN], signature=ModelSignature((4, 6, 2), 5), w=KERNEL)
    assert text == "c.onnx: its output is [3]; expected [5], a logit for each class of the data"
    flat = [helper.make_node("Flatten", ["x"], ["y"])]
    text = error(
        "i.onnx",
        ["n", 48],
        flat,
        (("y", ["n", 48]),),
        TensorProto.INT64,
        signature=ModelSignature((4, 6, 2), 48),
    )
    assert text == "i.onnx: its input is of type tensor(int64); expected float, double, float16 or uint8"
