"""Mixtures of two samples, and their labels as rows."""

import numpy as np

from tinykd.data.augmentation.mixup import LEAST_SHARE, Mixture, label_rows


def test_a_mixture_is_replayed():
    first, again, other = (Mixture.of(50, 40, 3, index) for index in (5, 5, 7))
    assert np.array_equal(first.partner, again.partner) and np.array_equal(first.share, again.share)
    assert not np.array_equal(first.partner, other.partner)


def test_labelled_and_unlabelled_samples_stay_apart():
    mixture = Mixture.of(50, 40, 3, 5)
    assert sorted(mixture.partner[:40]) == list(range(40))
    assert sorted(mixture.partner[40:]) == list(range(40, 50))


def test_shares_of_samples_and_labels_are_the_same():
    mixture = Mixture(np.array([1, 0]), np.array([0.75, 1.0], np.float32))
    x = np.array([8.0, 4.0], np.float32).reshape(2, 1, 1, 1)
    assert mixture.samples(x).ravel().tolist() == [7.0, 4.0]
    assert mixture.rows(label_rows(np.array([2, 0]), 3)).tolist() == [[0.25, 0, 0.75], [1, 0, 0]]


def test_the_first_label_stays_the_largest():
    y = np.arange(200) % 5
    rows = Mixture.of(200, 200, 1, 1).rows(label_rows(y, 5))
    assert np.array_equal(rows.argmax(axis=1), y)
    assert np.allclose(rows.sum(axis=1), 1) and rows.max(axis=1).min() >= LEAST_SHARE


def test_nothing_is_known_of_unlabelled_samples():
    rows = Mixture.of(3, 2, 1, 1).rows(label_rows(np.array([1, 1]), 2, unlabelled=1))
    assert rows.tolist() == [[0, 1], [0, 1], [0, 0]]
