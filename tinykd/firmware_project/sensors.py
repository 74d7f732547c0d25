"""The driver of a board's sensor for a model that listens: ``src/sensor.cpp``, or why there is none.

Written only where rate, channels and units are the model's, by ``[sensors]`` of the board's TOML. What the
user's code has in ``tkd_app_sensor()`` is taken in its place.
"""

from typing import Any

from tinykd.boards import Board
from tinykd.boards.sensors import MotionChip
from tinykd.data.features.frontend import SensorFrontend
from tinykd.firmware_project.live import LiveFirmware
from tinykd.firmware_project.motion import Channel, channels_of
from tinykd.firmware_project.sensor_driver import SensorDriver
from tinykd.firmware_project.sound_sensors import sound_driver
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.template import render_template

_TITLES = {
    "mpu6050": "An MPU-6050 on the I2C pins",
    "adxl345": "An ADXL345 on the I2C pins",
    "lsm9ds1": "The board's LSM9DS1",
    "lsm6dsox": "The board's LSM6DSOX",
    "bmi270": "The board's BMI270",
}
_SOURCES = {
    "mpu6050": "Registers: InvenSense, MPU-6000/MPU-6050 Register Map (RM-MPU-6000A).",
    "adxl345": "Registers: Analog Devices, ADXL345 data sheet, Register Map.",
}
_LIBRARIES = {"lsm9ds1": "Arduino_LSM9DS1", "lsm6dsox": "Arduino_LSM6DSOX", "bmi270": "Arduino_BMI270_BMM150"}
_DEPENDENCIES = {
    "lsm9ds1": "arduino-libraries/Arduino_LSM9DS1@1.1.1",
    "lsm6dsox": "arduino-libraries/Arduino_LSM6DSOX@1.1.2",
    "bmi270": "arduino-libraries/Arduino_BMI270_BMM150@1.2.0",
}
_LIBRARY_HZ = {"lsm9ds1": 119.0, "lsm6dsox": 104.0, "bmi270": 99.84}  # as those libraries set them
_NEAR = 0.05  # of the rate that the model was taught with
_ADXL345_CODES = {12.5: 7, 25.0: 8, 50.0: 9, 100.0: 10, 200.0: 11, 400.0: 12}  # BW_RATE
_MOST_HZ = 250.0  # of 14 bytes on I2C at 400 kHz, beside the model
_MOTION_FRAMES = 64


def driver_of(live: LiveFirmware | None, board: Board, around: Surroundings | None) -> SensorDriver | None:
    """None where nothing listens, or the board is virtual."""
    if live is None or around is None or board.virtual:
        return None
    if isinstance(around.frontend, SensorFrontend):
        return _motion(live, board, around.frontend)
    return sound_driver(live, board)


def driver_note(driver: SensorDriver | None) -> str:
    """One line for a person, empty where there is nothing to say."""
    return f"no src/sensor.cpp: {driver.why}" if driver and driver.why else ""


def driver_files(name: str, driver: SensorDriver | None, facts: dict[str, Any]) -> dict[str, str]:
    """``src/sensor.cpp`` and ``include/NAME_sensor.h``."""
    if driver is None or driver.why:
        return {}
    whole = facts | {"driver": vars(driver) | (driver.facts or {}) | _flags(driver)}
    return {
        "src/sensor.cpp": render_template(f"project/sensors/{driver.template}.cpp.j2", whole),
        f"include/{name}_sensor.h": render_template("project/sensors/sensor.h.j2", whole),
    }


def _flags(driver: SensorDriver) -> dict[str, bool]:
    return {"is_sound": driver.is_sound, "polls": driver.polls}


def _motion(live: LiveFirmware, board: Board, frontend: SensorFrontend) -> SensorDriver:
    chip, rate = board.sensors.motion, live.plan.rate_millihz / 1000
    if why := _no_bus(board):
        return SensorDriver(why=why)
    channels = channels_of(frontend.columns)
    if isinstance(channels, str):
        return SensorDriver(why=channels)
    turns = any(channel.word > 3 for channel in channels)
    if chip == "adxl345" and turns:
        return SensorDriver(why="an ADXL345 measures no turns")
    divider = _divider(chip, rate)
    if isinstance(divider, str):
        return SensorDriver(why=divider)
    facts = {
        "chip": chip,
        "title": _TITLES[chip],
        "source": _SOURCES.get(chip, f"Through Arduino's library {_LIBRARIES.get(chip)}."),
        "library": _LIBRARIES.get(chip),
        "channels": channels,
        "turns": turns,
        "divider": divider,
        "pins": board.sensors.i2c_pins,
    }
    return SensorDriver(
        "motion",
        names=",".join(channel.name for channel in channels),
        scale=_scale(channels),
        ring_frames=_MOTION_FRAMES,
        ring_seconds=_MOTION_FRAMES / rate,
        facts=facts,
        dependency=_DEPENDENCIES.get(chip, ""),
    )


def _no_bus(board: Board) -> str:
    """Why none of its drivers can talk to the chip; empty where one can."""
    match board.framework:
        case "arduino":
            return ""
        case "espidf" if board.sensors.motion in _LIBRARIES:
            return f"Arduino's {_LIBRARIES[board.sensors.motion]} is no library of ESP-IDF"
        case "espidf":
            return "" if board.sensors.i2c_pins else "[sensors] of the board names no i2c_pins = [SDA, SCL]"
        case _:
            return f"its driver is for the frameworks arduino and espidf, not {board.framework}"


def _divider(chip: MotionChip, rate: float) -> int | str:
    """What the register of the rate must hold; or why the chip has no such rate."""
    if chip == "mpu6050":
        divider = round(1000 / rate) - 1
        if not 0 <= divider <= 255 or abs(1000 / (divider + 1) - rate) > 0.01 * rate:
            return f"an MPU-6050 gives 1000 values per second or a whole part of that, not {rate:g}"
        return divider if rate <= _MOST_HZ else f"{rate:g} values per second are more than I2C carries"
    if chip == "adxl345":
        code = _ADXL345_CODES.get(rate)
        return (
            f"an ADXL345 gives {', '.join(map('{:g}'.format, _ADXL345_CODES))} values per second"
            if code is None
            else code
        )
    own = _LIBRARY_HZ[chip]
    if abs(own / rate - 1) > _NEAR:
        return f"{_LIBRARIES[chip]} gives {own:g} values per second, not {rate:g}"
    return 0


def _scale(channels: tuple[Channel, ...]) -> float:
    """One count of int16, so that the widest channel fits."""
    widest = max(32767 * channel.per_count for channel in channels)
    return widest / 32767
