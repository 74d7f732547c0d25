"""The benchmark of keywords: its C hears what the host hears; what windows may be named; levels of takes.

The network here has drawn weights: hearing is right or wrong whatever they are.
"""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.keywords.__main__ import checked, events_equal, rules_at
from benchmarks.keywords.fitting import SHARES, Sets
from benchmarks.keywords.network import Trained, allowed
from benchmarks.keywords.runner import build, hear
from benchmarks.keywords.sounds import (
    BACKGROUND,
    BANDS,
    FRAME_S,
    FRAMES,
    HOP_S,
    LEVEL,
    NAMES,
    OTHER,
    RATE_HZ,
    levelled,
)
from tests.compiler.models import image
from tests.compiler.streamed import TimeNet
from tests.conformance.builder import VALID
from tinykd.tuning.recordings import Mark

HOP_ROWS = 4


@pytest.fixture(scope="module")
def words() -> Trained:
    """Two convolutions in time, a mean, a dense layer: (FRAMES, 1, BANDS) to the classes."""
    net = TimeNet(image(FRAMES, 1, BANDS), 3)
    for _ in range(2):
        net.conv(8, (3, 1), (2, 1), padding=VALID)
    net.pool("AVERAGE_POOL_2D", (net.at.shape[1], 1), (1, 1))
    net.reshape((1, 8))
    net.dense(len(NAMES))
    return Trained(net.bytes(), 120.0, 100.0)


def test_the_c_hears_the_frames_that_the_host_has_features_of(words: Trained, tmp_path: Path) -> None:
    rules = rules_at(0.4, words, HOP_ROWS)
    build(words, rules, HOP_ROWS, "host", tmp_path)
    random = np.random.default_rng(5)
    loudness = np.repeat(random.integers(1, 8000, 12), RATE_HZ // 2)
    samples = np.clip(random.standard_normal(len(loudness)) * loudness, -32768, 32767).astype(np.int16)
    heard = hear(tmp_path, "host", samples, HOP_ROWS)
    assert len(heard.outputs) == 62  # of 96 ms, in 6 s and what a frame is longer than its hop
    assert len(np.unique(heard.outputs, axis=0)) > 20
    assert checked(samples, heard, words, HOP_ROWS) == 62
    assert events_equal(heard, rules)


def names_at(marks: list[Mark], time_s: float) -> set[str]:
    """What a window that ends just after ``time_s`` may be named."""
    found = allowed(marks, 300)
    at = round((time_s - (FRAME_S + (FRAMES - 1) * HOP_S)) / HOP_S)
    return {name for name, may in zip(NAMES, found[at], strict=True) if may}


def test_a_window_may_be_named_what_it_holds() -> None:
    marks = [Mark(2.0, 2.4, 1), Mark(4.0, 4.6, OTHER)]
    silent = {"unknown", "background"}
    assert names_at(marks, 1.9) == {"background"}
    assert names_at(marks, 2.2) == {"one", *silent}  # it comes
    assert names_at(marks, 2.5) == names_at(marks, 3.1) == {"one"}  # all of it
    assert names_at(marks, 3.4) == {"one", *silent}  # it goes
    assert names_at(marks, 3.7) == {"background"}
    assert names_at(marks, 4.3) == names_at(marks, 4.8) == silent
    assert names_at(marks, 6.5) == {"background"}


def test_windows_are_of_one_kind_each() -> None:
    may = np.zeros((4, len(NAMES)), bool)
    may[0, 2] = True
    may[1, [OTHER, BACKGROUND]] = True
    may[2, [2, OTHER, BACKGROUND]] = True
    may[3, BACKGROUND] = True
    sets = Sets(np.zeros((FRAMES + 3, BANDS)), np.arange(4), may)
    assert [kind.tolist() for kind in sets.kinds()] == [[0], [1], [2], [3]]
    assert sum(SHARES) == 1


@pytest.mark.parametrize("loudness", [1e-3, 1.0])
def test_every_take_is_as_loud_as_the_others(loudness: float) -> None:
    sound = (loudness * np.sin(np.arange(4000) / 5))[:, np.newaxis].astype(np.float32)
    assert np.sqrt(np.mean(np.square(levelled(sound)))) == pytest.approx(LEVEL, rel=1e-5)
