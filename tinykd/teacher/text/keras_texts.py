"""A Keras model as a teacher of texts: it takes texts as they are, or the ids that a device takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError, one_line
from tinykd.teacher.keras_file import load_any_keras
from tinykd.training.tensorflow import libraries

_BLOCK = 256
_WANTED = "texts (dtype string, one for each sample), or ids of a fixed length"
_KEEP = 'Type model.save("teacher.keras"): a .h5 file holds no vocabulary'


@dataclass(frozen=True)
class KerasTexts:
    """``shape``: of one sample, without the batch. ``is_string``: it makes ids by itself."""

    model: Any
    path: Path
    shape: tuple[int, ...]
    is_string: bool

    @property
    def parameters(self) -> int:
        """Of the model."""
        return int(self.model.count_params())

    @property
    def note(self) -> str:
        """How it is asked."""
        return "is given the texts as they are" if self.is_string else f"is given ids as {list(self.shape)}"

    def outputs(
        self, lines: Sequence[str], ids: NDArray[np.int32], advance: Callable[[int], None]
    ) -> NDArray[np.float32]:
        """(n, outputs) for ``lines``, whose ids on a device are ``ids`` (n, length)."""
        if not self.is_string and ids.shape[1] != int(np.prod(self.shape)):
            found = f"its input is {list(self.shape)}"
            raise ModelError(self.path, found, f"[{ids.shape[1]}] ids, as [text] length has it")
        given = np.array([line.encode() for line in lines], object) if self.is_string else ids
        pieces = []
        for start in range(0, len(given), _BLOCK):
            pieces.append(self._asked(given[start : start + _BLOCK]))
            advance(len(pieces[-1]))
        return np.concatenate(pieces)

    def _asked(self, block: NDArray[Any]) -> NDArray[np.float32]:
        tf = libraries().tf
        given = tf.reshape(tf.constant(block), (len(block), *self.shape))
        try:
            answers = self.model(given, training=False)
        except Exception as error:  # noqa: BLE001 - a foreign model may fail in any way
            shown = one_line(str(error), 160)
            fix = _KEEP if "Table not initialized" in str(error) else ""
            raise ModelError(self.path, f"fails on texts ({shown})", "", fix) from None
        return np.asarray(answers, np.float32).reshape(len(block), -1)


def load_keras_texts(file: Path, path: Path) -> KerasTexts:
    """The checked model of ``file``, a copy of ``path``."""
    model = load_any_keras(file, path)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    given = model.inputs[0]
    shape, kind = tuple(given.shape[1:]), str(getattr(given.dtype, "name", given.dtype))
    is_string = kind == "string"
    if shape not in ((), (1,)) if is_string else (None in shape or not shape):
        raise ModelError(path, f"its input is {list(shape)} of {kind}", _WANTED)
    return KerasTexts(model, path, shape, is_string)
