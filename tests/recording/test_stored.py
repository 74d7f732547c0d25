"""Files of takes: names, content, what ``[data]`` reads back; files that a virtual sensor measures."""

from pathlib import Path

import numpy as np
import pytest

from tests.recording.conftest import noise, read_wav, write_wav
from tinykd.data.dataset import Dataset
from tinykd.data.load import project_dataset
from tinykd.errors import ConfigError, DataError
from tinykd.project.load import load_project
from tinykd.recording.frames import quality_of
from tinykd.recording.stored import Signal, Takes, add_continuous, check_writable, checked_label
from tinykd.recording.virtual import read_virtual

SOUND = Signal(16_000.0, ("sound",), is_sound=True)
AXES = Signal(50.0, ("ax", "ay", "az"), scale=0.5)


def test_takes_are_numbered_on_after_the_highest(tmp_path: Path) -> None:
    takes = Takes(tmp_path, "yes", ".wav")
    assert takes.count() == 0
    for name in ("yes_0007.wav", "yes_9.csv", "yes_x.wav", "no_0009.wav"):
        (tmp_path / "yes").mkdir(exist_ok=True)
        (tmp_path / "yes" / name).write_bytes(b"")
    assert takes.count() == 1
    assert takes.add([b""]).name == "yes_0008.wav"
    assert takes.count() == 2


def test_content_of_both_kinds(tmp_path: Path) -> None:
    samples = noise(100)
    path = tmp_path / "a.wav"
    path.write_bytes(SOUND.content(samples[:, np.newaxis]))
    rate, read = read_wav(path)
    assert rate == 16_000 and np.array_equal(read, samples)
    text = AXES.content(np.array([[1, -2, 3], [4, 5, -32768]], np.int16)).decode()
    assert text == "time (s),ax,ay,az\n0.000000,0.5,-1,1.5\n0.020000,2,2.5,-16384\n"


@pytest.mark.parametrize("label", ["", "_a", ".a", "a/b", "..", "a\nb", " a", "a ", "x" * 101, "a:b"])
def test_labels_that_are_no_folder_are_refused(label: str) -> None:
    with pytest.raises(ConfigError) as error:
        checked_label(label)
    assert str(error.value).endswith(
        "expected a name that begins with a letter or digit and can be a folder's"
    )


def test_a_label_may_be_of_any_script() -> None:
    assert [checked_label(name) for name in ("yes", "7", "ja bitte", "да")] == ["yes", "7", "ja bitte", "да"]


def test_an_unwritable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "recordings"
    with pytest.raises(DataError) as error:
        check_writable(folder)
    assert str(error.value) == (
        f"{folder}: cannot be written (Not a directory); expected a folder for the takes. "
        "Name another one with --out"
    )


def test_quality() -> None:
    loud = np.array([[32767], [-32768], [0], [5]], np.int16)
    assert quality_of(loud).clipped == 0.5
    assert quality_of(np.full((9, 2), -3, np.int16)).silent
    assert quality_of(np.array([[3, 0], [4, 0]], np.int16)).silent  # the last bit alone
    assert not quality_of(np.array([[3, 0], [3, 2]], np.int16)).silent


def loaded(folder: Path, text: str) -> Dataset:
    """What a project of these sections reads."""
    (folder / "tinykd.toml").write_text(f'[project]\nname = "spoken"\n{text}')
    return project_dataset(load_project(folder), folder)


def test_data_reads_sounds_back(tmp_path: Path) -> None:
    for label in ("yes", "no"):
        for seed in range(10):
            Takes(tmp_path / "recordings", label, ".wav").add(SOUND.parts(noise(16_000, seed)[:, np.newaxis]))
        takes = Takes(tmp_path / "recordings", label, ".wav")
        add_continuous(takes, SOUND.parts(noise(50_000)[:, np.newaxis]), "")
    data = loaded(tmp_path, '[data]\nsource = "recordings"\nkind = "audio"\n')
    assert data.classes == ("no", "yes")
    assert sum(len(part.x) for part in (data.train, data.validation, data.test)) == 20


