"""A few samples that the firmware carries, for the text command ``test``."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import DataError

_PER_LINE = 24


@dataclass(frozen=True)
class EmbeddedSamples:
    """Quantized inputs and the true class of each."""

    inputs: NDArray[np.int8]  # (count, *input shape)
    classes: tuple[int, ...]  # (count,), each [0, 65535]
    on: NDArray[np.bool_] | None = None  # (count, classes) of several labels: which are on
    texts: tuple[str, ...] = ()  # (count,) what stands in the firmware in place of inputs

    def __post_init__(self) -> None:
        if self.inputs.dtype != np.int8 or len(self.inputs) != len(self.classes):
            found = f"{len(self.inputs)} inputs of {self.inputs.dtype} with {len(self.classes)} classes"
            raise DataError("samples for the firmware", found, "as many int8 inputs as classes")
        if any(not 0 <= c <= 0xFFFF for c in self.classes):
            raise DataError("samples for the firmware", "a class out of range", "classes 0 to 65535")

    @property
    def count(self) -> int:
        """How many samples."""
        return len(self.classes)

    @property
    def input_bytes(self) -> int:
        """Bytes of one input."""
        return int(self.inputs[0].size)

    @property
    def bytes(self) -> int:
        """Of flash."""
        return sum(len(text.encode()) + 1 for text in self.texts) or self.inputs.nbytes

    @property
    def facts(self) -> dict[str, int]:
        """As in ``program.json``."""
        return {"samples": self.count, "samples_bytes": self.bytes}

    @property
    def label_bytes(self) -> int:
        """Bytes of which classes are on in one sample, a bit for each."""
        return 0 if self.on is None else -(-self.on.shape[1] // 8)

    @property
    def label_lines(self) -> tuple[str, ...]:
        """The same of all samples as lines of C; class k is bit k % 8 of byte k / 8."""
        if self.on is None:
            return ()
        packed = np.packbits(self.on, axis=1, bitorder="little")
        return tuple(", ".join(map(str, row)) for row in packed.tolist())

    @property
    def input_lines(self) -> tuple[str, ...]:
        """All values as lines of C: ``"-128, 3, 127"``."""
        flat = self.inputs.reshape(-1).tolist()
        rows = range(0, len(flat), _PER_LINE)
        return tuple(", ".join(str(v) for v in flat[i : i + _PER_LINE]) for i in rows)
