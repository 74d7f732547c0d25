"""Byte pair encoding (Sennrich et al., 2016) over bytes: learning merges, and ids by them.

A word is a space and its bytes, at most ``LONGEST_WORD`` of them: a longer one goes on as another, without
a space. A byte is 1 + its value, a pair that was merged 257 + its number. Merges are applied in the order in
which they were learnt, each from left to right; so ``firmware/features/tkd_text_pairs.c`` needs no more than
the list of pairs. Among pairs that are equally frequent, the one of smaller ids is merged first: learning
gives the same list everywhere.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise

LONGEST_WORD = 32  # bytes, the space among them
FIRST_MERGED = 257
Pair = tuple[int, int]
Pairs = tuple[Pair, ...]
Word = tuple[int, ...]


def learnt_pairs(texts: Iterable[bytes], rows: int) -> Pairs:
    """The pairs to be merged, so that ids are below ``rows``; fewer where no pair occurs twice."""
    counts = Counter(word for text in texts for word in _words(text))
    learning = _Learning([(_bytes_of(word), count) for word, count in sorted(counts.items())])
    found = list[Pair]()
    while FIRST_MERGED + len(found) < rows:
        best = learning.best()
        if best is None:
            break
        learning.merge(best, FIRST_MERGED + len(found))
        found.append(best)
    return tuple(found)


class _Learning:
    """Words as ids and how often each occurs; how often each pair does, and in which words."""

    def __init__(self, words: list[tuple[Word, int]]) -> None:
        self._words, self._counts = words, Counter[Pair]()
        self._places: dict[Pair, set[int]] = {}
        for index, (ids, count) in enumerate(words):
            self._count(index, ids, count)

    def best(self) -> Pair | None:
        """The most frequent pair; None where none occurs twice."""
        found = min(self._counts, key=lambda pair: (-self._counts[pair], pair), default=None)
        return None if found is None or self._counts[found] < 2 else found

    def merge(self, pair: Pair, merged: int) -> None:
        for index in self._places.pop(pair):
            ids, count = self._words[index]
            self._count(index, ids, -count)
            self._words[index] = _merged(ids, pair, merged), count
            self._count(index, *self._words[index])

    def _count(self, index: int, ids: Word, count: int) -> None:
        for pair in pairwise(ids):
            self._counts[pair] += count
            self._places.setdefault(pair, set()).add(index)


def pair_ids(text: bytes, word_ids: Callable[[bytes], Word]) -> list[int]:
    """Of a normal ``text``; ``word_ids``: of a word, as ``words_by`` gives it."""
    return [each for word in _words(text) for each in word_ids(word)]


def words_by(pairs: Pairs) -> Callable[[bytes], Word]:
    """The ids of a word; those of frequent ones are remembered."""
    numbers = {pair: number for number, pair in enumerate(pairs)}
    return lru_cache(1 << 16)(partial(_word_ids, numbers))


def _word_ids(numbers: dict[Pair, int], word: bytes) -> Word:
    """A pair of a merged one has a higher number: the lowest one that occurs is always next."""
    ids = _bytes_of(word)
    while len(ids) > 1:
        first = min(pairwise(ids), key=lambda pair: numbers.get(pair, len(numbers)))
        if first not in numbers:
            break
        ids = _merged(ids, first, FIRST_MERGED + numbers[first])
    return ids


def _words(text: bytes) -> Iterator[bytes]:
    for word in text.split(b" ") if text else ():
        spaced = b" " + word
        yield from (spaced[i : i + LONGEST_WORD] for i in range(0, len(spaced), LONGEST_WORD))


def _bytes_of(word: bytes) -> Word:
    return tuple(1 + byte for byte in word)


def _merged(ids: Word, pair: Pair, merged: int) -> Word:
    found, at = list[int](), 0
    while at < len(ids):
        fits = ids[at : at + 2] == pair
        found.append(merged if fits else ids[at])
        at += 2 if fits else 1
    return tuple(found)
