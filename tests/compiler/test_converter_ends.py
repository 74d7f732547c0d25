"""What TensorFlow's converter writes: float32 at both ends unless it is set otherwise, such as uint8."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.compiler import host
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.graph.end_values import model_outputs, program_inputs, without_tail
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.sessions.prove import random_samples
from tinykd.training.tensorflow import libraries, quiet_stderr, set_seed

SHAPE = (6, 5, 2)


def network(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.layers.Input(SHAPE),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def representatives() -> Iterator[list[Any]]:
    rng = np.random.default_rng(0)
    for _ in range(16):
        yield [rng.normal(0, 1, (1, *SHAPE)).astype(np.float32)]


def converted(which: str, batch: int | None, dtype: str, folder: Path) -> bytes:
    """A network of ``which`` Keras, its input of ``batch``, ``dtype`` at its ends."""
    set_seed(0)
    tf = libraries().tf
    model = network(getattr(libraries(), which))
    if which == "keras":
        model.export(folder, verbose=False)  # from_concrete_functions loses the variables of Keras 3
        converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    else:
        call = tf.function(lambda x: model(x, training=False))
        concrete = call.get_concrete_function(tf.TensorSpec((batch, *SHAPE), tf.float32))
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representatives
    if dtype != "float32":
        converter.inference_input_type = converter.inference_output_type = tf.as_dtype(dtype)
    with quiet_stderr():
        return bytes(converter.convert())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("which", "batch", "dtype", "inner"),
    [
        ("tf_keras", 1, "float32", "int8"),
        ("tf_keras", None, "uint8", "uint8"),
        ("keras", None, "float32", "int8"),
    ],
)
def test_every_bit_is_tflms(which: str, batch: int | None, dtype: str, inner: str, tmp_path: Path) -> None:
    model = converted(which, batch, dtype, tmp_path)
    graph = read_graph(model)
    assert [t.dtype.value for t in (*graph.main.inputs, *graph.main.outputs)] == [dtype, dtype]
    program = compile_graph(graph, CompileOptions("m"))
    assert [p.tensor.dtype.value for p in (*program.inputs, *program.outputs)] == [inner, inner]
    samples = random_samples(program, 10, 1)
    answers = host.run(host.build(program, tmp_path), program_inputs(program.ends, samples))
    received = np.frombuffer(answers, np.int8).reshape(len(samples), -1)
    expected = run_tflm(without_tail(model, program.ends), samples)
    assert model_outputs(program.ends, received).tobytes() == expected.tobytes()
