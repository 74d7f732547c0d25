"""Events by hand, and beside the C of a device: equal in every average and event, for any outputs."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.compiler.host import SANITIZE, WARNINGS
from tinykd.errors import ConfigError
from tinykd.events import Event, EventRules, averages, confidences, detect, rules_of
from tinykd.events.detect import anomaly_confidences
from tinykd.events.rules import exponents
from tinykd.paths import FIRMWARE
from tinykd.project.events import EventsSection

Outputs = NDArray[np.int8]


def plain(**changes: object) -> EventRules:
    """One class of confidences, threshold 0.5, release 0.4, no smoothing, no refractory time."""
    usual: dict[str, object] = {
        "names": ("yes",), "hop_ms": 100.0, "smoothing": 1, "refractory": 0,
        "threshold": (0,), "release": (-26,), "fires": (True,), "exponents": None,
    }  # fmt: skip
    return EventRules(**(usual | changes))  # type: ignore[arg-type]


def steps(values: Sequence[int], rules: EventRules) -> list[int]:
    """Where the one class fires."""
    found = averages(np.array(values, np.int8)[:, np.newaxis], rules.smoothing)
    return [event.step for event in detect(found, rules)]


def test_a_class_fires_once_until_it_is_released() -> None:
    assert steps([-128, 0, 127, -20, 5, -26, 5, -27, 5], plain()) == [1, 8]


def test_nothing_fires_within_the_refractory_time() -> None:
    assert steps([0, -128, 0, -128, 0, -128, 0], plain()) == [0, 2, 4, 6]
    assert steps([0, -128, 0, -128, 0, -128, 0], plain(refractory=2)) == [0, 4]
    assert steps([0, -128, 0, 0], plain(refractory=2)) == [0, 3]  # still high when the time is over


def test_a_mean_begins_with_confidence_zero_and_rounds_away_from_zero() -> None:
    found = averages(np.array([[127], [127], [126], [-1], [-2]], np.int8), 2)
    assert found[:, 0].tolist() == [-1, 127, 127, 63, -2]  # -0.5, 127, 126.5, 62.5, -1.5


def test_only_the_largest_class_fires_and_a_silent_one_never() -> None:
    rules = plain(
        names=("yes", "no", "unknown"), threshold=(-100,) * 3, release=(-110,) * 3, fires=(True, True, False)
    )
    found = detect(np.array([[-90, -80, -70], [-60, -60, -70], [-60, -50, -70]], np.int8), rules)
    assert found == [Event(1, 0, -60), Event(2, 1, -50)]


def test_confidences_are_the_softmax_of_the_logits() -> None:
    scale, logits = 0.1, np.random.default_rng(1).integers(-128, 128, (100, 5)).astype(np.int8)
    rules = rules_of(EventsSection(), [f"c{i}" for i in range(5)], scale)
    real = np.exp(scale * logits.astype(float))
    wanted = real / real.sum(axis=1, keepdims=True)
    found = (confidences(logits, rules).astype(float) + 128) / 256
    assert np.abs(found - wanted).max() <= 1 / 256  # the last step stands for all up to 1


def test_an_anomalys_confidence_is_in_quarters_of_the_threshold() -> None:
    errors = np.array([0.0, 0.5, 1.0, 3.9, 1e9], np.float32)
    assert anomaly_confidences(errors, 0.5)[:, 0].tolist() == [-128, -64, 0, 127, 127]


def test_rules_count_inferences() -> None:
    section = EventsSection(
        hop_ms=80.0, smoothing_ms=300.0, refractory_ms=500.0, thresholds={"no": 0.5}, hysteresis=0.4
    )
    rules = rules_of(section, ["yes", "no", "_unknown_"], 0.1)
    assert (rules.smoothing, rules.refractory) == (4, 7)
    assert rules.threshold == (77, 0, 77) and rules.release == (-25, -64, -25)  # 0.8 - 0.4; half of 0.5
    assert rules.fires == (True, True, False)
    named = rules_of(EventsSection(silent=("yes",)), ["yes", "unknown"], 0.1)
    assert named.fires == (False, True)


BAD = {
    "a threshold for no class": (
        {"thresholds": {"maybe": 0.5}},
        '[events] thresholds: no class is called "maybe"; expected one of yes, no',
    ),
    "silent classes that there are not": (
        {"silent": ("silence",)},
        '[events] silent: no class is called "silence"; expected one of yes, no',
    ),
    "nothing that fires": (
        {"silent": ("yes", "no")},
        "[events] silent: names every class; expected at least one that fires",
    ),
    "a confidence that is never reached": (
        {"threshold": 1.5},
        "[events] threshold: 1.5 is never reached; expected at most 0.996",
    ),
    "too long a mean": (
        {"hop_ms": 1.0, "smoothing_ms": 300.0},
        "[events] smoothing_ms: 300 ms are 300 inferences, one every 1 ms; expected at most 255. "
        "Make it shorter, or hop_ms longer",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_rules_that_cannot_be_are_one_line(case: str) -> None:
    keys, wanted = BAD[case]
    with pytest.raises(ConfigError) as caught:
        rules_of(EventsSection(**keys), ["yes", "no"], 0.1)  # type: ignore[arg-type]
    assert str(caught.value).rstrip(".") == wanted


# --- beside the C -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tkd_events.c with a main that reads rules and outputs, under AddressSanitizer and UBSan."""
    binary = tmp_path_factory.mktemp("events") / "run"
    sources = [str(FIRMWARE / "events/tkd_events.c"), str(Path(__file__).with_name("events_main.c"))]
    includes = [f"-I{FIRMWARE / folder}" for folder in ("events", "kernels")]
    subprocess.run(["gcc", "-std=c99", *WARNINGS, *SANITIZE, *includes, *sources, "-o", binary], check=True)
    return binary


