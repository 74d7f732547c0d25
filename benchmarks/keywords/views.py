"""Takes as other people might have said them, and words that no one says."""

from collections.abc import Iterator

import numpy as np

from benchmarks.keywords.sounds import OTHER
from tinykd.tuning.recordings import LabelledSignal, Signal

SPEEDS = (0.88, 1.14)
LEVELS_DB = (-3.0, 3.0)
PARTS = (0.35, 0.65)  # of a word that is cut in two
MADE_UP = 0.15  # words of two halves, as a share of the takes


def views(takes: list[LabelledSignal], seed: int) -> list[LabelledSignal]:
    """Each take at a drawn speed and level; after them words of two halves."""
    random = np.random.default_rng(seed)
    said = [LabelledSignal(_view(take.signal, random), take.index) for take in takes]
    return said + list(_made_up(said, random))


def _view(sound: Signal, random: np.random.Generator) -> Signal:
    speed, level_db = random.uniform(*SPEEDS), random.uniform(*LEVELS_DB)
    places = np.arange(0, len(sound) - 1, speed)
    stretched = np.interp(places, np.arange(len(sound)), sound[:, 0]) * 10 ** (level_db / 20)
    return np.clip(stretched, -1, 1).astype(np.float32)[:, np.newaxis]


def _made_up(takes: list[LabelledSignal], random: np.random.Generator) -> Iterator[LabelledSignal]:
    """The beginning of one word and the end of another, or a word backwards."""
    for _ in range(round(MADE_UP * len(takes))):
        first, second = (takes[int(i)] for i in random.integers(len(takes), size=2))
        if first.index == second.index:
            yield LabelledSignal(np.ascontiguousarray(first.signal[::-1]), OTHER)
            continue
        cut = random.uniform(*PARTS)
        halves = first.signal[: int(cut * len(first.signal))], second.signal[int(cut * len(second.signal)) :]
        yield LabelledSignal(np.concatenate(halves), OTHER)
