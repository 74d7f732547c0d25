"""A recording through an int8 model by a sliding window: confidences, from which events are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.errors import DataError
from tinykd.events import EventRules, averages, detect
from tinykd.tuning.judge import Fired, Tally, judge
from tinykd.tuning.recordings import Mark, MarkedRecording

_BLOCK = 2048  # windows at a time: bounds the memory


@dataclass(frozen=True)
class Player:
    """``inputs``: windows (n, window, channels) as the model takes them; ``confidences``: what it answers."""

    window: int
    hop: int
    inputs: Callable[[NDArray[np.float32]], Samples]
    confidences: Callable[[Samples], NDArray[np.int8]]  # (n, classes)


@dataclass(frozen=True)
class Played:
    """What is left of a recording: (n, classes) confidences, the first at ``first_s``, one each ``hop_s``."""

    confidences: NDArray[np.int8]
    first_s: float
    hop_s: float
    seconds: float
    marks: tuple[Mark, ...]
    drowned: int = 0  # samples in it that are quieter than its noise


def play(recording: MarkedRecording, player: Player) -> Played:
    """Every whole window of ``recording``, one each ``hop`` values."""
    signal = recording.signal
    if len(signal) < player.window:
        wanted = f"at least {player.window / recording.rate_hz:g} s, the model's window"
        raise DataError(recording.name, f"{recording.seconds:.3g} s long", wanted)
    if (signal == signal[0]).all():
        raise DataError(recording.name, "silence only: every value is the same", "a recording of something")
    windows = np.lib.stride_tricks.sliding_window_view(signal, player.window, axis=0)[:: player.hop]
    blocks = [windows[i : i + _BLOCK].swapaxes(1, 2) for i in range(0, len(windows), _BLOCK)]
    found = np.concatenate([player.confidences(player.inputs(block)) for block in blocks])
    first_s, hop_s = player.window / recording.rate_hz, player.hop / recording.rate_hz
    return Played(found, first_s, hop_s, recording.seconds, recording.marks, recording.drowned)


def tallies(played: Sequence[Played], rules: EventRules) -> list[Tally]:
    """Of each class, over all recordings."""
    total = [Tally() for _ in rules.names]
    for each in played:
        events = detect(averages(each.confidences, rules.smoothing), rules)
        fired = [Fired(each.first_s + event.step * each.hop_s, event.index) for event in events]
        reach_s = each.first_s + rules.smoothing * each.hop_s
        found = judge(fired, each.marks, len(rules.names), each.seconds, reach_s)
        total = [a + b for a, b in zip(total, found, strict=True)]
    return total
