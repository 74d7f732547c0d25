"""From texts to ids: ``TextFeatures``, which a model is trained with and a device computes again.

text       at most ``longest_bytes`` of its UTF-8, zeros behind it
normal     what ``normal`` makes of it, zeros behind it
ids        at most ``length``, 0 behind them; an empty text has none
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.text.byte_pairs import Pairs, Word, learnt_pairs, pair_ids, words_by
from tinykd.data.features.text.ngrams import ngram_ids
from tinykd.data.features.text.normal import normal
from tinykd.project.text import TextSection

Ids = NDArray[np.int32]
_DEVICE_KEYS = {"tokens", "length", "words", "characters", "lower_case", "longest_bytes"}
Steps = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class TextFeatures:
    """``pairs``: of tokens "bpe" what ``learnt`` found in the training texts."""

    settings: TextSection
    pairs: Pairs = ()

    @property
    def length(self) -> int:
        """Ids of a text."""
        return self.settings.length

    @property
    def rows(self) -> int:
        """Of the table of embeddings: ids are from 0, which is padding, to ``rows`` - 1."""
        return self.settings.rows

    @cached_property
    def _word_ids(self) -> Callable[[bytes], Word]:
        return words_by(self.pairs)

    def learnt(self, texts: Sequence[str]) -> "TextFeatures":
        """With the vocabulary of ``texts``, which are those of the training split; only "bpe" has one."""
        if self.settings.tokens != "bpe":
            return self
        normals = (self._normal(bytes(row)) for row in self.raw(texts))
        return replace(self, pairs=learnt_pairs(normals, self.rows))

    def ids(self, texts: Sequence[str]) -> Ids:
        """(n, length) int32."""
        return self.ids_of(self.raw(texts))

    def raw(self, texts: Sequence[str]) -> NDArray[np.uint8]:
        """(n, longest_bytes) as a device gets them; half a surrogate pair becomes bytes that are no UTF-8."""
        found = np.zeros((len(texts), self.settings.longest_bytes), np.uint8)
        for row, text in zip(found, texts, strict=True):
            # a character has a byte at least: no more of a long text is encoded
            given = text[: found.shape[1]].encode("utf-8", "surrogatepass")[: found.shape[1]]
            row[: len(given)] = np.frombuffer(given, np.uint8)
        return found

    def ids_of(self, raw: NDArray[np.uint8]) -> Ids:
        """(n, longest_bytes) to (n, length)."""
        return np.asarray(self.steps(raw)["ids"], np.int32)

    def steps(self, raw: NDArray[np.uint8]) -> Steps:
        """What each step gives of (n, longest_bytes)."""
        normals, ids = np.zeros_like(raw), np.zeros((len(raw), self.length), np.int32)
        for index, row in enumerate(raw):
            text = self._normal(row.tobytes())
            normals[index, : len(text)] = np.frombuffer(text, np.uint8)
            found = self._ids(text)[: self.length]
            ids[index, : len(found)] = found
        return {"normal": normals, "ids": ids}

    def counts(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """(n,) how many ids each text has, before ``length`` cuts them off."""
        return np.array([len(self._ids(self._normal(row.tobytes()))) for row in self.raw(texts)], np.int64)

    def _normal(self, text: bytes) -> bytes:
        return normal(text, self.settings.lower_case, self.settings.tokens == "hash")

    def _ids(self, text: bytes) -> list[int]:
        how = self.settings
        match how.tokens:
            case "hash":
                return ngram_ids(text, how.words, how.characters, how.rows)
            case "bytes":
                return [1 + byte for byte in text]
            case "bpe":
                return pair_ids(text, self._word_ids)

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know."""
        how = self.settings.model_dump(include=_DEVICE_KEYS)
        return {**how, "rows": self.rows, "pairs": [list(pair) for pair in self.pairs]}
