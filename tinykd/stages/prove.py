"""A model from anywhere, proven on a board without a project: compile, build, flash, compare.

The samples are random int8 values from a seed, so that values saturate; no label is known.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tinykd.boards import Board
from tinykd.progress import Progress
from tinykd.stages.device import Profile, port_settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.build import Image
    from tinykd.compiler.program import Program
    from tinykd.verify import Verification


@dataclass(frozen=True)
class Proof:
    """What the board answered, and what the firmware takes."""

    verification: "Verification"
    profile: Profile
    image: "Image"


def random_samples(program: "Program", count: int, seed: int) -> "NDArray[np.int8]":
    """(count, *shape) over all of int8; several inputs, or wider ones, are given as (count, bytes of all)."""
    import numpy as np

    inputs = program.inputs
    is_plain = len(inputs) == 1 and inputs[0].tensor.dtype.bytes == 1
    shape = inputs[0].tensor.shape if is_plain else (sum(p.place.bytes for p in inputs),)
    rng = np.random.default_rng(seed)
    return rng.integers(-128, 128, (count, *shape), dtype=np.int8)


def prove(
    model: bytes,
    program: "Program",
    board: Board,
    samples: "NDArray[np.int8]",
    progress: Progress,
    port: str | None = None,
    timeout_s: float = 60.0,
) -> Proof:
    """Put ``program``, compiled from ``model``, on ``board``, and hold its outputs to TFLM's."""
    from tinykd.build import build_firmware, check_budget
    from tinykd.flash import open_board
    from tinykd.verify import verify_board

    settings = port_settings(board)
    with TemporaryDirectory(prefix="tinykd-") as folder:
        project = _write_project(program, board, Path(folder) / "project")
        image = build_firmware(project, board, Path(folder) / "build", progress)
        check_budget(image, board)
        with open_board(image, board, port) as url:
            verification = verify_board(
                model, samples, None, url, board.name, timeout_s, progress, settings=settings
            )
    return Proof(verification, _profile(program, verification), image)


def _profile(program: "Program", verification: "Verification") -> Profile:
    """The layers of ``program`` with what the board counted for the first sample."""
    rows = [
        {"name": step.layer.name, "kernel": step.kernel, "macs": step.layer.macs, "ticks": ticks}
        for step, ticks in zip(program.steps, verification.layer_ticks, strict=True)
    ]
    return Profile(verification.board, verification.hello.tick_unit, rows)


def _write_project(program: "Program", board: Board, folder: Path) -> Path:
    from tinykd.files import write_whole
    from tinykd.firmware_project import firmware_files

    for path, text in firmware_files(program, board, None, None).items():
        write_whole(folder / path, text)
    return folder
