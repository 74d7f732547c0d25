"""Splits, tasks and normalisation on arrays that can be followed by hand."""

import numpy as np
import pytest

from tinykd.data.load import load_dataset
from tinykd.data.splits.split import as_given, by_group, strata
from tinykd.data.summary import features_json, summary
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

RNG = np.random.default_rng(0)


def save(root, **arrays):
    np.savez(root / "s.npz", **arrays)


def load(root, task="classification", **section):
    return load_dataset(DataSection(source="s.npz", **section), root, 1, task)


def error(root, task="classification", **section):
    with pytest.raises(DataError) as caught:
        load(root, task, **section)
    return str(caught.value).replace(f"{root}/", "")


def x(count, shape=(3, 2)):
    return RNG.random((count, *shape), dtype=np.float32)


# --- splits -------------------------------------------------------------------------------------------------


def test_no_group_is_on_two_sides():
    groups = RNG.integers(0, 25, 300).astype(np.str_)
    parts = by_group(np.arange(300) % 3, groups)
    sides = [set(groups[rows]) for _, rows in parts.items()]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    assert sorted(np.concatenate([rows for _, rows in parts.items()])) == list(range(300))
    assert all(len(rows) >= 30 for _, rows in parts.items())


def test_a_given_split_lends_a_fifth_to_validation_by_group():
    parts = as_given(
        np.arange(100) % 2, np.repeat(np.arange(10), 10).astype(np.str_), np.arange(100) // 50 * 2
    )
    assert len(parts.test) == 50 and len(parts.train) + len(parts.validation) == 50
    groups = np.repeat(np.arange(10), 10)
    assert not set(groups[parts.train]) & set(groups[parts.validation])


