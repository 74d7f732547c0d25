"""Texts of samples as firmware says them: on one line, and nothing that a terminal would obey."""

import numpy as np
import pytest

from tinykd.data.features.text import TextFeatures
from tinykd.firmware_project.text import as_line
from tinykd.project.text import TextSection

HOSTILE = (
    "\x9b2J\x9b31mred",
    "a\x1b[2Jb\r\nc\td",
    "two\u0085lines",
    "del\x7fete",
    "plain \u00e9 \u00a0 text",
)


@pytest.mark.parametrize("tokens", ["hash", "bytes"])
def test_no_control_is_said_and_the_ids_stay(tokens: str) -> None:
    """C1 controls went to the terminal as they were: U+009B begins what ESC [ does."""
    how = TextFeatures(TextSection.model_validate({"tokens": tokens, "length": 40}))
    lines = [as_line(bytes(row)) for row in how.raw(HOSTILE)]
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for line in lines for c in line)
    assert "plain \u00e9 \u00a0 text" in lines
    assert np.array_equal(how.ids(lines), how.ids(HOSTILE))
