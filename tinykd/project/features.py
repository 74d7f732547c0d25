"""``[features]``: what is made of a sensor's values before the model, in integers, on the device as well."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tinykd.project.values import SectionModel, only_list

Hertz = Annotated[float, Field(gt=0, le=1_000_000)]


def _check_numbers(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if min(numbers, default=0) < 0:
        raise ValueError("counts channels from 0 on; numbers such as [0, 1, 2]")
    return numbers


ChannelNumbers = Annotated[tuple[int, ...], BeforeValidator(only_list), AfterValidator(_check_numbers)]


class FeaturesSection(SectionModel):
    """Filters and spectra, in the order of their keys; None: not used."""

    gravity_hz: Hertz | None = None  # what a low-pass leaves is taken off accelerations
    gravity_channels: ChannelNumbers = ()
    high_pass_hz: Hertz | None = None
    low_pass_hz: Hertz | None = None
    magnitude: Literal["none", "added", "only"] = "none"  # of each three channels
    spectrum_bands: Annotated[int, Field(ge=2, le=128)] | None = None
    spectrum_window: Annotated[int, Field(ge=33, le=8192)] | None = None  # values; None: the whole window
    spectrum_hop: Annotated[int, Field(ge=1, le=8192)] | None = None  # None: half of it
    spectrum_f_min: Annotated[float, Field(ge=0)] | None = None  # None: above the mean
    spectrum_f_max: Hertz | None = None  # None: half the rate

    @property
    def is_given(self) -> bool:
        """Whether anything is to be done."""
        filters = (self.gravity_hz, self.high_pass_hz, self.low_pass_hz, self.spectrum_bands)
        return any(each is not None for each in filters) or self.magnitude != "none"
