"""Which student of a front is judged, and when it pays."""

from typing import Any

import pytest

from benchmarks.search.judge import Verdict, choose
from benchmarks.search.projects import QUICK, SETS, make
from tinykd.project.load import load_project


def trial(number: int, quality: float, instructions: float, flash: float) -> dict[str, Any]:
    costs = {"instructions": instructions, "flash_bytes": flash}
    return {"number": number, "outcome": "trained", "quality": quality, "costs": costs}


REFERENCE = trial(0, 0.9, 1000, 1000)


def test_the_best_that_is_cheap_is_chosen() -> None:
    cheap, poor = trial(1, 0.88, 500, 600), trial(2, 0.8, 100, 100)
    dear, late = trial(3, 0.95, 900, 900), trial(4, 0.99, 400, 700)
    assert choose([REFERENCE, poor, dear, cheap, late]) == (REFERENCE, cheap)
    assert choose([REFERENCE, dear, late]) == (REFERENCE, late)
    assert choose([REFERENCE]) == (REFERENCE, REFERENCE)


@pytest.mark.parametrize(
    ("chosen", "costs", "pays"),
    [
        ((0.90, 0.91, 0.90), (0.5, 0.6), True),  # as accurate, half of the cost
        ((0.80, 0.81, 0.80), (0.5, 0.6), False),
        ((0.92, 0.93, 0.91), (1.0, 1.0), True),  # a point better at equal cost
        ((0.90, 0.91, 0.90), (0.8, 0.8), False),
    ],
)
def test_when_it_pays(chosen: tuple[float, ...], costs: tuple[float, float], pays: bool) -> None:
    assert Verdict("s", 9, (0.90, 0.91, 0.90), chosen, *costs, "net").pays is pays


def test_one_seed_shows_nothing() -> None:
    found = Verdict("s", 9, (0.9,), (0.95,), 0.5, 0.5, "net")
    assert found.pays is None and "one seed" in found.line()


@pytest.mark.parametrize("name", SETS)
def test_the_project_files_can_be_read(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp(name)
    (folder / "samples.npz").touch()  # the samples themselves are elsewhere
    project = load_project(make(name, folder, folder, QUICK) / "tinykd.toml")
    assert project.search is not None and project.search.trials == QUICK.trials
