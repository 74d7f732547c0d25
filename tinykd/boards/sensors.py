"""``[sensors]`` of a board's TOML: what sound and motion are measured with, on the board or wired to it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SoundSource = Literal["none", "pdm", "i2s", "analog"]
MotionChip = Literal["mpu6050", "adxl345", "lsm9ds1", "lsm6dsox", "bmi270"]


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Pin = Annotated[int, Field(ge=0, le=255)]


class SensorsSection(BaseModel):
    """``sound``: pdm of the board's own microphone, i2s of one that is wired to ``i2s_pins``, analog of one
    with an amplifier at ``analog_pin``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sound: SoundSource = "none"
    i2s_pins: Annotated[tuple[Pin, Pin, Pin] | None, BeforeValidator(_tuple)] = None  # SCK, WS, SD
    analog_pin: Pin | None = None  # the chip's number of it: GPIO
    i2c_pins: Annotated[tuple[Pin, Pin] | None, BeforeValidator(_tuple)] = (
        None  # SDA, SCL; Arduino knows its own
    )
    motion: MotionChip = "mpu6050"

    @model_validator(mode="after")
    def _has_its_pins(self) -> "SensorsSection":
        if (self.sound == "i2s") != (self.i2s_pins is not None):
            raise ValueError('i2s_pins are for sound = "i2s", and needed there: [SCK, WS, SD]')
        if (self.sound == "analog") != (self.analog_pin is not None):
            raise ValueError('analog_pin is for sound = "analog", and needed there: the number of a GPIO')
        return self
