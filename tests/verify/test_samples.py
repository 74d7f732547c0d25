"""Which samples are drawn: of each class, anomaly or range of a target its share, the same from one seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.data.dataset import Split
from tinykd.errors import DataError
from tinykd.pipeline.test_samples import strata_of, wanted_count
from tinykd.verify import VerificationSamples, choose, covering


def in_order(*sizes: int) -> VerificationSamples:
    """Classes one after the other, as folders give them."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return VerificationSamples.of(np.zeros((len(labels), 4), np.int8), labels)


def counts(samples: VerificationSamples, classes: int) -> list[int]:
    assert samples.labels is not None
    return np.bincount(samples.labels, minlength=classes).tolist()


def test_a_part_of_samples_in_class_order_has_all_classes() -> None:
    """The first 60 of 413 were of two classes."""
    samples = in_order(40, 41, 42, 41, 41, 41, 42, 42, 42, 41)
    found = choose(samples, 60, 1)
    assert counts(found, 10) == pytest.approx([6] * 10, abs=1)
    assert found.numbers.tolist() == sorted(set(found.numbers.tolist()))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(0, 99), st.data())
def test_every_class_has_its_share_to_one_sample(sizes: list[int], seed: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, sum(sizes)))
    samples = in_order(*sizes)
    found = choose(samples, count, seed)
    assert len(found) == len(set(found.numbers.tolist())) == count
    for size, drawn in zip(sizes, counts(found, len(sizes)), strict=True):
        assert abs(drawn - count * size / sum(sizes)) < 1 + 1e-9
    assert choose(samples, count, seed).numbers.tolist() == found.numbers.tolist()


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 200), st.integers(0, 99))
def test_what_the_firmware_carries_covers_the_classes(sizes: list[int], count: int, seed: int) -> None:
    found = covering(in_order(*sizes), count, seed)
    assert len(set(found.numbers.tolist())) == len(found) == min(count, sum(sizes))
    assert np.count_nonzero(counts(found, len(sizes))) >= min(count, len(sizes))


def test_another_seed_draws_others() -> None:
    samples = in_order(100, 100)
    assert choose(samples, 20, 1).numbers.tolist() != choose(samples, 20, 2).numbers.tolist()


def test_anomalies_and_targets_are_spread_over_too() -> None:
    x, y = np.zeros((100, 1, 2, 2), np.float32), np.zeros((100, 4), np.float32)
    labels = np.repeat([0, 1], [90, 10])
    anomalies = VerificationSamples.of(np.zeros((100, 4), np.int8), None, strata_of(Split(x, y, labels)))
    assert np.count_nonzero(choose(anomalies, 20, 3).numbers >= 90) == 2
    target = np.arange(100, dtype=np.float32)[::-1].reshape(-1, 1).copy()
    regression = VerificationSamples.of(np.zeros((100, 4), np.int8), None, strata_of(Split(x, target)))
    drawn = np.sort(target[choose(regression, 10, 3).numbers, 0]) // 10
    assert drawn.tolist() == list(range(10))


def test_samples_without_labels_are_drawn_at_random() -> None:
    found = choose(VerificationSamples.of(np.zeros((50, 4), np.int8), None), 10, 1)
    assert found.numbers.tolist() != list(range(10)) and len(found) == 10


def test_more_than_there_are() -> None:
    with pytest.raises(DataError) as caught:
        choose(in_order(3, 2), 6, 1)
    assert str(caught.value) == "--samples: 6 are wanted; expected at most the 5 that there are"
    split = Split(np.zeros((5, 1, 1, 1), np.float32), np.zeros(5, np.int64))
    assert [wanted_count(given, split) for given in (None, 3, 9)] == [None, 3, 5]
