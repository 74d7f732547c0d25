"""An analog microphone: its driver on an emulated RP2040's converter and DMA, and compiled for the others."""

import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.ports.compiling import compile_sources, write_files
from tinykd.boards import Board, load_board
from tinykd.build import build_firmware
from tinykd.errors import ConfigError
from tinykd.firmware_project.recorder import Measured
from tinykd.flash import open_board, qemu
from tinykd.link.device import Device
from tinykd.progress import Silent
from tinykd.sessions.recording_firmware import recording_files

RATE = 16_000
APP = """\
#include "recorder_sensor.h"
#include "tkd_app.h"

extern "C" tkd_sensor *tkd_app_sensor(void) { return &recorder_sensor; }
"""


def wired(name: str, *pins: int) -> Board:
    """The board with an analog microphone at one pin, or an I2S microphone at three."""
    board = load_board(name)
    analog = len(pins) == 1
    sensors = {
        "sound": "analog" if analog else "i2s",
        "analog_pin": pins[0] if analog else None,
        "i2s_pins": None if analog else pins,
    }
    return board.model_copy(update={"sensors": board.sensors.model_copy(update=sensors)})


def heard(counts: NDArray[np.uint16], settles: int = 2048) -> NDArray[np.int16]:
    """What the driver makes of (n,) conversions; divisions as in C, towards zero."""
    level, found = int(counts[0]) << 16, []
    for count in counts.tolist():
        now = count << 16
        level += int((now - level) / settles)
        found.append(max(-32768, min(32767, int((now - level) / 4096))))
    return np.array(found, np.int16)


@pytest.mark.slow
def test_an_rp2040_hears_every_conversion_of_its_converter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tone beside the middle, loud enough to be cut off; DMA's ring goes round twice."""
    time = np.arange(RATE) / RATE
    counts = np.rint(2200 + (9000 * time + 300) * np.sin(2 * np.pi * 440 * time)).clip(0, 4095).astype("<u2")
    (tmp_path / "adc").write_bytes(counts.tobytes())
    whole = qemu.qemu_command
    monkeypatch.setattr(
        qemu,
        "qemu_command",
        lambda *given: [*whole(*given), "-adc", str(tmp_path / "adc")],  # type: ignore[arg-type]
    )
    board = load_board("rp2040js-pico")
    driver = recording_files(load_board("pico"), Measured("sound", RATE))
    kept = [path for path in driver if "recorder" in path or path == "src/sensor.cpp"]
    files = recording_files(board, None) | {path: driver[path] for path in kept} | {"src/app.cpp": APP}
    write_files(files, tmp_path / "project")
    built = build_firmware(tmp_path / "project", board, tmp_path / "out", Silent())
    with open_board(built, board) as url, Device.open(url, board.baud, timeout_s=60) as device:
        sensor = device.sensor()
        assert (sensor.rate_millihz, sensor.is_sound, sensor.scale) == (RATE * 1000, True, 1.0)
        first, again = (take(device) for _ in range(2))
    expected = heard(counts)[: len(first)]
    assert np.array_equal(first, expected) and {-32768, 32767} & set(expected.tolist())
    assert not np.array_equal(again, expected)  # the converter was stopped, and went on


def take(device: Device, blocks: int = 12) -> NDArray[np.int16]:
    """The first samples of a stream, of which none was lost."""
    taken = list(islice(device.start_stream(device.sensor()), blocks))
    assert device.stop_stream().lost == 0
    assert [block.number for block in taken] == list(range(blocks))
    return np.concatenate([np.frombuffer(block.samples, "<i2") for block in taken])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "pin", "rate", "says"),
    [
        ("pico", 26, 16_000, "DIVISOR = 767744u; /* 8 bits of it below the point: 2999 + 1 cycles */"),
        ("pico_w", 29, 11_025, "CS_INPUT = 3u << 12"),
        ("esp32-s3-espidf", 4, 16_000, "wanted.format = ADC_DIGI_OUTPUT_FORMAT_TYPE2;"),
        ("esp32-s3-espidf", 4, 8_000, "wanted.sample_freq_hz = 8000;"),
        ("nucleo_f446re-stm32cube", 1, 16_000, "reg(ADC1_SQR3) = 1u;"),
        ("blackpill_f411ce-stm32cube", 37, 8_000, "ADC1_SMPR = 0x4001200Cu, FOR_84_CYCLES = 4u << 15;"),
    ],
)
def test_it_compiles_for_its_core(name: str, pin: int, rate: int, says: str, tmp_path: Path) -> None:
    board = wired(name, pin)
    files = recording_files(board, Measured("sound", rate))
    assert says in files["src/sensor.cpp"]
    write_files(files, tmp_path)
    assert compile_sources(board, files, ["src/sensor.cpp", "src/main.c"], tmp_path) == 2


