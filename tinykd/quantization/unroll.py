"""GRU and SimpleRNN written out step by step for the converter, since TFLM has no operator for either.

What stands at the same place in each step gets one range over all steps, so that scales, biases and tables
are alike, and lie in flash once; calibration by itself would find another range for every step.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.own_model.cells import UNROLLED
from tinykd.training.tensorflow import libraries

Watch = Callable[[str, Any], Any]  # (a place in the step, its tensor) -> the tensor that is computed on with
CellStep = Callable[
    [list[Any], Any, Watch], Any
]  # (projections of the input, state, watch) -> the next state


@contextlib.contextmanager
def unrolled(model: Any, samples: Samples) -> Iterator[None]:
    """Meanwhile each GRU and SimpleRNN of ``model`` is traced unrolled, with ranges from ``samples``."""
    layers = [layer for layer in model.layers if type(layer).__name__ in UNROLLED]
    for layer in layers:
        given = libraries().tf_keras.Model(model.inputs, layer.input)(samples, training=False)
        cell, ranges = _cell(layer), _Ranges()
        cell.run(given, ranges.widen)
        layer.call = _call(cell, ranges)
    try:
        yield
    finally:
        for layer in layers:
            del layer.call


def _call(cell: "_Cell", ranges: "_Ranges") -> Callable[..., Any]:
    return lambda inputs, **_: cell.run(inputs, ranges.hold)


@dataclass
class _Ranges:
    """Smallest and largest value at each place, over all steps; zero belongs to every range."""

    found: dict[str, tuple[float, float]] = field(default_factory=dict)

    def widen(self, place: str, x: Any) -> Any:
        """Note what ``x`` reaches."""
        low, high = self.found.get(place, (0.0, 0.0))
        self.found[place] = min(low, float(np.min(x))), max(high, float(np.max(x)))
        return x

    def hold(self, place: str, x: Any) -> Any:
        """``x`` in the range of its place, for the converter to take over."""
        low, high = self.found[place]
        if low == high:
            return x
        return libraries().tf.quantization.fake_quant_with_min_max_args(x, low, high)


@dataclass(frozen=True)
class _Cell:
    """A layer's input projections, (kernel, bias) each, and what a step does with them and the state."""

    projections: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    step: CellStep
    units: int
    backwards: bool
    sequences: bool

    def run(self, x: Any, watch: Watch) -> Any:
        """(n, T, C) to (n, T, units), or to (n, units), the last state."""
        tf = libraries().tf
        parts = [_projected(x, *each, f"input {i}", watch) for i, each in enumerate(self.projections)]
        steps = list(zip(*parts, strict=True))
        state = tf.zeros_like(steps[0][-1])
        states = []
        for given in reversed(steps) if self.backwards else steps:
            state = self.step(list(given), state, watch)
            states.append(state)
        return tf.stack(states, axis=1) if self.sequences else state


def _projected(x: Any, kernel: Any, bias: Any, place: str, watch: Watch) -> Any:
    """(n, T, C) as T tensors (n, units): one matrix product for all steps."""
    tf, (steps, depth) = libraries().tf, x.shape[1:]
    rows = watch(place, tf.matmul(tf.reshape(x, (-1, depth)), kernel) + bias)
    return tf.unstack(tf.reshape(rows, (-1, steps, kernel.shape[1])), axis=1)


def _cell(layer: Any) -> _Cell:
    config = layer.get_config()
    kernel, recurrent, *rest = layer.get_weights()
    bias = rest[0] if rest else np.zeros(kernel.shape[1], np.float32)
    make = _gru if type(layer).__name__ == "GRU" else _simple
    projections, step = make(config, kernel, recurrent, bias)
    return _Cell(projections, step, layer.units, config["go_backwards"], config["return_sequences"])


def _simple(config: Any, kernel: Any, recurrent: Any, bias: Any) -> tuple[Any, CellStep]:
    """h' = activation(x W + b + h U)."""
    tf = libraries().tf
    activation = {"tanh": tf.tanh, "relu": tf.nn.relu}[config["activation"]]

    def step(given: list[Any], h: Any, watch: Watch) -> Any:
        total = watch("sum", given[0] + watch("state", tf.matmul(h, recurrent)))
        return watch("relu", activation(total)) if config["activation"] == "relu" else activation(total)

    return ((kernel, bias),), step


def _gru(config: Any, kernel: Any, recurrent: Any, bias: Any) -> tuple[Any, CellStep]:
    """h' = c + z (h - c), c = tanh(x W + r (h U + b)).

    z, the update gate, and r, the reset gate, are sigmoids of sums like c's without r (Keras' GRUCell).
    """
    tf, gates = libraries().tf, 2 * (kernel.shape[1] // 3)
    given_bias, state_bias = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))

    def step(given: list[Any], h: Any, watch: Watch) -> Any:
        of_state = watch("gates", tf.matmul(h, recurrent[:, :gates]) + state_bias[:gates])
        z, r = tf.split(tf.sigmoid(watch("sum of gates", given[0] + of_state)), 2, axis=1)
        inner = watch("candidate", tf.matmul(h, recurrent[:, gates:]) + state_bias[gates:])
        candidate = tf.tanh(watch("sum", given[1] + watch("reset", r * inner)))
        kept = watch("kept", z * watch("difference", h - candidate))
        return watch("h", candidate + kept)

    halves = ((kernel[:, :gates], given_bias[:gates]), (kernel[:, gates:], given_bias[gates:]))
    return halves, step
