"""What the numbers of images and of sound mean: which value is black and which white, which is full scale.

Types tell of bytes; of all others the values do, looked at in all parts of a source together, so that a part
in another range than the rest is found. What is ambiguous is one line that names the key. Sensors and
tables need none of this: every channel is normalised by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.figures import extremes
from tinykd.data.stored.lazy_rows import blocks
from tinykd.data.types import SampleRows
from tinykd.errors import DataError

Arrays = Mapping[str, SampleRows]  # by their names in the source
_SLACK = 0.05  # of a range, at either end: resampled images overshoot
_DARK = 0.25  # of white: bytes that reach no more may mean something else


@dataclass(frozen=True)
class Range:
    """``low`` becomes 0, ``high`` becomes 1; of sound, ``high`` is full scale and 0 stays 0."""

    low: float
    high: float
    standard: bool = False  # mean 0 and deviation 1 already: nothing is done

    def __str__(self) -> str:
        return f"[{self.low:g}, {self.high:g}]"

    @property
    def span(self) -> float:
        """From ``low`` to ``high``."""
        return self.high - self.low

    def holds(self, other: "Range") -> bool:
        """Whether all of ``other`` lies in it, or hardly outside."""
        slack = _SLACK * self.span
        return self.low - slack <= other.low and other.high <= self.high + slack


UNIT, SIGNED, BYTES = Range(0, 1), Range(-1, 1), Range(0, 255)
WORDS, STANDARD = Range(0, 65535), Range(0, 1, standard=True)
SOUND_16, SOUND_32 = Range(-32768, 32768), Range(-(2.0**31), 2.0**31)


@dataclass(frozen=True)
class Reading:
    """How all samples of a source are read, and what its user should know of it."""

    range: Range
    of_type: Mapping[np.dtype[Any], Range]  # of arrays whose type says it
    note: str = ""

    def of(self, x: SampleRows) -> Range:
        """The range that ``x`` is in."""
        return self.of_type.get(x.dtype, self.range)


def reading_of_images(arrays: Arrays, where: str, given: Sequence[float] | None) -> Reading:
    """``given``: ``[image] range``, which decides."""
    if given is not None:
        return Reading(Range(given[0], given[1]), {})
    typed, others = _divided(arrays, (np.uint8,))
    found = _one_range(others, where, _image_range, _unknown_image, images=True)
    bytes_range = UNIT if typed and _over(typed).high <= 1 else BYTES
    if found is None or found == UNIT:
        note = _dark(typed, bytes_range)
    else:
        note = _brought(
            others, "taken as they are" if found.standard else "brought to [0, 1]", "[image] range"
        )
    return Reading(found or bytes_range, {np.dtype(np.uint8): bytes_range}, note)


def reading_of_sounds(arrays: Arrays, where: str) -> Reading:
    """Full scale; an array ``scale`` says otherwise."""
    of_type: dict[np.dtype[Any], Range] = {np.dtype(np.uint8): BYTES, np.dtype(np.int16): SOUND_16}
    typed, others = _divided(arrays, tuple(of_type))
    _check_around_zero({name: x for name, x in arrays.items() if x.dtype != np.uint8}, where)
    found = _one_range(others, where, _sound_range, _unknown_sound)
    note = "" if found in (None, SIGNED) else _brought(others, "brought to [-1, 1]", "an array scale")
    return Reading(found or next((of_type[x.dtype] for x in typed.values()), SIGNED), of_type, note)


def note_on_scaled(arrays: Arrays) -> str:
    """A note on images that an array ``scale`` did not bring to black 0 and white 1."""
    if not arrays or UNIT.holds(held := _over(arrays)) or _is_standard(arrays, held):
        return ""
    found = f"values from {held.low:.4g} to {held.high:.4g}, times the array scale, are taken as they are"
    return f"{found} (images are learnt in [0, 1]: without scale, [image] range brings them there)"


def image_in(x: NDArray[Any], range: Range) -> NDArray[np.float32]:
    """``x`` with black 0 and white 1."""
    found = (x.astype(np.float32) - np.float32(range.low)) / np.float32(range.span)
    return np.asarray(found, np.float32)


def sound_in(x: NDArray[Any], range: Range) -> NDArray[np.float32]:
    """``x`` in [-1, 1]; 8 bits are centred on 128, as in WAV files (IBM and Microsoft, RIFF, 1991)."""
    if x.dtype == np.uint8:
        return ((x.astype(np.float32) - 128) / np.float32(128)).astype(np.float32)
    return (x.astype(np.float64) / range.high).astype(np.float32)


def _divided(arrays: Arrays, types: Sequence[Any]) -> tuple[Arrays, Arrays]:
    """Those of ``types``, and all others."""
    typed = {name: x for name, x in arrays.items() if x.dtype in types}
    return typed, {name: x for name, x in arrays.items() if name not in typed}


def _one_range(
    arrays: Arrays,
    where: str,
    known: Callable[[Range], Range | None],
    unknown: Callable[[str, Range], DataError],
    images: bool = False,
) -> Range | None:
    """That of all ``arrays``; None: there are none."""
    if not arrays:
        return None
    over = _over(arrays)
    found = known(over) or (STANDARD if images and _is_standard(arrays, over) else None)
    held = {name: _over({name: x}) for name, x in arrays.items()}
    odd = [name for name, each in held.items() if (_is_odd(each, found) if found else known(each))]
    if odd and len(odd) < len(arrays):
        ranges = ", ".join(f"{name} from {each.low:.4g} to {each.high:.4g}" for name, each in held.items())
        raise DataError(where, ranges, "one range in all parts", "Scale them alike before saving")
    if found is None:
        raise unknown(f"{where}: {next(iter(arrays))}", over)
    return found


def _is_odd(held: Range, found: Range) -> bool:
    """Whether a part holds so much less than the range of all that it must mean something else."""
    if held.low == held.high:
        return False  # black, or silence
    if found.span > 16 and SIGNED.holds(held):
        return True
    return found in (SIGNED, STANDARD) and UNIT.holds(held)


def _is_standard(arrays: Arrays, over: Range) -> bool:
    """Whether somebody has brought all samples to mean 0 and deviation 1."""
    count = sum(x.size for x in arrays.values())
    total = square = 0.0
    for block in (block for x in arrays.values() for block in blocks(x)):
        total += float(block.sum(dtype=np.float64))
        square += float(np.square(block, dtype=np.float64).sum())
    mean, square = total / count, square / count
    return over.low < 0 and abs(mean) < 0.5 and 0.5 < square - mean * mean < 2


def _over(arrays: Arrays) -> Range:
    """From the smallest to the largest value."""
    ends = [extremes(x) for x in arrays.values()]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return Range(low + 0.0, high + 0.0)  # no minus before a zero


def _image_range(held: Range) -> Range | None:
    if UNIT.holds(held):
        return UNIT
    if SIGNED.holds(held):
        return SIGNED
    if BYTES.holds(held) and held.high > BYTES.high * _DARK:
        return BYTES
    return WORDS if held.low >= 0 and WORDS.high / 2 < held.high <= WORDS.high else None


def _sound_range(held: Range) -> Range | None:
    peak = max(-held.low, held.high)
    if peak <= 1.5:  # float sound may go a little beyond full scale
        return SIGNED
    if 256 < peak <= 32768:
        return SOUND_16
    return SOUND_32 if 2.0**24 < peak <= 2.0**31 else None


def _check_around_zero(arrays: Arrays, where: str) -> None:
    """Refuse what an analogue input counts, from 0 up: silence would be half of full scale."""
    if not arrays or (held := _over(arrays)).low < 0 or held.high == held.low:
        return
    found = f"values from {held.low:.4g} to {held.high:.4g}, none below 0"
    raise DataError(f"{where}: {next(iter(arrays))}", found, "sound around 0", "Subtract the middle, silence")


def _unknown_image(where: str, held: Range) -> DataError:
    wanted = "images in [0, 1], [-1, 1] or [0, 255]"
    fix = (
        f"Say [image] range = [{held.low:.4g}, {held.high:.4g}], what becomes 0 and 1, or [data] kind = "
        '"sensor" or "table" if they are no images'
    )
    return DataError(where, f"values from {held.low:.4g} to {held.high:.4g}", wanted, fix)


def _unknown_sound(where: str, held: Range) -> DataError:
    wanted = "sound in [-1, 1], or of 16 or 32 bits"
    fix = "Give an array scale: what they are multiplied by"
    return DataError(where, f"values from {held.low:.4g} to {held.high:.4g}", wanted, fix)


def _brought(arrays: Arrays, done: str, key: str) -> str:
    held = _over(arrays)
    return f"values from {held.low:.4g} to {held.high:.4g} are {done} ({key} says otherwise)"


def _dark(of_bytes: Arrays, range: Range) -> str:
    return note_on_dark(_over(of_bytes).high) if of_bytes and range == BYTES else ""


def note_on_dark(brightest: float) -> str:
    """Bytes may hold sixteen greys, and then most of the model's range is never used."""
    if not 0 < brightest <= BYTES.high * _DARK:
        return ""
    fix = f"say [image] range = [0, {brightest:.0f}] if that is white"
    return f"no byte is above {brightest:.0f}, and 255 becomes 1 ({fix})"
