"""What the student sees is what the teacher was asked about."""

from dataclasses import replace

import numpy as np
import pytest

from tinykd.data.augmentation.options import Augmentation
from tinykd.data.dataset import Split
from tinykd.data.splits.split import split_dataset
from tinykd.distillation import batches as module
from tinykd.distillation.batches import TrainingBatches, check_batches
from tinykd.errors import DataError
from tinykd.teacher.logits import TeacherLogits, Views

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 4, 4, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=5, count=4, how=Augmentation())
MIXING = Views(seed=5, count=4, how=Augmentation(), mixing=True)


def echo(x):
    """A teacher whose logits are the first three values of a sample."""
    return x.reshape(len(x), -1)[:, :3]


def batches(views=VIEWS, data=DATA):
    seen = np.stack([echo(views.samples(data, i)) for i in range(views.count)])
    return TrainingBatches(data, TeacherLogits(*(echo(s.x) for s in data.splits.values()), seen), views)


@pytest.mark.parametrize("kept_bytes", [0, 1 << 20])
def test_samples_and_logits_are_of_one_view(monkeypatch, kept_bytes):
    monkeypatch.setattr(module, "_KEPT_BYTES", kept_bytes)
    found = batches()
    for epoch in (0, 1, 5, 9, 1):
        x, y, logits = found.epoch(epoch)
        assert np.array_equal(echo(x), logits)
        assert np.array_equal(x, VIEWS.samples(DATA, epoch))
        assert y is DATA.train.y


def test_views_take_turns():
    found = batches()
    assert np.array_equal(found.epoch(1)[0], found.epoch(5)[0])
    assert not np.array_equal(found.epoch(1)[0], found.epoch(2)[0])


def test_mixtures_are_seen_with_the_teachers_word_on_them():
    found = batches(MIXING)
    x, rows, logits = found.epoch(1, 20)
    assert np.array_equal(echo(x), logits) and np.array_equal(x, MIXING.samples(DATA, 1))
    assert rows.shape == (18, 3) and np.allclose(rows.sum(axis=1), 1) and (rows.max(axis=1) < 1).any()
    plain = found.epoch(2, 20)[1]
    assert np.array_equal(plain, np.eye(3, dtype=np.float32)[DATA.train.y])


def test_the_last_epochs_show_nothing_mixed():
    found = batches(MIXING)
    assert [found.view_of(epoch, 10) for epoch in range(10)] == [0, 1, 2, 3, 0, 1, 2, 3, 0, 2]
    assert [found.view_of(epoch) for epoch in range(4)] == [0, 2, 0, 2]


def test_samples_without_a_label_are_taught_and_the_baseline_does_without():
    data = replace(DATA, unlabelled=DATA.test.x[:4])
    found = batches(VIEWS, data)
    x, rows, logits = found.epoch(1)
    assert len(x) == len(rows) == len(logits) == 22
    assert np.array_equal(echo(x), logits) and not rows[18:].any()
    labelled, known, _ = found.labelled(1)
    assert len(labelled) == 22 and known.any(axis=1).all()
    assert np.array_equal(labelled[18:], x[:4])


def test_targets_cannot_be_left_out_of_a_regression():
    targets = DATA.train.y[:, np.newaxis].astype(np.float32)
    data = replace(DATA, train=Split(DATA.train.x, targets), task="regression", unlabelled=DATA.test.x)
    with pytest.raises(DataError) as caught:
        check_batches(batches(VIEWS, data))
    text = "d: x_unlabelled: 6 samples without a target; expected a task of classes. Leave x_unlabelled out"
    assert str(caught.value) == text
