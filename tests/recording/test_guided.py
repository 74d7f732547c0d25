"""Guided sessions against a board that counts, or is fed: kept, discarded, resumed, broken, cut."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from tests.link.sensors import counted, running
from tests.recording.conftest import noise, read_wav
from tinykd.cli import recording_prompts
from tinykd.cli.recording_prompts import NobodyPrompts, TerminalPrompts, meter, play
from tinykd.errors import ConfigError, DataError, LinkError, UserError
from tinykd.link.device import Device
from tinykd.link.frames import most_wire_bytes
from tinykd.link.sensor_stream import SensorSource
from tinykd.link.stream_messages import Block
from tinykd.recording.frames import Frames, quality_of
from tinykd.recording.guided import Verdict, record_takes
from tinykd.recording.recorder import Recorder, Take
from tinykd.recording.stored import Signal, Takes
from tinykd.recording.virtual import VirtualSensor

RATE = 8000


def virtual(samples: Frames, rate: int = RATE) -> VirtualSensor:
    column = samples.reshape(-1, 1)
    return VirtualSensor(SensorSource(column, 1000 * rate), Signal(float(rate), ("sound",), is_sound=True))


@contextmanager
def recorder_of(board: Path, *arguments: object, file: VirtualSensor | None = None) -> Iterator[Recorder]:
    with running(board, *arguments) as port, Device.open(port, timeout_s=1.0) as device:
        yield Recorder(device, file)


class Scripted(NobodyPrompts):
    """Says what becomes of each take."""

    def __init__(self, *verdicts: Verdict) -> None:
        super().__init__(quiet=False)
        self.verdicts = list(verdicts)
        self.heard = 0

    def level(self, frames: Frames) -> None:
        self.heard += len(frames)

    def judge(self, take: Take) -> Verdict:
        return self.verdicts.pop(0)


def test_takes_of_a_virtual_sensor_are_the_file_piece_by_piece(board: Path, tmp_path: Path) -> None:
    samples = noise(4 * 800)
    keep, discard = Verdict.KEEP, Verdict.DISCARD
    prompts = Scripted(keep, discard, keep)
    with recorder_of(board, file=virtual(samples)) as recorder:
        takes = Takes(tmp_path, "yes", ".wav")
        session = record_takes(recorder, takes, 2, 0.1, prompts)
        assert (session.takes, session.kept, session.discarded, session.broken) == (2, 2, 1, 0)
        assert prompts.heard >= 3 * 800
        resumed = record_takes(recorder, takes, 3, 0.1, Scripted(keep))
        assert (resumed.there, resumed.kept, resumed.takes) == (2, 1, 3)
    for number, start in ((1, 0), (2, 1600), (3, 2400)):
        rate, read = read_wav(tmp_path / "yes" / f"yes_{number:04d}.wav")
        assert rate == RATE and np.array_equal(read, samples[start : start + 800])


def test_a_real_sensor_of_axes_settles_first_and_its_rate_is_measured(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, 100_000, 6, 64) as recorder:
        session = record_takes(recorder, Takes(tmp_path, "wave", ".csv"), 1, 1.0, Scripted(Verdict.KEEP))
        assert recorder.measured_hz == pytest.approx(100, rel=0.05)
    assert session.kept == 1
    table = np.loadtxt(tmp_path / "wave/wave_0001.csv", delimiter=",", skiprows=1)
    assert table.shape == (100, 7)
    assert np.array_equal(table[:, 1:] / 0.5, counted(20, 100, 6))  # 0.2 s of it settled


def test_enough_takes_need_no_more(board: Path, tmp_path: Path) -> None:
    (tmp_path / "yes").mkdir()
    (tmp_path / "yes" / "yes_0001.wav").write_bytes(b"")
    with recorder_of(board, file=virtual(noise(10))) as recorder:
        session = record_takes(recorder, Takes(tmp_path, "yes", ".wav"), 1, 1.0, Scripted())
    assert (session.takes, session.kept) == (1, 0)


def test_quitting_keeps_what_was_kept(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, file=virtual(noise(2400))) as recorder:
        prompts = Scripted(Verdict.KEEP, Verdict.QUIT)
        session = record_takes(recorder, Takes(tmp_path, "yes", ".wav"), 3, 0.1, prompts)
    assert session.takes == 1


def refusal(recorder: Recorder, takes: Takes, count: int = 1, seconds: float = 0.6) -> UserError:
    with pytest.raises(UserError) as error:
        record_takes(recorder, takes, count, seconds, NobodyPrompts(quiet=True))
    return error.value


def test_silence_is_one_line(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, file=virtual(np.full(4800, -1, np.int16))) as recorder:
        error = refusal(recorder, Takes(tmp_path, "yes", ".wav"))
        assert isinstance(error, DataError)
        assert str(error) == (
            f"{recorder.device.where}: silence only: all 4,800 values are -1; expected a sensor that measures"
            ". Check its wiring, power and driver"
        )
    assert not (tmp_path / "yes").exists()


def test_a_sensor_of_another_rate_than_it_says_is_one_line(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, 7_000_000, 1, 1024, 8_000_000) as recorder:
        text = str(refusal(recorder, Takes(tmp_path, "yes", ".wav")))
    assert "the sensor gives 7,0" in text or "the sensor gives 6,9" in text
    assert text.endswith(
        " values per second by the board's clock; expected 8,000, as the firmware says. Correct rate_millihz "
        f"of its tkd_sensor, or its driver. 0 takes are in {tmp_path / 'yes'}; the same command goes on from "
        "there"
    )


def test_a_file_too_short_for_the_takes_is_one_line(board: Path, tmp_path: Path) -> None:
    with recorder_of(board, file=virtual(noise(2000))) as recorder:
        assert str(refusal(recorder, Takes(tmp_path, "yes", ".wav"), 5, 0.1)) == (
            "--sensor-file: 0.25 s long; expected 0.5 s for 5 takes of 0.1 s. Lower --takes or --seconds"
        )


def test_a_ring_that_runs_over_is_one_line_after_three_tries(board: Path, tmp_path: Path) -> None:
    """A ring of 2 frames at 100 kHz: whatever this machine does, values are lost."""
    with recorder_of(board, 100_000_000, 1, 2) as recorder:
        text = str(refusal(recorder, Takes(tmp_path, "yes", ".wav"), seconds=0.05))
    assert "values were lost on the way; expected a line that carries" in text
    assert "Raise the baud rate, lower the sensor's rate, or make its ring larger" in text
    assert not (tmp_path / "yes").exists()


def test_a_link_cut_in_the_middle_keeps_the_whole_takes(board: Path, tmp_path: Path) -> None:
    class Unplugs(NobodyPrompts):
        def ready(self, number: int, count: int) -> bool:
            self.number = number
            return True

        def level(self, frames: Frames) -> None:
            if self.number == 3:
                process.kill()

    with subprocess.Popen([board], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().split()[1]
        with Device.open(port, timeout_s=1.0) as device:
            recorder = Recorder(device, virtual(noise(5 * 4000)))
            with pytest.raises(LinkError) as error:
                record_takes(recorder, Takes(tmp_path, "yes", ".wav"), 5, 0.5, Unplugs(quiet=True))
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(f"2 takes are in {tmp_path / 'yes'}; the same command goes on from there")
    assert sorted(p.name for p in (tmp_path / "yes").iterdir()) == ["yes_0001.wav", "yes_0002.wav"]


def test_what_a_virtual_and_a_real_sensor_need(board: Path) -> None:
    with running(board) as port, Device.open(port) as device:
        with pytest.raises(ConfigError) as error:
            Recorder(device)
        assert str(error.value) == (
            f"{port}: the board's sensor is a virtual one, and nothing says what it measures; expected a file"
            ". Name it: --sensor-file sound.wav"
        )
        with pytest.raises(ConfigError) as error:
            Recorder(device, virtual(noise(10)), 16_000)
        assert str(error.value) == (
            f"{port}: the sensor gives 8,000 values per second; expected 16,000 as --rate says. "
            "Change one of the two"
        )
    with running(board, 100_000, 6, 64) as port, Device.open(port) as device:
        with pytest.raises(ConfigError) as error:
            Recorder(device, virtual(noise(10)))
        assert str(error.value) == (
            "--sensor-file: given, but the board has a sensor of its own; expected firmware with a virtual "
            "sensor. Leave it out"
        )


def take_of(frames: Frames) -> Take:
    return Take(frames, 0, None, quality_of(frames))


def test_a_person_at_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_prompts.time, "sleep", lambda _: None)
    monkeypatch.setattr(recording_prompts, "play", lambda *_: "played")
    signal = Signal(8000.0, ("sound",), is_sound=True)
    prompts = TerminalPrompts(signal, "yes", StringIO("p\nwhat\n\nd\nq\n"))
    take = take_of(noise(100).reshape(-1, 1))
    assert prompts.ready(2, 20)
    prompts.level(take.frames)
    assert [prompts.judge(take) for _ in range(4)] == [
        Verdict.KEEP,
        Verdict.DISCARD,
        Verdict.QUIT,
        Verdict.QUIT,  # the end of the input
    ]
    shown = capsys.readouterr().err
    for text in ("Take 2 of 20, yes: 3", "Take 2 of 20, yes: now", "played", "dB", "Enter keeps it"):
        assert text in shown


def test_the_meter() -> None:
    assert meter(1.0) == f"{'█' * 30}    0 dB"
    assert meter(10**-1.5) == f"{'█' * 15}{'░' * 15}  -30 dB"
    assert meter(0.0) == f"{'░' * 30}  -60 dB"


def test_playing(tmp_path: Path) -> None:
    sound, axes = Signal(8000.0, ("sound",), is_sound=True), Signal(100.0, ("x", "y"), scale=0.5)
    frames = noise(10).reshape(-1, 1)
    assert play(sound, frames, players=(("no-such-player",),)) == (
        "nothing here plays sounds: install one of no-such-player"
    )
    assert play(sound, frames, players=(("true",),)) == ""
    assert play(sound, frames, players=(("false",),)) == "false does not play it"
    assert play(axes, np.array([[1, -4], [3, 5]], np.int16)) == "x 0.5 to 1.5, y -2 to 2.5"


def test_a_closed_input_sets_no_markers_and_reads_nobody_elses_file(tmp_path: Path) -> None:
    """File 0 is then the next one that is opened: the board's line."""
    code = (
        "import sys, time\n"
        "from tinykd.cli.recording_prompts import KeyboardMarkers, is_led\n"
        f"file = open({str(tmp_path / 'line')!r}, 'rb', buffering=0)\n"
        "markers = KeyboardMarkers(is_led(False))\n"
        "time.sleep(0.2)\n"
        "print(sys.stdin, file.fileno(), markers.markers(), file.read())\n"
    )
    (tmp_path / "line").write_bytes(b"q\n")
    command = ["sh", "-c", '"$0" -c "$1" <&-', sys.executable, code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("None 0 [] b'q\\n'\n", "")


def test_what_the_line_must_carry_is_counted_in_the_boards_own_blocks(board: Path) -> None:
    with recorder_of(board, 8_000_000, 2, 32768) as recorder:
        with recorder.stream(None) as stream:
            block = len(next(iter(stream)).frames)
        wire = 1 + most_wire_bytes(Block.HEAD_BYTES + 2 * 2 * block)
        assert recorder.wire_bytes_per_s() == wire * 8000 / block > 2 * 2 * 8000
