"""The six sets: where they lie and how they are split. tinykd's own readers make samples of them.

scikit-learn's digits need no file. The others are ``.npz`` files in one folder (``--data``); none is part of
the project. Windows that overlap stay on one side of a split. Each set comes a second time with few of its
training samples labelled, ``_few``: nobody, the teacher neither, sees the other labels; and a third time,
``_own``, for tinykd's own students as the examples have them: samples, views and teachers are the set's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.kinds import USUAL, Kinds
from tinykd.data.load import load_dataset
from tinykd.data.prepare import prepare
from tinykd.data.sources.npz import NpzArrays
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataKind, DataSection

_SIGN_PIXELS = 32
_SHUFFLE = 20  # fixed: every seed is judged on the same samples
Arrays = dict[str, NDArray[Any]]
Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Source:
    """How one set is read: what a user would put into an ``.npz`` file and into the project file."""

    kind: DataKind
    read: Callable[[Path], Arrays]
    kinds: Kinds = USUAL

    def load(self, folder: Path, name: str) -> Dataset:
        """Split and normalised, with the augmentation that fits its kind."""
        raw = NpzArrays(name, name, self.read(folder), self.kinds, self.kind).raw("classification")
        return prepare(raw, DataSection(source=name), "classification", self.kinds)


def load(folder: Path, name: str) -> Dataset:
    """Set ``name``; all files are in ``folder``."""
    name = samples_of(name)
    if name == DIGITS:
        return load_dataset(DataSection(source=DIGITS), Path(), 0)
    return SOURCES[name].load(folder, name)


def samples_of(name: str) -> str:
    """The set whose samples, views and teachers are those of ``name``."""
    return name.removesuffix(OWN)


def _open(folder: Path, name: str) -> Any:
    if not (folder / name).is_file():
        raise DataError(folder / name, "no such file", "the data of this set", "Name its folder with --data")
    return np.load(folder / name, allow_pickle=False)


def _mnist(folder: Path) -> Arrays:
    """The last 2,000 are for test, the 1,000 before them for validation."""
    with _open(folder, "npm_mnist10k.npz") as file:
        rows = np.arange(len(file["y"]))
        return _parts(file["x"], file["y"], rows >= 8000, (rows >= 7000) & (rows < 8000))


def _mnist1d(folder: Path) -> Arrays:
    """Signals of 40 samples; the last 1,000 for training are for validation."""
    with _open(folder, "mnist1d.npz") as file:
        x, y = (np.concatenate([file[f"{k}_train"], file[f"{k}_test"]]) for k in "xy")
        known, rows = len(file["y_train"]), np.arange(len(y))
    return _parts(x, y, rows >= known, (rows >= known - 1000) & (rows < known))


def _signs(folder: Path) -> Arrays:
    """Photographs halved to 32 x 32; a quarter of each class for test, an eighth for validation."""
    with _open(folder, "sign_digits_gray64.npz") as file:
        x, y = file["x"], file["y"]
    small = x.reshape(len(x), _SIGN_PIXELS, 2, _SIGN_PIXELS, 2).mean(axis=(2, 4)) / 255
    shuffled = np.random.default_rng(_SHUFFLE).permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    part = np.empty(len(y), np.int64)
    part[by_class] = np.arange(len(y)) % 8
    return _parts(small, y, part < 2, part == 2)


def _speech(folder: Path) -> Arrays:
    """Spoken digits; takes 0-4 for test, 5-9 for validation."""
    with _open(folder, "fsdd_8k.npz") as file:
        take = file["take"]
        return _parts(file["x"], file["y"], take < 5, (take >= 5) & (take < 10))


def _activity(folder: Path) -> Arrays:
    """Waist phone; subjects 22-30 for test, 17-21 for validation."""
    with _open(folder, "uci_hapt.npz") as file:
        subject, x = file["subject"], file["x"] * np.repeat(file["scale"], 3)
        parts = _parts(x, file["y"], subject >= 22, (subject >= 17) & (subject < 22))
        return parts | {"classes": np.char.lower(file["classes"].astype(np.str_))}


def _digits_few(_folder: Path) -> Arrays:
    """Every fourth training sample is labelled."""
    splits = load_dataset(DataSection(source=DIGITS), Path(), 0).splits
    parts = {f"{k}_{part}": v for part, split in splits.items() for k, v in (("x", split.x), ("y", split.y))}
    return _few(parts, np.arange(len(parts["y_train"])) % 4 == 0)


def _mnist1d_few(folder: Path) -> Arrays:
    """The first 1,000 signals alone are labelled, 6,000 are not."""
    arrays = _mnist1d(folder)
    return _few(arrays, np.arange(len(arrays["y_train"])) < 1000)


def _signs_few(folder: Path) -> Arrays:
    """Every fifth photograph is labelled, class by class."""
    arrays = _signs(folder)
    y = arrays["y_train"]
    nth = np.array([np.count_nonzero(y[:row] == y[row]) for row in range(len(y))])
    return _few(arrays, nth % 5 == 0)


def _activity_few(folder: Path) -> Arrays:
    """Four persons of sixteen are labelled, subjects 1-4."""
    with _open(folder, "uci_hapt.npz") as file:
        subject = file["subject"]
    return _few(_activity(folder), subject[subject < 17] <= 4)


def _mnist_few(folder: Path) -> Arrays:
    """The first 1,000 samples alone are labelled, 6,000 are not."""
    arrays = _mnist(folder)
    return _few(arrays, np.arange(len(arrays["y_train"])) < 1000)


def _speech_few(folder: Path) -> Arrays:
    """A quarter of the takes, 10-19, are labelled, 20-49 are not."""
    with _open(folder, "fsdd_8k.npz") as file:
        take = file["take"]
    return _few(_speech(folder), take[take >= 10] < 20)


def _few(arrays: Arrays, labelled: Rows) -> Arrays:
    """``arrays`` with labels for the ``labelled`` training samples only."""
    x, y = arrays["x_train"], arrays["y_train"]
    return arrays | {"x_train": x[labelled], "y_train": y[labelled], "x_unlabelled": x[~labelled]}


def _parts(x: NDArray[Any], y: NDArray[Any], test: Rows, validation: Rows) -> Arrays:
    rows = {"train": ~test & ~validation, "validation": validation, "test": test}
    of_x = {f"x_{part}": x[where] for part, where in rows.items()}
    return of_x | {f"y_{part}": y[where] for part, where in rows.items()}


DIGITS = "digits"
FEW, OWN = "_few", "_own"
_SOUNDS = replace(USUAL, audio=AudioSection(rate=8000, n_mels=24, layout="time"))
SOURCES = {
    "mnist10k": Source("image", _mnist),
    "signs": Source("image", _signs),
    "mnist1d": Source("sensor", _mnist1d),
    "speech": Source("audio", _speech, _SOUNDS),
    "activity": Source("sensor", _activity),
    "digits_few": Source("image", _digits_few),
    "mnist10k_few": Source("image", _mnist_few),
    "signs_few": Source("image", _signs_few),
    "mnist1d_few": Source("sensor", _mnist1d_few),
    "speech_few": Source("audio", _speech_few, _SOUNDS),
    "activity_few": Source("sensor", _activity_few),
}
ALL = tuple(name for name in (DIGITS, *SOURCES) if not name.endswith(FEW))  # a recipe is chosen on these
_SLOW = "mnist10k"  # ten minutes for each of tinykd's own students
NAMES = (DIGITS, *SOURCES, *(f"{name}{OWN}" for name in ALL if name != _SLOW))
