"""A few damaged files for every reader; ``python -m benchmarks.fuzz_files`` tries 20,000 of each."""

import io
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fuzz_files import READERS, attempt, damaged, npz_seeds
from tinykd.boards.load import read_board
from tinykd.data.sources.npz import read_arrays
from tinykd.errors import ConfigError, DataError

INPUTS = 24


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_are_read_or_refused_in_one_line(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    seeds = reader.seeds()
    for i in range(INPUTS):
        outcome = attempt(reader, damaged(seeds[i % len(seeds)], random.Random(i)), tmp_path)
        assert outcome.kind in ("read", "refused"), outcome.detail


@pytest.mark.parametrize("name", READERS)
def test_whole_files_are_read(name: str, tmp_path: Path) -> None:
    outcomes = [attempt(READERS[name], seed, tmp_path).kind for seed in READERS[name].seeds()]
    assert "read" in outcomes


def test_an_entry_of_an_archive_that_is_no_array(tmp_path: Path) -> None:
    """NumPy gives its bytes, which have no shape."""
    made = io.BytesIO(npz_seeds()[0])
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, b"text" if name == "x.npy" else whole.read(name))
    with pytest.raises(DataError, match=r"cannot be read \(x is no array\)"):
        read_arrays(tmp_path / "d.npz")


@pytest.mark.parametrize("order", "<>")
def test_texts_that_are_not_unicode(order: str, tmp_path: Path) -> None:
    """Python ended in a SystemError on them."""
    beyond = np.array([0x7FFFFFFF], np.dtype(f"{order}u4")).view(f"{order}U1")
    np.savez(tmp_path / "d.npz", x=np.zeros((4, 2), np.float32), y=np.zeros(4, int), classes=beyond)
    with pytest.raises(DataError, match=r"cannot be read \(classes is no text\)"):
        read_arrays(tmp_path / "d.npz")


def test_a_board_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(f"a = {'[' * 3000}")
    with pytest.raises(ConfigError, match="is nested too deeply"):
        read_board(tmp_path / "b.toml")
