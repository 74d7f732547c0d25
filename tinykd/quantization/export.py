"""A trained model as a full-int8 ``.tflite``: batch fixed at 1, int8 in and out, the same bytes every time.

The input of a model of texts are ids, int32. The batch is fixed before conversion: with an open one, Flatten
and Reshape become SHAPE, STRIDED_SLICE and PACK. TensorFlow's converter runs in a process of its own
(``converter.py``).
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import SampleRows, Samples
from tinykd.quantization.converter import Advance, convert, ignored
from tinykd.quantization.embedding import takes_ids
from tinykd.quantization.unroll import unrolled
from tinykd.scratch import scratch
from tinykd.training.tensorflow import libraries, quiet_stderr

INT16 = "int16"  # the file that asks the converter for 16x8
REPRESENTATIVES = 128  # samples; with QAT they only satisfy the converter, the ranges are trained


def to_int8(model: Any, samples: SampleRows, advance: Advance = ignored) -> bytes:
    """The flatbuffer of a tf_keras ``model`` whose input is one of ``samples`` (n, H, W, C), or their ids.

    ``advance`` hears how many of at most ``REPRESENTATIVES`` samples are done.
    """
    chosen = samples[:REPRESENTATIVES]
    with scratch("tinykd-convert-") as folder, unrolled(model, chosen):
        return _converted(model, chosen, folder, advance)


def to_int16(model: Any, samples: Samples) -> bytes:
    """The same with int16 activations and int16 ends; weights are int8."""
    with scratch("tinykd-convert-") as folder:
        (folder / INT16).touch()
        return _converted(model, samples[:REPRESENTATIVES], folder, ignored)


def _converted(model: Any, samples: Samples, folder: Path, advance: Advance) -> bytes:
    with quiet_stderr():
        _save(model, samples.shape[1:], folder / "model")
    np.save(folder / "samples.npy", _as_taken(model, samples))
    return convert(folder, f"student {model.name}", advance)


def _as_taken(model: Any, samples: Samples) -> NDArray[Any]:
    """Ids as (n, length) int32; all else as it is."""
    if takes_ids(model):
        return samples.reshape(len(samples), -1).astype(np.int32)
    return samples.astype(np.float32)


def _save(model: Any, shape: tuple[int, ...], folder: Path) -> None:
    """Its function, for one sample of ``shape``, and its weights alone: Keras would trace every layer once
    more, to save the model."""
    tf = libraries().tf
    ids = takes_ids(model)
    call = tf.function(lambda x: model(tf.reshape(x, (1, *shape)) if ids else x, training=False))
    given = tf.TensorSpec((1, shape[-1]), tf.int32, name="x") if ids else tf.TensorSpec((1, *shape), name="x")
    concrete = call.get_concrete_function(given)
    saved = tf.Module()
    saved.variables_of_model = list(concrete.variables)
    saved.call = call
    tf.saved_model.save(saved, str(folder), signatures=concrete)