def test_data_reads_axes_back_with_their_rate(tmp_path: Path) -> None:
    for label in ("wave", "rest"):
        for seed in range(10):
            frames = noise(300, seed).reshape(-1, 3)
            Takes(tmp_path / "recordings", label, ".csv").add(AXES.parts(frames))
    text = '[data]\nsource = "recordings"\nkind = "sensor"\n[sensor]\nwindow = 50\nstride = 50\n'
    data = loaded(tmp_path, text)
    assert data.classes == ("rest", "wave")
    assert data.frontend.columns == ("ax", "ay", "az")  # type: ignore[union-attr]
    assert data.frontend.rate_hz == pytest.approx(50)  # type: ignore[union-attr]


def test_files_are_written_in_parts_without_a_seam() -> None:
    frames = noise(300_000).reshape(-1, 3)
    parts = list(AXES.parts(frames))
    assert len(parts) > 2
    rows = np.loadtxt(b"".join(parts).decode().splitlines(), delimiter=",", skiprows=1)
    assert np.allclose(rows[:, 0], np.arange(100_000) / AXES.rate_hz, atol=1e-6)
    assert np.allclose(rows[:, 1:] / AXES.scale, frames, rtol=1e-5, atol=1e-3)


def test_virtual_files(tmp_path: Path) -> None:
    sound = read_virtual(write_wav(tmp_path / "a.wav", noise(64), 8000), None)
    assert (sound.source.rate_millihz, sound.signal.names, sound.signal.is_sound) == (
        8_000_000,
        ("sound",),
        True,
    )
    assert np.array_equal(sound.source.samples[:, 0], noise(64))
    table = tmp_path / "a.csv"
    table.write_text("time (s),x,y\n0,1,-2\n0.01,3,4\n0.02,5,6\n")
    axes = read_virtual(table, None)
    assert (axes.signal.rate_hz, axes.signal.names, axes.signal.scale) == (100.0, ("x", "y"), 1.0)
    assert axes.source.samples.tolist() == [[1, -2], [3, 4], [5, 6]]
    table.write_text("x\n0.5\n-2.0\n1\n")
    table.write_text("time (s);x\n0;0,5\n0,1;1,5\n")  # as [data] reads it
    assert read_virtual(table, None).signal.rate_hz == 10
    table.write_text("x\n0.5\n-2.0\n1\n")
    reals = read_virtual(table, 20.0)
    assert np.allclose(reals.source.samples[:, 0] * reals.signal.scale, [0.5, -2.0, 1.0], atol=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.wav", b"RIFF", "cannot be read"),
        ("a.txt", b"", "a file .txt; expected .wav or .csv"),
        ("a.csv", b"x\n1\n2\n", "no column of time; expected time (s) as the first one. Or say --rate"),
        ("a.csv", b"t,x\n0,1\n1,a\n", 'line 3: "a" in column x; expected a number'),
        ("a.csv", b"t,x\n0,1\n1\n", "line 3: 1 values; expected 2, as in line 1"),
        ("a.csv", b"t,x\n1,1\n1,2\n", "column t does not rise; expected seconds"),
        ("a.csv", b"t,x\n0,nan\n1,2\n", 'line 2: "nan" in column x; expected a number'),
        ("a.csv", b"t,x\n", "1 lines; expected a line of names, and lines of values"),
        ("a.csv", b"\xff\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_measured_is_one_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_virtual(path, None)
    assert str(error.value).startswith(f"{path}: {says}")


def test_a_name_of_the_boards_ends_no_line_of_a_file() -> None:
    frames = np.array([[1, 2]], np.int16)
    head = Signal(100.0, ("a\nx,1", 'gyro "z" (dps)')).content(frames).splitlines()[0]
    assert head.decode().split(",")[1:] == ["a_x_1", "gyro _z_ (dps)"]
