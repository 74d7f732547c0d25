"""A trained model as a full-int8 ``.tflite``: batch fixed at 1, int8 in and out, the same bytes every time.

The batch is fixed before conversion: with an open one, Flatten and Reshape become SHAPE, STRIDED_SLICE and
PACK.
"""

from collections.abc import Iterator
from typing import Any

from tinykd.data.types import Samples
from tinykd.errors import ModelError, one_line
from tinykd.quantization.unroll import unrolled
from tinykd.training.tensorflow import libraries, quiet_stderr

REPRESENTATIVES = 128  # samples; with QAT they only satisfy the converter, the ranges are trained


def to_int8(model: Any, samples: Samples) -> bytes:
    """The flatbuffer of a tf_keras ``model`` whose input is one of ``samples`` (n, H, W, C)."""
    with unrolled(model, samples[:REPRESENTATIVES]):
        converter = _converter(model, samples)
    try:
        with quiet_stderr():
            return bytes(converter.convert())
    except Exception as error:  # noqa: BLE001 - the converter raises its own, unnamed kinds
        raise ModelError(
            f"student {model.name}", f"cannot be converted ({one_line(str(error), 200)})"
        ) from None


def _converter(model: Any, samples: Samples) -> Any:
    """Of the function and its weights alone: Keras would trace every layer once more, to save the model."""
    tf = libraries().tf
    call = tf.function(lambda x: model(x, training=False))
    concrete = call.get_concrete_function(tf.TensorSpec((1, *samples.shape[1:]), tf.float32))
    weights = tf.Module()
    weights.variables_of_model = list(concrete.variables)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], weights)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    converter.representative_dataset = lambda: _representatives(samples)
    return converter


def _representatives(samples: Samples) -> Iterator[list[Samples]]:
    for sample in samples[:REPRESENTATIVES]:
        yield [sample[None]]
