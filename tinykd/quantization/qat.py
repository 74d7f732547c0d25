"""Fake quantization inserted into the student, for quantization-aware training.

tfmot (Jacob et al., arXiv 1712.05877) rounds weights and activations in the forward pass; ``ranges`` says
where the ranges of activations lie. BatchNormalization stops following the batches' statistics (gamma and
beta go on learning), so that what is trained is what is folded and exported.
"""

from typing import Any

from tinykd.data.types import SampleRows
from tinykd.errors import ModelError, one_line
from tinykd.quantization.embedding import quantized_with_ids, takes_ids
from tinykd.quantization.ranges import freeze_activation_ranges
from tinykd.training.tensorflow import libraries, quiet_stderr


def insert_fake_quant(student: Any, samples: SampleRows, keep_zeros: bool = False) -> Any:
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
    _freeze_statistics(model)
    freeze_activation_ranges(model, student, samples)
    return model


def _quantized(student: Any, keep_zeros: bool) -> Any:
    tfmot = libraries().tfmot
    tools = tfmot.quantization.keras
    scheme = tfmot.experimental.combine.Default8BitPrunePreserveQuantizeScheme() if keep_zeros else None
    if takes_ids(student):
        return quantized_with_ids(student, scheme)
    if scheme is None:
        return tools.quantize_model(student)
    return tools.quantize_apply(tools.quantize_annotate_model(student), scheme)


def _freeze_statistics(model: Any) -> None:
    """tfmot's wrapper keeps gamma and beta trainable even so."""
    for layer in model.layers:
        if type(getattr(layer, "layer", layer)).__name__ == "BatchNormalization":
            layer.trainable = False
