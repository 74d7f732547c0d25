"""Data, labels and teachers that cannot be used: what ``tinykd train`` says, word by word."""

from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import call

pytestmark = pytest.mark.slow


def write_samples(folder: Path) -> None:
    x = np.random.default_rng(0).random((100, 8, 8, 1), dtype=np.float32)
    y = np.arange(100) % 4
    holed = x.copy()
    holed[3, 1, 1, 0] = np.nan
    endless = x.copy()
    endless[3, 1, 1, 0] = np.inf
    arrays: dict[str, dict[str, np.ndarray]] = {
        "good": {"x": x, "y": y},
        "nan": {"x": holed, "y": y},
        "inf": {"x": endless, "y": y},
        "short": {"x": x, "y": y[:50]},
        "negative": {"x": x, "y": y - 1},
        "one": {"x": x, "y": y * 0},
        "empty": {"x": x[:0], "y": y[:0]},
        "unlabelled": {"x": x},
        "objects": {"x": np.array([{}], dtype=object), "y": y[:1]},
    }
    for name, content in arrays.items():
        np.savez(folder / f"{name}.npz", **content)  # type: ignore[arg-type]
    (folder / "junk.npz").write_bytes(b"junk")
    (folder / "junk.keras").write_bytes(b"PK")


ARRAYS = "expected x, y and optionally classes"
PLAIN = "expected an .npz file of plain arrays (no objects)"
KERAS = "expected a Keras 3 .keras file"
BAD = {
    "NaN": ('source = "nan.npz"', "nan.npz: x: 1 values are NaN or infinite; expected finite numbers"),
    "infinite": ('source = "inf.npz"', "inf.npz: x: 1 values are NaN or infinite; expected finite numbers"),
    "too few labels": (
        'source = "short.npz"',
        "short.npz: y: shape [50]; expected one label for each of the 100 samples",
    ),
    "a negative label": ('source = "negative.npz"', "negative.npz: y: label -1; expected labels from 0 on"),
    "one class": ('source = "one.npz"', "one.npz: 1 class; expected at least two"),
    "no samples": ('source = "empty.npz"', "empty.npz: x: no samples"),
    "no labels": ('source = "unlabelled.npz"', f"unlabelled.npz: has no array y, but x; {ARRAYS}"),
    "not an archive": ('source = "junk.npz"', f"junk.npz: cannot be read (File is not a zip file); {PLAIN}"),
    "pickled objects": (
        'source = "objects.npz"',
        f"objects.npz: cannot be read (Object arrays cannot be loaded when allow_pickle=False); {PLAIN}",
    ),
    "no such file": (
        'source = "none.npz"',
        "none.npz: no such file; expected an .npz file with x, y and optionally classes",
    ),
    "no such data": (
        'source = "digit"',
        '[data] source = digit: no such data; expected "digits", an .npz, .csv, .tar or '
        '.parquet file, a folder, a URL, or a function such as "mydata:load"',
    ),
    "class count": (
        'source = "good.npz"\nclasses = ["a", "b"]',
        "[data] classes: 2 names for 4 classes; expected 4 names",
    ),
    "no such teacher file": (
        '[teacher]\nmodel = "none.keras"',
        f"none.keras: no such file; {KERAS}",
    ),
    "a broken teacher file": (
        '[teacher]\nmodel = "junk.keras"',
        f"junk.keras: cannot be read (File is not a zip file); {KERAS}. "
        'Save the model again with Keras 3: model.save("teacher.keras")',
    ),
    "no such teacher": (
        '[teacher]\nmodel = "resnett"',
        "[teacher] model = resnett: no such teacher; "
        'expected "resnet", "tcn", "lstm", "mlp", "autoencoder", "text_cnn", a file (.keras, .h5, '
        ".onnx, .tflite, .npy, .npz) or a SavedModel folder",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_one_line_and_exit_code_2(tmp_path: Path, case: str) -> None:
    section, wanted = BAD[case]
    write_samples(tmp_path)
    (tmp_path / "tinykd.toml").write_text(f'[project]\nname = "x"\n[data]\n{section}\n')
    done = call(tmp_path, "train", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", wanted + "\n")
    assert [path.name for path in (tmp_path / "build/model").iterdir()] == ["training.log"]
