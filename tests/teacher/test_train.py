"""How many samples a built-in teacher sees in an epoch."""

from dataclasses import replace

import numpy as np

from tinykd.data.dataset import Split
from tinykd.data.splits.split import split_dataset
from tinykd.teacher.train import MOST_REPEATS, repeated

Y = np.arange(40) % 2
X = np.arange(40, dtype=np.float32).reshape(40, 1, 1, 1)
DATA = split_dataset("rows", X, Y, ("a", "b"))


def test_an_epoch_is_as_long_as_the_students():
    """Labelled samples come in turn; each keeps its label, and none is without one."""
    data = replace(DATA, unlabelled=X[: len(DATA.train) + 3])
    train = repeated(data, 1).train
    assert len(train) == 2 * len(DATA.train) + 3 == len(data.train_inputs)
    assert np.array_equal(train.x[:, 0, 0, 0], np.resize(DATA.train.x[:, 0, 0, 0], len(train)))
    assert np.array_equal(train.y, np.resize(DATA.train.y, len(train)))
    assert repeated(data, 1).unlabelled is None


def test_no_sample_comes_too_often():
    data = replace(DATA, train=Split(X[:2], Y[:2]), unlabelled=X[2:])
    assert len(repeated(data, 1).train) == 2 * MOST_REPEATS < len(data.train_inputs)
    assert len(repeated(data, 10**6).train) == 2 * MOST_REPEATS


def test_a_small_set_has_an_epoch_of_the_least_length():
    rows = len(DATA.train)
    assert len(repeated(DATA, 2 * rows + 1).train) == 2 * rows + 1


def test_where_all_are_labelled_and_many_nothing_changes():
    assert repeated(DATA, len(DATA.train)) is DATA


def test_marks_of_anomalies_go_along():
    marked = Split(X[:3], X[:3, 0, 0], np.array([0, 1, 0]))
    found = repeated(replace(DATA, train=marked, unlabelled=X[:2], task="anomaly"), 1).train
    assert found.labels is not None and found.labels.tolist() == [0, 1, 0, 0, 1]
