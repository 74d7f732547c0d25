"""Channels of motion by their names: which signal of an accelerometer with gyroscope each is, in which unit.

A name is understood where it says both: ``acc_x_g``, ``ay [m/s2]``, ``gyro_z_dps``, ``gx (rad/s)``, and the
names that the data of UCI is given (``total_acc_x`` in g, ``body_gyro_x`` in rad/s). A unit is never guessed.
"""

import math
import re
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<what>acc(?:el(?:erometer|eration)?)?|gyr(?:o(?:scope)?)?|a|g)[ _.-]?(?P<axis>[xyz])"
    r"(?:[ _.-]*[\[(]?(?P<unit>[a-z°/²^_2]+?)[\])]?)?"
)
_OF_UCI = {"total_acc_": "g", "body_gyro_": "rad/s"}  # as tinykd/data/sources/public_sets.py names them
_ACCELERATION = {"g": 1.0, "mg": 1000.0, **dict.fromkeys(("m/s2", "ms2", "mps2", "m/ss"), 9.80665)}
_TURNING = {
    **dict.fromkeys(("dps", "deg/s", "degs", "°/s"), 1.0),
    **dict.fromkeys(("rad/s", "rads", "radps"), math.pi / 180),
}
COUNTS_PER_G = 8192.0  # of an MPU-6050 at its range of 4 g
COUNTS_PER_DPS = 65.5  # at 500 degrees per second


@dataclass(frozen=True)
class Channel:
    """``word``: of the seven that the sensor gives at once: x, y, z, temperature, turns about x, y, z."""

    word: int
    per_count: float  # in the unit of the recordings
    name: str


def channels_of(names: tuple[str, ...]) -> tuple[Channel, ...] | str:
    """Of all ``names``; or why they are unknown."""
    if not names:
        return "its channels have no names that say signal and unit, such as acc_x_g"
    found = [_channel(name) for name in names]
    unknown = [name for name, channel in zip(names, found, strict=True) if channel is None]
    if unknown:
        return f'a channel "{unknown[0]}" does not say signal and unit, as acc_x_g or gyro_x_dps do'
    return tuple(channel for channel in found if channel is not None)


def _channel(name: str) -> Channel | None:
    plain = name.strip().lower()
    known = next((unit for start, unit in _OF_UCI.items() if plain.startswith(start)), None)
    match = _NAME.fullmatch(plain.partition("_")[2] if known else plain)
    if match is None:
        return None
    unit = known or (match["unit"] or "").replace("²", "2").replace("^", "").replace("_", "/")
    turning = match["what"].startswith("g")
    units, counts = (_TURNING, COUNTS_PER_DPS) if turning else (_ACCELERATION, COUNTS_PER_G)
    per = units.get(unit)
    if per is None:
        return None
    return Channel("xyz".index(match["axis"]) + (4 if turning else 0), per / counts, name)
