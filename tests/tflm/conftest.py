"""What the tests of runtime tflm share."""

import pytest

from tinykd.boards import Board, load_board
from tinykd.oracle.tflm import OracleArena
from tinykd.tflm.make import TflmOptions, make_program
from tinykd.tflm.program import TflmProgram
from tinykd.tflm.target import target_of

HOST = OracleArena(total_bytes=3000, head_bytes=160)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tree that whoever runs the tests has set up, and no process of TFLM's for its arena."""
    monkeypatch.delenv("TINYKD_TFLM_DIR", raising=False)
    monkeypatch.setattr("tinykd.tflm.make.tflm_arena", lambda model: HOST)


def program_on(board: Board | str, model: bytes, name: str = "tiny") -> TflmProgram:
    """``model`` for a board that has a library."""
    known = load_board(board) if isinstance(board, str) else board
    return make_program(model, known, target_of(known, None), TflmOptions(name, "tiny.tflite"))
