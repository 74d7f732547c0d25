"""The student with int8 simulated in it, ready to be trained on.

tfmot (Jacob et al., arXiv 1712.05877) rounds weights and activations in the forward pass. Two things it
leaves to us:
- its activation ranges start at [-6, 6] and move by a thousandth per step, too slowly for a short
  fine-tuning; they are set from the float student's own activations first;
- BatchNormalization stops following the batches' statistics (gamma and beta go on learning), so that what is
  trained is what is folded and exported.
"""

from typing import Any

import numpy as np

from tinykd.data.dataset import Samples
from tinykd.errors import ModelError, one_line
from tinykd.training.tensorflow import libraries, quiet_stderr

PREFIX = "quant_"  # tfmot's, before the layer's name
_RANGES = (("output_min", "output_max"), ("post_activation_min", "post_activation_max"))
_INPUT_RANGE = ("quantize_layer_min", "quantize_layer_max")


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


def _set_ranges(model: Any, student: Any, samples: Samples) -> None:
    ranges = _activation_ranges(student, samples)
    for layer in model.layers:
        weights = {weight.name.split("/")[-1].split(":")[0]: weight for weight in layer.weights}
        if all(name in weights for name in _INPUT_RANGE):
            _assign(weights, _INPUT_RANGE, float(samples.min()), float(samples.max()))
        for names in _RANGES:
            if names[0] in weights:
                _assign(weights, names, *ranges[layer.name.removeprefix(PREFIX)])


def _assign(weights: dict[str, Any], names: tuple[str, str], low: float, high: float) -> None:
    """Zero belongs to every range: padding must be exact."""
    weights[names[0]].assign(min(low, 0.0))
    weights[names[1]].assign(max(high, 0.0))


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
