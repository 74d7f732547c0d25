"""``verify`` and ``diff`` from a bundle alone: exact, differing, wrong, tampered with, cut."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from junitparser import JUnitXml

from tests.cli.conftest import Run
from tests.diff.conftest import INPUTS, MODEL, Start, broken_firmware, start
from tinykd.bundle import Bundle, BundleFacts, read_bundle, write_bundle
from tinykd.bundle.contents import Sizes
from tinykd.files import sha256_bytes
from tinykd.oracle import oracle_name, run_tflm, run_tflm_tensors

__all__ = ["broken_firmware", "start"]
pytestmark = pytest.mark.slow
BITS = MODEL.read_bytes()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the digits model with 32 samples, all tensors of the first two."""
    inputs = np.ascontiguousarray(INPUTS["inputs"])
    facts = BundleFacts(
        name="digits",
        task="classification",
        board="host",
        runtime="static",
        oracle=oracle_name(),
        firmware="",
        classes=tuple("0123456789"),
        footprint=Sizes(flash_bytes=34_000, ram_bytes=7_000),
    )
    traces = {i: run_tflm_tensors(BITS, inputs[i]) for i in range(2)}
    path = tmp_path_factory.mktemp("bundle") / "digits.zip"
    write_bundle(Bundle(facts, BITS, inputs, INPUTS["labels"], run_tflm(BITS, inputs), traces), path)
    return path


HIDES_THE_ORACLE = """
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "tflite_micro" else real(name, *rest)
"""


