"""``tinykd quantize FILE.tflite``: one command from float to an int8 model that is proven."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.post_training.models import dense

RNG = np.random.default_rng(5)
SAMPLES = ("m.tflite", "--data", "x.npy")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ("m.tflite",),
            "m.tflite: no samples are given; expected some that its ranges are measured on. "
            "Type tinykd quantize m.tflite --data SAMPLES (.npy, .npz, .csv or a folder)",
        ),
        ((*SAMPLES, "--out", "m.tflite"), "--out m.tflite: is the float model itself; expected another file"),
        ((*SAMPLES, "--pixels", "1", "0"), "--pixels: 1 0; expected a range, such as 0 255 or -1 1"),
        (
            (*SAMPLES, "--force"),
            "--force: given with m.tflite; expected a project, whose stages it runs again",
        ),
        (
            (".", "--out", "o.tflite"),
            "--out: given with the project .; expected a .tflite file to make int8",
        ),
        (SAMPLES, "x.npy: no such file; expected an .npy file of samples"),
        (("no.tflite", "--data", "x.npy"), "no.tflite: cannot be read (No such file or directory); "
         "expected a .tflite file"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_one_line(
    tinykd: Run, tmp_path: Path, arguments: tuple[str, ...], text: str
) -> None:
    (tmp_path / "m.tflite").write_bytes(dense())
    done = tinykd("quantize", *arguments, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{text}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["m.tflite"]


@pytest.mark.slow
def test_labels_give_the_ladder_and_the_int8_model_is_proven(tinykd: Run, tmp_path: Path) -> None:
    """The labels are the float model's own answers but for ten of them."""
    x = RNG.standard_normal((200, 4)).astype(np.float32)
    y = x[:, :3].argmax(axis=1)
    y[1:21:2] = (y[1:21:2] + 1) % 3  # every second sample is measured on
    (tmp_path / "m.tflite").write_bytes(dense("SOFTMAX"))
    np.savez(tmp_path / "samples.npz", x=x, y=y)
    done = tinykd("--json", "quantize", "m.tflite", "--data", "samples.npz")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    real, int8 = found["steps"]
    assert (found["out"], found["calibration"], found["samples"]) == ("m_int8.tflite", 100, 100)
    assert (real["model"], real["right"], int8["model"]) == ("float", 90, "int8")
    # A step of the input is at most 8 / 255: only samples whose best values are that near can change sides.
    near = np.sort(x[1::2, :3], axis=1)
    assert abs(int8["right"] - 90) <= np.count_nonzero(near[:, 2] - near[:, 1] < 0.1)
    proof = tinykd("--json", "prove", "m_int8.tflite", "-n", "5")
    assert json.loads(proof.stdout)["verification"]["exact"] == 5, proof.stderr