def test_a_given_split_that_tests_known_groups_lends_to_validation_by_class():
    """As spoken digits are published: every speaker on both sides. Validation then knows them all as well."""
    labels, groups = np.arange(100) % 2, (np.arange(100) // 10 % 5).astype(np.str_)
    parts = as_given(labels, groups, np.arange(100) // 50 * 2)
    assert [len(rows) for _, rows in parts.items()] == [40, 10, 50]
    assert np.bincount(labels[parts.validation]).tolist() == [5, 5]
    assert len(set(groups[parts.train])) == 5


def test_one_group_cannot_be_divided(tmp_path):
    save(tmp_path, x=x(40), y=np.arange(40) % 2, subject=np.zeros(40, int))
    assert error(tmp_path) == (
        "[data] split: 1 group left to divide; expected at least two. "
        'Say split = "class", or name test_groups'
    )
    assert len(load(tmp_path, split="class").test) == 8


def test_targets_are_divided_by_deciles():
    assert strata(np.arange(100.0).reshape(-1, 1)).tolist() == np.repeat(np.arange(10), 10).tolist()


def test_a_published_split_is_kept(tmp_path):
    save(tmp_path, x_train=x(30), y_train=np.arange(30) % 3, x_test=x(9), y_test=np.arange(9) % 3)
    data = load(tmp_path)
    assert [len(split) for split in data.splits.values()] == [24, 6, 9]
    save(tmp_path, x_train=x(30), y_train=np.arange(30) % 3)
    assert error(tmp_path) == (
        "s.npz: has no array x_test, but x_train, y_train; expected x, y and optionally classes"
    )
    save(tmp_path, x_train=x(30), y_train=np.zeros(30, int), x_test=x(9, (2, 2)), y_test=np.zeros(9, int))
    assert error(tmp_path) == "s.npz: samples of shapes [3, 2, 1], [2, 2, 1]; expected one shape in all parts"


def test_a_split_that_the_source_does_not_have(tmp_path):
    save(tmp_path, x=x(40), y=np.arange(40) % 2)
    assert error(tmp_path, split="group") == (
        '[data] split = "group": s.npz has no groups; expected group, subject or speaker of each sample'
    )
    assert error(tmp_path, split="given") == (
        '[data] split = "given": s.npz has no split of its own; expected x_train and x_test, or another way'
    )


def test_a_class_that_only_test_has(tmp_path):
    save(tmp_path, x=x(40), y=np.repeat([0, 1, 2, 0], 10), subject=np.repeat([1, 1, 2, 3], 10))
    assert error(tmp_path, test_groups=("2",), validation_groups=("3",)) == (
        "s.npz: train: class 2 (2) has no samples; expected some of every class. "
        'Say [data] split = "class", which has groups on both sides, or record more groups'
    )


def test_a_sample_on_two_sides_is_told(tmp_path):
    same = x(1)
    save(
        tmp_path,
        x=np.repeat(same, 40, axis=0) * (np.arange(40) % 20 + 1)[:, None, None] / 20,
        y=np.arange(40) % 2,
    )
    data = load(tmp_path)
    assert any("byte for byte, learnt from too" in note for note in data.notes)
    assert summary(data)["notes"] == list(data.notes)


def test_a_rare_class_is_told(tmp_path):
    save(tmp_path, x=x(110), y=np.repeat([0, 1], [100, 10]), classes=np.array(["ok", "bad"]))
    assert load(tmp_path).notes == (
        "class bad has 6 of 66 training samples, the commonest 60 "
        '(balance = "sampling" shows every class equally often)',
    )
    assert load(tmp_path, balance="sampling").notes == ()


# --- kinds --------------------------------------------------------------------------------------------------


def test_integers_with_scales_for_runs_of_channels(tmp_path):
    values = RNG.integers(-3000, 3000, (40, 8, 6)).astype(np.int16)
    save(tmp_path, x=values, y=np.arange(40) % 2, scale=np.array([0.5, 0.25]))
    data = load(tmp_path, kind="sensor")
    assert data.input_shape == (8, 1, 6)
    back = data.train.x * np.float32(data.frontend.deviation) + np.float32(data.frontend.mean)
    scaled = values * np.repeat([0.5, 0.25], 3)
    assert np.abs(np.sort(back.ravel())[0] - np.sort(scaled.ravel())[0]) < 100
    assert any(np.allclose(back[0, :, 0], each, atol=0.1) for each in scaled)
    save(tmp_path, x=values, y=np.arange(40) % 2, scale=np.array([0.5, 0.25, 1, 2]))
    wrong = error(tmp_path, kind="sensor")
    assert wrong == "s.npz: x: scale: 4 factors for 6 channels; expected one, or one for each channel"


def test_a_channel_that_counts_is_told(tmp_path):
    values = RNG.standard_normal((40, 16, 3)).astype(np.float32)
    values[:, :, 1] = np.arange(640).reshape(40, 16) * 20
    save(tmp_path, x=values, y=np.arange(40) % 2)
    told = "channel 1 rises by the same step from value to value: leave it out if it counts time or rows"
    assert told in load(tmp_path, kind="sensor").notes
    save(tmp_path, x=values[:, :, ::2], y=np.arange(40) % 2)
    assert not any("rises" in note for note in load(tmp_path, kind="sensor").notes)


def test_waves_become_features(tmp_path):
    waves = RNG.integers(-3000, 3000, (20, 16000)).astype(np.int16)
    save(tmp_path, x=waves, y=np.arange(20) % 2)
    data = load(tmp_path, kind="audio")
    assert data.input_shape == (49, 32, 1)
    told = features_json(data, None)
    assert told["input"]["integer_log_mel"]["fft"] == 512 and told["classes"] == ["0", "1"]


def test_unlabelled_samples(tmp_path):
    save(tmp_path, x=x(40), y=np.arange(40) % 2, x_unlabelled=x(7))
    assert load(tmp_path).unlabelled.shape == (7, 3, 2, 1)
    save(tmp_path, x=x(40), y=np.arange(40) % 2, x_unlabelled=x(7, (2, 2)))
    assert error(tmp_path) == "s.npz: x_unlabelled: shape [2, 2, 1]; expected [3, 2, 1], that of x"
    save(tmp_path, x=x(40), y=np.arange(40) % 2)
    np.savez(tmp_path / "more.npz", x=x(5))
    assert load(tmp_path, unlabelled="more.npz").unlabelled.shape == (5, 3, 2, 1)


# --- tasks --------------------------------------------------------------------------------------------------


def test_targets_have_mean_0_and_deviation_1(tmp_path):
    y = np.stack([np.arange(50.0), 7 + 2 * RNG.random(50)], axis=1)
    save(tmp_path, x=x(50), y=y, classes=np.array(["age", "size"]))
    data = load(tmp_path, "regression")
    assert data.outputs == 2 and data.train.y.dtype == np.float32
    assert np.allclose(data.train.y.mean(axis=0), 0, atol=1e-5) and np.allclose(data.train.y.std(axis=0), 1)
    back = np.concatenate([s.y for s in data.splits.values()]) * data.target_scale + data.target_mean
    assert np.allclose(np.sort(back[:, 0]), np.arange(50), atol=1e-4)
    told = features_json(data, None)["targets"]
    assert told["names"] == ["age", "size"] and told["deviation"] == list(data.target_scale)


@pytest.mark.parametrize(
    ("y", "text"),
    [
        (np.ones(50), "s.npz: target 0 is the same in all training samples; expected targets that differ"),
        (np.full(50, np.nan), "s.npz: y: 50 values are NaN or infinite; expected finite numbers"),
        (
            np.ones(9),
            "s.npz: y: shape [9]; expected a target, or a row of targets, for each of the 50 samples",
        ),
        (np.array(["a"] * 50), "s.npz: y: type <U1; expected numbers"),
    ],
)
def test_targets_that_cannot_be_learnt(tmp_path, y, text):
    save(tmp_path, x=x(50), y=y)
    assert error(tmp_path, "regression") == text


def test_classes_are_no_targets(tmp_path):
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(), tmp_path, 1, "regression")
    assert str(caught.value) == (
        "digits: has classes, no targets; expected numbers to learn: y of an .npz, or [sensor] label of CSV "
        'files. Or say task = "classification"'
    )


def test_anomalies_are_for_test_alone(tmp_path):
    save(tmp_path, x=x(60), y=np.repeat([0, 1, 2], 20), classes=np.array(["ok", "crack", "dent"]))
    data = load(tmp_path, "anomaly")
    assert data.classes == ("normal", "anomaly") and data.outputs == 6
    assert [int(s.labels.sum()) for s in data.splits.values()] == [0, 0, 40]
    assert [len(s) for s in data.splits.values()] == [12, 4, 44]
    assert np.array_equal(data.test.y, data.test.x.reshape(44, -1))
    view = data.train.x * 2
    assert np.array_equal(data.train_targets(view), view.reshape(12, -1))
    assert summary(data)["splits"]["test"] == {"samples": 44, "classes": [4, 40]}


def test_which_classes_are_normal(tmp_path):
    save(tmp_path, x=x(60), y=np.repeat([0, 1, 2], 20), classes=np.array(["crack", "normal", "fine"]))
    assert len(load(tmp_path, "anomaly").train) == 12  # the class called normal
    assert len(load(tmp_path, "anomaly", normal=("normal", "fine")).train) == 24
    wrong = error(tmp_path, "anomaly", normal=("good",))
    assert wrong == "[data] normal: no class good; expected of crack, normal, fine"
    wrong = error(tmp_path, "anomaly", normal=("crack", "normal", "fine"))
    assert wrong == "s.npz: test: no anomaly in it; expected some, to measure with"


def test_normal_training_samples_need_no_labels(tmp_path):
    save(tmp_path, x_train=x(30), x_test=x(20), y_test=np.arange(20) % 2)
    data = load(tmp_path, "anomaly")
    assert [len(s) for s in data.splits.values()] == [24, 6, 20] and data.test.labels.sum() == 10
