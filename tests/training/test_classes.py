"""Balanced accuracy and what is said of models that know no more than which class is common, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from tinykd.training.classes import NO_BETTER, NOT_SHOWN, ByClass, beside_chance, beside_mean, knows_no_more
from tinykd.training.counts import Counts
from tinykd.training.scores import DetectionScore, RegressionScore, format_score

CONSTANT = ByClass((190, 10), (190, 0), (200, 0))


def of(labels, named, classes=3):
    scores = np.eye(classes, dtype=np.float32)[named]
    found = Counts.of(scores, np.asarray(labels)).by_class
    assert found is not None
    return found


def test_counted_class_by_class():
    assert of([0, 0, 1, 2], [0, 1, 1, 0]) == ByClass((2, 1, 1), (1, 1, 0), (2, 2, 0))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_balanced_accuracy_is_scikit_learns(pairs):
    labels, named = zip(*pairs, strict=True)
    missing = pytest.warns(UserWarning) if set(named) - set(labels) else None
    found = of(labels, list(named)).balanced
    if missing is None:
        assert found == pytest.approx(balanced_accuracy_score(labels, named))
    else:
        with missing:
            assert found == pytest.approx(balanced_accuracy_score(labels, named))


def test_a_class_without_samples_does_not_count():
    found = ByClass((4, 4, 0), (4, 2, 0), (6, 2, 0))
    assert found.balanced == 0.75 and found.never_named == () and found.commonest == 4


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (CONSTANT, NO_BETTER),
        (ByClass((190, 10), (0, 10), (0, 200)), NO_BETTER),  # always the rare one
        (ByClass((190, 10), (189, 1), (198, 2)), NO_BETTER),  # one found, one lost
        (ByClass((190, 10), (190, 1), (199, 1)), NOT_SHOWN),  # one found more is chance
        (ByClass((190, 10), (190, 6), (194, 6)), None),
        (ByClass((190, 10), (170, 9), (171, 29)), None),  # fewer right, yet it tells them apart
        (ByClass((140, 40, 20), (140, 0, 0), (200, 0, 0)), NO_BETTER),
        (ByClass((140, 40, 20), (135, 30, 0), (155, 45, 0)), None),  # names two of three, and well
        (ByClass((36,) * 10, (36,) + (0,) * 9, (360,) + (0,) * 9), NO_BETTER),
        (ByClass((36,) * 10, (30,) * 10, (36,) * 10), None),
        (ByClass((50, 50), (28, 27), (51, 49)), NOT_SHOWN),  # 55 of 100 is a coin's luck
    ],
)
def test_beside_the_commonest_class(found, words):
    assert knows_no_more(found) == words


@given(st.lists(st.integers(0, 300), min_size=2, max_size=6).filter(any), st.integers(0, 5))
def test_whoever_names_one_class_is_no_better(samples, named):
    named %= len(samples)
    count = len(samples)
    right = tuple(n if k == named else 0 for k, n in enumerate(samples))
    found = ByClass(tuple(samples), right, tuple(sum(samples) * (k == named) for k in range(count)))
    if sum(1 for n in samples if n) > 1:  # with one class only there is nothing to tell apart
        assert knows_no_more(found) == NO_BETTER


@pytest.mark.parametrize(
    ("samples", "uneven"), [((33, 38), False), ((40, 60), True), ((190, 10), True), ((7, 2, 1), True)]
)
def test_uneven(samples, uneven):
    assert ByClass(samples, samples, samples).uneven is uneven


def test_beside_the_mean_and_beside_chance():
    assert beside_mean(-0.1, -0.4) == "no better than always answering the mean"
    assert beside_mean(0.22, -0.04) == "not shown to be better than always answering the mean"
    assert beside_mean(0.3, 0.1) is None
    assert beside_chance(0.5, 0.4) == "no better than chance"
    assert beside_chance(0.6, 0.45) == "not shown to be better than chance"
    assert beside_chance(0.9, 0.8) is None


def test_what_is_told_of_a_score():
    assert format_score(Counts(190, 200, CONSTANT)) == (
        "190 of 200 test samples right (balanced accuracy 50.00 %), no better than always naming the "
        "commonest class (190 right)"
    )
    assert format_score(Counts(300, 360, ByClass((36,) * 10, (30,) * 10, (36,) * 10))) == (
        "300 of 360 test samples right"
    )
    assert format_score(RegressionScore(9, -0.1, -0.5, 0.2, 3.0, 4.0)) == (
        "R² -0.1000, MAE 3 on the test split, no better than always answering the mean"
    )
    assert format_score(DetectionScore(9, 5, 0.1, 0.45, 0.3, 0.6)).endswith(
        "the test split, no better than chance"
    )
    assert format_score(DetectionScore(9, 9, 0.1, None, None, None)).endswith("on the test split")
