"""No kernel, header or generated source computes in ``int`` what 16 bits cannot hold, read as for AVR.

That the bytes come out right there is tests/conformance/test_emulated.py.
"""

from pathlib import Path

import pytest

from tests.conformance.machine import INCLUDES
from tests.conformance.test_dialects import programs
from tests.kernels.int_width import unbounded
from tinykd.compiler.codegen.render import render
from tinykd.paths import FIRMWARE

KERNELS = FIRMWARE / "kernels"


@pytest.mark.slow
def test_the_portable_kernels() -> None:
    folders = (KERNELS, KERNELS / "signal", FIRMWARE / "features")
    sources = sorted(source for folder in folders for source in folder.glob("*.c"))
    assert unbounded(sources, [*INCLUDES, f"-I{FIRMWARE / 'features'}"], FIRMWARE) == []


@pytest.mark.slow
def test_generated_models(tmp_path: Path) -> None:
    for program in programs():
        for name, text in render(program).items():
            (tmp_path / name).write_text(text)
    sources = sorted(tmp_path.glob("*.c"))
    assert len(sources) == 4
    assert unbounded(sources, [*INCLUDES, f"-I{tmp_path}"], tmp_path) == []


def test_the_probability_of_an_answer() -> None:
    """65,535 * 1,000 lost its upper half where ``unsigned`` has 16 bits."""
    folders = [FIRMWARE / name for name in ("features", "harness", "include", "link", "port")]
    source = FIRMWARE / "harness" / "tkd_answer.c"
    found = unbounded([source], [*INCLUDES, *(f"-I{each}" for each in folders)], FIRMWARE)
    assert found and [each for each in found if ": - " not in each] == []  # it is read: of sizes there is one


def test_headers_that_an_application_includes(tmp_path: Path) -> None:
    source = tmp_path / "all.c"
    headers = sorted([*(FIRMWARE / "features").glob("*.h"), *KERNELS.glob("*.h")])
    headers = [h for h in headers if not h.stem.endswith("_body")]  # those are parts of kernels
    source.write_text("".join(f'#include "{h.name}"\n' for h in headers))
    assert len(headers) > 30
    assert unbounded([source], [*INCLUDES, f"-I{FIRMWARE / 'features'}"], FIRMWARE) == []


BEGIN = (
    "#include <stdint.h>\nint32_t f(const int8_t *a, const int16_t *b, uint16_t u, uint16_t v, int32_t n) {\n"
)


def said(body: str, folder: Path) -> list[str]:
    source = folder / "f.c"
    source.write_text(f"{BEGIN}{body}\n}}\n")
    return unbounded([source], [], folder)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("return a[0] * a[1] + a[2] * a[3] + n;", "+ may be -32512..32768 in int"),
        ("return n + b[0] * a[0];", "* may be -4194176..4194304 in int"),
        ("return (int32_t)((uint32_t)(b[0] * b[1]));", "* may be -1073709056..1073741824 in int"),
        ("return n - (3 << 15);", "<< may be 98304..98304 in int"),
        ("return n + (u - v);", "- may be -65535..65535 in unsigned int"),
        ("return n + 2u * u;", "* may be 0..131070 in unsigned int"),
        ("return n * (1 << (u & 31));", "<< may be 1..2147483648 in int"),
        ("for (int i = 0; i < n; i++) {} return n;", "++ may be -32767..32768 in int"),
        ("int s = 0; for (int i = 0; i < 9; i++) { s += a[i]; } return s;", "+= may be -32896..32894 in int"),
        ("return -b[0];", "- may be -32767..32768 in int"),
    ],
)
def test_what_16_bits_lose_is_found(body: str, line: str, tmp_path: Path) -> None:
    assert said(body, tmp_path) == [f"f.c:3: {line}"]


@pytest.mark.parametrize(
    "body",
    [
        "return n + a[0] * a[1] + a[2] * a[3];",
        "return (int32_t)b[0] * a[0];",
        "return n - ((int32_t)3 << 15);",
        "return (int32_t)u - v;",
        "for (int i = 4; i >= 0; i--) { n += 5 * i + 4; } return n;",
        "const int bit = n < 0 ? 0 : 2; return (u >> bit) & 1;",
        "n += a[0] * a[1]; return n;",
        "return (u > v) - (u < v);",
    ],
)
def test_what_16_bits_hold_is_not(body: str, tmp_path: Path) -> None:
    assert said(body, tmp_path) == []
