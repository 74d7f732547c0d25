"""Precomputed logits as a teacher: an ``.npz`` of ``train``, ``validation`` and ``test``, each
(n, classes) in the order of that split, or an ``.npy`` with the three one under the other.

They know the samples as they are, so nothing is augmented (``Views.of``). Order: a split whose answers are no
better than naming its commonest class is taken for shuffled; ``train_labels`` and so on, where given, must
equal the data's labels.
"""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.sources.npz import DAMAGED_ARRAYS, array_of
from tinykd.errors import DataError
from tinykd.teacher.interpretation import (
    IN_UNITS,
    are_in_units,
    are_shares,
    cell_logits,
    from_units,
    scores_of_classes,
)
from tinykd.teacher.logits import VIEWS_FILE, split_file
from tinykd.teacher.mismatch import Interpretation, check_classes, in_order
from tinykd.teacher.multilabel import check_labels, kind_of
from tinykd.teacher.signature import ModelSignature, OutputKind, logits_of, output_kind
from tinykd.teacher.takes import usual
from tinykd.training.classes import NO_BETTER, knows_no_more
from tinykd.training.counts import Counts
from tinykd.training.label_score import mean_ap_of
from tinykd.training.metrics import figure_of, r2

MAX_BYTES = 4 << 30
_ORDER = "Save them in the order of load_dataset's splits; see docs/teachers.md"


