"""Teachers of the user's that give heat maps: as shares, flat, in a process of their own, on disk."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.detection.scenes import save_npz
from tinykd.data.dataset import Dataset
from tinykd.data.load import load_dataset
from tinykd.errors import DataError, ModelError
from tinykd.project.samples import DataSection
from tinykd.teacher.external import ExternalRequest, _write_job
from tinykd.teacher.formats import Format
from tinykd.teacher.interpretation import interpret
from tinykd.teacher.logits import Views, read_logits
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.precomputed import write_precomputed
from tinykd.teacher.signature import ModelSignature, check_output
from tinykd.teacher.takes import usual
from tinykd.training.metrics import figure_of


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    save_npz(tmp_path / "set.npz", (20, 12, 12))
    return load_dataset(DataSection(source="set.npz"), tmp_path, 1, "detection")


def test_shares_become_logits(data: Dataset) -> None:
    """A teacher that gives (n, rows, columns, channels) of a softmax."""
    assert data.grid is not None
    maps = data.validation.y.reshape(-1, *data.grid.shape)
    found = interpret(lambda x: maps[: len(x)], Path("t.keras"), data, Interpretation(usual(data)))
    logits = found.predict(data.validation.x)
    assert logits.shape == data.validation.y.shape and np.isfinite(logits).all()
    shares = np.exp(logits.reshape(-1, data.grid.channels))
    assert np.allclose(shares, data.validation.y.reshape(shares.shape), atol=1e-6)
    assert found.notes == ("gives probabilities (softmax); their logarithms serve as logits",)
    assert figure_of(logits, data.validation) > 0.8


def test_a_map_of_another_size_says_what_to_type(data: Dataset) -> None:
    signature = ModelSignature.of(data)
    check_output(Path("t.onnx"), (4, 4, 3), signature)
    check_output(Path("t.onnx"), (48,), signature)
    with pytest.raises(ModelError) as error:
        check_output(Path("t.onnx"), (8, 8, 3), signature)
    wanted = (
        "expected [4, 4, 3]: rows, columns, background and classes. Say the stride that it has in [detection]"
    )
    assert str(error.value) == f"t.onnx: its output is [8, 8, 3]; {wanted}, and as many classes"


def test_the_process_of_a_teacher_knows_the_scenes(data: Dataset, tmp_path: Path) -> None:
    from tinykd.teacher.child import _read_job

    views = Views(1, 2, data.augmentation)
    _write_job(tmp_path, ExternalRequest(tmp_path / "t.keras", Format.KERAS), data, views)
    again, replayed = _read_job(tmp_path, json.loads((tmp_path / "job.json").read_text()))
    assert again.grid == data.grid and replayed == views
    assert again.test.scenes is not None and data.test.scenes is not None
    assert np.array_equal(again.test.scenes.boxes.corners, data.test.scenes.boxes.corners)
    assert figure_of(data.test.y, again.test) == figure_of(data.test.y, data.test)


def test_maps_on_disk_are_taken_in_the_order_of_the_data(data: Dataset, tmp_path: Path) -> None:
    assert data.grid is not None
    maps = {name: split.y.reshape(-1, *data.grid.shape) for name, split in data.splits.items()}
    np.savez(tmp_path / "maps.npz", **maps)
    note = write_precomputed(tmp_path / "maps.npz", data, tmp_path)
    assert note == "gives probabilities (softmax); their logarithms serve as logits"
    found = read_logits(tmp_path, data, Views(1, 1, None))
    assert figure_of(np.asarray(found.test), data.test) > 0.8
    nothing = {name: np.zeros_like(each) for name, each in maps.items()}
    for each in nothing.values():
        each[..., 0] = 1.0
    np.savez(tmp_path / "none.npz", **nothing)
    with pytest.raises(DataError) as error:
        write_precomputed(tmp_path / "none.npz", replace(data), tmp_path)
    assert "finds no object; expected heat maps in the order of the data" in str(error.value)
