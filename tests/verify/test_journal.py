"""A run that is cut goes on where it was; a journal that is damaged, or another run's, is never believed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.notes import Notes
from tests.oracle.dense import dense_model
from tests.verify.test_board import INPUTS, LOGITS, SAMPLES, Start, started
from tinykd.errors import LinkError, ToolError
from tinykd.link.replies import InferResult
from tinykd.verify import BoardAddress, CheckOptions, Resume, Verification, verify_board
from tinykd.verify.journal import Journal, JournalKey, JournalRecord

__all__ = ["started"]
KEY = JournalKey("aa", "bb", "cc", "dd")
ANSWERS = {3: JournalRecord(7, b"abc"), 0: JournalRecord(2**32 - 1, b"\0\xff\0"), 9: JournalRecord(0, b"xyz")}


def write(folder: Path, key: JournalKey = KEY) -> Path:
    with Journal.open(folder, key, 10, 3, restart=False) as journal:
        for sample, answer in ANSWERS.items():
            journal.add(sample, answer)
        return journal.path


def read(folder: Path, key: JournalKey = KEY, restart: bool = False) -> dict[int, JournalRecord]:
    with Journal.open(folder, key, 10, 3, restart) as journal:
        return journal.answers


def test_what_was_answered_is_there_again(tmp_path: Path) -> None:
    write(tmp_path)
    assert read(tmp_path) == ANSWERS
    assert read(tmp_path, restart=True) == {}
    assert read(tmp_path) == {}


@pytest.mark.parametrize("field", ["model_sha256", "samples_sha256", "firmware", "board"])
def test_another_model_sample_firmware_or_board_begins_anew(tmp_path: Path, field: str) -> None:
    from dataclasses import replace

    write(tmp_path)
    assert read(tmp_path, replace(KEY, **{field: "other"})) == {}
    assert read(tmp_path) == ANSWERS


@pytest.mark.parametrize("cut", range(1, 45, 3))
def test_a_journal_that_ends_anywhere_is_cut_back_to_whole_records(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    kept = max(0, 3 - -(-cut // 15))
    assert list(read(tmp_path).values()) == list(ANSWERS.values())[:kept]
    with Journal.open(tmp_path, KEY, 10, 3, restart=False) as journal:
        journal.add(5, JournalRecord(1, b"new"))
    assert list(read(tmp_path)) == [*list(ANSWERS)[:kept], 5]


def test_every_flipped_bit_ends_it(tmp_path: Path) -> None:
    path = write(tmp_path)
    data = path.read_bytes()
    start = len(data) - 45
    for at in range(start, len(data)):
        path.write_bytes(data[:at] + bytes((data[at] ^ 4,)) + data[at + 1 :])
        assert list(read(tmp_path)) == list(ANSWERS)[: (at - start) // 15]
    path.write_bytes(bytes((data[0] ^ 1,)) + data[1:])
    assert read(tmp_path) == {}


def test_zeros_and_samples_out_of_range_are_not_answers(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes() + bytes(4096))
    assert read(tmp_path) == ANSWERS
    with Journal.open(tmp_path, KEY, 3, 3, restart=False) as journal:
        assert journal.answers == {}


def test_two_runs_do_not_share_one(tmp_path: Path) -> None:
    path = write(tmp_path)
    with Journal.open(tmp_path, KEY, 10, 3, restart=False), pytest.raises(ToolError) as error:
        read(tmp_path)
    assert str(error.value) == f"{path}: another run is writing it; expected one run at a time"


# --- with a board ----------------------------------------------------------------------------------------


def verify(port: str, folder: Path, restart: bool = False, **wanted: object) -> Verification:
    resume = Resume(folder, "this board", restart)
    options = CheckOptions(resume=resume, **wanted)  # type: ignore[arg-type]
    return verify_board(dense_model(), SAMPLES, BoardAddress(port, "host", 2.0), options)


@pytest.fixture
def cut_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The port goes away after so many samples of the first run; each run's count is kept."""
    from tinykd.link.device import Device

    counts: list[int] = []
    real = Device.infer_many

    def infer_many(device: Device, inputs: np.ndarray) -> Iterator[InferResult]:
        counts.append(0)
        for result in real(device, inputs):
            if len(counts) == 1 and counts[0] == 70:
                raise LinkError(device.where, "the port went away (unplugged)", fix="Check the cable")
            counts[-1] += 1
            yield result

    monkeypatch.setattr(Device, "infer_many", infer_many)
    yield counts


@pytest.mark.slow
def test_an_unplugged_board_goes_on_where_it_was(
    started: Start, tmp_path: Path, cut_after: list[int]
) -> None:
    with started() as port:
        with pytest.raises(LinkError) as error:
            verify(port, tmp_path)
        assert str(error.value) == (
            f"{port}: the port went away (unplugged). Check the cable. "
            "70 of 200 answers are kept: run it again to go on"
        )
        found = verify(port, tmp_path)
    assert cut_after == [70, 130]
    assert (found.samples, found.resumed, found.exact) == (200, 70, 200)
    assert np.array_equal(found.received, LOGITS)
    assert [path.suffix for path in tmp_path.iterdir() if path.suffix == ".journal"] == []


@pytest.mark.slow
def test_restart_asks_again(started: Start, tmp_path: Path, cut_after: list[int]) -> None:
    with started() as port:
        with pytest.raises(LinkError):
            verify(port, tmp_path)
        found = verify(port, tmp_path, restart=True)
    assert cut_after == [70, 200]
    assert found.resumed == 0


@pytest.mark.slow
def test_no_place_for_a_journal_is_said_and_no_reason_to_stop(started: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    notes = Notes()
    with started() as port:
        options = CheckOptions(resume=Resume(tmp_path / "file", "board"))
        found = verify_board(dense_model(), SAMPLES, BoardAddress(port, "host", 2.0), options, notes)
    assert found.exact == 200
    (note,) = notes.said
    assert note.startswith("a run that is cut cannot be resumed: ")
    assert "TINYKD_STATE" in note


@pytest.mark.slow
def test_until_different_stops_there(started: Start, tmp_path: Path) -> None:
    spoiled = np.flatnonzero(INPUTS[:, 0] > 100)
    with started("-DWRONG_LAYER=1") as port:
        found = verify(port, tmp_path, until_different=True)
    assert (found.samples, found.wanted) == (int(spoiled[0]) + 1, 200)
    assert found.exact == found.samples - 1
    assert found.first_difference is not None
    assert found.first_difference.sample == int(spoiled[0])


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from tests.oracle.dense import dense_model
from tests.verify.test_board import SAMPLES
from tinykd.link.device import Device
from tinykd.verify import BoardAddress, CheckOptions, Resume, verify_board

real = Device.infer_many
def infer_many(device, inputs):
    for i, result in enumerate(real(device, inputs)):
        if i == 90:
            os.kill(os.getpid(), signal.SIGKILL)
        yield result
Device.infer_many = infer_many
resume = Resume(Path(sys.argv[2]), "this board")
verify_board(dense_model(), SAMPLES, BoardAddress(sys.argv[1], "host"), CheckOptions(resume=resume))
"""


@pytest.mark.slow
def test_kill_9_loses_no_answer(started: Start, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with started() as port:
        done = subprocess.run([sys.executable, "-c", KILLED, port, str(tmp_path)], env=env, check=False)
        assert done.returncode == -signal.SIGKILL
        found = verify(port, tmp_path)
    assert (found.resumed, found.exact) == (90, 200)