@pytest.mark.slow
def test_an_esp32_measures_at_twice_the_rate_behind_a_low_pass(tmp_path: Path) -> None:
    """Its converter is no slower than 20 kHz."""
    board = wired("esp32dev-espidf", 34)
    files = recording_files(board, Measured("sound", RATE))
    source = files["src/sensor.cpp"]
    assert "wanted.sample_freq_hz = 32000;" in source and "EVERY = 2," in source
    assert "PRIV_REQUIRES esp_adc esp_driver_uart" in files["src/CMakeLists.txt"]
    write_files(files, tmp_path)
    assert compile_sources(board, files, ["src/sensor.cpp"], tmp_path, ["-DCONFIG_IDF_TARGET_ESP32"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "pins", "rate", "says"),
    [
        ("blackpill_f411ce-stm32cube", (29, 28, 31), 16_000, "SCK at PB13, WS at PB12, SD at PB15"),
        ("nucleo_f446re-stm32cube", (26, 25, 35), 8_000, "give(35u); /* PC3 */"),
    ],
)
def test_an_stm32f4_has_i2s2(
    name: str, pins: tuple[int, int, int], rate: int, says: str, tmp_path: Path
) -> None:
    """Within 0.1 % of the rate, of 1 MHz * N / R."""
    board = wired(name, *pins)
    files = recording_files(board, Measured("sound", rate))
    source = files["src/sensor.cpp"]
    assert says in source
    n, r = (int(found) for found in re.search(r"16 MHz / 16 \* (\d+) / (\d)", source).groups())  # type: ignore[union-attr]
    half, odd = (int(found) for found in re.search(r"DIVIDES = (\d+)u \| \((\d)u", source).groups())  # type: ignore[union-attr]
    assert abs(1e6 * n / r / 64 / (2 * half + odd) / rate - 1) < 0.001
    write_files(files, tmp_path)
    assert compile_sources(board, files, ["src/sensor.cpp", "src/main.c"], tmp_path) == 2


@pytest.mark.parametrize(
    ("name", "pins", "why"),
    [
        ("nucleo_f446re-stm32cube", (1, 28, 31), "GPIO 1 is no SCK of I2S2: 26 (PB10) and 29 (PB13) are"),
        (
            "bluepill_f103c8-stm32cube",
            (29, 28, 31),
            "with STM32Cube only an F4 listens; others need your tkd_app_sensor()",
        ),
    ],
)
def test_pins_and_chips_without_i2s_are_said(name: str, pins: tuple[int, int, int], why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recording_files(wired(name, *pins), Measured("sound", RATE))
    assert str(caught.value).startswith(f"board {name}: {why}; expected a sensor for sound.")


@pytest.mark.parametrize(
    ("name", "pin", "rate", "why"),
    [
        ("pico", 25, 16_000, "GPIO 25 is no analog input of an RP2040: 26 to 29 are"),
        ("pico", 26, 700, "its converter takes 733 samples per second at least, not 700"),
        (
            "esp32dev-espidf",
            34,
            4_000,
            "its converter takes 20,000 samples per second at least, more than 4 times 4,000",
        ),
        (
            "nucleo_f446re-stm32cube",
            9,
            16_000,
            "GPIO 9 is no input of ADC1: 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 32, 33, 34, 35, 36, 37 are "
            "(PA0 is 0, PB0 16, PC0 32)",
        ),
        (
            "nucleo_f446re-stm32cube",
            0,
            2_000,
            "its timer makes 2,747 samples per second at least, not 2,000",
        ),
        (
            "uno_r4_wifi",
            14,
            16_000,
            "an analog microphone is heard on an RP2040, by ESP-IDF and by STM32Cube on an F4; elsewhere it "
            "needs your tkd_app_sensor()",
        ),
    ],
)
def test_what_it_cannot_measure_is_said(name: str, pin: int, rate: int, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recording_files(wired(name, pin), Measured("sound", rate))
    assert str(caught.value).startswith(f"board {name}: {why}; expected a sensor for sound.")
