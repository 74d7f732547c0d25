"""A float ``.tflite`` as a teacher, asked through TensorFlow's interpreter sample by sample."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.errors import ModelError, one_line
from tinykd.graph.float_model import float_input
from tinykd.graph.reader import read_any_graph
from tinykd.teacher.signature import LoadedModel, ModelSignature, check_output, layout_note, sample_shape
from tinykd.training.tensorflow import libraries


def load_tflite(file: Path, path: Path, signature: ModelSignature) -> LoadedModel:
    """The float model of ``file``, a copy of ``path``, if it has that ``signature``."""
    content = file.read_bytes()
    try:
        given = float_input(content)
        main = read_any_graph(content).main
    except ModelError as error:
        where = str(path) if error.where == "model" else f"{path}: {error.where}"
        raise ModelError(where, error.found, error.expected, error.fix) from None
    shape = sample_shape(path, given.shape[1:], signature.input_shape)
    check_output(path, main.outputs[0].shape[1:], signature)
    interpreter = _interpreter(content, path)

    def predict(x: Samples) -> NDArray[np.float32]:
        rows = [_answer(interpreter, sample) for sample in x.reshape(len(x), 1, *shape)]
        return np.concatenate(rows).astype(np.float32)

    parameters = sum(t.data.size for t in main.tensors if t.data is not None and t.data.dtype == np.float32)
    return LoadedModel(predict, parameters, layout_note(shape, signature), shape=shape)


def _interpreter(content: bytes, path: Path) -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it lives in a package of its own by now
        interpreter = libraries().tf.lite.Interpreter(model_content=content, num_threads=1)
    try:
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise ModelError(path, f"LiteRT cannot load it ({one_line(str(error), 160)})") from None
    return interpreter


def _answer(interpreter: Any, sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """(1, outputs) for (1, *shape); an LSTM's state is that of no sample before it."""
    interpreter.reset_all_variables()
    interpreter.set_tensor(
        interpreter.get_input_details()[0]["index"], np.ascontiguousarray(sample, np.float32)
    )
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])).reshape(1, -1)
