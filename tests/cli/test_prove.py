"""``tinykd prove``: a model from anywhere, on a board, beside TFLM."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.compiler.streamed import time_net
from tests.compiler.test_float_ends import classifier
from tests.graph.shape_models import dilated
from tinykd.paths import EXAMPLES

MODEL = str(EXAMPLES.parent / "tests/fixtures/digits.tflite")


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-microbit"])
def test_every_output_is_exact_and_every_layer_is_counted(tinykd: Run, board: str, tmp_path: Path) -> None:
    picture = tmp_path / "profile.svg"
    options = ("--board", board, "--samples", "5", "--picture", str(picture), "--json")
    done = tinykd("prove", MODEL, *options)
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["verification"]["exact"] == value["verification"]["samples"] == 5
    assert len(value["profile"]["layers"]) == 9
    assert all(row["ticks"] > 0 for row in value["profile"]["layers"])
    assert "<svg" in picture.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-microbit"])
def test_a_step_function_is_proven_by_windows(tinykd: Run, board: str, tmp_path: Path) -> None:
    """Of 29 rows, of which the first hop has one."""
    (tmp_path / "words.tflite").write_bytes(time_net(1).bytes())
    done = tinykd("prove", "words.tflite", "--hop", "2", "--board", board, "--samples", "6")
    assert done.returncode == 0, done.stderr
    assert f"{board}: 6/6 exact" in done.stdout
    assert "a window in 15 hops, and 15 of silence before them: " in done.stdout


def test_layers_of_hops_are_not_drawn(tinykd: Run) -> None:
    done = tinykd("prove", MODEL, "--hop", "2", "--picture", "a.svg")
    assert (done.returncode, done.stderr) == (
        2,
        "--picture: given together with --hop; expected whole windows, of which each layer is counted. "
        "Leave one of them out\n",
    )


@pytest.mark.slow
def test_a_batch_that_is_open_is_pinned_and_litert_is_asked(tinykd: Run, tmp_path: Path) -> None:
    """Static refused it as a file that contradicts itself; on TFLM it was wrong without a word."""
    model = tmp_path / "open.tflite"
    model.write_bytes(dilated(True))
    done = tinykd("prove", str(model), "--samples", "5")
    assert done.returncode == 0, done.stderr
    assert "host: 5/5 exact" in done.stdout
    first, second = (line for line in done.stdout.splitlines() if "LiteRT (" in line)
    assert first.startswith("TFLM computes this file otherwise than LiteRT (")
    assert (
        "first in op 1 SPACE_TO_BATCH_ND, layer net/tcn. Convert with batch 1: tf.TensorSpec((1, ...))"
        in first
    )
    assert second.startswith("With its batch pinned to 1, as tinykd takes it: LiteRT (")
    done = tinykd("inspect", str(model), "--check", "--json")
    assert done.returncode == 0, done.stderr
    litert = json.loads(done.stdout)["litert"]
    assert litert["pinned"]["is_rounding"] and not litert["as_is"]["is_rounding"]


def test_inspect_tells_of_an_open_batch_without_litert(tinykd: Run, tmp_path: Path) -> None:
    model = tmp_path / "open.tflite"
    model.write_bytes(dilated(True))
    assert "note: its batch is open, and 4 shapes are not those" in tinykd("inspect", str(model)).stdout


def test_no_model(tinykd: Run, tmp_path: Path) -> None:
    done = tinykd("prove", "none.tflite")
    assert done.returncode == 2
    assert done.stderr == "none.tflite: cannot be read (No such file or directory); expected a .tflite file\n"


@pytest.mark.slow
def test_a_model_with_float_ends_is_proven_in_floats(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(classifier())
    for io, layers in (("integer", 2), ("float", 4)):
        done = tinykd("prove", str(tmp_path / "m.tflite"), "--io", io, "--samples", "6", "--json")
        value = json.loads(done.stdout)
        assert done.returncode == 0 and value["verification"]["exact"] == 6
        assert len(value["profile"]["layers"]) == layers


def test_inspect_and_compile_tell_of_float_ends(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(classifier())
    lines = tinykd("inspect", str(tmp_path / "m.tflite")).stdout.splitlines()
    assert "        in the model: real in  float32 1x6x5x2  (QUANTIZE)" in lines
    assert "        in the model: p  float32 1x5  (DEQUANTIZE, SOFTMAX)" in lines
    assert any(line.startswith("note: left out, since it computes in float") for line in lines)
    written = tinykd("compile", str(tmp_path / "m.tflite"), "--out", str(tmp_path / "m"))
    assert "note: left out, since it computes in float" in written.stdout
    assert "op 5 SOFTMAX" in written.stdout
    assert "\nfloat32 in the model, integers in C: m_quantize() and m_dequantize() convert;" in written.stdout
    again = tinykd("compile", str(tmp_path / "m.tflite"), "--out", str(tmp_path / "m"), "--io", "float")
    assert "float32 in the model" not in again.stdout
