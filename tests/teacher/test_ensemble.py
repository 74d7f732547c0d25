"""Several teachers as one, on files and on hand values."""

import numpy as np
import pytest

from tinykd.errors import ModelError
from tinykd.teacher.ensemble import combine, mean_logits


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def test_the_mean_is_the_geometric_mean_of_the_distributions():
    a, b = np.log([[0.8, 0.1, 0.1]]), np.log([[0.2, 0.4, 0.4]])
    product = np.sqrt([[0.8 * 0.2, 0.1 * 0.4, 0.1 * 0.4]])
    found = softmax(mean_logits([a.astype(np.float32), b.astype(np.float32)]))
    assert np.allclose(found, product / product.sum(), atol=1e-6)


def test_constants_per_row_do_not_matter_and_one_member_is_itself():
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(4, 3)).astype(np.float32) for _ in range(2))
    moved = mean_logits([a + 7, b - np.arange(4, dtype=np.float32)[:, None]])
    assert np.allclose(moved, mean_logits([a, b]), atol=1e-5)
    assert np.allclose(softmax(mean_logits([a])), softmax(a), atol=1e-6)


def members(tmp_path, *shapes):
    folders = [tmp_path / str(number) for number in range(len(shapes))]
    for number, (folder, shape) in enumerate(zip(folders, shapes, strict=True)):
        folder.mkdir()
        np.save(folder / "logits_views.npy", np.random.default_rng(number).random(shape, np.float32))
    return folders


def test_every_file_is_combined(tmp_path, monkeypatch):
    monkeypatch.setattr("tinykd.teacher.ensemble._BLOCK", 4)
    folders = members(tmp_path, (2, 5, 3), (2, 5, 3))
    combine(folders, tmp_path)
    parts = [np.load(folder / "logits_views.npy").reshape(10, 3) for folder in folders]
    assert np.array_equal(np.load(tmp_path / "logits_views.npy"), mean_logits(parts).reshape(2, 5, 3))


def test_members_of_other_shapes(tmp_path):
    with pytest.raises(ModelError) as caught:
        combine(members(tmp_path, (2, 5, 3), (1, 5, 3)), tmp_path)
    text = "ensemble: logits_views.npy: shapes [(2, 5, 3), (1, 5, 3)]; expected equal shapes"
    assert str(caught.value) == text
