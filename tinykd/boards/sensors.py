"""``[sensors]`` of a board's TOML: what sound and motion are measured with, on the board or wired to it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SoundSource = Literal["none", "pdm", "i2s", "analog"]
MotionChip = Literal["mpu6050", "adxl345", "lsm9ds1", "lsm6dsox", "bmi270"]

CameraChip = Literal["none", "ov2640", "ov7670"]


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Pin = Annotated[int, Field(ge=0, le=255)]
MaybePin = Annotated[int, Field(ge=-1, le=255)]  # -1: not wired


class CameraPins(BaseModel):
    """GPIO numbers, by the names of Espressif's esp32-camera; ``data`` from d0 (Y2) to d7 (Y9)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pwdn: MaybePin = -1
    reset: MaybePin = -1
    xclk: Pin
    sda: Pin
    scl: Pin
    data: Annotated[tuple[Pin, Pin, Pin, Pin, Pin, Pin, Pin, Pin], BeforeValidator(_tuple)]
    vsync: Pin
    href: Pin
    pclk: Pin


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
    camera: CameraChip = "none"  # ov7670: through Arduino_OV767X, which knows its pins
    camera_pins: CameraPins | None = None

    @model_validator(mode="after")
    def _has_its_pins(self) -> "SensorsSection":
        if (self.sound == "i2s") != (self.i2s_pins is not None):
            raise ValueError('i2s_pins are for sound = "i2s", and needed there: [SCK, WS, SD]')
        if (self.sound == "analog") != (self.analog_pin is not None):
            raise ValueError('analog_pin is for sound = "analog", and needed there: the number of a GPIO')
        if (self.camera == "ov2640") != (self.camera_pins is not None):
            raise ValueError('camera_pins are for camera = "ov2640", and needed there')
        return self
