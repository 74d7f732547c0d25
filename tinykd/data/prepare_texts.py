"""A source's texts as ids, once it is known which of them are learnt from; and the texts beside them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text.features import TextFeatures
from tinykd.data.raw import TEST, TRAIN, VALIDATION, Parts, Raw, RawTexts
from tinykd.data.splits.split import SplitRows
from tinykd.data.texts import OutsideTexts, Texts
from tinykd.errors import ConfigError
from tinykd.project.values import TaskName

_FEW_CUT = 0.01  # of the training texts


def check_task(raw: Raw, task: TaskName) -> None:
    """A text has one label: its ids are no numbers that could be given back, or predicted."""
    if raw.texts is not None and task != "classification":
        raise ConfigError(f'[project] task = "{task}"', "the samples are texts", 'task = "classification"')


def with_ids(raw: Raw, train: NDArray[np.int64]) -> Raw:
    """``raw`` with the ids of its texts; ``train``: the rows that a vocabulary is learnt from."""
    if raw.texts is None:
        return raw
    assert isinstance(raw.frontend, TextFrontend)
    lines = raw.texts.lines
    how = raw.frontend.how.learnt([lines[row] for row in train])
    more = Texts(raw.texts.unlabelled, how)
    unlabelled = more.ids() if len(more) else None
    ids = Texts(lines, how).ids()
    notes = (*raw.notes, *cut_notes(how, _counts(how, lines, ids, train)))
    return replace(raw, x=ids, unlabelled=unlabelled, frontend=TextFrontend(how), notes=notes)


def _counts(
    how: TextFeatures, lines: Sequence[str], ids: NDArray[Any], train: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(n,) the ids that each training text has; asked again of those alone that fill their row."""
    counts = np.asarray(np.count_nonzero(ids[train], axis=(1, 2, 3)), np.int64)
    full = np.flatnonzero(counts == how.length)
    counts[full] = how.counts([lines[row] for row in train[full]])
    return counts


def cut_notes(how: TextFeatures, counts: NDArray[np.int64]) -> tuple[str, ...]:
    """One where many training texts lose their end; ``counts`` (n,): the ids of each."""
    cut = int((counts > how.length).sum())
    if cut <= _FEW_CUT * len(counts):
        return ()
    most = int(np.quantile(counts, 1 - _FEW_CUT, method="higher"))
    return (
        f"{cut} of {len(counts)} training texts have more ids than [text] length = {how.length} and lose "
        f"their end; length = {most} is enough for 99 % of them",
    )


def with_texts(data: Dataset, raw: Raw, parts: SplitRows) -> Dataset:
    """``data`` with what its ids are of."""
    if raw.texts is None:
        return data
    assert isinstance(raw.frontend, TextFrontend)
    texts = Texts(raw.texts.lines, raw.frontend.how)
    train, validation, test = (
        replace(data.splits[name], texts=texts.take(rows)) for name, rows in parts.items()
    )
    data = replace(data, train=train, validation=validation, test=test)
    return replace(data, unlabelled_texts=raw.texts.unlabelled, outside=_outside(raw.texts, texts))


def _outside(given: RawTexts, like: Texts) -> OutsideTexts | None:
    """Those of a published split; else every second one for either side; None where there are none."""
    if not given.outside:
        return None
    every, parts = replace(like, lines=given.outside), _sides(given)
    return OutsideTexts(*(every.take(np.flatnonzero(parts == part)) for part in (VALIDATION, TEST)))


def _sides(given: RawTexts) -> Parts:
    """(n,) VALIDATION, TEST or neither. Where none is for validation, those of training are: they are not
    learnt.
    """
    parts = given.outside_parts
    if parts is not None and VALIDATION not in parts:
        parts = np.where(parts == TRAIN, VALIDATION, parts).astype(np.int8)
    if parts is None or VALIDATION not in parts or TEST not in parts:
        parts = np.where(np.arange(len(given.outside)) % 2, TEST, VALIDATION).astype(np.int8)
    return parts
