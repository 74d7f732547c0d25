"""What the C of texts needs to know: the constants of ``tkd_text``, and below which score it is unsure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.ctext import wrapped
from tinykd.data.features.frontend import Frontend, TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.events.rules import exponents

TOKENS = {"hash": "tkd_text_hashes", "bytes": "tkd_text_bytes", "bpe": "tkd_text_pairs"}  # functions in C
_WIDTH = 100


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


@dataclass(frozen=True)
class TextReplies:
    """How firmware replies to a text; ``scale``: of the int8 logits."""

    how: TextFeatures
    scale: float
    names: tuple[str, ...]

    @property
    def reject_permille(self) -> int:
        """Below it the best class is unsure; 0: never."""
        return round(1000 * self.how.settings.reject_below)

    @property
    def exponent_lines(self) -> list[str]:
        """Of C: softmax of logits."""
        return wrapped(map(str, exponents(self.scale)), _WIDTH)


def as_line(raw: bytes) -> str:
    """A text as one line of the same ids: controls, U+0080 to U+009F among them, are spaces, and so they are
    to the front end.
    """
    text = raw.rstrip(b"\0").decode("utf-8", "replace")
    return "".join(" " if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 else c for c in text)
