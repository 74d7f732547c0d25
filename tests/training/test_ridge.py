"""Ridge regression against scikit-learn's, and at its limits."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from tinykd.data.dataset import Dataset, Split
from tinykd.training import ridge as module
from tinykd.training.ridge import PENALTIES, ridge

RNG = np.random.default_rng(0)


def dataset(count, inputs, noise=0.5):
    weights = RNG.standard_normal((inputs, 2))

    def part(n):
        x = RNG.standard_normal((n, inputs, 1, 1)).astype(np.float32) * 3 + 1
        y = x.reshape(n, -1) @ weights + noise * RNG.standard_normal((n, 2)) + 4
        return Split(x, y.astype(np.float32))

    return Dataset("r", part(count), part(40), part(30), ("a", "b"), "regression")


@pytest.mark.parametrize(("count", "inputs"), [(60, 5), (20, 50)])
def test_it_is_scikit_learns_with_the_penalty_that_validation_chooses(count, inputs):
    data = dataset(count, inputs)
    flat = {name: split.x.reshape(len(split), -1) for name, split in data.splits.items()}
    mean, scale = flat["train"].mean(axis=0), flat["train"].std(axis=0)
    scaled = {name: (each - mean) / scale for name, each in flat.items()}
    models = [Ridge(p * count).fit(scaled["train"], data.train.y) for p in PENALTIES]
    best = min(models, key=lambda m: np.square(m.predict(scaled["validation"]) - data.validation.y).mean())
    found = ridge(data)
    assert found is not None and set(found) == {"validation", "test"}
    assert np.allclose(found["test"], best.predict(scaled["test"]), atol=1e-3)


def test_an_input_that_never_changes_is_no_trouble():
    data = dataset(30, 4)
    x = data.train.x.copy()
    x[:, 0] = 7
    still = Dataset("r", Split(x, data.train.y), data.validation, data.test, data.classes, "regression")
    found = ridge(still)
    assert found is not None and np.isfinite(found["test"]).all()


def test_of_many_samples_with_many_inputs_some_are_learnt_from(monkeypatch):
    monkeypatch.setattr(module, "_MOST_ROWS", 30)
    data = dataset(90, 40, noise=0.0)
    found = ridge(data)
    assert found is not None and found["test"].shape == (30, 2)


def test_samples_that_are_too_large_are_left_alone(monkeypatch):
    monkeypatch.setattr(module, "_MOST_VALUES", 10)
    assert ridge(dataset(30, 4)) is None
