"""Long recordings, what counts as found, and which threshold is taken: by hand."""

from pathlib import Path

import numpy as np
import pytest

from tests.events.test_detect import plain
from tinykd.data.sources.folder.sounds import read_recording
from tinykd.errors import UserError
from tinykd.intervals import poisson
from tinykd.project.edit import write_thresholds
from tinykd.tuning.judge import Fired, Tally, judge
from tinykd.tuning.labels import read_labels
from tinykd.tuning.play import Player, play, tallies
from tinykd.tuning.reconstruction import reconstruction_errors
from tinykd.tuning.recordings import LabelledSignal, Mark, MarkedRecording, RecordingPlan, compose, trimmed
from tinykd.tuning.sweep import OperatingLimits, Point, choose, sweep

RATE = 100.0
YES, NO = 0, 1


def tone(value: float, count: int = 50) -> np.ndarray:
    return np.full((count, 1), value, np.float32)


def test_every_sample_is_in_the_recordings_once_and_marked() -> None:
    takes = [LabelledSignal(tone(1 + i, 40 + i), i % 2) for i in range(20)]
    plan = RecordingPlan(RATE, hours=0.05, least_gap_s=1.5, snr_db=300.0)
    recordings = list(compose(takes, plan, 7, "made"))
    assert sum(each.seconds for each in recordings) == pytest.approx(180, rel=0.2)
    found = []
    for recording in recordings:
        for mark in recording.marks:
            first, last = round(mark.start_s * RATE), round(mark.end_s * RATE)
            assert np.ptp(recording.signal[first:last]) < 1e-3
            assert abs(float(recording.signal[first - 1, 0])) < 1e-3
            found.append((round(float(recording.signal[first, 0])), last - first, mark.index))
    assert sorted(found) == [(1 + i, 40 + i, i % 2) for i in range(20)]


def test_the_seed_decides_everything_and_long_ones_are_parted() -> None:
    takes = [LabelledSignal(tone(1.0), 0) for _ in range(40)]
    plan = RecordingPlan(RATE, hours=0.5, least_gap_s=1.0)
    first, again, other = (list(compose(takes, plan, seed, "made")) for seed in (3, 3, 4))
    assert [each.name for each in first] == ["made 1", "made 2", "made 3"]
    assert all(np.array_equal(a.signal, b.signal) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0].signal[:1000], other[0].signal[:1000])


@pytest.mark.parametrize("snr_db", [0.0, 20.0])
def test_background_lies_at_its_ratio_below_a_sample_and_is_silent_at_times(snr_db: float) -> None:
    sound = np.sin(np.arange(777, dtype=np.float32))[:, np.newaxis]
    plan = RecordingPlan(RATE, hours=1.0, least_gap_s=3000.0, snr_db=snr_db, background=[sound])
    (recording,) = compose([LabelledSignal(tone(0.5), 0)], plan, 1, "made")
    gap = recording.signal[: round(recording.marks[0].start_s * RATE)]
    heard = gap[gap != 0]
    assert np.sqrt(np.mean(heard.astype(float) ** 2)) == pytest.approx(0.5 * 10 ** (-snr_db / 20), rel=0.03)
    assert 0.1 < 1 - len(heard) / gap.size < 0.35


def test_samples_that_are_quieter_than_the_noise_are_counted() -> None:
    """10 dB are a third of what a sample of middling loudness has."""
    takes = [LabelledSignal(tone(value), 0) for value in (1.0, 1.0, 1.0, 1.0, 0.35, 0.3, 0.1)]
    (recording,) = compose(takes, RecordingPlan(RATE, hours=0.05, least_gap_s=1.0), 1, "made")
    assert recording.drowned == 2
    (clean,) = compose(takes, RecordingPlan(RATE, 9.0, 1.0, gaps=False), 1, "made")
    assert clean.drowned == 0


def test_without_gaps_samples_follow_one_another() -> None:
    takes = [LabelledSignal(tone(1.0), None), LabelledSignal(tone(2.0), 0), LabelledSignal(tone(3.0), None)]
    (recording,) = compose(takes, RecordingPlan(RATE, 9.0, 1.0, gaps=False), 1, "made")
    assert len(recording.signal) == 150 and set(np.unique(recording.signal)) == {1.0, 2.0, 3.0}
    assert len(recording.marks) == 1


def test_zeros_around_a_sound_are_no_part_of_it() -> None:
    sound = np.array([0, 0, 1, 0, 2, 0], np.float32)[:, np.newaxis]
    assert trimmed(sound)[:, 0].tolist() == [1, 0, 2]
    assert len(trimmed(np.zeros((4, 1), np.float32))) == 4


