"""Users' files: what is read, and the one line that each fault gives."""

import io
import zipfile

import numpy as np
import pytest

from tinykd.data.load import load_dataset
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

RNG = np.random.default_rng(0)


def good(**changed):
    arrays = {"x": RNG.random((40, 4, 5, 2), dtype=np.float32), "y": np.arange(40) % 4}
    return {name: value for name, value in (arrays | changed).items() if value is not None}


def save(root, **changed):
    np.savez(root / "s.npz", **good(**changed))


def load(root, **section):
    return load_dataset(DataSection(source="s.npz", **section), root, seed=1)


def error(root, **section):
    with pytest.raises(DataError) as caught:
        load(root, **section)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


def test_samples_labels_and_names_are_read(tmp_path):
    save(tmp_path, classes=np.array(["a", "b", "c", "né\n"]))
    data = load(tmp_path)
    assert data.name == "s" and data.input_shape == (4, 5, 2)
    assert data.classes == ("a", "b", "c", "né\n")
    assert [len(split) for split in data.splits.values()] == [24, 8, 8]


def test_bytes_become_unit_range_and_grey_gets_a_channel(tmp_path):
    x = RNG.integers(0, 256, (40, 4, 5)).astype(np.uint8)
    x[0, 0, 0], x[-1, 0, 0] = 0, 255
    save(tmp_path, x=x)
    data = load(tmp_path)
    assert data.input_shape == (4, 5, 1)
    assert max(split.x.max() for split in data.splits.values()) <= 1.0
    assert data.train.x.dtype == np.float32


def test_labels_in_a_column_and_labels_of_two_truths(tmp_path):
    save(tmp_path, y=(np.arange(40) % 4)[:, np.newaxis])
    assert len(load(tmp_path).train) == 24
    save(tmp_path, y=np.arange(40) % 2 == 1)
    assert load(tmp_path).classes == ("0", "1")


@pytest.mark.parametrize("y", [np.arange(40) % 4 + 1, (np.arange(40) % 3) + 1])
def test_labels_from_1_on_in_parts_are_told(tmp_path, y):
    x = RNG.random((40, 4, 5), dtype=np.float32)
    np.savez(tmp_path / "s.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    assert "Labels start at 0: subtract 1 (y - 1)" in error(tmp_path)


def test_names_of_the_project_file_win(tmp_path):
    save(tmp_path)
    assert load(tmp_path, classes=("p", "q", "r", "s")).classes == ("p", "q", "r", "s")


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"x": None}, "s.npz: has no array x, but y; expected x, y and optionally classes"),
        ({"y": None}, "s.npz: has no array y, but x; expected x, y and optionally classes"),
        ({"x": np.zeros((0, 4, 4))}, "s.npz: x: no samples"),
        (
            {"x": np.zeros((40, 4))},
            "s.npz: x: shape [40, 4]; expected (n, height, width) or (n, height, width, channels). "
            'Say [data] kind = "table", "sensor" or "audio" if they are no images',
        ),
        (
            {"x": np.zeros((40, 4, 4), np.complex64)},
            "s.npz: x: type complex64; expected numbers, such as float32 or uint8",
        ),
        (
            {"x": np.full((40, 4, 4), np.nan)},
            "s.npz: x: 640 values are NaN or infinite; expected finite numbers",
        ),
        (
            {"x": np.full((40, 4, 4), -np.inf)},
            "s.npz: x: 640 values are NaN or infinite; expected finite numbers",
        ),
        (
            {"x": np.full((40, 4, 4), 1e200)},
            "s.npz: x: values beyond the range of float32; expected finite float32 numbers",
        ),
        (
            {"x": np.full((40, 4, 4), 0.25)},
            "s.npz: every value is 0.25; expected samples that differ. A scale of 0 cannot be quantized",
        ),
        (
            {"y": np.zeros(40) + 0.5},
            "s.npz: y: type float64; expected whole numbers from 0 on. "
            'Say task = "regression" if they are targets',
        ),
        (
            {"y": np.arange(40) % 4 + 1.0},
            "s.npz: y: type float64; expected whole numbers from 0 on. Say y.astype(int)",
        ),
        (
            {"y": np.array(["no", "yes"] * 20)},
            "s.npz: y: type <U3; expected whole numbers from 0 on. "
            "Say classes, y = np.unique(y, return_inverse=True), and give both",
        ),
        (
            {"y": np.arange(40) % 2 * 2},
            "s.npz: y: class 1 (1) has 0 samples; expected at least 5 of every class. "
            "Labels without gaps: np.unique(y, return_inverse=True)[1] numbers them",
        ),
        ({"y": np.zeros(39, int)}, "s.npz: y: shape [39]; expected one label for each of the 40 samples"),
        ({"y": np.arange(40) % 4 - 1}, "s.npz: y: label -1; expected labels from 0 on"),
        (
            {"y": np.arange(40) % 4 + 1},
            "s.npz: y: labels 1 to 4; expected labels 0 to 3. Labels start at 0: subtract 1 (y - 1)",
        ),
        (
            {"y": np.arange(40) % 4 + 1, "classes": np.array(["a", "b", "c", "d"])},
            "s.npz: y: labels 1 to 4; expected labels 0 to 3. Labels start at 0: subtract 1 (y - 1)",
        ),
        (
            {"y": np.arange(40) % 2 * 5 + 2},
            "s.npz: y: 2 labels from 2 to 7; expected labels 0 to 1. "
            "Labels start at 0: np.unique(y, return_inverse=True)[1] numbers them",
        ),
        (
            {"y": np.arange(40) % 2 * 2 - 1},
            "s.npz: y: label -1; expected labels from 0 on. Labels start at 0: say y > 0",
        ),
        (
            {"y": np.eye(4, dtype=int)[np.arange(40) % 4]},
            "s.npz: y: shape [40, 4]; expected one label for each of the 40 samples. "
            "Say y.argmax(axis=1) of one-hot labels",
        ),
        (
            {"y": np.arange(40) * 10**12},
            "s.npz: y: label 39000000000000 for 40 samples; expected labels 0, 1, ... without large gaps",
        ),
        ({"y": np.zeros(40, int)}, "s.npz: 1 class; expected at least two"),
        (
            {"y": np.array([0] * 37 + [1] * 3)},
            "s.npz: y: class 1 (1) has 3 samples; expected at least 5 of every class",
        ),
        (
            {"classes": np.array(["a", "b"])},
            "s.npz: y: label 3 for 2 classes; expected labels 0 to 1",
        ),
        (
            {"classes": np.arange(4)},
            "s.npz: classes: int64 of shape [4]; expected a list of texts",
        ),
        (
            {"x": np.zeros((40, 3, 8, 9), np.uint8)},
            "s.npz: x: shape [40, 3, 8, 9]: its channels come first; expected (n, height, width) or "
            "(n, height, width, channels). Move the channels to the end: np.moveaxis(x, 1, -1)",
        ),
        (
            {"x": np.zeros((40, 1, 8, 8), np.uint8)},
            "s.npz: x: shape [40, 1, 8, 8]: its channels come first; expected (n, height, width) or "
            "(n, height, width, channels). Move the channels to the end: np.moveaxis(x, 1, -1)",
        ),
    ],
)
def test_faults_in_arrays(tmp_path, changed, text):
    save(tmp_path, **changed)
    assert error(tmp_path) == text


