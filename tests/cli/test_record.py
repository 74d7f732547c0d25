"""``record`` as a user types it; the board is a process of this machine."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.link.sensors import build_sensor_board, running
from tests.recording.conftest import noise, read_wav, write_wav


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sensor_board(tmp_path_factory.mktemp("sensor") / "board", "-DFAKE_INPUT=8192u")


def test_takes_of_a_port(tinykd: Run, board: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", noise(16_000), 8000)
    with running(board) as port:
        options = ("--port", port, "--label", "yes", "--seconds", "0.6", "--sensor-file", "long.wav")
        done = tinykd("record", *options, "--takes", "2")
        assert (done.returncode, done.stderr) == (
            0,
            "recordings/yes/yes_0001.wav\nrecordings/yes/yes_0002.wav\n",
        )
        lines = done.stdout.splitlines()
        assert lines[0] == "yes: 2 takes in recordings/yes, 2 of them new"
        assert lines[1].startswith("8,000 values per second of sound")
        more = tinykd("record", *options, "--takes", "3", "--json")
    found = json.loads(more.stdout)
    assert (found["takes"], found["recorded"], found["rate_hz"]) == (3, 1, 8000)
    assert len(read_wav(tmp_path / "recordings/yes/yes_0003.wav")[1]) == 4800


def test_continuous(tinykd: Run, board: Path, tmp_path: Path) -> None:
    with running(board, 100_000, 3, 64) as port:
        done = tinykd(
            "record", "--port", port, "-l", "rest", "--continuous", "--stop-after", "0.7", "--seconds", "0.3"
        )
    assert (done.returncode, done.stderr) == (0, "")
    first = "0.7 s in recordings/_continuous/rest, cut into 2 takes of rest in recordings"
    assert done.stdout.splitlines()[0] == first
    assert (tmp_path / "recordings/rest/rest_0002.csv").read_text().count("\n") == 31


def refused(tinykd: Run, *arguments: str) -> str:
    done = tinykd("record", *arguments)
    assert done.returncode == 2 and done.stdout == "", done
    assert done.stderr.count("\n") == 1
    return done.stderr.rstrip("\n")


def test_bad_input_is_one_line(tinykd: Run, board: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", noise(100), 8000)
    with running(board, "none") as port:
        assert refused(tinykd, "--port", port, "--label", "yes") == (
            f"{port}: the firmware has no sensor; expected one to record from. Give it one in "
            "tkd_app_sensor() of src/app.cpp (docs/record.md), and flash it"
        )
    assert refused(tinykd, "--board", "host", "--label", "yes") == (
        "--board: host has no sensor, and nothing says what it measures; expected a file for its virtual "
        "sensor. Add --sensor-file sound.wav"
    )
    assert (
        refused(tinykd) == "--label: not given; expected the class of what is recorded. Add --label yes, say"
    )
    assert refused(tinykd, "--page", "--continuous") == (
        "--continuous: given together with --page; expected takes of a board's own sensor, whose port the "
        "browser asks for. Leave --continuous or --page out"
    )
    assert refused(tinykd, "--page", "--label", "..").startswith("--label: '..'; expected a name")
    assert refused(tinykd, "--label", "a/b").startswith("--label: 'a/b'; expected a name")
    assert refused(tinykd, "--label", "yes", "--out", "long.wav/x") == (
        "long.wav/x: cannot be written (Not a directory); expected a folder for the takes. "
        "Name another one with --out"
    )
    assert refused(tinykd, "--label", "yes", "--sensor-file", "no.wav") == (
        "no.wav: cannot be read (No such file or directory); expected a WAV or CSV file"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["host", "qemu-mps2-an386"])
def test_a_virtual_board_needs_no_project(tinykd: Run, tmp_path: Path, name: str) -> None:
    samples = noise(2000)
    write_wav(tmp_path / "long.wav", samples, 4000)
    options = ("--board", name, "--label", "yes", "--sensor-file", "long.wav")
    done = tinykd("record", *options, "--takes", "2", "--seconds", "0.25", "-q")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    for number in (1, 2):
        read = read_wav(tmp_path / f"recordings/yes/yes_{number:04d}.wav")[1]
        assert (read == samples[1000 * (number - 1) : 1000 * number]).all()


def test_the_page_is_served_until_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tinykd", "record", "--page", "--board", "nano33ble", "--json"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, **streams) as process:  # type: ignore[call-overload]
        found = json.loads("".join(process.stdout.readline() for _ in range(4)))
        with urllib.request.urlopen(found["address"], timeout=30) as page:
            assert b"tinykd record" in page.read()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.startswith("\nStopped. 0 takes of the page are in recordings.")
