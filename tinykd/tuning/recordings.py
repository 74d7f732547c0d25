"""Long recordings with marks of what is in them, made of a split's samples, background and silence; seeded.

Each sample is in them once, in a drawn order, with gaps between. Over all of it lies background noise, in
stretches of 5 to 20 s, each from one file at a drawn place; a fifth of the stretches is silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]  # (time, channels)

PART_S = 600.0  # about as long is one recording: it has to fit the memory
SILENT_SHARE = 0.2  # of the stretches
STRETCH_S = (5.0, 20.0)


@dataclass(frozen=True)
class LabelledSignal:
    """One sample, and its class; ``index`` is None for what is nothing but background."""

    signal: Signal
    index: int | None


@dataclass(frozen=True)
class Mark:
    """Something of class ``index`` (-1: of none of the model's) from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    index: int


@dataclass(frozen=True)
class MarkedRecording:
    """``rate_hz`` values of each channel per second; ``drowned``: samples that are quieter than the noise
    which was laid over them."""

    name: str
    signal: Signal
    rate_hz: float
    marks: tuple[Mark, ...]
    drowned: int = 0

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.signal) / self.rate_hz


@dataclass(frozen=True)
class RecordingPlan:
    """How recordings are made. ``gaps``: without them, samples follow one another and nothing is mixed in."""

    rate_hz: float
    hours: float  # in all, or longer where the shortest gaps make it so
    least_gap_s: float
    snr_db: float = 10.0  # of a sample of middling loudness to the noise
    background: Sequence[Signal] = ()  # none: white noise
    gaps: bool = True


def compose(
    takes: Sequence[LabelledSignal], plan: RecordingPlan, seed: int, name: str
) -> Iterator[MarkedRecording]:
    """Recordings of about ten minutes each, ``NAME 1`` and so on; the same for the same seed."""
    random = np.random.default_rng(seed)
    level = _level(takes) * 10 ** (-plan.snr_db / 20)
    mean_gap_s = max(plan.least_gap_s, _room_s(takes, plan) / max(1, len(takes)))
    pieces: list[LabelledSignal] = []
    number = 0
    for at, place in enumerate(random.permutation(len(takes)), start=1):
        if plan.gaps:
            gap_s = plan.least_gap_s + 2 * random.random() * (mean_gap_s - plan.least_gap_s)
            pieces.append(_gap(takes[0], gap_s, plan.rate_hz))
        pieces.append(takes[place])
        if _length(pieces) >= PART_S * plan.rate_hz or at == len(takes):
            number += 1
            pieces += [_gap(takes[0], plan.least_gap_s, plan.rate_hz)] if plan.gaps else []
            yield _joined(f"{name} {number}", pieces, plan, level, random)
            pieces = []


def trimmed(sound: Signal) -> Signal:
    """Without the zeros before and behind that brought a sound to its length."""
    heard = np.flatnonzero(np.abs(sound).max(axis=1) > 0)
    return sound[heard[0] : heard[-1] + 1] if len(heard) else sound


def _joined(
    name: str,
    pieces: Sequence[LabelledSignal],
    plan: RecordingPlan,
    level: float,
    random: np.random.Generator,
) -> MarkedRecording:
    signal = np.concatenate([piece.signal for piece in pieces])
    ends = np.cumsum([len(piece.signal) for piece in pieces]) / plan.rate_hz
    marks = tuple(
        Mark(float(end) - len(piece.signal) / plan.rate_hz, float(end), piece.index)
        for piece, end in zip(pieces, ends, strict=True)
        if piece.index is not None
    )
    if not plan.gaps:
        return MarkedRecording(name, signal, plan.rate_hz, marks)
    drowned = sum(_effective(piece.signal) < level for piece in pieces if piece.index is not None)
    signal = signal + _noise(signal.shape, plan, level, random)
    return MarkedRecording(name, signal, plan.rate_hz, marks, drowned)


def _noise(shape: tuple[int, ...], plan: RecordingPlan, level: float, random: np.random.Generator) -> Signal:
    found = np.zeros(shape, np.float32)
    place = 0
    while place < len(found):
        length = min(int(random.uniform(*STRETCH_S) * plan.rate_hz) + 1, len(found) - place)
        if random.random() >= SILENT_SHARE:
            found[place : place + length] = level * _stretch((length, *shape[1:]), plan.background, random)
        place += length
    return found


def _stretch(shape: tuple[int, ...], background: Sequence[Signal], random: np.random.Generator) -> Signal:
    """Of power 1: from a drawn place of a drawn sound, which begins again at its end."""
    if not background:
        return random.standard_normal(shape, np.float32)
    sound = background[int(random.integers(len(background)))]
    first = int(random.integers(len(sound)))
    piece = sound[(first + np.arange(shape[0])) % len(sound)]
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    return np.asarray(piece / np.sqrt(power), np.float32)


def _level(takes: Sequence[LabelledSignal]) -> float:
    """The middle one of the samples' effective values."""
    return float(np.median([_effective(take.signal) for take in takes]))


def _effective(signal: Signal) -> float:
    return float(np.sqrt(np.mean(np.square(signal, dtype=np.float64))))


def _room_s(takes: Sequence[LabelledSignal], plan: RecordingPlan) -> float:
    return plan.hours * 3600 - _length(takes) / plan.rate_hz


def _length(pieces: Sequence[LabelledSignal]) -> int:
    return sum(len(piece.signal) for piece in pieces)


def _gap(like: LabelledSignal, seconds: float, rate_hz: float) -> LabelledSignal:
    return LabelledSignal(np.zeros((round(seconds * rate_hz), like.signal.shape[1]), np.float32), None)
