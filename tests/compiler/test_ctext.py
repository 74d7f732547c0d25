"""User text in C: labels, names and paths that would break out of a string, a comment or an identifier."""

import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.compiler.ctext import (
    c_comment,
    c_float,
    c_ident,
    c_int,
    c_rows,
    c_string,
    c_words,
    short_names,
    wrapped,
)

HOSTILE = [
    'say "hi"',
    "back\\slash",
    "new\nline",
    "??/",
    "*/ int x; /*",
    "nul\0",
    "née ☃ 🎉",
    "\u202eabc",
    "%s",
    "a" * 300,
]


def test_strings_by_hand() -> None:
    assert c_string('a"b\\c') == r'"a\"b\\c"'
    assert c_string("what??/") == r'"what\?\?/"'
    assert c_string("é1") == r'"\303\2511"'  # three octal digits end the escape
    assert c_string("\n\0") == r'"\012\000"'


def test_identifiers() -> None:
    assert [c_ident(t) for t in ("int", "9 lives", "a-b/c", "", "🎉", "class", "ok_1")] == [
        "x_int", "x_9_lives", "a_b_c", "x", "x", "x_class", "ok_1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_comments_cannot_end(text: str) -> None:
    comment = c_comment(text)
    assert not {"*/", "/*", "??", "\\", "\n"} & {
        comment[i : i + n] for n in (1, 2) for i in range(len(comment))
    }
    assert comment.isascii() and len(comment) <= 130


@given(st.text(max_size=40))
def test_any_text_is_harmless(text: str) -> None:
    assert c_ident(text).isidentifier() and c_ident(text).isascii()
    assert c_string(text).isascii() and "\n" not in c_string(text)
    assert "*/" not in c_comment(text) and "/*" not in c_comment(text) and "\n" not in c_comment(text)


def test_a_compiler_reads_strings_back(tmp_path: Path) -> None:
    texts = [t.replace("\0", "") for t in HOSTILE]
    lines = "".join(f"/* {c_comment(t)} */ puts({c_string(t)}); putchar(1);\n" for t in texts)
    (tmp_path / "t.c").write_text(f"#include <stdio.h>\nint main(void) {{\n{lines}return 0; }}\n")
    flags = ["-std=c99", "-trigraphs", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    subprocess.run(["gcc", *flags, str(tmp_path / "t.c"), "-o", str(tmp_path / "t")], check=True)
    printed = subprocess.run([str(tmp_path / "t")], capture_output=True, check=True).stdout.decode()
    assert printed.split("\n\x01")[:-1] == texts


def test_numbers() -> None:
    assert [c_float(v) for v in (1.0, 0.1, 1e-20, 3e38)] == ["1.0f", "0.1f", "1e-20f", "3e+38f"]
    assert np.float32(c_float(float(np.float32(0.0123456789)))[:-1]) == np.float32(0.0123456789)
    assert c_int(-(1 << 31)) == "(-2147483647 - 1)"
    assert c_int(-(1 << 63)) == "(-9223372036854775807 - 1)"
    with pytest.raises(ValueError, match="nan has no C literal"):
        c_float(float("nan"))


def test_rows_are_bounded() -> None:
    rows = c_rows(np.arange(-128, 128, dtype=np.int8))
    assert max(map(len, rows)) <= 108 and "".join(rows).count(",") == 256


@given(st.lists(st.text("x", min_size=1, max_size=12)), st.integers(1, 40))
def test_lines_hold_as_many_items_as_fit(items: list[str], width: int) -> None:
    lines = wrapped(items, width)
    assert " ".join(lines).split() == [f"{item}," for item in items]
    assert all(len(line) <= width or " " not in line for line in lines)
    assert all(len(a) + 1 + b.index(",") + 1 > width for a, b in pairwise(lines))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64])
def test_rows_hold_the_ends_of_each_type(dtype: type[np.integer[Any]]) -> None:
    ends = [np.iinfo(dtype).min, -1 if np.iinfo(dtype).min else 1, 0, np.iinfo(dtype).max]
    assert c_rows(np.array(ends, dtype)) == [", ".join(map(c_int, ends)) + ","]


def test_words_are_bits() -> None:
    words = np.array([0, -1, 1, -(1 << 31), 0x12345678], np.int32)
    assert c_words(words) == ["0x00000000, 0xffffffff, 0x00000001, 0x80000000, 0x12345678,"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["m/dense/BiasAdd", "m/pool/AvgPool"], ["BiasAdd", "AvgPool"]),
        (["m/a/Relu;m/a/conv", "m/b/Relu;m/b/conv"], ["a/Relu", "b/Relu"]),
        (["m/a/Relu", "m/a/Relu"], ["m/a/Relu", "m/a/Relu"]),
        (["Relu", "m/Relu"], ["Relu", "m/Relu"]),
        (["", "/", "a//b/", ";x"], ["", "/", "b", ";x"]),
        ([], []),
    ],
)
def test_short_names(names: list[str], short: list[str]) -> None:
    assert short_names(names) == short
