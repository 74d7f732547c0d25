"""Arrays of a published split under the names that others give them."""

import numpy as np
import pytest

from tinykd.data.load import load_dataset
from tinykd.data.sources.array_names import canonical_names, part_names
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

RNG = np.random.default_rng(0)


def x(count):
    return RNG.random((count, 4, 5), dtype=np.float32)


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_validation", "y_validation", "x_test", "y_test"),
        ("X_train", "y_train", "X_val", "y_val", "X_test", "y_test"),
        ("train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"),
        ("x_train", "y_train", "x_valid", "y_valid", "x_test", "y_test"),
        ("x_train", "y_train", "x_dev", "y_dev", "x_eval", "y_eval"),
    ],
)
@pytest.mark.parametrize("source", ["s.npz", "mydata:load"])
def test_a_validation_of_any_name_is_the_validation(tmp_path, names, source):
    sizes = np.repeat([30, 12, 9], 2)
    arrays = {
        name: x(size) if i % 2 == 0 else np.arange(size) % 3
        for i, (name, size) in enumerate(zip(names, sizes, strict=True))
    }
    np.savez(tmp_path / "s.npz", **arrays)
    (tmp_path / "mydata.py").write_text(
        "import numpy as np\ndef load(root):\n    return dict(np.load(root / 's.npz'))\n"
    )
    data = load_dataset(DataSection(source=source), tmp_path, 1)
    assert [len(split) for split in data.splits.values()] == [30, 12, 9]


def test_a_test_that_is_missing_is_drawn_from_training_and_told(tmp_path):
    np.savez(
        tmp_path / "s.npz", x_train=x(30), y_train=np.arange(30) % 3, x_val=x(12), y_val=np.arange(12) % 3
    )
    data = load_dataset(DataSection(source="s.npz"), tmp_path, 1)
    assert [len(split) for split in data.splits.values()] == [24, 12, 6]
    assert data.notes == (
        "there is no test split: a fifth of the training samples is measured on, and not learnt from",
    )


def test_names():
    found = canonical_names(["X", "labels", "subjects", "classes", "scale", "xs", "x_y", "weights"], "s")
    named = {"X": "x", "labels": "y", "subjects": "subject", "classes": "classes", "scale": "scale"}
    assert found == named
    assert canonical_names(["x", "images", "y", "labels"], "s") == {"x": "x", "y": "y"}
    assert canonical_names(["x_unlabeled"], "s") == {"x_unlabeled": "x_unlabelled"}
    assert part_names(["train", "val", "other"]) == {"train": "train", "val": "validation"}


def test_two_names_for_one(tmp_path):
    with pytest.raises(DataError) as caught:
        canonical_names(["images", "data"], "s.npz")
    assert str(caught.value) == "s.npz: arrays images and data both are x; expected one of them"