@contextmanager
def without_the_oracle(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which TensorFlow and TFLM end whatever imports them."""
    poison = tmp_path / "poison"
    for name in ("tensorflow", "tf_keras", "keras", "tflite_micro"):
        (poison / name).mkdir(parents=True, exist_ok=True)
        (poison / name / "__init__.py").write_text(f"raise SystemExit('{name} was imported')\n")
    import sys

    yield {
        "PYTHONPATH": os.pathsep.join([str(poison), *filter(None, sys.path)]),
        "TINYKD_STATE": str(tmp_path / "state"),
    }


def test_a_right_board(tinykd: Run, start: Start, made: Path, tmp_path: Path) -> None:
    with start("nothing") as port, without_the_oracle(tmp_path) as env:
        done = tinykd("verify", str(made), "--port", port, "--junit", "out.xml", **env)
    assert (done.returncode, done.stderr) == (0, "")
    sha256 = sha256_bytes(BITS)[:12]
    lines = done.stdout.splitlines()
    assert lines[0] == f"host: 32/32 exact, 32 within 1 LSB, 32 same class ({oracle_name()})"
    assert re.fullmatch(rf"  model    digits, SHA-256 {sha256}.*, compiled by \S+.*", lines[1])
    assert re.fullmatch(
        r"  score    \d+\.\d\d % \(\d+/32, 95 % interval [\d.]+ - [\d.]+\) on the device, .*", lines[2]
    )
    assert re.fullmatch(r"  latency  median [\d,]+, p99 [\d,]+ ns \([\d.]+ and [\d.]+ ms\)", lines[3])
    assert lines[4] == "  memory   flash 34,000 B, RAM 7,000 B, arena 1,108 of 1,108 B"
    assert lines[5].startswith("  runtime  static; kernels tkd_conv_2d_s8, ")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures) == (33, 0)


@pytest.mark.parametrize("width", [80, 120])
def test_a_verdict_and_a_difference_keep_to_the_terminal(
    tinykd: Run, start: Start, made: Path, width: int
) -> None:
    with start("channel") as port:
        for verb in ("verify", "diff"):
            done = tinykd(verb, str(made), "--port", port, COLUMNS=str(width))
            too_long = [line for line in done.stdout.splitlines() if len(line) > width]
            assert all("`" in line for line in too_long), too_long  # a command stays whole, to be copied


def test_samples_by_seed(tinykd: Run, start: Start, made: Path) -> None:
    with start("nothing") as port:
        some = [
            json.loads(tinykd("verify", str(made), "--port", port, "-n", "9", "--seed", s, "--json").stdout)
            for s in ("1", "1", "2")
        ]
        many = tinykd("verify", str(made), "--port", port, "-n", "33")
    assert [value["samples"] for value in some] == [9, 9, 9]
    assert some[0]["numbers"] == some[1]["numbers"] != some[2]["numbers"]
    assert some[0]["numbers"] == sorted(set(some[0]["numbers"]))
    assert (many.returncode, many.stderr) == (
        2,
        "--samples: 33 are wanted; expected at most the 32 that there are\n",
    )


def test_a_board_that_differs(tinykd: Run, start: Start, made: Path, tmp_path: Path) -> None:
    with start("channel") as port, without_the_oracle(tmp_path) as env:
        done = tinykd("verify", str(made), "--port", port, "--until-different", "--junit", "out.xml", **env)
        differs = tinykd("diff", str(made), "--port", port, **env)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[2] == "  stopped  at the first that differs, after 1 of 32 samples"
    found = (
        r"layer 0 stem \(tkd_conv_2d_s8\): only in channel 5 of 16: [\d,]+ of 1,024 values; .* \(sample 0\)"
    )
    assert re.fullmatch(rf"  differs  first in {found}", lines[-2])
    assert lines[-1] == f"Type `tinykd diff {made} --board host --port {port} --sample 0` for the values."
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures) == (2, 1)
    assert differs.returncode == 1
    assert differs.stdout.startswith("first difference: layer 0 stem (tkd_conv_2d_s8), sample 0\n")
    assert "  where      only in channel 5 of 16: " in differs.stdout
    assert "  output     1x8x8x16; reads the input, exact\n" in differs.stdout
    assert "  1. the multiplier, shift or bias of the channel is wrong" in differs.stdout


def test_no_tensors_and_no_oracle(tinykd: Run, start: Start, made: Path, tmp_path: Path) -> None:
    """Found, but not to be explained here: never "nothing differs"."""
    write_bundle(replace(read_bundle(made), traces={}), tmp_path / "bare.zip")
    with start("channel") as port, without_the_oracle(tmp_path) as env:
        shutil.rmtree(tmp_path / "poison/tflite_micro")
        (tmp_path / "sitecustomize.py").write_text(HIDES_THE_ORACLE)
        env["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{env['PYTHONPATH']}"
        done = tinykd("diff", "bare.zip", "--port", port, **env)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "bare.zip: sample 0 differs, and its tensors are not in the bundle; expected them, or the oracle. "
        "Type `pip install tflite-micro`, or bundle more of them: tinykd bundle --traced 64\n"
    )


def test_one_sample_of_many(tinykd: Run, start: Start, made: Path) -> None:
    with start("padding") as port:
        done = tinykd("diff", str(made), "--port", port, "--sample", "7", "--json")
        beyond = tinykd("diff", str(made), "--port", port, "--sample", "32")
    value = json.loads(done.stdout)["difference"]
    assert (done.returncode, value["sample"], value["layer"]) == (1, 7, 1)
    assert value["pattern"]["where"] == "borders only"
    assert beyond.stderr == "--sample 32: no such sample; expected 0 to 31\n"


def test_a_board_that_is_right_differs_nowhere(tinykd: Run, start: Start, made: Path) -> None:
    with start("nothing") as port:
        done = tinykd("diff", str(made), "--port", port)
        one = tinykd("diff", str(made), "--port", port, "--sample", "1")
    assert (done.returncode, done.stdout) == (0, "nothing differs in 32 samples\n")
    assert one.returncode == 0
    assert one.stdout == "sample 1: nothing differs, layer by layer (9 of 9 layers compared)\n"


def test_another_model(tinykd: Run, start: Start, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    inputs = np.ascontiguousarray(INPUTS["inputs"][:2])
    facts = BundleFacts(
        name="x", task="classification", board="host", runtime="static", oracle="o", firmware=""
    )
    write_bundle(Bundle(facts, b"other", inputs, None, np.zeros((2, 10), np.int8)), other)
    with start("nothing") as port:
        done = tinykd("verify", str(other), "--port", port)
    assert (done.returncode, done.stderr) == (
        2,
        f"{port}: the board runs model digits, SHA-256 {sha256_bytes(BITS)[:12]}; expected "
        f"{sha256_bytes(b'other')[:12]}. Flash the right one: tinykd flash --board host\n",
    )


def test_the_right_model_in_another_firmware(tinykd: Run, start: Start, made: Path, tmp_path: Path) -> None:
    bundle = read_bundle(made)
    other = replace(bundle, facts=bundle.facts.model_copy(update={"firmware": "0123456789abcdef"}))
    write_bundle(other, tmp_path / "other.zip")
    with start("nothing") as port:
        done = tinykd("verify", "other.zip", "--port", port)
    assert done.returncode == 2
    assert re.fullmatch(
        rf"{port}: the board runs the right model in another firmware, [0-9a-f]{{12}}; "
        r"expected 0123456789ab\. Flash the right one: tinykd flash --board host\n",
        done.stderr,
    )


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--board", "qemu-microbit"), "{path}: is for board host; expected qemu-microbit. Make another: "),
        ((), "{path}: no host is plugged in; expected its port. Name it with --port; see `tinykd ports`"),
        (("--all", "--port", "x"), "--all: given together with --port; expected one of the two. Leave one"),
        (("--port", "/dev/ttyNONE"), "/dev/ttyNONE: no such port"),
    ],
)
def test_bad_input(tinykd: Run, made: Path, options: tuple[str, ...], error: str) -> None:
    done = tinykd("verify", str(made), *options, "--samples", "1")
    assert done.returncode == 2
    assert done.stderr.startswith(error.format(path=made))
    assert done.stderr.count("\n") == 1


def test_a_tampered_bundle(tinykd: Run, made: Path, tmp_path: Path) -> None:
    data = bytearray(made.read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "bad.zip").write_bytes(bytes(data))
    done = tinykd("verify", "bad.zip", "--port", "/dev/none")
    assert done.returncode == 2
    assert re.fullmatch(r"bad\.zip: .*\. Make it again: tinykd bundle\n", done.stderr)


def test_a_port_that_another_run_has(
    tinykd: Run, start: Start, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinykd.link.boards_lock import held

    monkeypatch.setenv("TINYKD_STATE", str(tmp_path))
    with start("nothing") as port, held(port, "tinykd verify of kws"):
        done = tinykd("verify", str(made), "--port", port)
    assert done.returncode == 2
    assert re.fullmatch(
        rf"{port}: the port is in use by tinykd verify of kws \(process \d+, since [\d:]+\); .*\n",
        done.stderr,
    )
