"""Simple models on the same split: the better one on validation, for every task, within seconds."""

import numpy as np
import pytest

from tinykd.data.dataset import Dataset, Split
from tinykd.training import yardstick as module
from tinykd.training.yardstick import behind_yardstick, chosen_rows, yardstick

RNG = np.random.default_rng(0)


def classes(count: int, rule: str, inputs: int = 6) -> Split:
    x = RNG.standard_normal((count, 1, 1, inputs)).astype(np.float32)
    a, b = x[:, 0, 0, 0], x[:, 0, 0, 1]
    return Split(x, (a + b > 0 if rule == "line" else a * b > 0).astype(np.int64))


def dataset(rule: str, inputs: int = 6) -> Dataset:
    train, validation, test = (classes(count, rule, inputs) for count in (400, 200, 200))
    return Dataset("d", train, validation, test, ("no", "yes"))


@pytest.mark.parametrize(
    ("rule", "name", "least"), [("line", "logistic regression", 190), ("product", "a random forest", 170)]
)
def test_the_model_that_fits_the_rule_is_taken(rule: str, name: str, least: int) -> None:
    data = dataset(rule)
    found = yardstick(data)
    assert found is not None and found.name == name
    assert found.to_json(data, 0.05)["test"]["correct"] >= least


def test_many_inputs_are_reduced() -> None:
    found = yardstick(dataset("line", inputs=module.MOST_INPUTS + 1))
    assert found is not None and found.outputs["test"].shape == (200, 2)


def test_regressions_and_anomalies_have_one_too() -> None:
    x = RNG.standard_normal((300, 1, 1, 4)).astype(np.float32)
    y = (x[:, 0, 0, :1] ** 2).astype(np.float32)
    parts = [Split(x[i::3], y[i::3]) for i in range(3)]
    found = yardstick(Dataset("r", *parts, ("y",), "regression"))
    assert found is not None and found.name == "a random forest"
    flat = x.reshape(300, -1)
    parts = [Split(x[i::3], flat[i::3], np.zeros(100, np.int64)) for i in range(3)]
    found = yardstick(Dataset("a", *parts, ("normal", "anomaly"), "anomaly"))
    assert found is not None and np.allclose(found.outputs["test"], flat[2::3], atol=1e-4)


def test_too_many_values_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VALUES", 10)
    assert yardstick(dataset("line")) is None


def test_rows_hold_every_class() -> None:
    y = np.array([0] * 1000 + [1] + [2] * 500)
    rows = chosen_rows(y, 100)
    assert len(rows) <= 102 and set(y[rows]) == {0, 1, 2}


def test_a_student_behind_it_is_told_with_what_to_type() -> None:
    data = dataset("line")
    found = yardstick(data)
    assert found is not None
    constant = {name: np.tile(np.float32([1, 0]), (200, 1)) for name in ("validation", "test")}
    text = behind_yardstick(found, data, constant, 0.05)
    assert f"is behind {found.name} on the same samples" in text and "[student]" in text
    assert behind_yardstick(found, data, found.outputs, 0.05) == ""
