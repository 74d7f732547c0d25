"""A Keras model as a teacher of texts: it takes the ids that a device takes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError, one_line
from tinykd.teacher.keras_file import load_any_keras
from tinykd.training.tensorflow import libraries

_BLOCK = 256


@dataclass(frozen=True)
class KerasIds:
    """``shape``: of one sample, without the batch."""

    model: Any
    path: Path
    shape: tuple[int, ...]

    @property
    def parameters(self) -> int:
        """Of the model."""
        return int(self.model.count_params())

    @property
    def note(self) -> str:
        """How it is asked."""
        return f"is given ids as {list(self.shape)}"

    def outputs(self, ids: NDArray[np.int32], advance: Callable[[int], None]) -> NDArray[np.float32]:
        """(n, outputs) for ``ids`` (n, length)."""
        if ids.shape[1] != int(np.prod(self.shape)):
            found = f"its input is {list(self.shape)}"
            raise ModelError(self.path, found, f"[{ids.shape[1]}] ids, as [text] length has it")
        pieces = []
        for start in range(0, len(ids), _BLOCK):
            pieces.append(self._asked(ids[start : start + _BLOCK]))
            advance(len(pieces[-1]))
        return np.concatenate(pieces)

    def _asked(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        given = libraries().tf.reshape(ids, (len(ids), *self.shape))
        try:
            answers = self.model(given, training=False)
        except Exception as error:  # noqa: BLE001 - a foreign model may fail in any way
            raise ModelError(self.path, f"fails on ids ({one_line(str(error), 160)})") from None
        return np.asarray(answers, np.float32).reshape(len(ids), -1)


def load_keras_ids(file: Path, path: Path) -> KerasIds:
    """The checked model of ``file``, a copy of ``path``."""
    model = load_any_keras(file, path)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    given = model.inputs[0]
    shape, kind = tuple(given.shape[1:]), str(getattr(given.dtype, "name", given.dtype))
    if kind == "string" or None in shape or not shape:
        raise ModelError(path, f"its input is {list(shape)} of {kind}", "ids of a fixed length")
    return KerasIds(model, path, shape)
