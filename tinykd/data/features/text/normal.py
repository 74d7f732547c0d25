"""From bytes to the characters that count: UTF-8 is read, spaces are made one, upper case lower.

What is no UTF-8 becomes one SUBSTITUTE for each maximal part of it (the Unicode Standard, 3.9, "U+FFFD
substitution of maximal subparts"), as Python and browsers do. Control characters, NUL among them, are spaces.
Lower-casing is Unicode's simple one, character by character, in ``LOWERED`` alone.
``firmware/features/tkd_text_normal.c`` computes the same.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

SUBSTITUTE = "\x1a"
LOWERED = (  # first and last code point
    (0x0041, 0x005A),  # ASCII
    (0x00C0, 0x00DE),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic and its supplement
)
SPACES = (
    *((0x00, 0x20), (0x7F, 0xA0), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)),
    *((0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
SEPARATORS = (  # what stands between words, beside spaces
    *((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    *((0xA1, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7)),
    *((0x2010, 0x205E), (0x3001, 0x3003), (0x3008, 0x3011), (0x3014, 0x301F)),
)


class LowerRun(NamedTuple):
    """Every ``step``-th code point from ``first`` to ``last`` becomes itself + ``delta``."""

    first: int
    last: int
    step: int
    delta: int


def normal(text: bytes, lower_case: bool, only_words: bool) -> bytes:
    """Words with one space between; no longer than ``text``. ``only_words``: separators are spaces too."""
    given = text.decode("utf-8", "replace").translate(_table(lower_case, only_words))
    return b" ".join(word.encode() for word in given.split(" ") if word)


@cache
def _table(lower_case: bool, only_words: bool) -> dict[int, str]:
    """What becomes of a character; the others stay."""
    found = dict(_lowered()) if lower_case else {}
    for first, last in (*SPACES, *(SEPARATORS if only_words else ())):
        found |= dict.fromkeys(range(first, last + 1), " ")
    return {**found, 0xFFFD: SUBSTITUTE}


def _lowered() -> Iterator[tuple[int, str]]:
    """The first character of what becomes of one: all of it, but of U+0130, which has a dot above."""
    for first, last in LOWERED:
        for code in range(first, last + 1):
            lower = chr(code).lower()[0]
            if ord(lower) != code:
                yield code, lower


def lower_runs() -> tuple[LowerRun, ...]:
    """As C has them: the fewest runs of one step and one distance, in order."""
    found = list[LowerRun]()
    for code, lower in _lowered():
        delta, run = ord(lower) - code, found[-1] if found else None
        if run and run.delta == delta and _goes_on(run, code):
            found[-1] = run._replace(last=code, step=code - run.last)
        else:
            found.append(LowerRun(code, code, 1, delta))
    return tuple(found)


def _goes_on(run: LowerRun, code: int) -> bool:
    step = code - run.last
    return step <= 2 and (run.first == run.last or step == run.step)
