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
    from tinykd.graph.ir import Tensor
    from tinykd.tflm.program import TflmProgram
    from tinykd.verify import Verification


@dataclass(frozen=True)
class Proof:
    """What the board answered, and what the firmware takes."""

    verification: "Verification"
    profile: Profile
    image: "Image"
    program: "Program | TflmProgram"  # as it was built last


def random_samples(program: "Program | TflmProgram", count: int, seed: int) -> "NDArray[np.int8]":
    """(count, *shape) over all of int8; several inputs, or wider ones, are given as (count, bytes of all)."""
    import numpy as np

    inputs = _input_tensors(program)
    is_plain = len(inputs) == 1 and inputs[0].dtype.bytes == 1
    shape = inputs[0].shape if is_plain else (sum(tensor.bytes for tensor in inputs),)
    rng = np.random.default_rng(seed)
    return rng.integers(-128, 128, (count, *shape), dtype=np.int8)


def _input_tensors(program: "Program | TflmProgram") -> "tuple[Tensor, ...]":
    from tinykd.tflm.program import TflmProgram

    if isinstance(program, TflmProgram):
        return program.inputs
    return tuple(port.tensor for port in program.inputs)


def prove(
    model: bytes,
    program: "Program | TflmProgram",
    board: Board,
    samples: "NDArray[np.int8]",
    progress: Progress,
    port: str | None = None,
    timeout_s: float = 60.0,
    tflm_dir: Path | None = None,
) -> Proof:
    """Put ``program``, compiled from ``model``, on ``board``, and hold its outputs to TFLM's.

    In runtime tflm the arena is corrected once from what the board says it used.
    """
    from tinykd.flash import open_board
    from tinykd.link.replies import Status
    from tinykd.stages.device import open_device
    from tinykd.tflm.correct import corrected_program
    from tinykd.tflm.program import TflmProgram
    from tinykd.verify import verify_board

    settings = port_settings(board)
    with TemporaryDirectory(prefix="tinykd-") as folder:
        image = _built(program, board, Path(folder), progress, tflm_dir)
        if isinstance(program, TflmProgram):
            with open_board(image, board, port) as url, open_device(url, board, timeout_s) as device:
                corrected = corrected_program(program, device, progress)
            if corrected is not None:
                image = _built(corrected, board, Path(folder), progress, tflm_dir)
                with open_board(image, board, port) as url, open_device(url, board, timeout_s) as device:
                    starts = device.hello().fault is Status.OK
                if starts:
                    program = corrected
                else:
                    progress.note("arena: TFLM does not set itself up in so little; it is built as before")
                    image = _built(program, board, Path(folder), progress, tflm_dir)
        with open_board(image, board, port) as url:
            verification = verify_board(
                model, samples, None, url, board.name, timeout_s, progress, settings=settings
            )
    return Proof(verification, _profile(program, verification), image, program)


def _built(
    program: "Program | TflmProgram", board: Board, folder: Path, progress: Progress, tflm_dir: Path | None
) -> "Image":
    from tinykd.build import build_firmware, check_budget

    project = _write_project(program, board, folder / "project")
    image = build_firmware(project, board, folder / "build", progress, tflm_dir=tflm_dir)
    check_budget(image, board)
    return image


def _profile(program: "Program | TflmProgram", verification: "Verification") -> Profile:
    """The layers of ``program`` with what the board counted for the first sample."""
    layers = program.summary()["layers"]
    rows = [
        {"name": layer["name"], "kernel": layer["kernel"], "macs": layer["macs"], "ticks": ticks}
        for layer, ticks in zip(layers, verification.layer_ticks, strict=True)
    ]
    return Profile(verification.board, verification.hello.tick_unit, rows)


def _write_project(program: "Program | TflmProgram", board: Board, folder: Path) -> Path:
    from tinykd.files import write_whole
    from tinykd.firmware_project import firmware_files

    for path, text in firmware_files(program, board, None, None).items():
        write_whole(folder / path, text)
    return folder
