"""A PlatformIO platform of an emulated board: `pio run` is exercised without a board or a download."""

from platformio.public import PlatformBase


class StandinPlatform(PlatformBase):
    pass
