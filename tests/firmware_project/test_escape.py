"""User text in C source, proven by compiling it."""

import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tinykd.compiler.ctext import c_comment, c_string

HOSTILE = ('"', "\\", "a\nb", "??/", "*/", "\0", "\u202e", "😀", "%s", "x" * 2000, "\x7f1", "é1")


@given(st.text())
def test_a_string_is_plain_and_closed(text: str) -> None:
    literal = c_string(text)
    assert literal.isascii() and literal.isprintable()
    assert "??" not in literal and "\n" not in literal
    assert literal.startswith('"') and literal.endswith('"')


@given(st.text())
def test_a_comment_stays_open(text: str) -> None:
    comment = c_comment(text)
    assert comment.isascii() and "*/" not in comment and "/*" not in comment
    assert "\n" not in comment and "\\" not in comment and "??" not in comment


def test_the_compiler_reads_what_was_written(tmp_path: Path) -> None:
    texts = ", ".join(c_string(text) for text in HOSTILE)
    sizes = ", ".join(str(len(text.encode())) for text in HOSTILE)
    bytes_ = ", ".join(str(byte) for text in HOSTILE for byte in text.encode())
    source = f"""/* {" ".join(c_comment(text) for text in HOSTILE)} */
#include <string.h>
static const char *const texts[] = {{{texts}}};
static const unsigned sizes[] = {{{sizes}}};
static const unsigned char bytes[] = {{{bytes_}}};
int main(void) {{
    const unsigned char *at = bytes;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; at += sizes[i++]) {{
        if (memcmp(texts[i], at, sizes[i]) != 0 || texts[i][sizes[i]] != 0) {{ return 1; }}
    }}
    return 0;
}}
"""
    path = tmp_path / "labels.c"
    path.write_text(source, encoding="ascii")
    warnings = ["-std=c99", "-trigraphs", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *warnings, str(path), "-o", str(tmp_path / "labels")], check=True)
    subprocess.run([str(tmp_path / "labels")], check=True)
