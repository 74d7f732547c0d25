"""Ids of n-grams of words and characters by hashing (Weinberger et al., 2009; subwords as in fastText).

A hash is FNV-1a of 32 bits (Fowler, Noll, Vo) over UTF-8:

    words        " turn", " turn on": each word behind a space, all words of the n-gram
    characters   of "<turn>": "<tu", "tur", ...; never beyond a word

First the n-grams of words, word by word, those that end at it from the shortest on; then those of
characters, in the order of their ends. ``firmware/features/tkd_text_hashes.c`` computes the same.
"""

from collections.abc import Iterator
from functools import lru_cache

FNV_OFFSET, FNV_PRIME = 0x811C9DC5, 0x01000193
_WORDS_KEPT = 1 << 16  # of those that were hashed already: texts repeat themselves


def fnv1a(text: bytes) -> int:
    """[0, 2^32)."""
    found = FNV_OFFSET
    for byte in text:
        found = (found ^ byte) * FNV_PRIME & 0xFFFFFFFF
    return found


def ngram_ids(text: bytes, words: int, characters: tuple[int, ...], rows: int) -> list[int]:
    """Of a normal ``text``: each from 1 to ``rows`` - 1."""
    given = text.split(b" ") if text else []
    lasts = [tuple(given[max(0, end - words) : end]) for end in range(1, len(given) + 1)]
    hashes = [each for last in lasts for each in _word_hashes(last)]
    if characters:
        hashes += [each for word in given for each in _character_hashes(word, *characters)]
    return [1 + each % (rows - 1) for each in hashes]


@lru_cache(_WORDS_KEPT)
def _word_hashes(words: tuple[bytes, ...]) -> tuple[int, ...]:
    """Of the last word, the last two, ..."""
    sizes = range(1, len(words) + 1)
    return tuple(fnv1a(b"".join(b" " + word for word in words[-size:])) for size in sizes)


@lru_cache(_WORDS_KEPT)
def _character_hashes(word: bytes, shortest: int, longest: int) -> tuple[int, ...]:
    return tuple(fnv1a(part.encode()) for part in _parts(f"<{word.decode()}>", shortest, longest))


def _parts(word: str, shortest: int, longest: int) -> Iterator[str]:
    for end in range(shortest, len(word) + 1):
        for size in range(shortest, min(longest, end) + 1):
            yield word[end - size : end]
