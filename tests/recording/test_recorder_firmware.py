"""Firmware that records a board's own sensor without a project: it compiles, or says why not."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, tinykd
from tests.ports.compiling import compile_sources, write_files
from tests.ports.cores import FAKES, core_of
from tinykd.boards import load_board
from tinykd.errors import ConfigError
from tinykd.firmware_project.recorder import Measured
from tinykd.sessions.recording_firmware import recording_files

__all__ = ["tinykd"]  # a fixture


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "measured", "rate_millihz"),
    [
        ("nano33ble_sense", Measured("sound"), 16_000_000),
        ("xiao_nrf52840_sense", Measured("sound", 8000.0), 8_000_000),
        ("nanorp2040connect", Measured("motion"), 104_000),
        ("esp32-s3-devkitc-1", Measured("sound"), 16_000_000),
        ("esp32-s3-espidf", Measured("sound"), 16_000_000),
        ("pico", Measured("motion", 50.0), 50_000),
    ],
)
def test_it_compiles_for_its_core(name: str, measured: Measured, rate_millihz: int, tmp_path: Path) -> None:
    board = load_board(name)
    files = recording_files(board, measured)
    assert f"#define RECORDER_LIVE_RATE_MILLIHZ {rate_millihz}u" in files["include/recorder_live.h"]
    assert "&recorder_sensor," in files["src/main.c"]
    write_files(files, tmp_path)
    libraries = FAKES / core_of(board).folder / "libraries" if board.framework == "arduino" else tmp_path
    where = [f"-I{each}" for each in libraries.iterdir() if each.is_dir()]
    chosen = ["src/sensor.cpp", "src/main.c", "src/model/recorder.c"]
    assert compile_sources(board, files, chosen, tmp_path, where) == 3


@pytest.mark.parametrize(
    ("name", "measured", "text"),
    [
        (
            "uno_r4_wifi",
            Measured("sound"),
            "board uno_r4_wifi: [sensors] of the board names no microphone; an analog one needs your "
            "tkd_app_sensor()",
        ),
        (
            "nano33ble_sense",
            Measured("sound", 7000.0),
            "board nano33ble_sense: the microphone gives 16,000 samples per second, of which 7,000 "
            "are no part",
        ),
        (
            "pico",
            Measured("motion", 500.0),
            "board pico: 500 values per second are more than I2C carries",
        ),
    ],
)
def test_a_sensor_that_is_not_there_is_one_line(name: str, measured: Measured, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recording_files(load_board(name), measured)
    assert str(caught.value) == (
        f"{text}; expected a sensor for {measured.kind}. Choose another --rate or --board, or write "
        "tkd_app_sensor() in a project's src/app.cpp"
    )


def test_a_kind_is_of_a_real_board(tinykd: Run) -> None:
    done = tinykd("record", "--label", "yes", "--kind", "sound", "--board", "host")
    assert (done.returncode, done.stderr) == (
        2,
        "--kind: given without a board that has a sensor; expected a board on the desk. Name one with "
        "--board; `tinykd boards` has them\n",
    )
