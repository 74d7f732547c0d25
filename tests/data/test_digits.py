"""The built-in digits and their split."""

import numpy as np

from tinykd.data.load import load_dataset
from tinykd.data.splits.split import split_dataset
from tinykd.files import sha256_bytes
from tinykd.project.samples import DataSection


def test_digits_are_float32_images_in_unit_range(tmp_path):
    data = load_dataset(DataSection(), tmp_path, seed=1)
    assert data.input_shape == (8, 8, 1)
    assert data.classes == tuple("0123456789")
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 1077,
        "validation": 360,
        "test": 360,
    }
    for split in data.splits.values():
        assert split.x.dtype == np.float32 and split.y.dtype == np.int64
        assert split.x.min() == 0.0 and split.x.max() == 1.0


def test_the_split_is_the_same_for_every_seed(tmp_path):
    one, two = (load_dataset(DataSection(), tmp_path, seed) for seed in (1, 2))
    assert np.array_equal(one.test.x, two.test.x)


def test_the_split_is_this_one():
    """Its labels' hash: a change here makes every published figure another one."""
    data = load_dataset(DataSection(), None, seed=1)
    assert sha256_bytes(data.test.y.tobytes())[:16] == "5cfff82cbb104dbb"


def test_classes_keep_their_share_in_every_split():
    y = np.repeat(np.arange(3), [50, 25, 11]).astype(np.int64)
    x = np.arange(len(y), dtype=np.float32).reshape(-1, 1, 1, 1)
    data = split_dataset("x", x, y, ("a", "b", "c"))
    assert np.bincount(data.test.y).tolist() == [10, 5, 3]
    assert np.bincount(data.train.y).tolist() == [30, 15, 6]
    seen = np.concatenate([split.x.ravel() for split in data.splits.values()])
    assert sorted(seen) == x.ravel().tolist()


def test_arrays_cannot_be_written_to(tmp_path):
    data = load_dataset(DataSection(), tmp_path, seed=1)
    assert not data.train.x.flags.writeable and not data.train.y.flags.writeable
