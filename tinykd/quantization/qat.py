"""The student with int8 simulated in it, ready to be trained on.

tfmot (Jacob et al., arXiv 1712.05877) rounds weights and activations in the forward pass. Three things it
leaves to us:
- its activation ranges start at [-6, 6] and move by a thousandth per step, too slowly for a short
  fine-tuning; they are set from the float student's own activations first;
- where they move to is the mean of the batches' extremes, which lie inside the extremes of all samples: what
  is rare is cut off, and rare may be what tells two classes apart. So ranges stay where they were set;
- BatchNormalization stops following the batches' statistics (gamma and beta go on learning), so that what is
  trained is what is folded and exported.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinykd.data.dataset import Samples
from tinykd.errors import ModelError, one_line
from tinykd.training.tensorflow import libraries, quiet_stderr

PREFIX = "quant_"  # tfmot's, before the layer's name


def simulate_int8(student: Any, samples: Samples, keep_zeros: bool = False) -> Any:
    """A tf_keras model with the student's weights; ``samples`` (n, H, W, C) set the ranges of activations.

    ``keep_zeros``: weights that are 0 stay 0 in training, for a student that was pruned by magnitude.
    """
    try:
        with quiet_stderr():
            model = _quantized(student, keep_zeros)
    except (ValueError, RuntimeError) as error:
        raise ModelError(
            f"student {student.name}", f"tfmot refuses it ({one_line(str(error), 200)})"
        ) from None
    _set_ranges(model, student, samples)
    _freeze_statistics(model)
    return model


def _quantized(student: Any, keep_zeros: bool) -> Any:
    tfmot = libraries().tfmot
    tools = tfmot.quantization.keras
    if not keep_zeros:
        return tools.quantize_model(student)
    scheme = tfmot.experimental.combine.Default8BitPrunePreserveQuantizeScheme()
    return tools.quantize_apply(tools.quantize_annotate_model(student), scheme)


@dataclass(frozen=True)
class _Held:
    """One of tfmot's quantizers of activations, whose range no longer moves."""

    quantizer: Any

    def __call__(self, inputs: Any, training: bool, weights: dict[str, Any], **options: Any) -> Any:
        return self.quantizer(inputs, False, weights, **options)


def _set_ranges(model: Any, student: Any, samples: Samples) -> None:
    """Of the input and of every layer's output; what softmax and its like are given still moves."""
    ranges = _activation_ranges(student, samples)
    for layer in model.layers:
        if hasattr(layer, "quantizer_vars"):  # of the input
            _assign(layer.quantizer_vars, float(samples.min()), float(samples.max()))
            layer.quantizer = _Held(layer.quantizer)
        for variables in _hold_outputs(layer):
            _assign(variables, *ranges[layer.name.removeprefix(PREFIX)])


def _hold_outputs(layer: Any) -> list[dict[str, Any]]:
    """The variables ``min_var`` and ``max_var`` of each range of a wrapped ``layer``'s output, held now."""
    held = []
    if getattr(layer, "_output_quantizers", None):
        layer._output_quantizers = [_Held(layer._output_quantizers[0])]
        held.append(layer._output_quantizer_vars)
    for activation in getattr(layer, "_quantize_activations", ()):
        if hasattr(activation, "_post_activation_vars") and not hasattr(activation, "_pre_activation_vars"):
            activation.quantizer = _Held(activation.quantizer)
            held.append(activation._post_activation_vars)
    return held


def _assign(variables: dict[str, Any], low: float, high: float) -> None:
    """Zero belongs to every range: padding must be exact."""
    variables["min_var"].assign(min(low, 0.0))
    variables["max_var"].assign(max(high, 0.0))


def _activation_ranges(student: Any, samples: Samples) -> dict[str, tuple[float, float]]:
    """Smallest and largest output of every layer, by name."""
    layers = [layer for layer in student.layers if type(layer).__name__ != "InputLayer"]
    probe = libraries().tf_keras.Model(student.inputs, [layer.output for layer in layers])
    outputs = probe(samples, training=False)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    arrays = [np.asarray(output) for output in outputs]
    return {layer.name: (float(a.min()), float(a.max())) for layer, a in zip(layers, arrays, strict=True)}


def _freeze_statistics(model: Any) -> None:
    """tfmot's wrapper keeps gamma and beta trainable even so."""
    for layer in model.layers:
        if type(getattr(layer, "layer", layer)).__name__ == "BatchNormalization":
            layer.trainable = False
