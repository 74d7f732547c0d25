"""Augmented views of texts: words left out, and slips of the keyboard.

Wei and Zou, EDA, arXiv 1901.11196 (random deletion); letters dropped, doubled or swapped with the next one,
as in Pruthi et al., arXiv 1905.11268. The first letters of words stay, as people keep them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from tinykd.data.augmentation.options import TextAugmentation

_SHORTEST = 4  # letters of a word that slips happen in


def text_view(lines: Sequence[str], rng: np.random.Generator, how: TextAugmentation) -> Iterator[str]:
    """Another view of ``lines``: each word of several is dropped, or misspelt, by chance."""
    for line in lines:
        words = line.split()
        kept = rng.random(len(words)) >= how.word_drop
        if not kept.any():
            kept[rng.integers(len(words)) if words else slice(None)] = True
        slips = rng.random(len(words)) < how.typo
        chosen = [_slip(w, rng) if s else w for w, k, s in zip(words, kept, slips, strict=True) if k]
        yield " ".join(chosen)


def _slip(word: str, rng: np.random.Generator) -> str:
    """``word`` with one letter dropped, doubled or swapped; a short one as it is."""
    if len(word) < _SHORTEST:
        return word
    at = int(rng.integers(1, len(word) - 1))
    match int(rng.integers(3)):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
