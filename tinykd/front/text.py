"""A text, its bytes as they were typed, to the ids that a model takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import TextFrontend
from tinykd.front.steps import Steps, Way


@dataclass(frozen=True)
class TextWay(Way):
    """A pass is the whole text. Its last step gives int32."""

    frontend: TextFrontend

    @property
    def raw_bytes(self) -> int:
        """Of UTF-8, zeros behind a shorter text."""
        return self.frontend.how.settings.longest_bytes

    @property
    def passes(self) -> int:
        """One."""
        return 1

    @property
    def title(self) -> str:
        """Of a pass."""
        return "text"

    def steps(self, rows: NDArray[np.int8]) -> Steps:
        """Both steps."""
        found = self.frontend.how.steps(np.ascontiguousarray(rows).view(np.uint8))
        return {name: values[:, np.newaxis] for name, values in found.items()}
