"""Several boards at once: one row each, whatever becomes of the others."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event

import numpy as np
import pytest

from tests.diff.conftest import INPUTS, MODEL, Start, broken_firmware, start
from tinykd.boards import load_board
from tinykd.display.verdict import outcomes_table
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.progress import Task as Bar
from tinykd.sessions.connected_boards import ConnectedBoard, at_port
from tinykd.sessions.verification import VerifyOptions, VerifyTask, verify_tasks
from tinykd.sessions.verification_case import VerificationCase
from tinykd.verify import Expected, VerificationSamples

__all__ = ["broken_firmware", "start"]
pytestmark = pytest.mark.slow


def case() -> VerificationCase:
    """The digits model on its 32 samples."""
    model, inputs = MODEL.read_bytes(), np.ascontiguousarray(INPUTS["inputs"])
    expected = Expected(run_tflm(model, inputs), "TFLM", lambda number: None)
    samples = VerificationSamples.of(inputs, INPUTS["labels"])
    return VerificationCase(
        "digits", model, samples, expected, "", None, "classification", (), "static", 100.0, 5.0
    )


def test_one_row_for_each_board(start: Start, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYKD_STATE", str(tmp_path))
    host = load_board("host")
    with start("nothing") as right, start("channel") as wrong:
        ports = {"right": right, "wrong": wrong, "nowhere": "/dev/ttyNONE"}
        tasks = [VerifyTask(name, p, nullcontext(at_port(p, host)), case()) for name, p in ports.items()]
        outcomes = verify_tasks(tasks, VerifyOptions(samples=12, seed=2), Silent())
    assert [(o.board, o.where, o.passed) for o in outcomes] == [
        ("right", right, True),
        ("wrong", wrong, False),
        ("nowhere", "/dev/ttyNONE", False),
    ]
    head, *rows, error = outcomes_table([outcome.to_json() for outcome in outcomes])
    assert re.split("  +", head)[:5] == ["board", "port", "exact", "within 1 LSB", "same class"]
    assert re.match(rf"right +{right} +12/12 +12/12 +12/12 +\d+\.\d\d % .* ns +passed$", rows[0])
    assert re.match(rf"wrong +{wrong} +\d+/12 .*FAILED$", rows[1])
    assert re.match(r"nowhere +/dev/ttyNONE +no verdict$", rows[2])
    assert error.startswith("/dev/ttyNONE: no such port")


class Holding(Silent):
    """Of a run that is on its way until another one has been refused."""

    def __init__(self) -> None:
        self.begun, self.refused = Event(), Event()

    def task(self, label: str, total: int) -> AbstractContextManager[Bar]:
        self.begun.set()
        assert self.refused.wait(60)
        return super().task(label, total)

    @contextmanager
    def afterwards(self, place: ConnectedBoard) -> Iterator[ConnectedBoard]:
        """``place`` once the first run has begun."""
        assert self.begun.wait(60)
        try:
            yield place
        finally:
            self.refused.set()


def test_two_runs_do_not_meet_on_one_port(
    start: Start, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYKD_STATE", str(tmp_path))
    progress = Holding()
    with start("nothing") as port:
        place = at_port(port, load_board("host"))
        tasks = [
            VerifyTask("one", port, nullcontext(place), case()),
            VerifyTask("two", port, progress.afterwards(place), case()),
        ]
        one, two = verify_tasks(tasks, VerifyOptions(), progress)
    assert (one.passed, two.passed) == (True, False)
    assert re.match(
        rf"{port}: the port is in use by tinykd verify of digits \(process \d+, since ", str(two.error)
    )
