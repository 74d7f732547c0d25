"""Each fault of a data set is found, and a clean one shows nothing."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import AS_IT_IS, Frontend, SensorFrontend, TableFrontend
from tinykd.screening.finding import ScreeningFinding
from tinykd.screening.neighbours import embed
from tinykd.screening.screen import sample_findings
from tinykd.screening.sounds import clipped

Array = NDArray[np.float32]
COUNTS = {"train": 240, "validation": 80, "test": 80}


def frontend(kind: str, columns: int) -> Frontend:
    names = tuple(f"c{i}" for i in range(columns))
    ones, zeros = (1.0,) * columns, (0.0,) * columns
    made: dict[str, Frontend] = {
        "image": AS_IT_IS,
        "sensor": SensorFrontend(zeros, ones, 50.0, names),
        "table": TableFrontend(zeros, ones, names),
    }
    return made[kind]


def clean(kind: str, shape: tuple[int, int, int], seed: int = 0) -> Dataset:
    """Two classes around two patterns, with noise."""
    rng = np.random.default_rng(seed)
    patterns = rng.uniform(0, 1, (2, *shape)).astype(np.float32)
    splits = {}
    for name, count in COUNTS.items():
        y = np.arange(count) % 2
        noise = rng.uniform(-0.5, 0.5, (count, *shape)).astype(np.float32)
        scale = 3.0 if kind == "table" else 0.6
        splits[name] = Split((patterns[y] + scale * noise).astype(np.float32), y.astype(np.int64))
    return Dataset("d", **splits, classes=("no", "yes"), frontend=frontend(kind, shape[2]))


def found_in(data: Dataset) -> list[ScreeningFinding]:
    return sample_findings(data, embed(data))


def with_column(data: Dataset, column: Array) -> Dataset:
    """``column`` (train, ...) in place of the last channel."""
    x = data.train.x.copy()
    x[..., -1] = column
    return replace(data, train=Split(x, data.train.y))


SHAPES: dict[str, tuple[int, int, int]] = {"image": (8, 8, 1), "sensor": (16, 1, 3), "table": (1, 1, 4)}


@pytest.mark.parametrize("kind", SHAPES)
def test_nothing_is_found_in_clean_data(kind: str) -> None:
    assert found_in(clean(kind, SHAPES[kind])) == []


def test_near_duplicates_are_found_across_splits() -> None:
    data = clean("image", (8, 8, 1))
    x = data.test.x.copy()
    x[:5] = data.train.x[:5] + np.float32(0.004)
    found = found_in(replace(data, test=Split(x, data.test.y)))
    assert [(f.level, f.split, sorted(f.rows)) for f in found] == [("warning", "test", [0, 1, 2, 3, 4])]
    assert found[0].text.startswith("5 of 80 test samples are nearly one of the 240 training samples")
    assert "group" in found[0].key


def test_a_label_that_stands_alone_is_found() -> None:
    data = clean("image", (8, 8, 1))
    y = data.train.y.copy()
    y[[4, 9]] = 1 - y[[4, 9]]
    found = found_in(replace(data, train=Split(data.train.x, y)))
    assert [(f.level, f.split, set(f.rows)) for f in found] == [("note", "train", {4, 9})]


@pytest.mark.parametrize(
    ("kind", "column", "words"),
    [
        ("table", "constant", "one value"),
        ("sensor", "constant", "one value"),
        ("table", "counter", "a row number, a time or an id"),
        ("sensor", "clock", "a time or a row number"),
        ("table", "label", "tells the class alone"),
        ("sensor", "copy", "times a factor"),
    ],
)
def test_a_column_that_is_none_is_found(kind: str, column: str, words: str) -> None:
    data = clean(kind, SHAPES[kind])
    x = data.train.x
    rows = np.arange(len(x), dtype=np.float32)[:, np.newaxis, np.newaxis]
    steps = np.arange(x.shape[1], dtype=np.float32)[np.newaxis, :, np.newaxis]
    columns = {
        "constant": np.zeros(x.shape[:3], np.float32),
        "counter": np.broadcast_to(rows / 100, x.shape[:3]),
        "clock": rows + 0.02 * steps,
        "label": np.broadcast_to(data.train.y[:, np.newaxis, np.newaxis] * 3.0, x.shape[:3]),
        "copy": -2 * x[..., 0],
    }
    found = found_in(with_column(data, columns[column].astype(np.float32)))
    last = f"c{x.shape[3] - 1}"
    own = [f for f in found if words in f.text]
    assert len(own) == 1 and own[0].subject.endswith(last)
    assert '[sensor] columns = ["c0", "c1"' in own[0].key and f'"{last}"' not in own[0].key


def test_images_of_one_colour_are_found() -> None:
    data = clean("image", (8, 8, 1))
    x = data.train.x.copy()
    x[7] = 0.5
    found = [f for f in found_in(replace(data, train=Split(x, data.train.y))) if "one colour" in f.text]
    assert [(f.split, f.rows) for f in found] == [("train", (7,))]


def test_silent_and_clipped_recordings_are_found() -> None:
    data = clean("image", (8, 8, 1))
    time = np.arange(400) / 400
    tone = 0.5 * np.sin(2 * np.pi * 8 * time).astype(np.float32)

    def sounds(split: str, rows: Array | None = None) -> Array:
        made = np.tile(tone, (COUNTS[split], 1))
        if split == "train":
            made[3] = 0
            made[5] = np.clip(4 * tone, -1, 1)
        return made if rows is None else made[rows]

    found = found_in(replace(data, sounds=sounds))
    assert [(f.level, f.rows) for f in found] == [("warning", (3,)), ("note", (5,))]


def test_one_sample_at_full_scale_is_no_clipping() -> None:
    sounds = np.zeros((3, 50), np.float32)
    sounds[0, 10] = 1.0
    sounds[1, 10:13] = -1.0
    assert clipped(sounds).tolist() == [False, True, False]
