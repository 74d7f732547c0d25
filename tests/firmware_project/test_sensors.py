"""The driver of a sensor that a board listens to: it compiles for every core, and says why there is none."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.firmware_project.sensed import model
from tests.live.listening import CASES, EVENTS, Case, around, live_model
from tests.ports.compiling import compile_sources, write_files
from tests.ports.cores import FAKES, core_of
from tests.ports.test_compile import roomy
from tinykd.boards import list_boards, load_board
from tinykd.data.features.frontend import SensorFrontend
from tinykd.firmware_project import project_files
from tinykd.firmware_project.live import live_of
from tinykd.firmware_project.sensors import SensorDriver, driver_of
from tinykd.project.events import EventsSection

REAL = {board.name: board for board in list_boards() if board.platformio and board.framework != "stm32cube"}
SIX = tuple(f"{kind}_{axis}_{unit}" for kind, unit in (("acc", "g"), ("gyro", "dps")) for axis in "xyz")


def motion(rate: float, names: tuple[str, ...] = SIX) -> Case:
    """Accelerometer, perhaps with gyroscope."""
    count = len(names)
    return Case(SensorFrontend((0.0,) * count, (1.0,) * count, rate, names), (10, 1, count))


def files_for(case: Case, name: str) -> dict[str, str]:
    """The project of a real board with more room than it has."""
    around_it = around(live_model(case, events_of(case)))
    return project_files(model(case.shape), roomy(load_board(name)), around=around_it)


def kind_of(case: Case) -> str:
    return str(case.frontend.to_json()["kind"])


def rate_of(case: Case) -> float:
    return float(case.frontend.to_json().get("rate_hz") or 1.0)


def events_of(case: Case) -> EventsSection:
    """Ten rows of a sensor, two of sound."""
    return EventsSection(hop_ms=10_000 / rate_of(case)) if kind_of(case) == "sensor" else EVENTS


def driver(case: Case, name: str) -> SensorDriver | None:
    """For a board of tinykd's."""
    surroundings = around(live_model(case, events_of(case)))
    return driver_of(live_of(model(case.shape), surroundings), load_board(name), surroundings)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sound", "motion"])
@pytest.mark.parametrize(
    "name",
    [
        "nano33ble_sense_rev2",
        "nano33ble_sense",
        "nanorp2040connect",
        "xiao_nrf52840_sense",
        "esp32dev",
        "esp32dev-espidf",
        "pico",
        "uno_r4_wifi",
    ],
)
def test_a_driver_compiles_for_its_core(name: str, kind: str, tmp_path: Path) -> None:
    """As src/sensor.cpp, with the core's linkage and every warning an error."""
    rates = {"nano33ble_sense_rev2": 100.0, "nano33ble_sense": 119.0, "nanorp2040connect": 104.0}
    case = CASES["micro"] if kind == "sound" else motion(rates.get(name, 50.0))
    found = driver(case, name)
    assert found is not None
    files = files_for(case, name)
    assert ("src/sensor.cpp" in files) == (not found.why)
    if found.why:
        assert (name, kind) in {("pico", "sound"), ("uno_r4_wifi", "sound"), ("esp32dev-espidf", "motion")}, (
            found.why
        )
        return
    assert "&sensed_sensor," in files["src/main.c"]
    write_files(files, tmp_path)
    board = load_board(name)
    libraries = FAKES / core_of(board).folder / "libraries" if board.framework == "arduino" else tmp_path
    where = [f"-I{each}" for each in libraries.iterdir() if each.is_dir()]
    chosen = ["src/sensor.cpp", "src/main.c", "src/model/sensed_live.c"]
    assert compile_sources(board, files, chosen, tmp_path, where) == 3


@pytest.mark.parametrize(
    ("case", "name", "why"),
    [
        (motion(30.0), "pico", "an MPU-6050 gives 1000 values per second or a whole part of that, not 30"),
        (motion(500.0), "pico", "500 values per second are more than I2C carries"),
        (motion(50.0), "nanorp2040connect", "Arduino_LSM6DSOX gives 104 values per second, not 50"),
        (
            motion(50.0, ("a", "b")),
            "pico",
            'a channel "a" does not say signal and unit, as acc_x_g or gyro_x_dps do',
        ),
        (
            CASES["micro"],
            "pico",
            "[sensors] of the board names no microphone; an analog one needs your tkd_app_sensor()",
        ),
    ],
)
def test_what_a_board_cannot_measure_is_said(case: Case, name: str, why: str) -> None:
    found = driver(case, name)
    assert found is not None and found.why == why
    if kind_of(case) == "audio":
        assert f"There is no `src/sensor.cpp`: {why}." in files_for(case, name)["README.md"]


