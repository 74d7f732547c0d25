"""The benchmark of distillation: how a recipe is chosen, and what the table says, on figures made by hand."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.distill import choose, table
from benchmarks.distill.__main__ import _share
from benchmarks.distill.cells import _labelled
from benchmarks.distill.motion import LEAST, MotionTeacher, features
from benchmarks.distill.recipes import Recipe
from benchmarks.distill.sets import _few, load
from benchmarks.distill.views import make
from tinykd.data.dataset import Split
from tinykd.errors import DataError, ToolError


def chosen(name, recipe, correct):
    return {
        "set": name,
        "recipe": recipe,
        "float": {"validation": {"correct": correct, "total": 100}},
    }


def judged(recipe, seed, correct):
    right = {"test": {"correct": correct, "total": 200}}
    return {
        "set": "digits",
        "recipe": recipe,
        "seed": seed,
        "parameters": 1462,
        "teacher": {"test": {"correct": 198, "total": 200}},
        "teacher_bytes": 100_000,
        "bytes": 10_000,
        "float": right,
        "int8": right,
        "ptq": right,
    }


def test_labels_have_what_serves_them_and_one_recipe_is_for_all_sets():
    cells = [chosen("a", "labels", 90), chosen("a", "labels_mixed", 94)]
    cells += [chosen("b", "labels", 90), chosen("b", "labels_mixed", 80)]
    cells += [chosen("a", "match", 97), chosen("b", "match", 90), chosen("b", "match", 92)]
    cells += [chosen("a", "match_mixed", 95), chosen("b", "match_mixed", 94)]
    cells += [chosen("a", "cool_mixed", 100)]
    means = choose.validation_means(cells)
    assert means["b", "match"] == pytest.approx(0.91)
    assert [choose.labels_for(means, name) for name in "ab"] == ["labels_mixed", "labels"]
    assert choose.best_recipe(means, ("a", "b")) == "match_mixed"  # 189 to 188; cool is not known of b
    assert choose.best_recipe(means, ("a",)) == "cool_mixed"


def test_a_row_by_hand():
    """Gains of 1, 2 and 3 points, half of them over PTQ: t = 2 / (1 / sqrt 3), p = 0.0742, two degrees of
    freedom."""
    labels = [judged("labels", seed, 180) for seed in (1, 2, 3)]
    taught = [judged("kd", seed, 180 + 2 * seed) for seed in (1, 2, 3)]
    for seed, cell in enumerate(taught, start=1):
        cell["ptq"] = judged("kd", seed, 180 + seed)["ptq"]
    row = table.row(labels, taught)
    assert row.gain.mean == pytest.approx(2.0) and row.gain.half_width == pytest.approx(
        4.3027 / math.sqrt(3), 1e-4
    )
    assert row.p == pytest.approx(0.0742, abs=5e-5) == row.over_ptq_p
    assert (row.wins, row.sign_p) == (3, pytest.approx(0.25))
    assert row.kept == pytest.approx(92 / 99) and row.fewer_bytes == pytest.approx(0.9)
    text = table.markdown([row])
    assert "| +2.00 ± 2.48 | 3 of 3 | 0.074 | 0.250 | +1.00 ± 1.24 | 0.074 | 100,000 → 10,000 " in text
    assert text.endswith("(-90.0 %) | 92.9 % |\n")


def test_without_variance_there_is_no_test():
    row = table.row(*([judged(arm, seed, n) for seed in (1, 2)] for arm, n in (("labels", 180), ("kd", 181))))
    assert math.isnan(row.p)


def test_one_seed_says_nothing_of_an_interval():
    row = table.row(*([judged(arm, 1, n)] for arm, n in (("labels", 180), ("kd", 182))))
    (found,) = table.to_json([row])
    assert found["gain"] == {"mean": pytest.approx(1.0), "half_width": None} and found["p"] is None


def test_weights_go_along_a_straight_line():
    assert Recipe(("plain",), 0.8, 4.0, last_alpha=0.0).at(0.25) == (pytest.approx(0.6), 4.0)
    assert Recipe(("plain",), 0.9, 4.0, last_temperature=1.0).at(1.0) == (0.9, 1.0)
    assert Recipe(("plain",), 0.9, 4.0).at(0.5) == (0.9, 4.0)


def test_views_are_replayed_and_mixtures_are_of_two():
    data = load(Path(), "digits")
    plain, mixed = (make(data, family, 3) for family in ("plain", "mixed"))
    assert np.array_equal(plain.x, make(data, "plain", 3).x)
    assert not np.array_equal(plain.x, make(data, "plain", 4).x)
    assert np.array_equal(plain.wanted.argmax(axis=1), data.train.y)
    assert np.allclose(mixed.wanted.sum(axis=1), 1) and mixed.wanted.max(axis=1).min() >= 0.5


def test_samples_without_a_label_are_for_those_with_a_teacher():
    whole = load(Path(), "digits")
    few = replace(whole, train=Split(whole.train.x[:50], whole.train.y[:50]), unlabelled=whole.train.x[50:60])
    plain, mixed = (make(few, family, 0) for family in ("plain", "mixed"))
    assert len(plain.x) == len(mixed.x) == 60
    for view in (plain, mixed):
        assert np.allclose(view.wanted[:50].sum(axis=1), 1) and not view.wanted[50:].any()
    x, wanted, taught = _labelled(plain.x, plain.wanted)
    assert np.array_equal(x, plain.x[[*range(50), *range(10)]])
    assert np.array_equal(wanted, plain.wanted[[*range(50), *range(10)]]) and not taught.any()


def test_few_labels_keep_every_sample():
    arrays = {"x_train": np.arange(6), "y_train": np.arange(6) + 10, "x_test": np.arange(2)}
    found = _few(arrays, np.array([True, False, False, True, True, False]))
    assert {name: array.tolist() for name, array in found.items()} == {
        "x_train": [0, 3, 4],
        "y_train": [10, 13, 14],
        "x_unlabelled": [1, 2, 5],
        "x_test": [0, 1],
    }


def test_the_teacher_of_motion_tells_shaking_from_lying():
    """At rest along z, shaken at 2 Hz, at rest along x; log-probabilities, none below the least."""
    windows = np.random.default_rng(5).normal(0, 0.02, (90, 128, 1, 6)).astype(np.float32)
    windows[:60, ..., 2] += 1
    windows[30:60, :, 0, 0] += np.sin(2 * np.pi * 2 * np.arange(128) / 50) * 0.3
    windows[60:, ..., 0] += 1
    labels = np.arange(90) // 30
    teacher = MotionTeacher.of(windows[::2], labels[::2])
    said = teacher(windows[1::2])
    assert said.argmax(axis=1).tolist() == labels[1::2].tolist()
    assert said.dtype == np.float32 and said.min() == LEAST and said.max() <= 0
    found = features(windows[:2])
    assert found.shape[0] == 2 and np.isfinite(found).all()


def test_data_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(DataError) as caught:
        load(tmp_path, "mnist1d")
    text = f"{tmp_path}/mnist1d.npz: no such file; expected the data of this set. Name its folder with --data"
    assert str(caught.value) == text


@pytest.mark.parametrize("share", ["3/2", "0/2", "a/b", "1", "-1/2"])
def test_a_share_that_is_none_is_one_line(share):
    with pytest.raises(SystemExit) as caught:
        _share(share)
    assert str(caught.value) == f"--share {share}: expected I/N, such as 1/2 and 2/2"


def test_a_missing_matplotlib_is_one_line_before_anything_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    with pytest.raises(ToolError) as caught:
        table.check_drawing()
    assert str(caught.value) == (
        'gain.svg: matplotlib is not installed; expected the extra plots. Type `pip install "tinykd[plots]"`'
    )
