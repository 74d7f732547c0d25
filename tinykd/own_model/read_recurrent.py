"""Recurrent layers of a float flatbuffer as nodes: those that were marked, and TFLite's own LSTM.

Operands of UNIDIRECTIONAL_SEQUENCE_LSTM: lite/kernels/lstm_shared.h. Gates: input, forget, cell, output, as
tf_keras has them.
"""

from typing import Any

import numpy as np

from tinykd.own_model.cells import steps_problem
from tinykd.own_model.nodes import LayerNode, NodeKind, Real
from tinykd.own_model.reading import Given, NoFormError
from tinykd.own_model.recurrent import RecurrentLayer

_INPUT_WEIGHTS, _RECURRENT_WEIGHTS, _BIASES = 1, 5, 12  # operand of the first gate
_ABSENT = (9, 10, 11, 16, 17, 20, 21, 22, 23)  # peepholes, projection, layer normalisation
_TANH = 4  # enum ActivationFunctionType
_CLIP = 10.0  # of the cell: what the converter writes for Keras' layer, which clips nothing


def read_layer(given: Given, layer: RecurrentLayer) -> None:
    """A layer that was marked."""
    value = given.value()
    steps = given.shape(value)[0]
    if (problem := steps_problem(layer.kind.value, steps)) is not None:
        found, wanted, fix = problem
        raise NoFormError(f"{found}; expected {wanted}", fix, layer.shown)
    shape = (steps, layer.units) if layer.sequences else (layer.units,)
    options: dict[str, Any] = {
        "units": layer.units,
        "sequences": layer.sequences,
        "backwards": layer.backwards,
    }
    options["activation"] = layer.activation
    name = given.reading.unique(layer.name)
    node = LayerNode(layer.kind, name, [value], 0, options, dict(layer.weights))
    given.finish(given.append(node, shape).output)


def read_lstm(given: Given) -> None:
    """Every step's state; which of them are used is told by what reads them."""
    options = given.op.options
    clip = options.real("cell_clip")
    if options.integer("fused_activation_function") != _TANH or 0 < clip < _CLIP:
        raise NoFormError("LSTM with another activation than tanh, or a clipped cell, has no form here")
    if any(place < len(given.op.inputs) and given.op.inputs[place] is not None for place in _ABSENT):
        raise NoFormError("LSTM with peepholes, projection or normalisation has no form here")
    value = given.value()
    if len(given.shape(value)) != 2 or options.flag("time_major"):
        raise NoFormError("LSTM on anything else than (1, steps, channels) has no form here")
    steps, units = given.shape(value)[0], given.output.shape[-1]
    node = given.emit(NodeKind.LSTM, [value], (steps, units), units=units, sequences=True, backwards=False)
    node.weights = {
        "kernel": _gates(given, _INPUT_WEIGHTS).T,
        "recurrent": _gates(given, _RECURRENT_WEIGHTS).T,
        "bias": _gates(given, _BIASES),
    }
    given.finish(node.output)


def _gates(given: Given, first: int) -> Real:
    """The four operands from ``first`` on, along their units."""
    return np.concatenate([given.weights(first + gate) for gate in range(4)])


def read_reverse(given: Given) -> None:
    """Steps in the order from the last to the first."""
    value, axes = given.value(), given.constant(1)
    if axes is None or len(given.shape(value)) != 2 or axes.reshape(-1).tolist() not in ([1], [-2]):
        raise NoFormError("REVERSE_V2 of anything else than steps has no form here")
    given.finish(given.emit(NodeKind.REVERSE, [value], given.shape(value)).output)
