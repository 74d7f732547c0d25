"""Sentences from a function of the user's, ``"mydata:load"``: texts and labels as lists.

It gives ``(texts, labels)``, ``(texts, labels), (texts, labels)`` of training and test, or a dictionary of
``text`` and ``label``, perhaps with ``split`` of each and ``unlabelled`` texts.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from tinykd.data.raw import TEST, TRAIN
from tinykd.data.sources.text.columns import LABELS, SPLITS, TEXTS, part_of
from tinykd.data.sources.text.sentence import Sentence, Sentences
from tinykd.data.sources.user_function import called
from tinykd.errors import DataError

_WANTED = 'a dictionary with "text" and "label", (texts, labels), or such a pair of training and one of test'


def function_sentences(source: str, root: Path) -> Sentences:
    """What the function ``source`` of a module in ``root`` gives."""
    given, where = called(source, root)
    name = source.partition(":")[0]
    if isinstance(given, Mapping):
        return _of_mapping(given, where, name)
    pairs = _pairs(given)
    if pairs is None:
        raise DataError(where, f"gave a {type(given).__name__}", _WANTED)
    parts = (None,) if len(pairs) == 1 else (TRAIN, TEST)
    found = [
        each
        for (texts, labels), part in zip(pairs, parts, strict=True)
        for each in _sentences(where, _texts(texts, where), _labels(labels, where), repeat(part))
    ]
    return Sentences(name, tuple(found))


def _of_mapping(given: Mapping[Any, Any], where: str, name: str) -> Sentences:
    texts, labels, splits = (_held(given, usual) for usual in (TEXTS, LABELS, SPLITS))
    if texts is None or labels is None:
        raise DataError(where, f"gave a dictionary of {', '.join(map(str, given)) or 'nothing'}", _WANTED)
    values = _texts(texts, where)
    parts = repeat(None) if splits is None else [part_of(str(each), where) for each in _listed(splits, where)]
    more = _texts(given.get("unlabelled", ()), f"{where}: unlabelled")
    unlabelled = [Sentence(text, None, f"{where}: unlabelled {i}") for i, text in enumerate(more)]
    return Sentences(name, tuple(_sentences(where, values, _labels(labels, where), parts)), tuple(unlabelled))


def _sentences(where: str, texts: list[str], labels: list[str], parts: Any) -> list[Sentence]:
    if len(texts) != len(labels):
        raise DataError(where, f"gave {len(texts)} texts and {len(labels)} labels", "a label for each text")
    numbered = enumerate(zip(texts, labels, parts, strict=False))
    return [Sentence(text, label, f"{where}: text {i}", part) for i, (text, label, part) in numbered]


def _held(given: Mapping[Any, Any], names: Sequence[str]) -> Any:
    wanted = (*names, *(f"{name}s" for name in names))
    return next((given[name] for name in wanted if name in given), None)


def _pairs(given: Any) -> list[tuple[Any, Any]] | None:
    if not isinstance(given, tuple) or len(given) != 2:
        return None
    divided = all(isinstance(pair, tuple) and len(pair) == 2 for pair in given)
    return list(given) if divided else [given]


def _listed(values: Any, where: str) -> list[Any]:
    """Of a list, a tuple or an array."""
    found = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(found, list | tuple):
        raise DataError(where, f"gave a {type(values).__name__}", "a list of texts")
    return list(found)


def _texts(values: Any, where: str) -> list[str]:
    found = _listed(values, where)
    bad = next((i for i, each in enumerate(found) if not isinstance(each, str)), None)
    if bad is not None:
        raise DataError(f"{where}: text {bad}", f"is a {type(found[bad]).__name__}", "a text")
    return found


def _labels(values: Any, where: str) -> list[str]:
    return [str(each) for each in _listed(values, where)]
