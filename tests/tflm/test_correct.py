"""The arena is corrected once from what a board used; a correction that does not work is given up."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.notes import Notes
from tests.tflm import models
from tests.tflm.conftest import program_on
from tinykd.errors import LinkError
from tinykd.files import sha256_bytes
from tinykd.link.device import Device
from tinykd.link.replies import Hello, Memory, Status
from tinykd.pipeline.compiled_program import ProjectFolder, measured_arena, settle_arena
from tinykd.tflm.correct import corrected_program

MODEL = b"the model"
SHA = sha256_bytes(MODEL)


def board(used: int, there: int, fault: Status = Status.OK) -> Device:
    hello = SimpleNamespace(fault=fault)
    memory = SimpleNamespace(arena_bytes=used, arena_available=there)
    return cast(Device, SimpleNamespace(hello=lambda: hello, memory=lambda: memory))


def settle(root: Path, used: int, there: int, fault: Status = Status.OK) -> list[str]:
    notes = Notes()
    job = cast(ProjectFolder, SimpleNamespace(root=root))
    hello = cast(Hello, SimpleNamespace(fault=fault, model_sha256=SHA, model_name="tiny"))
    memory = cast(Memory, SimpleNamespace(arena_bytes=used, arena_available=there))
    settle_arena(job, "some", hello, memory, notes)
    return notes.said


def measured(root: Path, model: bytes = MODEL) -> int | None:
    return measured_arena(cast(ProjectFolder, SimpleNamespace(root=root)), "some", model)


def test_the_program_is_made_anew_where_the_board_used_less() -> None:
    program, notes = program_on("nano33ble", models.convolution()), Notes()
    used = program.arena_bytes - 1000
    corrected = corrected_program(program, board(used, program.arena_bytes), notes)
    assert corrected is not None
    assert used <= corrected.arena_bytes < program.arena_bytes
    assert notes.said == [
        f"arena: TFLM used {used:,} of {program.arena_bytes:,} bytes; the firmware is built once more"
    ]
    close = board(program.arena_bytes - 64, program.arena_bytes)
    assert corrected_program(program, close, notes) is None


def test_a_setup_that_failed() -> None:
    program = program_on("nano33ble", models.convolution())
    with pytest.raises(LinkError) as caught:
        corrected_program(program, board(0, 0, Status.RUNTIME), Notes())
    assert str(caught.value) == (
        "tiny on the board: TFLM did not set itself up, status RUNTIME (8); expected a runtime that is "
        "ready. `tinykd monitor` shows what it said"
    )


def test_once_for_a_model(tmp_path: Path) -> None:
    assert measured(tmp_path) is None
    assert settle(tmp_path, 5000, 5064) == []
    assert measured(tmp_path) is None  # not worth it
    assert settle(tmp_path, 5000, 9000) == [
        "arena: TFLM used 5,000 of 9,000 bytes; the firmware is built once more"
    ]
    assert measured(tmp_path) == 5000
    assert settle(tmp_path, 4000, 9000) == []  # it was corrected already
    assert measured(tmp_path) == 5000
    assert measured(tmp_path, b"another model") is None


def test_a_correction_that_does_not_work_is_given_up(tmp_path: Path) -> None:
    settle(tmp_path, 5000, 9000)
    assert settle(tmp_path, 0, 5000, Status.RUNTIME) == [
        "arena: TFLM does not set itself up in 5,000 bytes; it is built as before"
    ]
    assert measured(tmp_path) is None
    with pytest.raises(LinkError, match=r"^tiny on some: TFLM did not set itself up, status RUNTIME \(8\);"):
        settle(tmp_path, 0, 9000, Status.RUNTIME)  # planned as before, and still nothing
    assert settle(tmp_path, 5000, 9000) == []  # and is not tried again


def test_a_damaged_note_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "build" / "some" / "arena.json"
    path.parent.mkdir(parents=True)
    for text in ("{", "[]", json.dumps({"model_sha256": SHA, "arena_used": "many"}), json.dumps({"x": 1})):
        path.write_text(text)
        assert measured(tmp_path) is None
