"""One long recording: cut at markers or end to end, saved whatever ends it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.recording.conftest import noise, read_wav
from tests.recording.test_guided import RATE, recorder_of, virtual
from tinykd.errors import DataError, LinkError
from tinykd.link.device import Device
from tinykd.recording.continuous import Cut, Stretch, record_continuous
from tinykd.recording.frames import Frames
from tinykd.recording.recorder import Recorder


class Marks:
    """Sets markers once so many frames have come."""

    def __init__(self, *marks: tuple[int, str], over_at: int = 10**9) -> None:
        self.marks, self.over_at, self.heard = list(marks), over_at, 0

    def level(self, frames: Frames) -> None:
        self.heard += len(frames)

    def markers(self) -> list[str]:
        due = [label for at, label in self.marks if self.heard >= at]
        self.marks = [mark for mark in self.marks if self.heard < mark[0]]
        return due

    def is_over(self) -> bool:
        return self.heard >= self.over_at


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_without_markers_all_is_cut_end_to_end(board: Path, tmp_path: Path) -> None:
    samples = noise(2000)
    with recorder_of(board, file=virtual(samples)) as recorder:
        found = record_continuous(recorder, Cut(tmp_path, "noise", 0.1), None, Marks())
    assert (found.length, found.missing, found.takes) == (2000, 0, {"noise": 2})
    assert names(tmp_path) == [
        "_continuous/noise/noise_0001.markers.txt",
        "_continuous/noise/noise_0001.wav",
        "noise/noise_0001.wav",
        "noise/noise_0002.wav",
    ]
    assert np.array_equal(read_wav(tmp_path / "_continuous/noise/noise_0001.wav")[1], samples)
    assert np.array_equal(read_wav(tmp_path / "noise/noise_0002.wav")[1], samples[800:1600])


def test_takes_lie_around_markers(board: Path, tmp_path: Path) -> None:
    samples = noise(8000)
    with recorder_of(board, file=virtual(samples)) as recorder:
        listener = Marks((1, ""), (4000, "no"), over_at=6000)
        found = record_continuous(recorder, Cut(tmp_path, "yes", 0.1), None, listener)
    assert found.takes == {"yes": 1, "no": 1}
    text = (tmp_path / "_continuous/yes/yes_0001.markers.txt").read_text()
    (first, yes), (second, no) = (line.split("\t") for line in text.splitlines())
    assert (yes, no) == ("yes", "no") and float(first) < float(second)
    assert np.array_equal(read_wav(tmp_path / "yes/yes_0001.wav")[1], samples[:800])  # moved inside
    middle = round(float(second) * RATE)
    assert np.array_equal(read_wav(tmp_path / "no/no_0001.wav")[1], samples[middle - 400 : middle + 400])
    assert 6000 <= found.length < 8000


def test_it_stops_after_so_many_seconds(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, 8_000_000, 1, 32768) as recorder:
        found = record_continuous(recorder, Cut(tmp_path, "noise", 0.1), 0.6, Marks())
        assert recorder.measured_hz == pytest.approx(8000, rel=0.05)
    assert found.length == 4800 and found.takes == {"noise": 6}


def test_no_take_spans_a_gap(board: Path, tmp_path: Path) -> None:
    """A ring of 2 frames at 100 kHz loses most of what it measures."""
    with recorder_of(board, 100_000_000, 1, 2) as recorder:
        found = record_continuous(recorder, Cut(tmp_path, "noise", 2e-5), 0.01, Marks())
    assert found.missing > 0
    assert len(found.stretches) > 1
    step = np.int16(31)
    for path in (tmp_path / "noise").iterdir():
        assert (np.diff(read_wav(path)[1]) == step).all()


def test_silence_is_one_line(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, file=virtual(np.zeros(800, np.int16))) as recorder:
        with pytest.raises(DataError) as error:
            record_continuous(recorder, Cut(tmp_path, "noise", 0.1), None, Marks())
        assert str(error.value) == (
            f"{recorder.device.where}: silence only, 800 values long; expected a sensor that measures. "
            "Check its wiring, power and driver"
        )
    assert names(tmp_path) == []


def test_a_link_cut_in_the_middle_keeps_what_came(board: Path, tmp_path: Path) -> None:
    samples = noise(40_000)

    class Unplugs(Marks):
        def level(self, frames: Frames) -> None:
            super().level(frames)
            if self.heard >= 2000:
                process.kill()

    with subprocess.Popen([board], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        with Device.open(process.stdout.readline().split()[1], timeout_s=1.0) as device:
            recorder = Recorder(device, virtual(samples))
            with pytest.raises(LinkError) as error:
                record_continuous(recorder, Cut(tmp_path, "noise", 0.1), None, Unplugs())
    assert f"is kept in {tmp_path / '_continuous/noise'}" in str(error.value)
    read = read_wav(tmp_path / "_continuous/noise/noise_0001.wav")[1]
    assert len(read) >= 2000 and np.array_equal(read, samples[: len(read)])
    assert (tmp_path / "noise/noise_0002.wav").exists()


def test_a_stretch_keeps_its_frames_on_disk(tmp_path: Path) -> None:
    stretch, samples = Stretch(tmp_path), noise(999).reshape(-1, 3)
    assert stretch.silent
    for first in range(0, 333, 50):
        stretch.add(samples[first : first + 50])
    stretch.add(samples[:0])
    assert np.array_equal(stretch.frames, samples) and stretch.length == 333 and not stretch.silent
    assert names(tmp_path) == []  # the file has no name
    still = Stretch(tmp_path)
    still.add(np.full((5, 2), 7, np.int16))
    still.add(np.full((5, 2), 8, np.int16))
    assert still.silent
    still.add(np.full((5, 2), 9, np.int16))
    assert not still.silent


LONG = """
import resource, sys
from pathlib import Path
import numpy as np
from tinykd.recording.continuous import Stretch
from tinykd.recording.stored import Signal, Takes, add_continuous

fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
limit = 1024 * int(fields["VmData"].split()[0]) + 40_000_000
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
out = Path(sys.argv[1])
stretch = Stretch(out)
for _ in range(1000):
    stretch.add(np.arange(80_000, dtype=np.int16).reshape(-1, 1))
signal = Signal(16000.0, ("sound",), is_sound=True)
print(add_continuous(Takes(out, "day", ".wav"), signal.parts(stretch.frames), "").stat().st_size)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts private memory on Linux alone")
def test_a_recording_longer_than_the_memory_that_there_is(tmp_path: Path) -> None:
    """160 MB of sound, an hour and a half, where 40 MB may be had."""
    command = [sys.executable, "-c", LONG, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "160000044\n"), done.stderr
