"""LSTM, GRU and SimpleRNN of a Keras model, taken whole: converters write them as loops over steps.

While the model is converted each of them is one custom op, named by ``MARK`` and a number, whose weights and
form are kept beside the flatbuffer. TensorFlow's converter takes functions with ``tfl_fusable_op`` for ops:
https://www.tensorflow.org/lite/models/convert/operation_fusion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.errors import one_line
from tinykd.own_model.cells import cell_problems
from tinykd.own_model.nodes import RECURRENT_KINDS, NodeKind, Real
from tinykd.training.tensorflow import libraries

MARK = "tinykd_recurrent_"
WEIGHTS_FILE = "recurrent.npz"
_KINDS = {kind.value: kind for kind in RECURRENT_KINDS}
_PARTS = ("kernel", "recurrent", "bias")
_CELLS = ("RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")  # no operator of TFLM is like them


@dataclass(frozen=True, eq=False)
class RecurrentLayer:
    """``kernel`` (in, gates), ``recurrent`` (units, gates) and ``bias`` as tf_keras has them."""

    name: str
    kind: NodeKind
    units: int
    sequences: bool  # the state of every step, else of the last
    backwards: bool
    activation: str
    weights: Mapping[str, Real]

    @classmethod
    def of(cls, layer: Any) -> "RecurrentLayer":
        """A layer of either Keras."""
        config, kind = layer.get_config(), _KINDS[type(layer).__name__]
        kernel, recurrent, *rest = (np.asarray(each, np.float32) for each in layer.get_weights())
        rows = (2,) if kind is NodeKind.GRU else ()
        bias = rest[0] if rest else np.zeros((*rows, kernel.shape[1]), np.float32)
        return cls(
            layer.name,
            kind,
            int(config["units"]),
            bool(config["return_sequences"]),
            bool(config["go_backwards"]),
            str(config["activation"]),
            dict(zip(_PARTS, (kernel, recurrent, bias), strict=True)),
        )

    @property
    def shown(self) -> str:
        """For a message."""
        return _shown(self.name, self.kind.value)


@dataclass
class MarkedLayers:
    """The recurrent layers of a model, in the order of their numbers.

    ``problems``: a line for all of a layer that has no form, by what messages call it.
    """

    layers: list[RecurrentLayer] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def refuse(self, layer: Any, found: str) -> None:
        """Say so of ``layer``, unless more was said of it before."""
        shown = _shown(layer.name, _kind(layer))
        self.problems.setdefault(shown, f"layer {shown}: {found}")

    def mark(self, layer: Any) -> None:
        """``layer`` is one op from now on, if it has a form; else a line says why not."""
        problems = list(cell_problems(_kind(layer), layer.get_config()))
        if problems:
            self.refuse(layer, ", ".join(f"{found} (expected {wanted})" for found, wanted in problems))
            layer.call = self._call(layer, _stand_in(layer))
            return
        number, taken = len(self.layers), RecurrentLayer.of(layer)
        self.layers.append(taken)
        layer.call = self._call(layer, _as_op(number, taken))

    def _call(self, layer: Any, function: Any) -> Any:
        """In place of the layer's own; what else it is given has no form."""

        names = list(signature(type(layer).call).parameters)[2:]  # each Keras has an order of its own

        def call(x: Any, *others: Any, **named: Any) -> Any:
            given = dict(zip(names, others, strict=False)) | named
            for name, why in (("mask", "is given a mask of steps"), ("initial_state", "is given a state")):
                if given.get(name) is not None:
                    self.refuse(layer, f"{why}, which has no form here")
            return function(x)

        return call


def marked(layers: Sequence[Any]) -> MarkedLayers:
    """Of a model's ``layers``, nested ones too; those that recur are changed for good."""
    found = MarkedLayers()
    for layer in layers:
        if _kind(layer) in _KINDS:
            found.mark(layer)
        elif _kind(layer) in _CELLS:
            found.refuse(layer, "has no form here. Use LSTM, GRU or SimpleRNN")
    return found


def _kind(layer: Any) -> str:
    return type(layer).__name__


def _shown(name: str, kind: str) -> str:
    return f"{one_line(name, 60)} ({kind})"


def _stand_in(layer: Any) -> Any:
    """Of a layer without a form: outputs of its shapes, so that what stands behind it is looked at too."""
    tf = libraries().tf

    def call(x: Any) -> Any:
        states = tf.matmul(x, tf.ones((x.shape[-1], layer.units)))
        last = states[:, -1]
        answer = states if layer.return_sequences else last
        return [answer, *[last] * (1 + (_kind(layer) == "LSTM"))] if layer.return_state else answer

    return call


def _as_op(number: int, layer: RecurrentLayer) -> Any:
    """(1, T, C) to the layer's shape; what it computes is thrown away with its body."""
    tf = libraries().tf

    def body(x: Any) -> Any:
        states = tf.matmul(x, tf.ones((x.shape[-1], layer.units)))
        return states if layer.sequences else states[:, 0]

    implements = f'name: "{MARK}{number}" attr {{ key: "tfl_fusable_op" value {{ b: true }} }}'
    return tf.function(body, experimental_implements=implements, autograph=False)


def write_recurrent(layers: Sequence[RecurrentLayer], folder: Path) -> list[dict[str, Any]]:
    """Weights into a file of ``folder``; what remains, for JSON."""
    arrays = {f"{i}_{name}": w for i, each in enumerate(layers) for name, w in each.weights.items()}
    np.savez(folder / WEIGHTS_FILE, **arrays)  # type: ignore[arg-type]  # numpy's stub of keywords
    return [
        {
            "name": each.name,
            "kind": each.kind.value,
            "units": each.units,
            "sequences": each.sequences,
            "backwards": each.backwards,
            "activation": each.activation,
        }
        for each in layers
    ]


def read_recurrent(facts: Sequence[Mapping[str, Any]], folder: Path) -> tuple[RecurrentLayer, ...]:
    """What ``write_recurrent`` wrote."""
    with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
        return tuple(_read(facts, arrays))


def _read(facts: Sequence[Mapping[str, Any]], arrays: Any) -> Iterator[RecurrentLayer]:
    for number, each in enumerate(facts):
        weights = {name: arrays[f"{number}_{name}"] for name in _PARTS}
        yield RecurrentLayer(**{**each, "kind": _KINDS[each["kind"]], "weights": weights})
