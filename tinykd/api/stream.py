"""What ``Model.stream`` gives: answers for the window that ends with each hop, as ``NAME_step`` in C."""

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from tinykd.graph.ir import Tensor


@dataclass(repr=False, eq=False)
class ModelStream:
    """A signal on its way through a model, ``hop`` rows at a time. At first it has been silent for long.

    Each answer is TFLM's for the whole window; generated C computes what is new alone, with the same bytes.
    """

    data: bytes  # the flatbuffer
    given: "Tensor"
    answer: "Tensor"
    hop: int
    _rows: "NDArray[Any]" = field(init=False)  # the last window but for a hop

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As after a silence as long as a window: rows of real value 0."""
        import numpy as np

        _, length, *row = self.given.shape
        self._rows = np.full((length - self.hop, *row), self.given.zero_point, self.given.dtype.numpy)

    def step(self, rows: "ArrayLike") -> "NDArray[Any]":
        """The answer after ``rows`` (hop, …), or the answers (n, …) after n hops, given as (n, hop, …).

        Rows are steps of the model's input: of sound, features of as many frames. In the model's own integers
        they are answered in its own type, as reals in reals.
        """
        import numpy as np

        from tinykd.api.predict import is_own, reals_of
        from tinykd.oracle import run_tflm

        given, answer = self.given, self.answer
        values = np.asarray(rows)
        is_one = values.size == self.hop * math.prod(given.shape[2:])
        signal = np.concatenate([self._rows, self._integers(values[np.newaxis] if is_one else values)])
        found = run_tflm(self.data, self._windows(signal))
        self._rows = signal[len(signal) - len(self._rows) :]
        outputs = found.reshape(-1).view(answer.dtype.numpy).reshape(len(found), *answer.shape[1:])
        outputs = outputs if is_own(rows, given) else reals_of(outputs, answer, None)
        return outputs[0] if is_one else outputs

    def _integers(self, hops: "NDArray[Any]") -> "NDArray[Any]":
        """(n, hop, …) as rows of the model's integers, (n * hop, …)."""
        from tinykd.api.predict import rows_of

        given = self.given
        of_hop = replace(given, shape=(1, self.hop, *given.shape[2:]))
        return rows_of(hops, of_hop, None).reshape(-1).view(given.dtype.numpy).reshape(-1, *given.shape[2:])

    def _windows(self, signal: "NDArray[Any]") -> "NDArray[np.int8]":
        """(n, bytes): the window that ends with each hop."""
        import numpy as np

        length = len(self._rows) + self.hop
        starts = range(0, len(signal) - length + 1, self.hop)
        windows = np.stack([signal[start : start + length] for start in starts])
        return windows.reshape(len(windows), -1).view(np.int8)

    def __repr__(self) -> str:
        return f"tinykd.ModelStream: {self.hop} of {len(self._rows) + self.hop} rows a hop"