MARKS = (Mark(10, 11, YES), Mark(20, 21, NO), Mark(30, 31, -1))


def test_what_an_event_counts_as() -> None:
    fired = [
        Fired(10.5, YES),  # found
        Fired(12.0, YES),  # a second time, within reach
        Fired(20.5, YES),  # no, taken for yes
        Fired(20.9, YES),  # the same once more
        Fired(22.5, NO),  # found, at the end of its reach
        Fired(30.1, NO),  # a word that is no class
        Fired(33.0, YES),  # nothing there
    ]
    yes, no = judge(fired, MARKS, 2, 100.0, 1.5)
    assert (yes.marks, yes.found, yes.missed) == (1, 1, 0)
    assert (yes.others, yes.taken, yes.false_alarms) == (2, 1, 2)
    assert (no.marks, no.found, no.others, no.taken, no.false_alarms) == (1, 1, 2, 1, 0)
    assert yes.background_s == pytest.approx(100 - 3 * 2.5)
    assert yes.per_hour == pytest.approx(2 * 3600 / 92.5)


def test_the_time_of_marks_that_lie_over_one_another_counts_once() -> None:
    marks = (Mark(1, 9, YES), Mark(2, 3, NO), Mark(9.5, 11, NO))
    assert judge([], marks, 2, 12.0, 1.0)[0].background_s == pytest.approx(1.0)


def curve(*tallies: Tally) -> tuple[Point, ...]:
    return tuple(Point(0.1 * (i + 1), tally) for i, tally in enumerate(tallies))


def of(missed: int, alarms: int, taken: int = 0, marks: int = 10) -> Tally:
    return Tally(marks, marks - missed if marks else 0, 20, taken, alarms, 3600.0)


def test_the_fewest_misses_within_the_limits_and_of_equals_the_middle() -> None:
    points = curve(of(0, 5), of(1, 1, taken=4), of(2, 1), of(2, 1), of(2, 0), of(5, 0))
    assert choose(points, OperatingLimits(1.0, 0.05)) is points[3]
    assert choose(points, OperatingLimits(5.0, 0.05)) is points[0]
    assert choose(curve(of(0, 9), of(1, 5), of(2, 5)), OperatingLimits(1.0, 0.05)).tally == of(2, 5)
    nothing = curve(of(0, 3, marks=0), of(0, 1, marks=0), of(0, 0, marks=0))
    assert choose(nothing, OperatingLimits(1.0)) is nothing[1]


def test_a_recording_is_played_by_a_sliding_window() -> None:
    """A model that answers the last value of its window; an event's time is that window's end."""
    signal = np.full((1000, 1), -128, np.float32)
    signal[400:420] = 100
    recording = MarkedRecording("r", signal, RATE, (Mark(4.0, 4.2, 0),))
    player = Player(50, 10, lambda windows: windows[:, -1:, np.newaxis], lambda x: x[:, 0, 0].astype(np.int8))
    played = play(recording, player)
    assert len(played.confidences) == 96 and (played.first_s, played.hop_s) == (0.5, 0.1)
    assert np.flatnonzero(played.confidences[:, 0] > 0).tolist() == [36, 37]
    (found,) = tallies([played, played], plain())
    assert (found.marks, found.found, found.false_alarms) == (2, 2, 0)
    (points,) = sweep([played], lambda level: plain(threshold=(int(level),)), (0, 100, 101))
    assert [point.tally.found for point in points] == [1, 1, 0]


def test_errors_are_summed_in_float32_one_after_another() -> None:
    random = np.random.default_rng(2)
    asked, answered = (random.normal(0, 100, (3, 500)).astype(np.float32) for _ in range(2))
    total = np.float32(0)
    for a, b in zip(asked[1], answered[1], strict=True):
        total = np.float32(total + np.float32((b - a) * (b - a)))
    assert reconstruction_errors(asked, answered)[1] == total / np.float32(500)


def test_the_exact_interval_of_a_rate() -> None:
    """Garwood's for 0, 3 and 10: Johnson, Kemp and Kotz, Univariate Discrete Distributions (2005)."""
    assert [round(end, 3) for end in (*poisson(0), *poisson(3), *poisson(10))] == [
        0.0, 3.689, 0.619, 8.767, 4.795, 18.39,
    ]  # fmt: skip


# --- label files --------------------------------------------------------------------------------------------


def test_labels_of_audacity_and_with_commas(tmp_path: Path) -> None:
    file = tmp_path / "labels.txt"
    file.write_text("2.5\t3\tno\n\\\t100\t200\n1.25\t1.8\tyes\n4\t4\tother\n")
    wanted = (Mark(1.25, 1.8, YES), Mark(2.5, 3, NO), Mark(4, 4, -1))
    assert read_labels(file, ("yes", "no"), 9.0) == wanted
    file.write_text("start,end,class\n2.5,3,no\n1.25,1.8,yes\n\n4,4,other\n")
    assert read_labels(file, ("yes", "no"), 9.0) == wanted


