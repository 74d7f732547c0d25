"""What the student sees is what the teacher was asked about."""

import numpy as np
import pytest

from tinykd.data.split import split_dataset
from tinykd.data.views import Augmentation
from tinykd.distillation import lessons as module
from tinykd.distillation.lessons import Lessons
from tinykd.teacher.logits import TeacherLogits, Views

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 4, 4, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=5, count=4, how=Augmentation())


def echo(x):
    """A teacher whose logits are the first three values of a sample."""
    return x.reshape(len(x), -1)[:, :3]


def lessons():
    seen = np.stack([echo(VIEWS.samples(DATA.train.x, i)) for i in range(VIEWS.count)])
    return Lessons(DATA, TeacherLogits(*(echo(s.x) for s in DATA.splits.values()), seen), VIEWS)


@pytest.mark.parametrize("kept_bytes", [0, 1 << 20])
def test_samples_and_logits_are_of_one_view(monkeypatch, kept_bytes):
    monkeypatch.setattr(module, "_KEPT_BYTES", kept_bytes)
    taught = lessons()
    for epoch in (0, 1, 5, 9, 1):
        x, y, logits = taught.epoch(epoch)
        assert np.array_equal(echo(x), logits)
        assert np.array_equal(x, VIEWS.samples(DATA.train.x, epoch))
        assert y is DATA.train.y


def test_views_take_turns():
    taught = lessons()
    assert np.array_equal(taught.epoch(1)[0], taught.epoch(5)[0])
    assert not np.array_equal(taught.epoch(1)[0], taught.epoch(2)[0])
