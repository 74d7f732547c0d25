"""Every line of MLPerf Tiny's serial grammar, byte for byte, and the bounds that the original lacks."""

import random
import re

import numpy as np
import pytest

from tests.diff.conftest import INPUTS
from tests.mlperf.conftest import Dut

pytestmark = pytest.mark.slow
SAMPLE = np.ascontiguousarray(INPUTS["inputs"][0]).tobytes()
HEX = SAMPLE.hex()
RESULTS = r"m-results-\[-?\d+\.\d{3}(,-?\d+\.\d{3}){9}\]\r\n"


def load(dut: Dut) -> None:
    assert dut.ask("db load 64") == "m-[Expecting 64 bytes]\r\n"
    assert dut.ask(f"db {HEX[:62]}") == ""
    assert dut.ask(f"db {HEX[62:124]}") == ""
    assert dut.ask(f"db {HEX[124:]}") == "m-load-done\r\n"


def transcript(dut: Dut) -> None:
    """What the runner reads."""
    assert dut.ask("name") == "m-name-dut-[tinykd]\r\n"
    assert dut.ask("profile") == ("m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[digits]\r\n")
    assert re.fullmatch(r"m-lap-us-\d+\r\n", dut.ask("timestamp"))
    load(dut)
    lines = ["m-buffer-" + "-".join(f"{b:02x}" for b in SAMPLE[i : i + 8]) + "\r\n" for i in range(0, 64, 8)]
    assert dut.ask("db print") == "".join(lines)
    laps = r"m-lap-us-(\d+)\r\nm-lap-us-(\d+)\r\n"
    pattern = rf"m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-3\r\n{laps}m-infer-done\r\n({RESULTS})"
    found = re.fullmatch(pattern, dut.ask("infer 3 2"))
    assert found
    assert int(found[1]) <= int(found[2])
    assert dut.ask("results") == found[3]
    assert dut.ask("infer").startswith("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-1\r\n")
    assert dut.ask("infer 2").startswith("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-2\r\n")


def test_on_this_machine(dut: Dut) -> None:
    transcript(dut)


def test_on_an_emulated_board(emulated_dut: Dut) -> None:
    boot = r"m-timestamp-mode-performance\r\nm-lap-us-\d+\r\nm-init-done\r\nm-ready\r\n"
    assert re.fullmatch(boot, emulated_dut.raw(b"").decode())
    transcript(emulated_dut)


def test_results_are_those_of_the_oracle_to_three_decimals(dut: Dut) -> None:
    """real = scale * (q - zero_point), softmax since they are logits, cut towards zero."""
    from tests.diff.conftest import MODEL
    from tinykd.graph.reader import read_graph

    tensor = read_graph(MODEL.read_bytes()).main.outputs[0]
    for i in (0, 5, 31):
        dut.ask("db load 64")
        data = np.ascontiguousarray(INPUTS["inputs"][i]).tobytes().hex()
        for at in range(0, len(data), 62):
            dut.ask(f"db {data[at : at + 62]}")
        said = dut.ask("infer 1 0").splitlines()[-1]
        real = tensor.scale * (INPUTS["outputs"][i].reshape(-1).astype(np.float64) - tensor.zero_point)
        wanted = np.exp(real - real.max()) / np.exp(real - real.max()).sum()
        found = np.array([float(text) for text in said.removeprefix("m-results-[").rstrip("]").split(",")])
        assert (found <= wanted + 2e-5).all()
        assert (found > wanted - 1.02e-3).all()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("x", "e-[Unknown command: x]"),
        ("Name", "e-[Unknown command: Name]"),
        ("namex 1", "e-[Unknown command: namex]"),
        ("", "e-[Unknown command: ]"),
        ("   ", "e-[Unknown command: ]"),
        ("db", "e-[Command 'db' requires a subcommand]"),
        ("db load", "e-[Command 'db load' requires the # of bytes]"),
        ("db load 0", "e-[Command 'db load' must be >0 bytes]"),
        ("db load x", "e-[Command 'db load' must be >0 bytes]"),
        ("db load -5", "e-[Command 'db load' must be >0 bytes]"),
        ("db load 65", "e-[Supplied buffer size 65 exceeds maximum of 64]"),
        ("db load 99999999999999999999", "e-[Supplied buffer size 999999999 exceeds maximum of 64]"),
        ("db 123", "e-[Insufficent number of hex digits]"),
        ("infer 0", "e-[Inference iterations must be >0]"),
        ("infer x", "e-[Inference iterations must be >0]"),
        ("infer -1", "e-[Inference iterations must be >0]"),
        ("infer 1 -1", "e-[Inference warmup must be >=0]"),
    ],
)
def test_refusals(dut: Dut, command: str, answer: str) -> None:
    assert dut.ask(command) == answer + "\r\n"


def test_help_is_text(dut: Dut) -> None:
    assert dut.ask("help").startswith("ULPMark for tinyML Firmware V0.0.1\r\n\r\n")


def test_a_wrong_digit_keeps_what_came_before(dut: Dut) -> None:
    dut.ask("db load 4")
    assert dut.ask("db 01fgA0") == "e-[Invalid hex digit 'fg']\r\n"
    assert dut.ask("db AbCdEf") == "m-load-done\r\n"
    assert dut.ask("db print") == "m-buffer-01-ab-cd-ef\r\n\r\n"


def test_db_never_writes_beyond_the_buffer(dut: Dut) -> None:
    """In the original the RAM behind the buffer is overwritten from the wire; ASan would see it here."""
    load(dut)
    for _ in range(4):
        assert dut.ask(f"db {HEX[:62]}") == "e-[The buffer is full]\r\n"
    dut.ask("db load 2")
    assert dut.ask("db 01020304") == "m-load-done\r\n"  # what is too much does not count
    assert dut.ask("db print") == "m-buffer-01-02\r\n\r\n"
    dut.ask("db load 0")
    assert dut.ask("db 0102") == "e-[Command 'db load' must come first]\r\n"


def test_a_command_that_is_too_long_is_refused_whole(dut: Dut) -> None:
    """In the original it is cut to 80 characters, and runs."""
    dut.ask("db load 64")
    assert dut.ask("db " + "00" * 38 + " ") == ""  # 80 characters
    for length in (81, 82, 500, 70_000):
        assert dut.ask("db " + "0" * (length - 3)) == "e-[Command is longer than 80 characters]\r\n"
    assert dut.ask("name") == "m-name-dut-[tinykd]\r\n"


def test_an_input_that_is_not_whole_is_not_run(dut: Dut) -> None:
    dut.ask("db load 64")
    dut.ask(f"db {HEX[:62]}")
    assert dut.ask("infer 1 0") == "e-[Input db has 31 bytes, expected 64]\r\n"


def test_line_ends_of_a_terminal_are_passed_over(dut: Dut) -> None:
    assert dut.raw(b"\r\nna\0me\r\n%") == b"m-name-dut-[tinykd]\r\nm-ready\r\n"


def test_noise_and_hostile_commands(dut: Dut) -> None:
    """Whatever comes, each '%' is answered with one m-ready and nothing is written where it must not be."""
    rng = random.Random(3)
    words = [b"db ", b"load ", b"infer 1 0", b"print", b"ff", b"%", b" ", b"results", b"9" * 30]
    for _ in range(300):
        text = b"".join(
            rng.choice(words) if rng.random() < 0.7 else rng.randbytes(rng.randint(1, 90)).replace(b"%", b"")
            for _ in range(rng.randint(1, 8))
        ).replace(b"%", b"")
        assert dut.raw(text + b"%").count(b"m-ready\r\n") == 1
