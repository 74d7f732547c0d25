"""What a teacher from a file is asked about is written block by block, and mapped in its process."""

import json

import numpy as np

from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.data.stored.files import VARIABLE
from tinykd.data.stored.lazy_rows import BLOCK_BYTES, LazyRows
from tinykd.project.samples import DataSection
from tinykd.teacher.external import ExternalRequest, _write_job
from tinykd.teacher.formats import Format
from tinykd.teacher.logits import Views

X = np.random.default_rng(1).integers(0, 256, (900, 32, 32, 3)).astype(np.uint8)


def test_the_other_process_reads_the_same_bytes(tmp_path, monkeypatch):
    from tinykd.teacher.child import _read_job

    np.savez(tmp_path / "s.npz", x=X, y=np.arange(900) % 3, x_unlabelled=X[:50])
    monkeypatch.setenv(VARIABLE, "0")
    data = load_dataset(DataSection(source="s.npz"), tmp_path, 1, kinds=USUAL)
    asked, own = [], data.train.x
    assert isinstance(own, LazyRows)
    watched = LazyRows(own.shape, own.dtype, lambda rows: (asked.append(len(rows)), own.give(rows))[1])
    object.__setattr__(data.train, "x", watched)
    views = Views(1, 2, data.augmentation, False)
    _write_job(tmp_path, ExternalRequest(tmp_path / "t.keras", Format.KERAS), data, views)
    assert max(asked) * own[:1].nbytes <= BLOCK_BYTES < own.nbytes
    again, replayed = _read_job(tmp_path, json.loads((tmp_path / "job.json").read_text()))
    for name, split in data.splits.items():
        assert isinstance(again.splits[name].x, LazyRows)
        np.testing.assert_array_equal(again.splits[name].x[:], split.x[:], strict=True)
        np.testing.assert_array_equal(again.splits[name].y, split.y, strict=True)
    np.testing.assert_array_equal(
        replayed.samples(again, 1)[[3, 540]], views.samples(data, 1)[[3, 540]], strict=True
    )
