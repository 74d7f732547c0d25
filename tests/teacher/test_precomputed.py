"""Logits computed elsewhere: shapes, order, probabilities. NumPy only."""

from dataclasses import replace

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import DataError
from tinykd.teacher import precomputed
from tinykd.teacher.logits import Views, read_logits
from tinykd.teacher.precomputed import write_precomputed

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 4, 4, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=1, count=1, how=None)
RIGHT = {name: (5 * np.eye(3)[split.y]).astype(np.float32) for name, split in DATA.splits.items()}


def npz(path, **changed):
    np.savez(path, **RIGHT | changed)
    return path


def test_an_npz_by_split(tmp_path):
    labels = {f"{name}_labels": split.y for name, split in DATA.splits.items()}
    assert not write_precomputed(npz(tmp_path / "l.npz", **labels), DATA, tmp_path)
    found = read_logits(tmp_path, DATA, VIEWS)
    for name, wanted in RIGHT.items():
        assert np.array_equal(getattr(found, name), wanted)
    assert np.array_equal(found.views[0], RIGHT["train"])


def test_an_npy_has_the_splits_one_under_the_other(tmp_path):
    np.save(tmp_path / "l.npy", np.concatenate([RIGHT["train"], RIGHT["validation"], RIGHT["test"]]))
    write_precomputed(tmp_path / "l.npy", DATA, tmp_path)
    assert np.array_equal(read_logits(tmp_path, DATA, VIEWS).validation, RIGHT["validation"])


def test_probabilities_become_logits(tmp_path):
    exponent = {name: np.exp(each) for name, each in RIGHT.items()}
    softmax = {name: each / each.sum(axis=1, keepdims=True) for name, each in exponent.items()}
    assert write_precomputed(npz(tmp_path / "l.npz", **softmax), DATA, tmp_path)
    found = read_logits(tmp_path, DATA, VIEWS).test - RIGHT["test"]
    assert np.allclose(found, found[:, :1], atol=1e-5)


def test_samples_without_a_label_have_logits_too(tmp_path):
    data = replace(DATA, unlabelled=np.zeros((2, 4, 4, 1), np.float32))
    more = np.ones((2, 3), np.float32)
    write_precomputed(npz(tmp_path / "l.npz", unlabelled=more), data, tmp_path)
    wanted = np.concatenate([RIGHT["train"], more])
    assert np.array_equal(read_logits(tmp_path, data, VIEWS).views[0], wanted)
    with pytest.raises(DataError) as caught:
        write_precomputed(npz(tmp_path / "l.npz"), data, tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/l.npz: knows nothing of the 2 samples without a label; "
        "expected an array unlabelled too. Or leave the samples out of the data"
    )


ORDER = "Save them in the order of load_dataset's splits; see docs/teachers.md"
FILE = "expected an .npz file with train, validation and test, or an .npy file with all three"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"test": RIGHT["test"][:5]}, "l.npz: test: shape [5, 3]; expected [6, 3], a logit for each class"),
        ({"train": np.ones((18, 3), int)}, "l.npz: train: type int64; expected float32"),
        (
            {"train": np.full((18, 3), 1e300)},
            "l.npz: train: 54 values are NaN, infinite or beyond float32; expected finite numbers",
        ),
        (
            {"validation": np.roll(RIGHT["validation"], 1, axis=0)[:, [0, 1, 2]]},
            "l.npz: validation: {} of 6 right, no more than the commonest class alone (2); "
            f"expected logits in the order of the data. {ORDER}",
        ),
        (
            {"test_labels": np.zeros(6, int)},
            f"l.npz: test: its labels are not those of the split; expected the data's order. {ORDER}",
        ),
        (
            {"train": np.array([None], object)},
            f"l.npz: cannot be read (Object arrays cannot be loaded when allow_pickle=False); {FILE}",
        ),
    ],
)
def test_what_does_not_fit(tmp_path, changed, text):
    with pytest.raises(DataError) as caught:
        write_precomputed(npz(tmp_path / "l.npz", **changed), DATA, tmp_path)
    labels = DATA.validation.y
    right = int(np.count_nonzero(np.roll(labels, 1) == labels))
    assert str(caught.value) == f"{tmp_path}/" + text.replace("{}", str(right))
    assert [path.name for path in tmp_path.iterdir()] == ["l.npz"]


def test_no_file_no_array_no_rows_and_a_bomb(tmp_path, monkeypatch):
    def error(path):
        with pytest.raises(DataError) as caught:
            write_precomputed(path, DATA, tmp_path)
        return str(caught.value).replace(f"{tmp_path}/", "")

    assert error(tmp_path / "l.npz") == f"l.npz: no such file; {FILE}"
    np.savez(tmp_path / "l.npz", train=RIGHT["train"], valid=RIGHT["validation"])
    found = "l.npz: has no array validation, but train, valid; expected train, validation and test"
    assert error(tmp_path / "l.npz") == found
    np.save(tmp_path / "l.npy", RIGHT["test"])
    parts = "[30, 3] (18 train + 6 validation + 6 test)"
    assert error(tmp_path / "l.npy") == f"l.npy: shape [6, 3]; expected {parts}"
    monkeypatch.setattr(precomputed, "MAX_BYTES", 700)
    assert error(npz(tmp_path / "l.npz")) == "l.npz: unpacks to 744 bytes; expected at most 700"