def write_precomputed(path: Path, data: Dataset, out: Path, classes: tuple[str, ...] | None = None) -> str:
    """Check the logits at ``path`` and write them into ``out``; the note on their kind, if not logits.

    ``classes``: of its columns, in their order.
    """
    arrays, asking = _read(path, data), Interpretation(usual(data), classes=classes)
    signature = ModelSignature.of(data, classes)
    given = {
        name: _checked(arrays[name], len(split), signature, f"{path}: {name}")
        for name, split in data.splits.items()
    }
    extra = _unlabelled(arrays, data, signature, path)
    answer = OutputKind.LOGITS
    if signature.multilabel:
        answer = kind_of(np.concatenate(list(given.values())))
        check_labels(path, data.validation.y, data.classes, asking, {asking.takes: given["validation"]})
    elif signature.classes:
        answer = output_kind(np.concatenate(list(given.values())))
    if signature.classes:
        scores = scores_of_classes(given["validation"], answer is OutputKind.SIGMOID)
        check_classes(path, data.validation.y, data.classes, asking, {asking.takes: scores})
    order = asking.order(data.classes)
    in_units = data.task == "regression" and are_in_units(given["validation"], data.validation.y, data)

    grid = data.grid
    shares = grid is not None and are_shares(given["validation"], grid)

    def logits_in(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        if grid is not None:
            return cell_logits(outputs, grid) if shares else outputs
        return from_units(outputs, data) if in_units else in_order(logits_of(outputs, answer), order)

    logits = {name: logits_in(each) for name, each in given.items()}
    for name, split in data.splits.items():
        _check_labels(arrays.get(f"{name}_labels"), split, f"{path}: {name}")
        _check_order(logits[name], split, f"{path}: {name}")
    train_logits = (logits["train"], *map(logits_in, extra))
    for name, each in logits.items():
        np.save(out / split_file(name), each)
    np.save(out / VIEWS_FILE, np.concatenate(list(train_logits))[np.newaxis])
    return IN_UNITS if in_units else OutputKind.SOFTMAX.value if shares else answer.value


def _unlabelled(
    arrays: dict[str, NDArray[Any]], data: Dataset, signature: ModelSignature, path: Path
) -> list[NDArray[np.float32]]:
    """The logits of the samples without a label, where the data has some."""
    if data.unlabelled is None:
        return []
    if "unlabelled" not in arrays:
        found = f"knows nothing of the {len(data.unlabelled)} samples without a label"
        raise DataError(path, found, "an array unlabelled too", "Or leave the samples out of the data")
    return [_checked(arrays["unlabelled"], len(data.unlabelled), signature, f"{path}: unlabelled")]


def _read(path: Path, data: Dataset) -> dict[str, NDArray[Any]]:
    wanted = "an .npz file with train, validation and test, or an .npy file with all three"
    if not path.is_file():
        raise DataError(path, "no such file", wanted)
    try:
        return _read_npz(path, data) if zipfile.is_zipfile(path) else _read_npy(path, data)
    except DAMAGED_ARRAYS as error:
        raise DataError(path, f"cannot be read ({error})", wanted) from None


def _read_npz(path: Path, data: Dataset) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise DataError(path, f"unpacks to {size} bytes", f"at most {MAX_BYTES}")
    with np.load(path, allow_pickle=False) as file:
        missing = next((name for name in data.splits if name not in file.files), None)
        if missing is not None:
            found = ", ".join(file.files) or "nothing"
            raise DataError(path, f"has no array {missing}, but {found}", "train, validation and test")
        names = [*data.splits, "unlabelled", *(f"{name}_labels" for name in data.splits)]
        return {name: array_of(file, name) for name in names if name in file.files}


def _read_npy(path: Path, data: Dataset) -> dict[str, NDArray[Any]]:
    whole = np.load(path, mmap_mode="r", allow_pickle=False)
    sizes = [len(split) for split in data.splits.values()]
    if whole.ndim not in (1, 2) or len(whole) != sum(sizes):
        parts = " + ".join(f"{size} {name}" for name, size in zip(data.splits, sizes, strict=True))
        raise DataError(
            path, f"shape {list(whole.shape)}", f"[{sum(sizes)}, {ModelSignature.of(data).outputs}] ({parts})"
        )
    return dict(zip(data.splits, np.split(whole, np.cumsum(sizes)[:-1]), strict=True))


def _checked(array: NDArray[Any], samples: int, signature: ModelSignature, where: str) -> NDArray[np.float32]:
    shape = (samples, signature.outputs)
    if (grid := signature.grid) is not None and array.shape == (samples, *grid.shape):
        array = array.reshape(shape)
    if array.shape == (samples,):
        array = array[:, np.newaxis]
    one = signature.classes and signature.outputs == 2 and array.shape == (samples, 1)
    if array.shape != shape and not one:
        raise DataError(where, f"shape {list(array.shape)}", f"{list(shape)}, a logit for each class")
    if not np.issubdtype(array.dtype, np.floating):
        raise DataError(where, f"type {array.dtype}", "float32")
    with np.errstate(over="ignore"):
        logits = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(logits).all():
        bad = int(np.count_nonzero(~np.isfinite(logits)))
        raise DataError(where, f"{bad} values are NaN, infinite or beyond float32", "finite numbers")
    return logits


def _check_labels(labels: NDArray[Any] | None, split: Split, where: str) -> None:
    if labels is not None and not np.array_equal(labels, split.y):
        raise DataError(where, "its labels are not those of the split", "the data's order", _ORDER)


def _check_order(logits: NDArray[np.float32], split: Split, where: str) -> None:
    if split.scenes is not None:
        if figure_of(logits, split) <= 0.0:
            raise DataError(where, "finds no object", "heat maps in the order of the data", _ORDER)
        return
    if split.multilabel:
        found_ap, chance = mean_ap_of(logits, split.y), float(split.y.mean())
        if found_ap <= chance:
            found = f"mean average precision {found_ap:.3f}, chance has {chance:.3f}"
            raise DataError(where, found, "logits in the order of the data", _ORDER)
        return
    if split.y.ndim > 1:
        if (found_r2 := r2(logits, split.y)) <= 0.0:
            raise DataError(where, f"R² is {found_r2:.3f}", "outputs in the order of the data", _ORDER)
        return
    right = Counts.of(logits, split.y)
    if right.by_class and knows_no_more(right.by_class) == NO_BETTER:
        alone = f"no more than the commonest class alone ({right.by_class.commonest})"
        found = f"{right.correct} of {right.total} right, {alone}"
        raise DataError(where, found, "logits in the order of the data", _ORDER)
