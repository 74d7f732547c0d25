"""Schedules and counts, without TensorFlow; the loop itself, with it."""

import subprocess
import sys

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.progress import Silent
from tinykd.project.training import TeacherSection
from tinykd.training.counts import Counts, TrainingHistory
from tinykd.training.loop import Schedule, Training, _order, balanced_rows, fit


def test_rate_falls_as_half_a_cosine():
    schedule = Schedule(epochs=10, batch=4, learning_rate=0.2)
    assert schedule.rate(0, 100) == pytest.approx(0.2)
    assert schedule.rate(50, 100) == pytest.approx(0.1)
    assert schedule.rate(99, 100) < 1e-4


@pytest.mark.parametrize(("samples", "shape"), [(10, (2, 4)), (8, (2, 4)), (3, (1, 3)), (1, (1, 1))])
def test_batches_are_whole_and_without_repeats(samples, shape):
    order = _order(samples, Schedule(5, 4, 0.1), seed=1, epoch=0)
    assert order.shape == shape and len(set(order.ravel())) == order.size
    assert order.max() < samples


def test_few_samples_are_gone_over_until_the_epoch_has_its_steps():
    """Round by round, each in an order of its own."""
    order = _order(6, Schedule(5, 4, 0.1, least_steps=5), seed=1, epoch=0)
    assert order.shape == (5, 4)
    rounds = [order.ravel()[start : start + 6] for start in (0, 6, 12)]
    assert all(sorted(each) == list(range(6)) for each in rounds)
    assert not np.array_equal(rounds[0], rounds[1])
    assert np.array_equal(order[:1], _order(6, Schedule(5, 4, 0.1), seed=1, epoch=0))


def test_a_project_s_epoch_has_its_least_steps():
    schedule = Schedule.of(TeacherSection(batch=64))
    assert [schedule.steps_per_epoch(samples) for samples in (1, 1023, 1088)] == [16, 16, 17]


def test_every_epoch_has_its_own_order_and_every_run_the_same():
    schedule = Schedule(5, 4, 0.1)
    assert np.array_equal(_order(40, schedule, 1, 2), _order(40, schedule, 1, 2))
    assert not np.array_equal(_order(40, schedule, 1, 2), _order(40, schedule, 1, 3))
    assert not np.array_equal(_order(40, schedule, 1, 2), _order(40, schedule, 2, 2))


def test_the_first_class_wins_a_tie():
    scores = np.array([[1, 1, 0], [0, 2, 2]], np.int8)
    assert Counts.of(scores, np.array([0, 2])) == Counts(1, 2)


def test_curve_lists_are_of_equal_length():
    curve = TrainingHistory()
    curve.add(0.5, 0.9)
    curve.add(0.25, 0.95)
    assert curve.to_json() == {"epoch": [1, 2], "loss": [0.5, 0.25], "val_accuracy": [0.9, 0.95]}


def test_what_is_watched_stands_beside_the_loss():
    curve = TrainingHistory()
    for epoch in (1, 2):
        curve.add(0.5, 0.9, {"val_ece": epoch / 10})
    assert curve.to_json() == {
        "epoch": [1, 2],
        "loss": [0.5, 0.5],
        "val_accuracy": [0.9, 0.9],
        "val_ece": [0.1, 0.2],
    }


# --- with TensorFlow --------------------------------------------------------------------------------------

RNG = np.random.default_rng(0)
Y = np.arange(100) % 2
X = (RNG.random((100, 2, 2, 1)) + Y.reshape(-1, 1, 1, 1)).astype(np.float32)
DATA = split_dataset("d", X, Y, ("a", "b"))


def train(rate):
    from tinykd.distillation.losses.soft_targets import cross_entropy
    from tinykd.training.tensorflow import libraries, set_seed

    set_seed(1)
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2)])
    training = Training(
        "model", cross_entropy, lambda epoch: (DATA.train.x, DATA.train.y), Schedule(30, 16, rate), 1
    )
    optimizer = libraries().tf_keras.optimizers.Adam(rate)
    return model, fit(model, optimizer, training, DATA.validation, Silent())


@pytest.mark.slow
def test_it_learns_and_repeats_itself():
    (one, curve), (two, again) = train(0.05), train(0.05)
    assert curve.loss[-1] < 0.5 * curve.loss[0] and curve.val_accuracy[-1] >= 0.9
    assert curve == again
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.slow
def test_a_loss_that_explodes_is_one_line():
    with pytest.raises(ModelError) as caught:
        train(1e38)
    text = str(caught.value)
    assert text.startswith("model: the loss became NaN or infinite in epoch ")
    assert text.endswith(". Try learning_rate = 2.5e+37")


@pytest.mark.slow
def test_loading_tensorflow_says_nothing_and_leaves_the_environment_alone():
    code = (
        "import os; before = dict(os.environ)\n"
        "from tinykd.training.tensorflow import libraries\n"
        "libraries(); assert dict(os.environ) == before"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_rare_class_is_seen_as_often_as_the_others():
    classes = np.repeat([0, 1, 2], [70, 20, 10])
    rows = balanced_rows(classes, np.random.default_rng(0))
    assert len(rows) == 100 and np.bincount(classes[rows]).tolist() == [33, 33, 34]
    assert set(rows[classes[rows] == 2]) == set(range(90, 100))  # all of it, again and again
    assert len(set(rows[classes[rows] == 0])) == 33  # none of it twice
    order = _order(100, Schedule(5, 4, 0.1), 1, 2, classes)
    assert np.array_equal(order, _order(100, Schedule(5, 4, 0.1), 1, 2, classes))
