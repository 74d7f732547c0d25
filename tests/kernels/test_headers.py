"""Headers of kernels have a line for every parameter: direction, shape, range and alignment."""

import re

import pytest

from tinykd.paths import FIRMWARE

KERNELS = FIRMWARE / "kernels"
HELPERS = (
    "tkd_dsp",
    "tkd_v6m_filters",
    "tkd_rv32",
    "tkd_xtensa",
    "tkd_dot",
)  # called by kernels alone, documented in prose
HEADERS = sorted(path for path in KERNELS.rglob("*.h") if not path.stem.startswith(HELPERS))
PROTOTYPE = re.compile(r"^(?!static|typedef|extern)\w[\w ]*?[ *]+(tkd_\w+)\(([^;{}]*?)\);", re.M)
COMMENT = re.compile(r"/\*(?:(?!\*/).)*\*/", re.S)
LINE = re.compile(r"^\W*\[(?:in|out|in,out)\]\s+((?:\w+, )*\w+)", re.M)


def documented(text: str, end: int) -> set[str]:
    """The names on the lines of the comment nearest above ``end`` that has any."""
    for comment in reversed(COMMENT.findall(text[:end])):
        if names := {name for line in LINE.findall(comment) for name in line.split(", ")}:
            return names
    return set()


def undocumented(text: str) -> dict[str, list[str]]:
    """Parameters without a line, by function."""
    found = {}
    for match in PROTOTYPE.finditer(text):
        named = documented(text, match.start())
        parameters = [re.findall(r"\w+", each.partition("[")[0])[-1] for each in match[2].split(",")]
        if missing := [each for each in parameters if each not in named]:
            found[match[1]] = missing
    return found


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.stem)
def test_every_parameter_has_a_line(header) -> None:
    assert undocumented(header.read_text()) == {}


def test_a_parameter_without_a_line_is_found() -> None:
    comment = "/*\n * [in]  a, b  [n]\n * [out] y     [n]\n */\n"
    text = f"{comment}void tkd_x(const int8_t *a, int8_t *y, int32_t s[4]);\n"
    assert undocumented(text) == {"tkd_x": ["s"]}
    assert sum(len(PROTOTYPE.findall(header.read_text())) for header in HEADERS) > 100
