"""What the C of each kind of raw samples needs to know: memory, steps, the functions that compute them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np

from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.spectrum import Spectrum
from tinykd.firmware_project.text import TOKENS
from tinykd.front.image import ImageWay
from tinykd.front.measured import MeasuredWay
from tinykd.front.raw_input import QUANTIZE, RawInput
from tinykd.front.sound import SoundWay
from tinykd.front.text import TextWay

RAW = "RAW_OFFSET"  # C's name of the raw sample's place
_MICRO = {  # the kernel of each step, and the part of the work memory that its output lies in
    "window": ("tkd_window_s16", 0),
    "scale": ("tkd_fft_auto_scale_s16", 0),
    "fft": ("tkd_rfft_s16", 1),
    "energy": ("tkd_energy_s16", 0),
    "bands": ("tkd_filter_bank_u32", 1),
    "root": ("tkd_square_root_u64", 2),
    "noise": ("tkd_spectral_subtraction_u32", 2),
    "gain": ("tkd_pcan_u32", 2),
    "log": ("tkd_log_u32", 1),
    QUANTIZE: ("tkd_micro_frontend_level", 0),
}
_LOG_MEL = {
    "window": ("tkd_log_mel_windowed", "WORK_OFFSET"),
    "fft": ("tkd_log_mel_dft", "WORK_OFFSET"),
    "bands": ("tkd_log_mel_bands", "BANDS_OFFSET"),
    "log": ("tkd_log", "BANDS_OFFSET"),
    QUANTIZE: ("tkd_quantize", "0u"),
}
_FILTERS = ("count", "gravity", "high_pass", "low_pass", "magnitude")  # as tkd_filters_step_name has them
_CAMERA = {"scale": "tkd_camera_step", "grey": "tkd_camera_step", QUANTIZE: "tkd_camera_step"}
Place = dict[str, tuple[str, str]]  # function and place in C of each step


@dataclass(frozen=True)
class RawFacts:
    """``blocks``: macro, what it holds, bytes; the raw sample first. ``more``: of one kind alone."""

    kind: str
    what: str
    dtype: str
    scale: float
    blocks: tuple[tuple[str, str, int], ...]
    places: Place
    more: dict[str, Any] = field(default_factory=dict)


def raw_facts(raw: RawInput) -> RawFacts:
    """Of the kind that ``raw`` is of."""
    match raw.way:
        case SoundWay() as sound:
            return _log_mel(sound, raw) if isinstance(sound.frontend.how, LogMel) else _micro(sound, raw)
        case MeasuredWay() as measured:
            return _measured(measured, raw)
        case ImageWay() as image:
            return _image(image, raw)
        case TextWay() as text:
            return _text(text)
        case _:
            assert_never(raw.way)


def _sound(front: AudioFrontend) -> str:
    return f"{front.how.samples} samples of 16 bits, {front.how.rate} per second"


def _micro(way: SoundWay, raw: RawInput) -> RawFacts:
    how = way.frontend.how
    part = _part(how.bands, how.fft)
    return RawFacts(
        "micro",
        _sound(way.frontend),
        "TKD_INT16",
        1 / 32768,
        (
            (RAW, "the raw sample", raw.raw_bytes),
            ("NOISE_OFFSET", "the noise in each band", 4 * how.bands),
            ("WORK_OFFSET", "what the steps of a frame give", 3 * part + 4),
        ),
        _micro_places(raw.step_names, part),
        {"order": [tuple(_MICRO).index(step) for step in raw.step_names]},
    )


def _part(bands: int, fft: int) -> int:
    return max(8 * bands, 2 * fft + 4)


def _micro_places(steps: Sequence[str], part: int) -> Place:
    return {
        step: (_MICRO[step][0], "0u" if step == QUANTIZE else f"WORK_OFFSET + {_MICRO[step][1] * part}u")
        for step in steps
    }


def _log_mel(way: SoundWay, raw: RawInput) -> RawFacts:
    how = way.frontend.how
    return RawFacts(
        "log_mel",
        _sound(way.frontend),
        "TKD_INT16",
        1 / 32768,
        (
            (RAW, "the raw sample", raw.raw_bytes),
            ("WORK_OFFSET", "the spectrum of a frame", 8 * how.fft),
            ("BANDS_OFFSET", "its bands", 4 * how.bands),
        ),
        _LOG_MEL,
    )


def _measured(way: MeasuredWay, raw: RawInput) -> RawFacts:
    how = way.how
    what = f"{way.values} rows of {way.channels} values in float32"
    raw_block = (RAW, "the raw sample", raw.raw_bytes)
    if how is None:
        places = {QUANTIZE: ("tkd_quantize", "0u")}
        own = {"channels": len(way.frontend.mean)}
        return RawFacts("measured", what, "TKD_FLOAT32", 0.0, (raw_block,), places, own)
    blocks = (
        raw_block,
        ("STATES_OFFSET", "what the filters remember", 16 * 3 * how.measured),
        ("VALUES_OFFSET", "filtered values", 4 * how.width * way.values),
    )
    once: Place = dict.fromkeys(way.once, ("tkd_filters_window_step", "VALUES_OFFSET"))
    more: dict[str, Any] = {"once_order": [_FILTERS.index(name) for name in way.once], "rows": way.values}
    if how.spectrum is None:
        places = {**once, QUANTIZE: ("tkd_quantize", "0u")}
        return RawFacts("filters", what, "TKD_FLOAT32", 0.0, blocks, places, more)
    return RawFacts(
        "spectrum",
        what,
        "TKD_FLOAT32",
        0.0,
        (*blocks, *_spectrum_blocks(how.spectrum)),
        {**once, **_spectrum_places(raw.step_names, how.spectrum)},
        {**more, **_spectrum_more(raw.step_names, how.spectrum)},
    )


def _spectrum_blocks(how: Spectrum) -> Iterator[tuple[str, str, int]]:
    yield "FRAME_OFFSET", "a frame of a channel", 2 * how.frame
    yield "WORK_OFFSET", "what the steps of a frame give", 3 * _part(how.bands, how.fft) + 4


def _spectrum_places(steps: Sequence[str], how: Spectrum) -> Place:
    own = {"frame": ("tkd_filters_signal", "FRAME_OFFSET")}
    return {**own, **_micro_places([step for step in steps if step != "frame"], _part(how.bands, how.fft))}


def _spectrum_more(steps: Sequence[str], how: Spectrum) -> dict[str, Any]:
    kernels = [tuple(_MICRO).index(step) for step in steps if step not in ("frame", QUANTIZE)]
    return {"order": [0, *kernels], "part": _part(how.bands, how.fft)}  # the first: the copy of the frame


def _image(way: ImageWay, raw: RawInput) -> RawFacts:
    camera = way.camera
    steps = raw.step_names
    own = {"camera": camera, "levels": way.levels()} if way.frontend.camera is None else {}
    return RawFacts(
        "image",
        f"a frame of {camera.frame_height} x {camera.frame_width} pixels, {camera.channels} bytes each",
        "TKD_UINT8",
        1.0,
        (
            (RAW, "the raw sample", raw.raw_bytes),
            ("PIXELS_OFFSET", "a row of pixels", camera.width * camera.channels),
        ),
        {step: (_CAMERA[step], "0u" if step == QUANTIZE else "PIXELS_OFFSET") for step in steps},
        {
            "order": [tuple(_CAMERA).index(step) for step in steps],
            "row_bytes": camera.width * camera.output_channels,
            **own,
        },
    )


def _text(way: TextWay) -> RawFacts:
    how = way.frontend.how
    return RawFacts(
        "text",
        f"a text, {way.raw_bytes} bytes of UTF-8, zeros behind a shorter one",
        "TKD_UINT8",
        1.0,
        (
            (RAW, "the raw sample", way.raw_bytes),
            ("NORMAL_OFFSET", "what counts of it", way.raw_bytes),
        ),
        {"normal": ("tkd_text_normal", "NORMAL_OFFSET"), "ids": (TOKENS[how.settings.tokens], "0u")},
    )


def sizes(raw: RawInput) -> dict[str, int]:
    """Bytes that each step gives, once or in each pass."""
    first = raw.layers(np.zeros(raw.raw_bytes, np.int8))
    names = (*raw.way.once, *raw.step_names)
    return {name: layer.data.nbytes for name, layer in zip(names, first, strict=False)}
