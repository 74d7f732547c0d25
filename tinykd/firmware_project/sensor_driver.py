"""A driver of a sensor, as ``src/sensor.cpp`` of a project: template and facts, or why there is none."""

from dataclasses import dataclass
from typing import Any, Literal

_SETTLES_S = 1 / 8
Template = Literal["pdm", "i2s", "adc_rp2040", "adc_espidf", "adc_stm32f4", "i2s_stm32f4", "motion", ""]


@dataclass(frozen=True)
class SensorDriver:
    """``why`` is empty where it is written; then the rest is for its ``template``."""

    template: Template = ""
    why: str = ""
    names: str = "sound"
    scale: float = 1.0
    ring_frames: int = 0
    ring_seconds: float = 0.0
    facts: dict[str, Any] | None = None
    dependency: str = ""  # of PlatformIO's registry

    @property
    def component(self) -> str:
        """Of ESP-IDF, that it is written for."""
        return {"i2s": "esp_driver_i2s", "adc_espidf": "esp_adc", "motion": "esp_driver_i2c"}.get(
            self.template, ""
        )

    @property
    def is_sound(self) -> bool:
        """Else it is motion."""
        return self.template != "motion"

    @property
    def polls(self) -> bool:
        """Whether the firmware looks at it; else its interrupt fills the ring."""
        return self.template != "pdm"


def driver_at(template: Template, rate: int, facts: dict[str, Any]) -> SensorDriver:
    """Of sound at ``rate`` samples per second."""
    frames = ring_frames(rate)
    return SensorDriver(template, ring_frames=frames, ring_seconds=frames / rate, facts=facts)


def ring_frames(rate: int) -> int:
    """0.2 s at least, a power of two."""
    return 1 << max(9, (rate // 5).bit_length())


def settling(rate: int) -> int:
    """Samples, a power of two, of the mean that an analog input is taken from."""
    return 1 << round(rate * _SETTLES_S).bit_length()