def test_class_count_does_not_match(tmp_path):
    save(tmp_path)
    assert error(tmp_path, classes=("p", "q")) == "[data] classes: 2 names for 4 classes; expected 4 names"


def test_a_class_without_a_name(tmp_path):
    save(tmp_path)
    assert error(tmp_path, classes=("p", "  ", "q", "r")) == (
        "s.npz: class 1 has a blank name; expected a name for every class"
    )


def test_missing_file(tmp_path):
    text = "s.npz: no such file; expected an .npz file with x, y and optionally classes"
    assert error(tmp_path) == text


def test_unknown_source(tmp_path):
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="digit"), tmp_path, seed=1)
    assert str(caught.value) == (
        '[data] source = digit: no such data; expected "digits", an .npz, .csv, .tar or '
        '.parquet file, a folder, a URL, or a function such as "mydata:load"'
    )


def test_not_an_archive(tmp_path):
    (tmp_path / "s.npz").write_bytes(b"hello")
    assert error(tmp_path) == (
        "s.npz: cannot be read (File is not a zip file); expected an .npz file of plain arrays (no objects)"
    )


def test_pickles_are_not_opened(tmp_path):
    np.savez(tmp_path / "s.npz", x=np.array([{"a": 1}], object), y=np.zeros(1, int))
    assert "Object arrays cannot be loaded" in error(tmp_path)


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("tinykd.data.sources.npz.MAX_BYTES", 1000)
    save(tmp_path)
    assert error(tmp_path).startswith("s.npz: holds ") and error(tmp_path).endswith("expected at most 1000")


def test_an_array_that_claims_more_than_it_holds(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    with zipfile.ZipFile(tmp_path / "s.npz", "w") as archive:
        archive.writestr("x.npy", header.getvalue() + b"1234")
        archive.writestr("y.npy", header.getvalue() + b"1234")
    assert error(tmp_path).startswith("s.npz: cannot be read (")


@pytest.mark.parametrize("cut", [10, 100, 1000])
def test_a_cut_file(tmp_path, cut):
    save(tmp_path)
    path = tmp_path / "s.npz"
    path.write_bytes(path.read_bytes()[:-cut])
    assert error(tmp_path).startswith("s.npz: cannot be read (")
