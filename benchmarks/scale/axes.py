"""What is made larger, one thing at a time, and what the others are meanwhile.

Of samples, files and classes a whole run is measured, stage by stage; of trials and workers a search.
"""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale.made import Size, project, write_folder, write_npz
from benchmarks.scale.measure import Cost, costs, run_costs

SHAPE = (32, 32, 1)
LEAST_OF_CLASS = 20  # samples
SEARCH = """
[search]
objectives = ["accuracy", "flash_bytes"]
trials = {trials}
epochs = 1
"""


@dataclass(frozen=True)
class Axis:
    """``measure``: of one value, in an empty folder."""

    name: str
    quick: tuple[int, ...]
    full: tuple[int, ...]
    measure: Callable[[Path, int], list[Cost]]


def of_samples(folder: Path, count: int) -> list[Cost]:
    """``count`` images in one .npz."""
    project(folder, "samples.npz")
    write_npz(folder / "samples.npz", Size(count, SHAPE))
    return run_costs(folder)


def of_files(folder: Path, count: int) -> list[Cost]:
    """``count`` images, a PNG each; as far as they are read: until the check of what can be had."""
    project(folder, "images")
    write_folder(folder / "images", Size(count, SHAPE))
    return run_costs(folder, "check")


def of_classes(folder: Path, count: int) -> list[Cost]:
    """``count`` classes, with the same number of samples until each has too few."""
    project(folder, "samples.npz")
    write_npz(folder / "samples.npz", Size(max(2000, LEAST_OF_CLASS * count), SHAPE, count))
    return run_costs(folder)


def of_trials(folder: Path, count: int) -> list[Cost]:
    """A search of ``count`` trials in one process."""
    return _searched(folder, count, 1)


def of_workers(folder: Path, count: int) -> list[Cost]:
    """Eight trials by ``count`` processes."""
    return _searched(folder, 8, count)


def _searched(folder: Path, trials: int, workers: int) -> list[Cost]:
    project(folder, "samples.npz", SEARCH.format(trials=trials))
    write_npz(folder / "samples.npz", Size(1000, (16, 16, 1)))
    command = [sys.executable, "-m", "tinykd", "search", "--workers", str(workers), str(folder)]
    return [each for each in costs(command) if each.stage == "start"]


AXES: Mapping[str, Axis] = {
    axis.name: axis
    for axis in (
        Axis("samples", (1_000, 4_000), (1_000, 5_000, 20_000, 50_000, 200_000), of_samples),
        Axis("files", (500, 2_000), (1_000, 5_000, 20_000, 50_000), of_files),
        Axis("classes", (2, 20), (2, 10, 100, 1_000), of_classes),
        Axis("trials", (2, 4), (4, 8, 16, 32), of_trials),
        Axis("workers", (1, 2), (1, 2, 4), of_workers),
    )
}


def measured(axis: Axis, value: int, folder: Path) -> list[Cost]:
    """In a folder that is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        return axis.measure(folder, value)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