def on_device(binary: Path, outputs: Outputs, rules: EventRules) -> tuple[Outputs, list[Event]]:
    """The averages and events of the C."""
    head = [
        len(rules.names),
        rules.smoothing,
        rules.refractory,
        int(rules.exponents is not None),
        len(outputs),
    ]
    parts = [np.array(head, np.uint16)]
    parts += [np.array(rules.exponents, np.uint16)] if rules.exponents else []
    parts += [np.array(rules.threshold, np.int8), np.array(rules.release, np.int8)]
    parts += [np.array(rules.fires, np.uint8), outputs]
    done = subprocess.run(
        [binary], input=b"".join(p.tobytes() for p in parts), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    row = np.dtype([("averages", np.int8, (len(rules.names),)), ("event", "<i2")])
    found = np.frombuffer(done.stdout, row)
    smoothed = found["averages"].reshape(len(outputs), len(rules.names))
    fired = [(int(i), int(found["event"][i])) for i in np.flatnonzero(found["event"] >= 0)]
    return smoothed, [Event(step, index, int(smoothed[step, index])) for step, index in fired]


@st.composite
def streams(draw: st.DrawFn) -> tuple[Outputs, EventRules]:
    """Any rules, and outputs that rise and fall slowly enough that there are events."""
    classes = draw(st.integers(1, 6))
    seed = draw(st.integers(0, 2**31))
    random = np.random.default_rng(seed)
    threshold = random.integers(-127, 128, classes)
    release = np.minimum(threshold, random.integers(-127, 128, classes))
    softmax = draw(st.booleans())
    rules = EventRules(
        names=tuple("abcdef"[:classes]),
        hop_ms=100.0,
        smoothing=draw(st.sampled_from([1, 2, 3, 7, 255])),
        refractory=draw(st.sampled_from([0, 1, 5, 300])),
        threshold=tuple(threshold.tolist()),
        release=tuple(release.tolist()),
        fires=tuple((random.random(classes) < 0.8).tolist()),
        exponents=exponents(draw(st.sampled_from([0.0, 1e-3, 0.05, 0.2, 3.0]))) if softmax else None,
    )
    sets = draw(st.integers(0, 400))
    walk = np.cumsum(random.normal(0, draw(st.sampled_from([0.0, 10.0, 100.0])), (sets, classes)), axis=0)
    return np.clip(walk + random.normal(0, 20), -128, 127).astype(np.int8), rules


@settings(deadline=None, max_examples=60)
@given(stream=streams())
def test_python_and_c_agree_in_every_average_and_event(
    device: Path, stream: tuple[Outputs, EventRules]
) -> None:
    outputs, rules = stream
    smoothed = averages(confidences(outputs, rules), rules.smoothing)
    averaged, events = on_device(device, outputs, rules)
    np.testing.assert_array_equal(averaged, smoothed)
    assert events == detect(smoothed, rules)


def test_the_largest_sums_fit(device: Path) -> None:
    """255 sets of the lowest and of the highest; logits as far apart as can be."""
    ends = np.repeat(np.array([[-128, 127], [127, -128]], np.int8), 300, axis=0)
    for weights in (None, exponents(0.0), exponents(10.0)):
        rules = plain(
            names=("a", "b"), smoothing=255, threshold=(0, 0), release=(-5, -5), fires=(True, True),
            exponents=weights,
        )  # fmt: skip
        smoothed = averages(confidences(ends, rules), 255)
        averaged, events = on_device(device, ends, rules)
        np.testing.assert_array_equal(averaged, smoothed)
        assert events == detect(smoothed, rules)
