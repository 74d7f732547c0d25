"""The takes of a set of spoken digits, and long recordings of them.

Keywords are zero to four. Other words are five to nine, and those of one whole speaker that no training has
heard. Takes 0 to 4 are played in the test (the published split), 5 to 9 choose the threshold, the rest is
learnt. Two of the six speakers were recorded 13 and 18 dB below the others: each take is brought to the same
effective value, so that noise at 10 dB is 10 dB below every word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.micro_frontend import MicroFrontend, micro_stream, pcm
from tinykd.project.samples import AudioSection
from tinykd.tuning.recordings import LabelledSignal, MarkedRecording, RecordingPlan, Signal, compose, trimmed

RATE_HZ = 8000
KEYWORDS = ("zero", "one", "two", "three", "four")
NAMES = (*KEYWORDS, "unknown", "background")
OTHER, BACKGROUND = 5, 6
LEAST_GAP_S = 1.2
LEVEL = 0.06  # effective value of a take, of 1: the middle of the four louder speakers
FRAME_S, HOP_S, BANDS = 0.03, 0.024, 32  # a quarter fewer of both than is usual: what a frame costs
FRAMES = 49  # of a window, 1.18 s
Int16 = NDArray[np.int16]


@dataclass(frozen=True)
class Split:
    """Which takes are in it, and whether the unknown speaker is heard."""

    name: str
    takes: range
    unknown: bool


TRAIN, TUNE, TEST = (
    Split("train", range(10, 50), False),
    Split("tune", range(5, 10), False),
    Split("test", range(5), True),
)


def front_end() -> MicroFrontend:
    """Of the micro frontend; ``samples`` is a window."""
    seconds = FRAME_S + (FRAMES - 1) * HOP_S
    frames = {"frame_ms": 1000 * FRAME_S, "hop_ms": 1000 * HOP_S, "n_mels": BANDS, "seconds": seconds}
    return MicroFrontend.of(
        AudioSection.model_validate({"features": "micro_frontend", "rate": RATE_HZ} | frames)
    )


def takes_of(file: Path, split: Split, unknown_speaker: int) -> list[LabelledSignal]:
    """The words of ``split``; of the unknown speaker only words that are no keywords."""
    data = np.load(file)
    digit, speaker, take = (data[key].astype(int) for key in ("y", "speaker", "take"))
    inside = np.isin(take, list(split.takes))
    chosen = inside & (speaker != unknown_speaker)
    if split.unknown:
        chosen |= inside & (speaker == unknown_speaker) & (digit >= len(KEYWORDS))
    sounds = data["x"][chosen].astype(np.float32)[..., np.newaxis] / 32768
    return [
        LabelledSignal(levelled(trimmed(sound)), min(int(label), OTHER))
        for sound, label in zip(sounds, digit[chosen], strict=True)
    ]


def levelled(sound: Signal) -> Signal:
    """(time, 1) with the effective value ``LEVEL``; peaks are cut off at 1."""
    effective = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    return np.clip(sound * np.float32(LEVEL / effective), -1, 1)


def recordings(
    takes: list[LabelledSignal], hours: float, seed: int, snr_db: float = 10.0
) -> Iterator[MarkedRecording]:
    """Words apart from one another, in noise and in silence."""
    plan = RecordingPlan(RATE_HZ, hours, LEAST_GAP_S, snr_db)
    return compose(takes, plan, seed, "words")


def samples_of(recording: MarkedRecording) -> Int16:
    """(time,) as a microphone gives them."""
    return pcm(recording.signal[:, 0])


def features_of(samples: Int16, how: MicroFrontend) -> Int16:
    """(frames, bands) from the recording's beginning on."""
    return micro_stream(samples, how)