def test_an_adxl345_measures_no_turns() -> None:
    surroundings = around(live_model(motion(50.0), EventsSection(hop_ms=200)))
    live = live_of(model((10, 1, 6)), surroundings)
    board = load_board("pico")
    wired = board.model_copy(update={"sensors": board.sensors.model_copy(update={"motion": "adxl345"})})
    found = driver_of(live, wired, surroundings)
    assert found is not None and found.why == "an ADXL345 measures no turns"


def test_nothing_listens_without_events_or_on_a_virtual_board() -> None:
    surroundings = around(live_model(CASES["micro"]))
    sources = model(CASES["micro"].shape)
    assert (
        driver_of(live_of(sources, replace(surroundings, events=None)), load_board("pico"), surroundings)
        is None
    )
    assert driver_of(live_of(sources, surroundings), load_board("host"), surroundings) is None


FIFO = """
#include <stdio.h>
#include <Arduino.h>
#include <Wire.h>
#include "sensed_sensor.h"
#include "tkd_streamer.h"
static int16_t words[7];
static int at, left, wanted;
static uint8_t place;
extern "C" const struct tkd_streamer tkd_streamer = {nullptr, nullptr, nullptr};
arduino::MbedI2C::MbedI2C(int, int) {}
arduino::MbedI2C Wire(4, 5);
size_t arduino::Print::write(const uint8_t *, size_t n) { return n; }
void TwoWire::begin() {}
void TwoWire::begin(uint8_t) {}
void TwoWire::setClock(uint32_t) {}
void TwoWire::beginTransmission(uint8_t) { wanted = 1; }
uint8_t TwoWire::endTransmission() { return 0; }
uint8_t TwoWire::endTransmission(bool) { return 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n) {
    at = 0;
    if (place == 0x72) words[0] = static_cast<int16_t>(14 * left);
    if (place == 0x74 && left-- > 0 && fread(words, 2, 7, stdin) != 7) return 0;
    return n;
}
size_t TwoWire::requestFrom(uint8_t, size_t n, bool) { return n; }
size_t TwoWire::write(uint8_t value) {
    if (wanted) place = value;
    wanted = 0;
    return 1;
}
size_t TwoWire::write(const uint8_t *, int n) { return static_cast<size_t>(n); }
int TwoWire::available() { return 1; }
int TwoWire::read() {
    const int both = words[at / 2], shift = at % 2 ? 0 : 8;
    ++at;
    return both >> shift & 255;
}
void TwoWire::flush() {}
int main() {
    tkd_sensor *s = &sensed_sensor;
    left = 5;
    if (!s->begin(s)) return 1;
    s->poll(s);
    for (int i = 0; i < s->last; ++i) {
        for (int c = 0; c < s->channels; ++c) printf("%d ", s->ring[i * s->channels + c]);
    }
    left = 80;
    s->poll(s);
    printf("%u %.9g", s->lost, static_cast<double>(s->scale));
    return 0;
}
"""


@pytest.mark.slow
def test_an_mpu6050_gives_its_fifo_in_the_units_of_the_recordings(tmp_path: Path) -> None:
    """Acceleration in g and turns in degrees per second, of one scale; a FIFO that ran over is counted."""
    import numpy as np

    board = load_board("nano33ble")
    files = files_for(motion(50.0), "nano33ble")
    write_files(files, tmp_path)
    (tmp_path / "main.cpp").write_text(FIFO)
    core = core_of(board)
    libraries = [f"-I{FAKES / core.folder / 'libraries' / 'Wire'}"]
    where = [f"-I{path}" for path in sorted({str(Path(p).parent) for p in files if p.endswith(".h")})]
    command = ["g++", f"-std={core.standard}", *core.flags, *libraries, *where, "main.cpp", "src/sensor.cpp"]
    subprocess.run([*command, "-o", "run"], cwd=tmp_path, check=True)
    words = np.random.default_rng(0).integers(-8000, 8000, (5, 7)).astype(np.int16)
    done = subprocess.run([str(tmp_path / "run")], input=words.tobytes(), capture_output=True, check=True)
    *values, lost, scale = done.stdout.split()
    found = np.array(values, float).reshape(5, 6) * float(scale)
    wanted = words[:, [0, 1, 2, 4, 5, 6]] / np.array([8192.0] * 3 + [65.5] * 3)
    assert np.abs(found - wanted).max() <= 0.51 * float(scale)
    assert int(lost) == 73
