"""The firmware over the real TensorFlow Lite Micro, where ``TINYKD_TFLM_DIR`` names a tree of it."""

import os
from pathlib import Path

import pytest

from tests.tflm import models
from tinykd.boards import load_board
from tinykd.oracle.tflm import tflm_arena
from tinykd.progress import Silent
from tinykd.sessions.prove import ProofTarget, prove, random_samples
from tinykd.tflm.make import TflmOptions, make_program
from tinykd.tflm.target import target_of
from tinykd.tflm.tree import TflmTree

TREE = os.environ.get("TINYKD_TFLM_DIR")  # read before a fixture takes it away
NOT_RUN = (
    "NOT RUN: the firmware was not compiled against the real TensorFlow Lite Micro, because TINYKD_TFLM_DIR "
    "names no tree of it (docs/tflm.md)"
)
DIGITS = Path(__file__).parents[1] / "fixtures" / "digits.tflite"
pytestmark = pytest.mark.slow


@pytest.mark.skipif(TREE is None, reason=NOT_RUN)
@pytest.mark.parametrize("board", ["host", "qemu-mps2-an386"])
@pytest.mark.parametrize("model", ["convolution", "digits"])
def test_every_byte_equals_the_host(board: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And every layer can be stepped and read; the arena that the board reported is enough."""
    monkeypatch.setattr("tinykd.tflm.make.tflm_arena", tflm_arena)
    data = DIGITS.read_bytes() if model == "digits" else models.convolution()
    assert TREE is not None
    known, tree = load_board(board), TflmTree(Path(TREE).resolve())
    program = make_program(data, known, target_of(known, tree), TflmOptions("tiny"))
    samples = random_samples(program, 8, seed=1)
    proof = prove(data, program, samples, ProofTarget(known, tflm_dir=tree.root), Silent())
    assert proof.verification.exact == proof.verification.samples == 8
    assert proof.program.arena_bytes <= program.arena_bytes
    assert len(proof.profile.rows) == len(program.layers)
    assert all(row["ticks"] > 0 for row in proof.profile.rows if row["macs"])
