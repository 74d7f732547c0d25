"""A Keras model as a teacher of texts: it takes the texts themselves, or the ids that a device takes."""

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


@dataclass(frozen=True)
class KerasTexts:
    """``shape``: of one sample, without the batch; ``takes_text``: else ids."""

    model: Any
    path: Path
    shape: tuple[int, ...]
    takes_text: bool

    @property
    def parameters(self) -> int:
        """Of the model."""
        return int(self.model.count_params())

    @property
    def note(self) -> str:
        """How it is asked."""
        return "is given texts" if self.takes_text else f"is given ids as {list(self.shape)}"

    def outputs(
        self, lines: Sequence[str], ids: NDArray[np.int32], advance: Callable[[int], None]
    ) -> NDArray[np.float32]:
        """(n, outputs) for texts, ``ids`` (n, length) being theirs."""
        if not self.takes_text and ids.shape[1] != int(np.prod(self.shape)):
            found = f"its input is {list(self.shape)}"
            raise ModelError(self.path, found, f"[{ids.shape[1]}] ids, as [text] length has it, or texts")
        pieces = []
        for start in range(0, len(lines), _BLOCK):
            block = slice(start, start + _BLOCK)
            pieces.append(self._asked(list(lines[block]), ids[block]))
            advance(len(pieces[-1]))
        return np.concatenate(pieces)

    def _asked(self, lines: list[str], ids: NDArray[np.int32]) -> NDArray[np.float32]:
        tf = libraries().tf
        given = tf.constant(lines) if self.takes_text else tf.constant(ids)
        try:
            answers = self.model(tf.reshape(given, (len(lines), *self.shape)), training=False)
        except Exception as error:  # noqa: BLE001 - a foreign model may fail in any way
            raise ModelError(self.path, f"fails on texts ({one_line(str(error), 160)})") from None
        return np.asarray(answers, np.float32).reshape(len(lines), -1)


def load_keras_texts(file: Path, path: Path) -> KerasTexts:
    """The checked model of ``file``, a copy of ``path``."""
    model = load_any_keras(file, path)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    given = model.inputs[0]
    shape, kind = tuple(given.shape[1:]), str(getattr(given.dtype, "name", given.dtype))
    if kind == "string" and shape in ((), (1,)):
        return KerasTexts(model, path, shape, True)
    if kind == "string" or None in shape or not shape:
        raise ModelError(path, f"its input is {list(shape)} of {kind}", "one text, or ids of a fixed length")
    return KerasTexts(model, path, shape, False)
