"""benchmarks.scale: what it makes, how it measures, what it says of growth."""

import sys

import numpy as np
import pytest

from benchmarks.scale.exponents import exponent
from benchmarks.scale.figure import draw
from benchmarks.scale.made import Size, images, project, write_folder, write_npz
from benchmarks.scale.measure import Cost, costs
from benchmarks.scale.table import table
from tinykd.data.sources.npz import read_arrays
from tinykd.project.load import load_project

SIZE = Size(1500, (8, 8, 1), 5)


def test_samples_are_the_same_each_time_and_tell_their_class(tmp_path):
    write_npz(tmp_path / "s.npz", SIZE)
    found = read_arrays(tmp_path / "s.npz")
    np.testing.assert_array_equal(found["x"], np.concatenate(list(images(SIZE))))
    means = np.stack([found["x"][found["y"] == k].mean(axis=0) for k in range(5)])
    nearest = np.square(found["x"][:, np.newaxis] - means).sum(axis=(2, 3, 4)).argmin(axis=1)
    assert (nearest == found["y"]).all()
    write_folder(tmp_path / "images", Size(20, (8, 8, 1), 5))
    assert len(list((tmp_path / "images").rglob("*.png"))) == 20
    assert load_project(project(tmp_path / "p", "s.npz") / "tinykd.toml").target.board == ("host",)


def test_memory_of_a_child_of_a_child_is_seen():
    inner = "import time; x = bytearray(80 << 20); time.sleep(1)"
    call = f"subprocess.run([sys.executable, '-c', {inner!r}])"
    outer = f"import subprocess, sys; print('stage work', flush=True); {call}"
    found = {cost.stage: cost for cost in costs([sys.executable, "-c", outer])}
    assert found["work"].peak_mb > found["work"].largest_mb >= 80


def test_pages_of_files_count_once():
    cost = Cost("work")
    mega = 1 << 20
    cost.look([(500 * mega, 400 * mega), (450 * mega, 390 * mega)])
    cost.look([])
    assert (cost.peak_mb, cost.largest_mb) == (560, 500)


def test_a_command_that_fails_ends_the_benchmark():
    with pytest.raises(SystemExit, match="ended with code 3"):
        costs([sys.executable, "-c", "raise SystemExit(3)"])


def test_exponents():
    assert exponent([10, 100, 1000], [2, 20, 200]) == pytest.approx(1)
    assert exponent([10, 100], [7, 7]) == pytest.approx(0)
    assert exponent([4, 16], [2, 8]) == pytest.approx(1)
    assert exponent([4, 16], [3, 6]) == pytest.approx(0.5)
    assert exponent([10], [1]) is None and exponent([10, 20], [0, 1]) is None


def test_table_and_figure(tmp_path):
    found = {10: [Cost("check", 1.0, 100), Cost("train", 2.0, 200)], 100: [Cost("check", 10.0, 100)]}
    assert list(table("samples", found)) == [
        "| samples | 10 | 100 | time grows by | memory by |",
        "|---|---|---|---|---|",
        "| check | 1.0 s, 100 MB | 10.0 s, 100 MB | 1.00 | 0.00 |",
        "| train | 2.0 s, 200 MB | - | - | - |",
    ]
    draw({"samples": found}, tmp_path / "scale")
    assert (tmp_path / "scale.png").stat().st_size > 5000 and (tmp_path / "scale.svg").is_file()
