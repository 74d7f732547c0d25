"""What the C of texts needs to know: the constants of ``tkd_text``, and below which score it is unsure."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import Frontend, TextFrontend
from tinykd.data.features.text import TextFeatures

TOKENS = {"hash": "tkd_text_hashes", "bytes": "tkd_text_bytes", "bpe": "tkd_text_pairs"}  # functions in C
NEVER = -128  # no int8 score is below it
_STEPS = 256  # of a probability: the scale of a softmax in int8


def text_functions(frontend: Frontend) -> Iterator[str]:
    """Of firmware/features."""
    if isinstance(frontend, TextFrontend):
        yield "tkd_text_normal"
        yield TOKENS[frontend.how.settings.tokens]


def text_facts(frontend: Frontend) -> dict[str, Any]:
    """For the template of ``NAME_features.h``."""
    if not isinstance(frontend, TextFrontend):
        return {"text": None}
    how = frontend.how
    return {"text": how, "text_tokens": TOKENS[how.settings.tokens], "text_pairs": _pairs(how)}


def _pairs(how: TextFeatures) -> NDArray[np.uint16]:
    """(n, 2)."""
    return np.array(how.pairs, np.uint16).reshape(-1, 2)


def reject_below(probability: float) -> int:
    """The least int8 score that is not rejected: (score + 128) / 256 is a probability."""
    return max(NEVER, min(127, math.ceil(probability * _STEPS) + NEVER))
