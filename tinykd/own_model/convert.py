"""A loaded model as a float flatbuffer of batch 1, in the process that was made for its file.

TensorFlow's converter leaves out what inference does not need and folds what it can; weights stay float32.
"""

from pathlib import Path
from typing import Any

from tinykd.errors import ModelError, one_line
from tinykd.scratch import scratch
from tinykd.teacher.formats import Format
from tinykd.teacher.signature import LoadedModel
from tinykd.training.tensorflow import libraries


def flatbuffer_of(loaded: LoadedModel, file: Path, path: Path, format: Format, marked: bool = False) -> bytes:
    """``file``, a copy of ``path`` that was loaded as ``loaded``, as a flatbuffer.

    ``marked``: some of its layers are custom ops (``recurrent``).
    """
    match format:
        case Format.TFLITE:
            return file.read_bytes()
        case Format.ONNX:
            from tinykd.own_model.onnx import onnx_flatbuffer

            return onnx_flatbuffer(file, path, loaded.channels_last)
    return converted(loaded.function, loaded.shape, path, marked)


def converted(function: Any, shape: tuple[int, ...], path: Path | str, marked: bool = False) -> bytes:
    """What TensorFlow's converter makes of ``function``, of a tensor (1, *shape).

    ``marked``: some of it stands for custom ops.
    """
    tf = libraries().tf
    try:
        call = tf.function(function)
        concrete = call.get_concrete_function(tf.TensorSpec((1, *shape), tf.float32, name="x"))
        if marked:
            return _converted_saved(concrete, call)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], call)
        return bytes(converter.convert())
    except Exception as error:  # noqa: BLE001 - the converter raises its own, unnamed kinds
        found = f"cannot be converted ({one_line(_first_line(str(error)), 200)})"
        raise ModelError(path, found, "layers that TensorFlow Lite has") from None


def _converted_saved(concrete: Any, call: Any) -> bytes:
    """By way of a SavedModel: any other writes out the functions that stand for ops."""
    tf = libraries().tf
    saved = tf.Module()
    saved.variables_of_model = list(concrete.variables)
    saved.call = call
    with scratch("tinykd-own-saved-") as folder:
        tf.saved_model.save(saved, str(folder), signatures=concrete)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
        converter.allow_custom_ops = True
        return bytes(converter.convert())


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if line.startswith(("tf.", "Flex ops", "error:"))]
    return (named or lines or ["no reason given"])[0]
