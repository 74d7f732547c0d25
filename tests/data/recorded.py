"""Recordings for tests, written as CSV files, and what loading them gives."""

import csv

import numpy as np
import pytest

from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.errors import UserError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(0)
ROWS = 80  # ten windows of 8


def kinds(**keys):
    return Kinds(ImageSection(), AudioSection(), SensorSection(**{"window": 8, "stride": 8} | keys))


def load(root, source="d", task="classification", given=None, **section):
    return load_dataset(DataSection(source=source, **section), root, 1, task, given or kinds())


def error(root, *arguments, **keys):
    with pytest.raises(UserError) as caught:
        load(root, *arguments, **keys)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


def write(path, columns):
    """``columns``: {name: values}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])


def axes(rows=ROWS):
    return {name: np.round(RNG.standard_normal(rows), 3) for name in ("ax", "ay")}


def classes(root, others, files=6, rows=ROWS):
    """CLASS/FILE; ``others``: a function of the file's number that gives columns beside the axes."""
    for i in range(files):
        for label in ("run", "walk"):
            write(root / "d" / label / f"{i}.csv", {**others(i, label), **axes(rows)})


def windows(data):
    return sum(len(split) for split in data.splits.values())
