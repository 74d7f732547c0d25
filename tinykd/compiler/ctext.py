"""User text and numbers as C: identifiers, strings, comments, floats, arrays. Nothing else writes them.

Strings are plain ASCII with octal escapes (an octal escape has at most three
digits, so it cannot run on; a hexadecimal one can), and ``?`` is escaped, so there are no trigraphs.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# C99 and C++17 keywords, and names that headers we include give a meaning.
RESERVED = frozenset(
    """alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class
    compl const const_cast constexpr continue decltype default delete do double dynamic_cast else enum
    explicit export extern false float for friend goto if inline int long main mutable namespace new
    noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast
    restrict return short signed sizeof static static_assert static_cast struct switch template this
    thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t
    while xor xor_eq NULL errno""".split()  # noqa: SIM905
)

_BYTES = {i: str(i) for i in range(-128, 256)}  # int8 and uint8


def c_ident(text: str) -> str:
    """A C identifier that reads like ``text``: ASCII letters, digits and _, at most 60 characters, no
    keyword."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:60].rstrip("_") or "x"
    if name[0].isdigit() or name in RESERVED:
        name = f"x_{name}"
    return name


def c_string(text: str) -> str:
    """A string literal with the bytes of ``text`` in UTF-8."""
    return '"' + "".join(_escaped(byte) for byte in text.encode()) + '"'


def _escaped(byte: int) -> str:
    if byte in (0x22, 0x3F, 0x5C):  # " ? \
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def ascii_only(text: str, limit: int = 120) -> str:
    """``text`` as printable ASCII, other characters as ``?``, bounded."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in text)
    return plain if len(plain) <= limit else plain[: limit - 3] + "..."


def c_comment(text: str) -> str:
    """``text`` for the inside of a comment: one line of ASCII that cannot end it, start one, or splice
    lines."""
    plain = re.sub(r"\?(?=\?)", "? ", ascii_only(text).replace("\\", "/"))
    while "*/" in plain or "/*" in plain:
        plain = plain.replace("*/", "* /").replace("/*", "/ *")
    return plain


def c_float(value: float) -> str:
    """A float literal that is exact for float32; refuses what has no literal."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no C literal")
    text = f"{value:.9g}"
    return (text if any(c in text for c in ".en") else f"{text}.0") + "f"


def c_int(value: int) -> str:
    """An integer literal; the least int32 and int64 have none of their type."""
    return f"({value + 1} - 1)" if value in (-(1 << 31), -(1 << 63)) else str(value)


def c_rows(values: NDArray[np.integer], width: int = 108) -> list[str]:
    """The elements as lines of an initializer."""
    numbers = values.reshape(-1).tolist()
    if values.itemsize == 1:
        return wrapped(map(_BYTES.__getitem__, numbers), width)
    return wrapped(map(c_int, numbers), width)


def c_words(words: NDArray[np.integer], width: int = 108) -> list[str]:
    """The bits of packed words as lines of an initializer of uint32_t."""
    digits = words.reshape(-1).view(np.uint32).astype(">u4").tobytes().hex()
    return wrapped((f"0x{digits[i : i + 8]}" for i in range(0, len(digits), 8)), width)


def short_names(names: list[str]) -> list[str]:
    """Layer names in comments: the last segment, or as many as make the name unique.

    "net/conv/Relu;net/conv/BiasAdd" is named after the first fused op: "Relu", or "conv/Relu".
    """
    paths = [[s for s in name.split(";")[0].split("/") if s] or [name] for name in names]
    return ["/".join(path[-_unique_segments(path, paths) :]) for path in paths]


def _unique_segments(path: list[str], paths: list[list[str]]) -> int:
    """The least number of last segments that no other path ends with; all of them if there is none."""
    for n in range(1, len(path)):
        if sum(other[-n:] == path[-n:] for other in paths) == 1:
            return n
    return len(path)


def wrapped(items: Iterable[str], width: int) -> list[str]:
    """``items`` with commas, filled into lines of at most ``width`` characters.

    An item and what stands around it, ", ", take ``len(item) + 2``; a line has one space less.
    """
    texts = list(items)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = [0, *np.cumsum(lengths + 2).tolist()]
    lines, start = list[str](), 0
    while start < len(texts):
        end = max(start + 1, bisect_right(ends, ends[start] + width + 1, start) - 1)
        lines.append(", ".join(texts[start:end]) + ",")
        start = end
    return lines
