"""Firmware that records and does nothing else, from a board's own sensor: no project and no model are needed.

A pure function of the board and of what is to be measured. The driver is that of firmware that listens.
"""

from dataclasses import dataclass
from typing import Literal

from tinykd.boards import Board
from tinykd.data.features.frontend import AudioFrontend, Frontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.errors import ConfigError
from tinykd.firmware_project.live import LiveFirmware
from tinykd.firmware_project.live_plan import LivePlan
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.tree import FirmwareContent, content_files
from tinykd.project.samples import AudioSection

Kind = Literal["sound", "motion"]
_AXES = ("acc_x_g", "acc_y_g", "acc_z_g")
_TURNS = ("gyro_x_dps", "gyro_y_dps", "gyro_z_dps")
_DEFAULT_HZ = {"sound": 16_000.0, "motion": 100.0}
_CHIP_HZ = {"lsm9ds1": 119.0, "lsm6dsox": 104.0, "bmi270": 99.84}
_HEADER = """\
#ifndef RECORDER_LIVE_H
#define RECORDER_LIVE_H
#define RECORDER_LIVE_RATE_MILLIHZ %uu
#define RECORDER_LIVE_CHANNELS %uu
#endif
"""


@dataclass(frozen=True)
class Measured:
    """What is recorded; ``rate_hz`` None: 16 kHz of sound, of motion what the board's chip gives."""

    kind: Kind
    rate_hz: float | None = None


def recorder_files(model: ModelSources, board: Board, measured: Measured) -> dict[str, str]:
    """The project; one line where the board has no such sensor, or not at such a rate."""
    frontend = _frontend(board, measured)
    channels = len(frontend.columns) if isinstance(frontend, SensorFrontend) else 1
    plan = LivePlan("sensor", 1, 1, 1, channels, 1, channels, round(1000 * _rate(board, measured)))
    live = LiveFirmware(model.name, plan)
    content = FirmwareContent(model, board, around=Surroundings(frontend, {}), recorded=live)
    driver = content.driver
    if driver is None or driver.why:
        why = driver.why if driver else "it is virtual"
        fix = "Choose another --rate or --board, or write tkd_app_sensor() in a project's src/app.cpp"
        raise ConfigError(f"board {board.name}", why, f"a sensor for {measured.kind}", fix)
    header = _HEADER % (plan.rate_millihz, plan.channels)
    return content_files(content) | {f"include/{model.name}_live.h": header}


def _rate(board: Board, measured: Measured) -> float:
    own = _CHIP_HZ.get(board.sensors.motion) if measured.kind == "motion" else None
    return measured.rate_hz or own or _DEFAULT_HZ[measured.kind]


def _frontend(board: Board, measured: Measured) -> Frontend:
    rate = _rate(board, measured)
    if measured.kind == "sound":
        section = AudioSection.model_validate(
            {"rate": max(8000, round(rate))}
        )  # nothing is made of its bands
        return AudioFrontend(LogMel.of(section), "time", 0.0, 1.0)
    names = _AXES if board.sensors.motion == "adxl345" else (*_AXES, *_TURNS)
    return SensorFrontend((0.0,) * len(names), (1.0,) * len(names), rate, names)
