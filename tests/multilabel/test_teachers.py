"""What a foreign teacher of several labels gives: logits, sigmoids, another order, more classes, nothing."""

from pathlib import Path

import numpy as np
import pytest

from tests.multilabel.made import CLASSES, bars_data
from tinykd.data.dataset import Dataset
from tinykd.errors import DataError, ModelError
from tinykd.project.training import TeacherSection
from tinykd.teacher.interpretation import interpret
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.precomputed import write_precomputed
from tinykd.teacher.signature import ModelSignature, OutputKind, check_output
from tinykd.teacher.stage import check_teaches
from tinykd.training.label_score import mean_ap_of


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return bars_data(tmp_path_factory.mktemp("bars"))


def knows(x: np.ndarray) -> np.ndarray:
    """Logits of the three bars."""
    found = x[:, 2:6, 0:2], x[:, 0:2, 4:], x[:, 6:, 2:]
    return np.stack([12 * (part.mean(axis=(1, 2, 3)) - 0.45) for part in found], axis=1).astype(np.float32)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-z))).astype(np.float32)


def asking(data: Dataset, **section: object) -> Interpretation:
    return Interpretation.of(TeacherSection.model_validate({"model": "t.keras", **section}), 0, data)


def test_logits_and_sigmoids(data: Dataset) -> None:
    x = data.validation.x
    plain = interpret(knows, Path("t.keras"), data, asking(data))
    assert plain.notes == () and np.array_equal(plain.predict(x), knows(x))
    shares = interpret(lambda x: sigmoid(knows(x)), Path("t.keras"), data, asking(data))
    assert shares.notes == (OutputKind.SIGMOIDS.value,)
    assert shares.predict(x) == pytest.approx(knows(x), abs=1e-3)
    check_teaches(plain.predict(x), data, "t.keras")


def test_another_order_is_found_and_said(data: Dataset) -> None:
    def turned(x: np.ndarray) -> np.ndarray:
        return sigmoid(knows(x)[:, [2, 0, 1]])

    with pytest.raises(ModelError) as caught:
        interpret(turned, Path("t.keras"), data, asking(data))
    text = str(caught.value)
    assert text.startswith("t.keras: mean average precision 0.")
    assert "on validation, 1.000 with its classes in another order; " in text
    assert text.endswith('Say [teacher] classes = ["below", "left", "right, top"], what its outputs are')
    said = interpret(turned, Path("t.keras"), data, asking(data, classes=["below", "left", "right, top"]))
    assert said.predict(data.test.x) == pytest.approx(knows(data.test.x), abs=1e-3)


def test_a_teacher_that_knows_more_classes(data: Dataset) -> None:
    names = ("below", "never asked", "left", "right, top")
    more = interpret(
        lambda x: np.insert(knows(x)[:, [2, 0, 1]], 1, 5.0, axis=1),
        Path("t.keras"),
        data,
        asking(data, classes=list(names)),
    )
    assert mean_ap_of(more.predict(data.test.x), data.test.y) == 1.0


def test_another_range_is_found_and_said(data: Dataset) -> None:
    with pytest.raises(ModelError, match=r"Say \[teacher\] range = \[0, 255\]"):
        interpret(lambda x: knows(x / 255), Path("t.keras"), data, asking(data))


def test_one_that_knows_nothing_is_refused(data: Dataset) -> None:
    answers = -knows(data.validation.x)
    with pytest.raises(ModelError) as caught:
        check_teaches(answers, data, "t.keras")
    assert str(caught.value).startswith(
        "teacher t.keras: its mean average precision on the validation split is 0."
    )
    assert str(caught.value).endswith("Train it longer, or check its inputs and classes")


def test_a_wrong_number_of_outputs(data: Dataset) -> None:
    signature = ModelSignature.of(data)
    check_output(Path("t.keras"), (3,), signature)
    with pytest.raises(ModelError) as caught:
        check_output(Path("t.keras"), (2,), signature)
    wanted = "[3], a logit or a probability for each class of the data"
    assert str(caught.value) == f"t.keras: its output is [2]; expected {wanted}"


def test_given_probabilities(data: Dataset, tmp_path: Path) -> None:
    given = {name: sigmoid(knows(split.x)) for name, split in data.splits.items()}
    np.savez(tmp_path / "t.npz", **given)
    note = write_precomputed(tmp_path / "t.npz", data, tmp_path)
    assert note == OutputKind.SIGMOIDS.value
    assert np.load(tmp_path / "logits_test.npy") == pytest.approx(knows(data.test.x), abs=1e-3)
    np.savez(tmp_path / "shuffled.npz", **given | {"test": 1 - given["test"]})
    with pytest.raises(DataError, match=r"test: mean average precision 0.[0-9]+, chance has 0.5"):
        write_precomputed(tmp_path / "shuffled.npz", data, tmp_path)
    assert data.classes == CLASSES