LINE = "start and end in seconds and a class, such as 1.25 1.80 yes"
BAD_LABELS = {
    "": f"has no label; expected {LINE}",
    "1 2 yes\n": f"line 1: 1 values; expected {LINE}",
    "1,2,yes\nx,2,yes\n": f'line 2: "x" and "2" are no times; expected {LINE}',
    "3,2,yes\n": "line 1: from 3 to 2 s; expected an end that is not before the start",
    "3,20,yes\n": "line 1: ends at 20 s; expected at most 9.00 s, the recording's length",
    "3,4,maybe\n": 'line 1: no class is called "maybe"; expected one of yes, no, or other',
}


@pytest.mark.parametrize("text", BAD_LABELS)
def test_a_label_file_that_does_not_fit_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "l.txt"
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        read_labels(file, ("yes", "no"), 9.0)
    assert str(caught.value) == f"{file}: {BAD_LABELS[text]}"


def test_a_label_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_labels(tmp_path / "none.txt", ("yes",), 9.0)
    assert str(caught.value) == (
        f"{tmp_path}/none.txt: cannot be read (No such file or directory); expected a label file"
    )


# --- recordings that cannot be played -----------------------------------------------------------------------


def test_a_recording_of_another_rate_or_with_two_channels(tmp_path: Path) -> None:
    from scipy.io import wavfile

    file = tmp_path / "r.wav"
    wavfile.write(file, 16_000, np.ones(100, np.int16))
    with pytest.raises(UserError) as caught:
        read_recording(file, 8000)
    wanted = f"{file}: 16,000 samples per second; expected 8,000, as [audio] rate says"
    assert str(caught.value) == wanted
    wavfile.write(file, 8000, np.ones((100, 2), np.int16))
    with pytest.raises(UserError) as caught:
        read_recording(file, 8000)
    assert str(caught.value) == f"{file}: 2 channels; expected one"
    wavfile.write(file, 8000, np.full((100, 1), 16384, np.int16))
    assert read_recording(file, 8000).tolist() == [0.5] * 100


@pytest.mark.parametrize(
    ("length", "wanted"),
    [
        (100, "silence only: every value is the same; expected a recording of something"),
        (30, "0.3 s long; expected at least 0.5 s, the model's window"),
    ],
)
def test_silence_or_too_short_is_one_line(length: int, wanted: str) -> None:
    player = Player(50, 10, lambda x: x, lambda x: x)  # type: ignore[arg-type, return-value]
    with pytest.raises(UserError) as caught:
        play(MarkedRecording("day.wav", tone(0.0, length), RATE, ()), player)
    assert str(caught.value) == f"day.wav: {wanted}"


# --- the project file ---------------------------------------------------------------------------------------

WRITTEN = {
    "no section": (
        '[project]\nname = "a" # x\n',
        '[project]\nname = "a" # x\n\n[events]\nthresholds = TABLE\n',
    ),
    "no key": (
        "[events] # when\n# why\nhop_ms = 50\n\n[gates] # g\nmisses = 0.1\n",
        "[events] # when\nthresholds = TABLE\n# why\nhop_ms = 50\n\n[gates] # g\nmisses = 0.1\n",
    ),
    "another table": (
        "[events]\n  thresholds   =  {yes = 0.5}  # mine\nhop_ms = 50 # y",
        "[events]\n  thresholds   =  TABLE  # mine\nhop_ms = 50 # y",
    ),
    "a list of lists below": (
        "[events]\n[x]\ny = [\n[1, 2],\n]\n",
        "[events]\nthresholds = TABLE\n[x]\ny = [\n[1, 2],\n]\n",
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_thresholds_are_written_and_comments_stay(tmp_path: Path, case: str) -> None:
    before, after = WRITTEN[case]
    file = tmp_path / "tinykd.toml"
    file.write_text(before)
    write_thresholds(file, {"yes": 0.74, "two words": 1.5})
    assert file.read_text() == after.replace("TABLE", '{yes = 0.74, "two words" = 1.5}')


def test_a_table_that_cannot_be_replaced_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    text = "[events]\nhop_ms = 50\n[events.thresholds]\nyes = 0.5\n"
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        write_thresholds(file, {"yes": 0.74})
    assert str(caught.value) == (
        f"{file}: [events]: thresholds cannot be replaced; expected them in one line. "
        "Write it yourself: thresholds = {yes = 0.74}"
    )
    assert file.read_text() == text
