"""What is kept of a training is its best epoch on validation: for every task, through both Kerases."""

import numpy as np
import pytest

from tinykd.data.dataset import Dataset, Split
from tinykd.progress import Silent
from tinykd.training.loop import Predictor, Schedule, Training, fit
from tinykd.training.metrics import figure_of, merit_of

RNG = np.random.default_rng(0)
X = RNG.standard_normal((120, 4, 1, 1)).astype(np.float32)
LABELS = (X[:, 0, 0, 0] > 0).astype(np.int64)
TARGETS = (X.reshape(120, 4) @ np.array([[1.0], [-2.0], [0.5], [0.0]])).astype(np.float32)


def outputs(*classes):
    return np.eye(2, dtype=np.float32)[list(classes)]


def test_of_equal_accuracies_the_better_balanced_is_chosen_and_first_where_classes_are_balanced():
    split = Split(np.zeros((5, 1, 1, 1), np.float32), np.array([0, 0, 0, 0, 1]))
    constant, found = outputs(0, 0, 0, 0, 0), outputs(0, 0, 0, 1, 1)
    assert merit_of(constant, split) == (0.8, 0.5) < merit_of(found, split) == (0.8, 0.875)
    worse = outputs(0, 0, 1, 1, 1)
    assert merit_of(constant, split) > merit_of(worse, split)
    assert merit_of(constant, split, balanced=True) == (0.5, 0.8) < merit_of(worse, split, balanced=True)


def test_an_autoencoder_is_not_chosen_by_how_well_it_gives_anomalies_back():
    x = RNG.random((4, 2, 1, 1), dtype=np.float32)
    split = Split(x, x.reshape(4, 2), np.array([0, 0, 1, 1]))
    well = np.concatenate([split.y[:2], split.y[2:] + 9])
    assert figure_of(well, split) == pytest.approx(1.0)


def dataset(task):
    y = {"classification": LABELS, "regression": TARGETS, "anomaly": X.reshape(120, 4)}[task]
    labels = np.zeros(120, np.int64) if task == "anomaly" else None
    split = Split(X, y, labels)
    return Dataset("d", split, split, split, ("a", "b"), task)


def trained(task, keras, learnt, epochs=12, **how):
    """A linear network that learns for the first ``learnt`` epochs, and the contrary afterwards."""
    from tinykd.training.supervised import supervised_loss
    from tinykd.training.tensorflow import libraries, set_seed

    set_seed(1)
    data, kind = dataset(task), getattr(libraries(), keras)
    layers = [kind.Input((4, 1, 1)), kind.layers.Flatten(), kind.layers.Dense(data.outputs)]
    model = kind.Sequential(layers)

    def arrays(epoch):
        y = data.train.y
        wrong = 1 - y if task == "classification" else -y
        return data.train.x, y if epoch < learnt else wrong

    training = Training(
        "model", lambda o, y: supervised_loss(task, o, y), arrays, Schedule(epochs, 20, 0.05), 1, **how
    )
    curve = fit(model, kind.optimizers.Adam(0.05), training, data.validation, Silent())
    return round(figure_of(Predictor(model)(data.validation.x), data.validation), 6), curve


@pytest.mark.slow
@pytest.mark.parametrize("task", ["classification", "regression", "anomaly"])
@pytest.mark.parametrize("keras", ["tf_keras", "keras"])
def test_weights_of_the_best_epoch_are_kept(task, keras):
    figure, curve = trained(task, keras, learnt=3)
    assert curve.val_accuracy[-1] < max(curve.val_accuracy) - 0.1  # it did unlearn
    assert figure == max(curve.val_accuracy) == curve.val_accuracy[curve.best - 1]
    assert curve.best <= 4


@pytest.mark.slow
def test_of_equal_epochs_the_last_is_kept():
    figure, curve = trained("classification", "tf_keras", learnt=12)
    best = max(curve.val_accuracy)
    assert figure == best
    assert curve.best == max(e for e, v in zip(curve.epoch, curve.val_accuracy, strict=True) if v == best)


@pytest.mark.slow
@pytest.mark.parametrize(("kept_from", "best"), [(9, 10), (12, 12)])
def test_epochs_that_are_not_to_be_kept_are_not(kept_from, best):
    """As where small weights are still on their way to zero; without any such epoch, the last."""
    figure, curve = trained("regression", "tf_keras", learnt=3, kept_from=kept_from)
    assert curve.best == best and figure == curve.val_accuracy[best - 1] < max(curve.val_accuracy)
