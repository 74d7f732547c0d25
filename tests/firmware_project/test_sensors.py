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
from tinykd.boards import Board, list_boards, load_board
from tinykd.data.features.frontend import SensorFrontend
from tinykd.firmware_project import project_files
from tinykd.firmware_project.live import live_of
from tinykd.firmware_project.sensor_driver import SensorDriver
from tinykd.firmware_project.sensors import driver_of
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
        assert (name, kind) in {("uno_r4_wifi", "sound")}, found.why
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
            "uno_r4_wifi",
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


CHIP = """
#include <stdio.h>
#include <string.h>
#include "sensed_sensor.h"
#include "tkd_streamer.h"
static int16_t words[7];
static int at, left;
extern "C" const struct tkd_streamer tkd_streamer = {nullptr, nullptr, nullptr};
/* The chip's answer to a register: how much its FIFO holds, or the next frame of it. */
static bool look(int place) {
    at = 0;
    if (place == 0x72) words[0] = static_cast<int16_t>(14 * left);
    return !(place == 0x74 && left-- > 0 && fread(words, 2, 7, stdin) != 7);
}
static int next() {
    const int both = words[at / 2], shift = at % 2 ? 0 : 8;
    ++at;
    return both >> shift & 255;
}
"""
ARDUINO = """
#include <Arduino.h>
#include <Wire.h>
static int wanted;
static uint8_t place;
arduino::MbedI2C::MbedI2C(int, int) {}
arduino::MbedI2C Wire(4, 5);
size_t arduino::Print::write(const uint8_t *, size_t n) { return n; }
void TwoWire::begin() {}
void TwoWire::begin(uint8_t) {}
void TwoWire::setClock(uint32_t) {}
void TwoWire::beginTransmission(uint8_t) { wanted = 1; }
uint8_t TwoWire::endTransmission() { return 0; }
uint8_t TwoWire::endTransmission(bool) { return 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n) { return look(place) ? n : 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n, bool) { return n; }
size_t TwoWire::write(uint8_t value) {
    if (wanted) place = value;
    wanted = 0;
    return 1;
}
size_t TwoWire::write(const uint8_t *, int n) { return static_cast<size_t>(n); }
int TwoWire::available() { return 1; }
int TwoWire::read() { return next(); }
void TwoWire::flush() {}
"""
ESPIDF = """
#include <driver/i2c_master.h>
esp_err_t i2c_new_master_bus(const i2c_master_bus_config_t *wires, i2c_master_bus_handle_t *) {
    return wires->sda_io_num == 21 && wires->scl_io_num == 22 ? ESP_OK : 1;
}
esp_err_t i2c_master_bus_add_device(
    i2c_master_bus_handle_t, const i2c_device_config_t *chip, i2c_master_dev_handle_t *) {
    return chip->device_address == 0x68 && chip->scl_speed_hz == 400000 ? ESP_OK : 1;
}
esp_err_t i2c_del_master_bus(i2c_master_bus_handle_t) { return ESP_OK; }
esp_err_t i2c_master_bus_rm_device(i2c_master_dev_handle_t) { return ESP_OK; }
esp_err_t i2c_master_transmit(i2c_master_dev_handle_t, const uint8_t *, size_t n, int) {
    return n == 2 ? ESP_OK : 1;
}
esp_err_t i2c_master_transmit_receive(
    i2c_master_dev_handle_t, const uint8_t *place, size_t, uint8_t *to, size_t n, int) {
    if (!look(*place)) return 1;
    for (size_t i = 0; i < n; ++i) to[i] = static_cast<uint8_t>(next());
    return ESP_OK;
}
"""
MAIN = """
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
BUSES = {"nano33ble": ARDUINO, "esp32dev-espidf": ESPIDF}


def host_flags(board: Board) -> list[str]:
    """For this machine's compiler, with the framework's headers faked."""
    if board.framework == "espidf":
        return ["-std=c++17", f"-I{FAKES.parent / 'espidf'}"]
    core = core_of(board)
    return [f"-std={core.standard}", *core.flags, f"-I{FAKES / core.folder / 'libraries' / 'Wire'}"]


@pytest.mark.slow
@pytest.mark.parametrize("name", BUSES)
def test_an_mpu6050_gives_its_fifo_in_the_units_of_the_recordings(name: str, tmp_path: Path) -> None:
    """Acceleration in g and turns in degrees per second, of one scale; a FIFO that ran over is counted."""
    import numpy as np

    files = files_for(motion(50.0), name)
    write_files(files, tmp_path)
    (tmp_path / "main.cpp").write_text(CHIP + BUSES[name] + MAIN)
    headers = host_flags(load_board(name))
    where = [f"-I{path}" for path in sorted({str(Path(p).parent) for p in files if p.endswith(".h")})]
    command = ["g++", *headers, *where, "main.cpp", "src/sensor.cpp"]
    subprocess.run([*command, "-o", "run"], cwd=tmp_path, check=True)
    words = np.random.default_rng(0).integers(-8000, 8000, (5, 7)).astype(np.int16)
    done = subprocess.run([str(tmp_path / "run")], input=words.tobytes(), capture_output=True, check=True)
    *values, lost, scale = done.stdout.split()
    found = np.array(values, float).reshape(5, 6) * float(scale)
    wanted = words[:, [0, 1, 2, 4, 5, 6]] / np.array([8192.0] * 3 + [65.5] * 3)
    assert np.abs(found - wanted).max() <= 0.51 * float(scale)
    assert int(lost) == 73
