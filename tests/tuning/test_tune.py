"""``tinykd tune`` on a folder of sounds: chosen, measured, drawn; and what cannot be played."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import wavfile

from tests.tuning.words import CLASSES, RATE, case
from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.errors import UserError
from tinykd.pipeline.tune import TuneOptions, save_tuned, tune
from tinykd.pipeline.tune_case import TuneCase
from tinykd.pipeline.tune_recordings import OwnRecording, own_recordings
from tinykd.progress import Silent
from tinykd.project.schema import GatesSection
from tinykd.tuning.result import Tuned
from tinykd.tuning.sweep import OperatingLimits

HOURS = TuneOptions(OperatingLimits(), 0.02)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> TuneCase:
    return case(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def tuned(words: TuneCase) -> Tuned:
    return tune(words, HOURS, Silent())


@pytest.mark.slow
def test_words_are_found_in_recordings_of_the_test_split(tuned: Tuned) -> None:
    assert [each.name for each in tuned.classes] == ["high", "low"]  # other never fires
    for each in tuned.classes:
        assert (each.tally.marks, each.tally.others) == (4, 8)
        assert min(point.tally.missed for point in each.curve) == 0
        assert 0.1 <= each.threshold <= 0.98
        assert each.curve[0].tally.background_s == each.tally.background_s
    assert tuned.missed[1] == 8 and 0.015 < tuned.hours < 0.04


@pytest.mark.slow
def test_it_is_written_and_drawn(tuned: Tuned, tmp_path: Path) -> None:
    picture = save_tuned(tuned, tmp_path)
    found = json.loads((tmp_path / "tune/tune.json").read_text())
    assert [each["name"] for each in found["classes"]] == ["high", "low"]
    assert found["classes"][0]["marks"] == 4 and len(found["classes"][0]["curve"]) == 45
    text = picture.read_text()
    assert text.startswith("<svg") and "high, threshold" in text and "false alarms per hour" in text
    lines = tuned.lines()
    assert lines[0].startswith("Recordings made of the test split, 0.0")
    assert lines[-1].startswith("All classes: ") and "false alarms per hour" in lines[-1]


@pytest.mark.slow
def test_gates_on_both(tuned: Tuned) -> None:
    assert tuned.failed_gates(GatesSection()) == []
    assert tuned.failed_gates(GatesSection(misses=1.0, false_alarms_per_hour=1e6)) == []
    nothing = replace(
        tuned, classes=tuple(replace(c, tally=replace(c.tally, marks=0, found=0)) for c in tuned.classes)
    )
    assert nothing.failed_gates(GatesSection(misses=0.5)) == ["FAILED misses: not measured, wanted ≤ 0.5"]
    first = replace(tuned.classes[0], tally=replace(tuned.classes[0].tally, found=0, false_alarms=9))
    (misses, alarms) = replace(tuned, classes=(first,)).failed_gates(
        GatesSection(misses=0.5, false_alarms_per_hour=1.0)
    )
    assert misses == "FAILED misses: 1, wanted ≤ 0.5" and alarms.endswith("wanted ≤ 1")


@pytest.mark.slow
def test_a_recording_of_the_users_own(words: TuneCase, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    sound = 0.02 * random.standard_normal(20 * RATE)
    time = np.arange(int(0.3 * RATE)) / RATE
    for start_s, hertz in ((4, 750), (8, 220), (14, 750)):
        sound[start_s * RATE : start_s * RATE + len(time)] += 0.3 * np.sin(2 * np.pi * hertz * time)
    wavfile.write(tmp_path / "day.wav", RATE, (20_000 * sound).astype(np.int16))
    (tmp_path / "day.txt").write_text("4\t4.3\thigh\n8\t8.3\tlow\n14\t14.3\thigh\n")
    own = own_recordings([tmp_path / "day.wav"], [tmp_path / "day.txt"])
    found = tune(words, replace(HOURS, own=own), Silent())
    assert found.what == "Your own recordings" and found.hours == pytest.approx(20 / 3600)
    assert [(each.tally.marks, each.tally.others) for each in found.classes] == [(2, 1), (1, 2)]
    assert found.missed[0] == 0


def one_line(words: TuneCase, options: TuneOptions = HOURS) -> str:
    with pytest.raises(UserError) as caught:
        tune(words, options, Silent())
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{words.root}/", "")


def test_a_split_without_a_class(words: TuneCase) -> None:
    data = words.data
    rows = np.flatnonzero(data.validation.y != 1)
    part = type(data.validation)(data.validation.x[rows], data.validation.y[rows])
    without = replace(words, data=replace(data, validation=part))
    assert one_line(without) == (
        'validation split: class "low" has no sample; expected some, to make recordings of'
    )


def test_samples_without_time_or_rate(words: TuneCase) -> None:
    table = replace(words, data=replace(words.data, frontend=TableFrontend((0.0,), (1.0,))))
    assert one_line(table) == "tinykd tune: samples of kind table have no time; expected sound or a sensor"
    sensor = replace(words, data=replace(words.data, frontend=SensorFrontend((0.0,), (1.0,))))
    assert one_line(sensor) == (
        "tinykd tune: the rate of the recordings is not known; expected values per second. "
        "Say rate in [sensor]"
    )
    regression = replace(words, data=replace(words.data, task="regression"))
    assert one_line(regression) == (
        'tinykd tune: the task is "regression", which has no events; expected classes or anomalies'
    )
    read = replace(words, data=replace(words.data, sounds=None))
    assert one_line(read) == (
        "sounds: its sounds cannot be read again; expected WAV files in folders, or an .npz file"
    )


BACKGROUND: dict[str, Any] = {"hop_ms": 100.0, "background": "noise"}


def test_backgrounds_that_are_not_there_or_silent(words: TuneCase) -> None:
    hidden = case(words.root, events=BACKGROUND)
    wanted = "[events] background = noise: no folder with .wav files; expected some, of background noise"
    assert one_line(hidden) == wanted
    (words.root / "noise").mkdir()
    wavfile.write(words.root / "noise/a.wav", RATE, np.zeros(100, np.int16))
    assert one_line(hidden) == "noise/a.wav: silence only; expected noise"
    assert one_line(case(words.root, events={"hop_ms": 0.1, "smoothing_ms": 1})) == (
        "[events] hop_ms: 0.1 ms are no whole value at 2000 per second; expected at least 0.5"
    )


def test_own_recordings_that_do_not_fit(words: TuneCase, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        own_recordings([tmp_path / "a.wav"], [])
    assert str(caught.value) == "--labels: 1 recordings and 0 label files; expected one for each recording"
    own = OwnRecording(words.root / "none.wav", words.root / "none.txt")
    assert one_line(words, replace(HOURS, own=(own,))) == "none.wav: no such file; expected a WAV file"


def test_sounds_are_read_again_as_their_features_were(words: TuneCase) -> None:
    from tinykd.data.features.frontend import AudioFrontend
    from tinykd.data.sources.folder.sounds import inputs

    assert words.data.sounds is not None and isinstance(words.data.frontend, AudioFrontend)
    for name, split in words.data.splits.items():
        again = inputs(words.data.sounds(name), words.data.frontend, words.project.audio)
        np.testing.assert_allclose(again, split.x, rtol=1e-4, atol=1e-4)
    assert words.data.classes == CLASSES
