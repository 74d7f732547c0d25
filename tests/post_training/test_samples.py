"""Samples for a float model: taken as they are, pixels in its range, some held back from calibration."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinykd.errors import DataError
from tinykd.post_training.samples import CALIBRATION, Wanted, from_arrays, read_samples

ROW, PICTURE = Wanted((4,)), Wanted((6, 5, 3), (-1.0, 1.0))


def rows(count: int) -> np.ndarray:
    return np.arange(4 * count, dtype=np.float64).reshape(count, 4)


def test_half_of_the_samples_is_held_back_at_even_distances() -> None:
    found = from_arrays({"x": rows(20), "y": np.arange(20) % 2}, "data", ROW)
    assert found.calibration.dtype == np.float32 and len(found.calibration) == len(found.measured) == 10
    assert np.array_equal(found.calibration, rows(20)[::2])
    assert (
        np.array_equal(found.measured, rows(20)[1::2])
        and found.y is not None
        and found.y.tolist() == [1] * 10
    )


def test_many_samples_are_measured_on_and_few_calibrate() -> None:
    found = from_arrays({"x": rows(1000)}, "data", ROW)
    assert (len(found.calibration), len(found.measured)) == (CALIBRATION, 800)


def test_a_split_is_kept() -> None:
    found = from_arrays({"x_train": rows(12), "x_test": rows(3), "y_test": np.zeros(3, int)}, "data", ROW)
    assert (len(found.calibration), len(found.measured)) == (12, 3)


def test_bytes_are_pixels_and_other_integers_are_values(tmp_path: Path) -> None:
    x = np.full((10, 4), 255, np.uint8)
    x[:, 0] = 0
    np.save(tmp_path / "x.npy", x)
    found = read_samples(str(tmp_path / "x.npy"), Wanted((4,), (-1.0, 1.0)))
    assert np.array_equal(found.measured[0], np.array([-1, 1, 1, 1], np.float32))
    assert found.notes == ("bytes 0 to 255 are brought to [-1, 1]",)
    assert from_arrays({"x": x.astype(np.int16)}, "data", ROW).calibration.max() == 255


def test_a_folder_of_images_is_brought_to_the_model_s_size_and_range(tmp_path: Path) -> None:
    for label, colour in (("dark", (0, 0, 0)), ("red", (255, 0, 0))):
        (tmp_path / label).mkdir()
        for number in range(8):
            Image.new("RGB", (9, 7), colour).save(tmp_path / label / f"{number}.png")
    found = read_samples(str(tmp_path), PICTURE)
    assert found.measured.shape == (8, 6, 5, 3) and found.y is not None
    for x, label in zip(found.measured, found.y, strict=True):
        assert np.array_equal(x[0, 0], np.array([(-1, 1)[label], -1, -1], np.float32))
    assert found.notes == ("pixels are brought to [-1, 1]",)


def test_a_table(tmp_path: Path) -> None:
    lines = ["a,b,c,d,label", *(f"{i % 3},{i % 5},{i % 7},1.5,{'xy'[i % 2]}" for i in range(20))]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    found = read_samples(str(tmp_path / "t.csv"), ROW)
    assert found.calibration[3].tolist() == [0, 1, 6, 1.5] and found.y is not None and len(found.y) == 10


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ({"x": np.zeros((20, 5))}, "samples of shape [20, 5]; expected (n, 4), as the model takes them"),
        ({"x": np.zeros((0, 4))}, "samples of shape [0, 4]; expected (n, 4), as the model takes them"),
        ({"x": np.full((20, 4), np.nan)}, "80 values are NaN or infinite; expected finite numbers"),
        (
            {"x": np.full((20, 4), 1e99)},
            "values beyond the range of float32; expected finite float32 numbers",
        ),
        ({"x": np.full((20, 4), "a")}, "type <U1; expected numbers, such as float32 or uint8"),
        (
            {"x": rows(9)},
            "9 samples; expected at least 10, better 100. "
            "The ranges of int8 are measured on them: give what the model meets in use",
        ),
        ({"y": rows(9)}, "has no array x, but y; expected x and perhaps y, or x_train and x_test"),
        (
            {"x": rows(20), "y": np.zeros(3)},
            "y: shape [3]; expected one label or target for each of the 20 samples",
        ),
    ],
)
def test_samples_that_cannot_be_taken(arrays: dict[str, np.ndarray], text: str) -> None:
    with pytest.raises(DataError) as caught:
        from_arrays(arrays, "data", ROW)
    assert str(caught.value) == f"data: {text}"


def test_a_header_that_is_cut_in_the_middle_is_a_damaged_file(tmp_path: Path) -> None:
    """numpy reads an array's header with Python's tokenizer, which raised TokenError."""
    np.save(tmp_path / "x.npy", np.zeros((20, 4), np.float32))
    damaged = bytearray((tmp_path / "x.npy").read_bytes())
    damaged[damaged.index(b" False,") + len(" False,")] = 0x80
    damaged[damaged.index(b"(20, 4)") + len("(20, 4)")] = 0x7F
    damaged[damaged.index(b"}")] = ord(" ")
    (tmp_path / "x.npy").write_bytes(damaged)
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("x.npy", bytes(damaged))
    for name in ("x.npy", "x.npz"):
        with pytest.raises(DataError, match=rf"{name}: cannot be read \("):
            read_samples(str(tmp_path / name), ROW)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "damaged.npy").write_bytes(b"\x93NUMPY no more")
    with pytest.raises(DataError, match=r"no\.npy: no such file; expected an \.npy file of samples$"):
        read_samples(str(tmp_path / "no.npy"), ROW)
    with pytest.raises(
        DataError, match=r"damaged\.npy: cannot be read \(.*expected an \.npy file of numbers"
    ):
        read_samples(str(tmp_path / "damaged.npy"), ROW)
