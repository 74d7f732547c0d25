"""Several labels from each source, split by their rarest class; each mistake in one line."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.multilabel.made import CLASSES, bars, bars_data, save
from tinykd.data.augmentation.mixup import Mixture, label_rows
from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.data.several_labels import combinations, names_in, rarest_on
from tinykd.data.summary import features_json, summary
from tinykd.errors import DataError
from tinykd.project.samples import DataSection, SensorSection


def load(folder: Path, source: str, kind: str | None = None, **sensor: object):
    section = DataSection.model_validate({"source": source, "kind": kind})
    kinds = replace(USUAL, sensor=SensorSection.model_validate(sensor))
    return load_dataset(section, folder, 1, "multilabel", kinds)


def test_columns_of_an_npz(tmp_path: Path) -> None:
    data = bars_data(tmp_path)
    assert (data.task, data.classes, data.outputs) == ("multilabel", CLASSES, 3)
    assert (
        data.train.multilabel and data.train.y.dtype == np.float32 and set(np.unique(data.train.y)) == {0, 1}
    )
    assert any(not row.any() for row in data.test.y)  # nothing is on: no mistake
    for split in data.splits.values():
        assert np.abs(split.y.mean(axis=0) - 0.5).max() < 0.1
    assert summary(data)["splits"]["test"]["classes"] == data.test.y.sum(axis=0).astype(int).tolist()
    assert features_json(data, None, (3, -4, 128))["thresholds"] == [3, -4, 128]
    assert data.train.take(np.arange(3)).multilabel


def test_the_rarest_class_that_is_on_keeps_its_share(tmp_path: Path) -> None:
    x, _ = bars(200)
    y = np.zeros((200, 2), int)
    y[:, 0] = 1
    y[:10, 1] = 1
    y[195:] = 0
    assert rarest_on(np.array([[1, 1], [1, 0], [1, 0], [0, 0]], np.float32)).tolist() == [2, 1, 1, 0]
    np.savez(tmp_path / "rare.npz", x=x, y=y)
    data = load(tmp_path, "rare.npz")
    assert [int(split.y[:, 1].sum()) for split in data.splits.values()] == [6, 2, 2]
    assert combinations(np.array([[1, 0], [0, 1], [1, 0]], np.float32)).tolist() == [1, 0, 1]


def test_one_label_of_two_is_one_output(tmp_path: Path) -> None:
    x, y = bars(100)
    np.savez(tmp_path / "two.npz", x=x, y=y[:, 0], classes=np.array(["off", "on"]))
    data = load(tmp_path, "two.npz")
    assert (data.classes, data.outputs) == (("on",), 1)
    assert "one output: on is on, or it is off" in data.notes
    np.savez(tmp_path / "one.npz", x=x, y=y[:, 0], classes=np.array(["person"]))
    assert load(tmp_path, "one.npz").classes == ("person",)


def rows(text: str, labels: list[str]) -> str:
    """A table of two columns; ``labels``: the rest of each line."""
    lines = [f"{i % 7 / 7:.3f},{(3 * i + 1) % 5 / 5:.3f},{label}" for i, label in enumerate(labels)]
    return "\n".join([f"a,b,{text}", *lines]) + "\n"


def test_columns_of_a_csv(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(rows("wet,hot", [f"{i % 2},{i // 2 % 2}" for i in range(60)]))
    data = load(tmp_path, "t.csv", "table", label=["wet", "hot"])
    assert data.classes == ("wet", "hot") and data.input_shape == (1, 1, 2)
    assert sum(len(each) for each in data.splits.values()) == 60


@pytest.mark.parametrize("sign", [";", "|", " ; "])
def test_names_in_a_cell(tmp_path: Path, sign: str) -> None:
    cells = ["", "wet", f"wet{sign}hot", "hot"]
    (tmp_path / "t.csv").write_text(rows("tags", [cells[i % 4] for i in range(80)]))
    data = load(tmp_path, "t.csv", "table", label=["tags"])
    assert data.classes == ("hot", "wet")
    every = np.concatenate([each.y for each in data.splits.values()])
    assert every.sum(axis=0).tolist() == [40, 40] and (every.sum(axis=1) == 0).sum() == 20
    assert names_in(" a ; b|") == ("a", "b")


def test_a_window_has_what_half_of_its_rows_have(tmp_path: Path) -> None:
    text = "v,tags\n" + "".join(
        f"{i % 9},{'a;b' if i // 20 % 2 else 'b' if i // 40 % 2 else ''}\n" for i in range(800)
    )
    (tmp_path / "w.csv").write_text(text)
    data = load(tmp_path, "w.csv", "sensor", label=["tags"], window=20, stride=20)
    every = {tuple(row) for each in data.splits.values() for row in each.y.tolist()}
    assert data.classes == ("a", "b") and every == {(0, 0), (0, 1), (1, 1)}


def test_mixtures_and_samples_without_labels() -> None:
    y = np.array([[1, 0], [1, 1]], np.float32)
    whole = label_rows(y, 2, 1)
    assert whole.tolist() == [[1, 0], [1, 1], [-1, -1]]
    mixture = Mixture(np.array([1, 0, 2]), np.array([0.75, 0.5, 0.6], np.float32))
    assert mixture.rows(whole).tolist() == [[1, 0.25], [1, 0.5], [-1, -1]]


X, Y = bars(60)
MISTAKES = {
    "two": (
        {"y": Y + (np.arange(60) == 4)[:, None]},
        "y: 2 in row 4, column 2; expected 0 or 1 for each class: whether it is on",
    ),
    "signs": (
        {"y": 2 * Y - 1},
        "y: -1 in row 0, column 0; expected 0 or 1 for each class: whether it is on. Say y > 0",
    ),
    "shares": (
        {"y": 0.25 + 0.5 * Y},
        "y: 0.25 in row 0, column 0; expected 0 or 1 for each class: whether it is on. "
        "Say y > 0.5; a teacher's probabilities are for [teacher] model",
    ),
    "texts": ({"y": Y.astype(str)}, "y: type <U21; expected 0 or 1 for each class: whether it is on"),
    "names": (
        {"classes": np.array(["a", "b", "c", "d"])},
        "classes: 4 names for 3 columns of y; expected one for each",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_an_npz_is_one_line(tmp_path: Path, mistake: str) -> None:
    arrays, text = MISTAKES[mistake]
    np.savez(tmp_path / "m.npz", **{"x": X, "y": Y} | arrays)
    with pytest.raises(DataError) as caught:
        load(tmp_path, "m.npz")
    assert str(caught.value) == f"{tmp_path}/m.npz: {text}"


def test_a_class_that_is_never_or_always_on(tmp_path: Path) -> None:
    never, always = Y.copy(), Y.copy()
    never[:, 1], always[:, 2] = 0, 1
    for name, y, text in (
        ("never", never, "class 1 (right, top) is on in 0 of 60 samples"),
        ("always", always, "class 2 (below) is off in 0 of 60 samples"),
    ):
        np.savez(tmp_path / f"{name}.npz", x=X, y=y, classes=np.array(CLASSES))
        with pytest.raises(DataError) as caught:
            load(tmp_path, f"{name}.npz")
        text = f"{name}.npz: y: {text}; expected at least 5. Leave it out, or record more"
        assert str(caught.value) == text


def test_one_class_for_each_sample_is_another_task(tmp_path: Path) -> None:
    np.savez(tmp_path / "c.npz", x=X, y=np.arange(60) % 3)
    with pytest.raises(DataError) as caught:
        load(tmp_path, "c.npz")
    assert str(caught.value) == (
        "c.npz: one of 3 classes for each sample; expected columns of 0 and 1, cells such as a;b, or "
        'y (n, classes) of an .npz. Or say task = "classification"'
    )


def test_a_cell_that_is_no_flag(tmp_path: Path) -> None:
    labels = [f"{i % 2},{i // 2 % 2}" for i in range(60)]
    labels[7] = "1,2"
    (tmp_path / "t.csv").write_text(rows("wet,hot", labels))
    with pytest.raises(DataError) as caught:
        load(tmp_path, "t.csv", "table", label=["wet", "hot"])
    where = f"{tmp_path}/t.csv: line 9"
    assert str(caught.value) == f'{where}: "2" in column hot; expected 0 or 1: whether the class is on'
    with pytest.raises(DataError, match="no column cold, but a, b, wet, hot; expected a column cold"):
        load(tmp_path, "t.csv", "table", label=["wet", "cold"])


def test_parts_with_other_columns(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", x_train=X, y_train=Y, x_test=X, y_test=Y[:, :2])
    with pytest.raises(DataError) as caught:
        load(tmp_path, "p.npz")
    found = "y of shapes [60, 3], [60, 2]; expected as many columns in all parts"
    assert str(caught.value) == f"{tmp_path}/p.npz: {found}"


def test_save_and_load_with_a_part_of_its_own(tmp_path: Path) -> None:
    save(tmp_path / "s.npz", 40)
    assert len(load(tmp_path, "s.npz").test) == 8
