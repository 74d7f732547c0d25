"""A sentence encoder in ONNX, asked through onnxruntime (``pip install "tinykd[text]"``).

As Hugging Face's optimum and transformers export them: ``input_ids``, ``attention_mask`` and perhaps
``token_type_ids`` (batch, tokens) int64 in; states of the tokens (batch, tokens, size), or a vector for the
sentence (batch, size), out. Of states the mean over the sentence's own tokens is taken, and vectors are
brought to length 1 (Reimers and Gurevych, Sentence-BERT, arXiv 1908.10084). ``tokenizer.json`` lies beside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError, one_line
from tinykd.teacher.onnx_file import checked_graph, package, session_of

TOKENIZER_FILE = "tokenizer.json"
LONGEST = 128  # tokens of a sentence, the rest is left out
_BLOCK = 64  # sentences at once, of about the same length
_NAMES = {"input_ids", "attention_mask", "token_type_ids"}
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class SentenceEncoder:
    """``session``: onnxruntime's; ``tokenizer``: of tokenizers."""

    session: Any
    tokenizer: Any
    path: Path  # for errors
    parameters: int

    def vectors(self, lines: Sequence[str], advance: Callable[[int], None]) -> Vectors:
        """(n, size), each of length 1."""
        order = sorted(range(len(lines)), key=lambda i: len(lines[i]))
        found: dict[int, Vectors] = {}
        for start in range(0, len(order), _BLOCK):
            block = order[start : start + _BLOCK]
            found.update(zip(block, self._block([lines[i] for i in block]), strict=True))
            advance(len(block))
        return np.stack([found[i] for i in range(len(lines))])

    def _block(self, lines: list[str]) -> Vectors:
        tokens = self.tokenizer.encode_batch(lines)
        mask = np.array([each.attention_mask for each in tokens], np.int64)
        ids = np.array([each.ids for each in tokens], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {each.name for each in self.session.get_inputs()}
        try:
            states = self.session.run(None, {name: given[name] for name in wanted})[0]
        except Exception as error:  # noqa: BLE001 - onnxruntime's kinds have no common name
            raise ModelError(self.path, f"onnxruntime fails on it ({one_line(str(error), 160)})") from None
        return _unit(pooled(np.asarray(states, np.float32), mask, self.path))


def pooled(states: Vectors, mask: NDArray[np.int64], path: Path) -> Vectors:
    """(n, size): the mean of ``states`` (n, tokens, size) where ``mask`` (n, tokens) is 1."""
    if states.ndim == 2:
        return states
    if states.ndim != 3 or states.shape[:2] != mask.shape:
        raise ModelError(path, f"gives {list(states.shape)}", "(batch, tokens, size) or (batch, size)")
    kept = mask[:, :, np.newaxis].astype(np.float32)
    return np.asarray((states * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1.0), np.float32)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


def import_packages(path: Path) -> None:
    """Import what an encoder needs, or a ``ToolError`` that says what to install."""
    for name in ("onnx", "onnxruntime", "tokenizers"):
        package(name, path, "text")


def load_encoder(file: Path, path: Path) -> SentenceEncoder:
    """The encoder of ``file``, a copy of ``path``, whose tokenizer was copied beside it."""
    graph = checked_graph(file, path)
    session = session_of(file, path)
    names = {each.name for each in session.get_inputs()}
    if not {"input_ids", "attention_mask"} <= names <= _NAMES:
        found = f"its inputs are {', '.join(sorted(names))}"
        raise ModelError(
            path, found, "a sentence encoder: input_ids, attention_mask and perhaps token_type_ids"
        )
    parameters = sum(int(np.prod(each.dims)) for each in graph.initializer)
    return SentenceEncoder(session, _tokenizer(file.with_name(TOKENIZER_FILE), path), path, parameters)


def _tokenizer(file: Path, path: Path) -> Any:
    """With padding to the longest of a block."""
    tokenizers = package("tokenizers", path, "text")
    try:
        found = tokenizers.Tokenizer.from_file(str(file))
    except Exception as error:  # noqa: BLE001 - it raises plain exceptions
        shown = one_line(str(error), 160)
        raise ModelError(
            path, f"{TOKENIZER_FILE} beside it cannot be read ({shown})", "that of the encoder"
        ) from None
    found.no_padding()
    found.enable_truncation(LONGEST)
    found.enable_padding()
    return found


def tokenizer_of(path: Path) -> Path:
    """``tokenizer.json`` beside the encoder ``path``, or in the folder above, as repositories have it."""
    places = (path.with_name(TOKENIZER_FILE), path.parent.parent / TOKENIZER_FILE)
    found = next((each for each in places if each.is_file()), None)
    if found is None:
        raise ModelError(
            path,
            f"no {TOKENIZER_FILE} beside it",
            "the encoder's own",
            "Copy it from where the encoder is from",
        )
    return found
