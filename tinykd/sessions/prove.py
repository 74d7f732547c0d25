"""A model from anywhere, proven on a board without a project: compile, build, flash, compare.

The samples are random int8 values from a seed, so that values saturate; no label is known.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.boards import Board
from tinykd.progress import Progress
from tinykd.scratch import scratch
from tinykd.sessions.open_board import port_settings
from tinykd.sessions.profile import Profile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.build import FirmwareImage
    from tinykd.compiler.program import Program
    from tinykd.flash.via import Via
    from tinykd.graph.ends import Ends
    from tinykd.graph.ir import Tensor
    from tinykd.link.device import Device
    from tinykd.tflm.program import TflmProgram
    from tinykd.verify import Verification


@dataclass(frozen=True)
class ProofResult:
    """What the board answered, and what the firmware takes."""

    verification: "Verification"
    profile: Profile
    image: "FirmwareImage"
    program: "Program | TflmProgram"  # as it was built last


@dataclass(frozen=True)
class ProofTarget:
    """The board that a model is proven on, and what firmware for it is built with."""

    board: Board
    port: str | None = None  # None: found by its USB id
    timeout_s: float = 60.0
    tflm_dir: Path | None = None  # TFLM's sources, for runtime tflm
    via: "Via" = "pio"  # how a real board is flashed


def random_samples(program: "Program | TflmProgram", count: int, seed: int) -> "NDArray[np.int8]":
    """(count, *shape) over all of int8; several inputs, or wider ones, are given as (count, bytes of all).

    Reals are finite, booleans 0 or 1. They are the model's own inputs, whatever the program has: reals that
    are quantized reach all integers and go beyond them.
    """
    import numpy as np

    from tinykd.oracle.random_inputs import random_inputs

    inputs, known = _input_tensors(program), ends_of(program).integers
    if any(tensor.dtype.value in ("float32", "bool") for tensor in inputs):
        return random_inputs(inputs, count, seed, known)
    is_plain = len(inputs) == 1 and inputs[0].dtype.bytes == 1
    shape = inputs[0].shape if is_plain else (sum(tensor.bytes for tensor in inputs),)
    rng = np.random.default_rng(seed)
    return rng.integers(-128, 128, (count, *shape), dtype=np.int8)


def _input_tensors(program: "Program | TflmProgram") -> "tuple[Tensor, ...]":
    """The model's."""
    from tinykd.tflm.program import TflmProgram

    if isinstance(program, TflmProgram):
        return program.inputs
    return tuple(port.end.outer for port in program.inputs)


def ends_of(program: "Program | TflmProgram") -> "Ends":
    """What is real around the program; TFLM itself has the whole model."""
    from tinykd.graph.ends import AS_THEY_ARE
    from tinykd.tflm.program import TflmProgram

    return AS_THEY_ARE if isinstance(program, TflmProgram) else program.ends


def prove(
    model: bytes,
    program: "Program | TflmProgram",
    samples: "NDArray[np.int8]",
    target: ProofTarget,
    progress: Progress,
) -> ProofResult:
    """Put ``program``, compiled from ``model``, on ``target``; hold its outputs for ``samples`` to TFLM's.

    In runtime tflm the arena is corrected once from what the board says it used.
    """
    from tinykd.tflm.program import TflmProgram
    from tinykd.verify import BoardAddress, CheckOptions, VerificationSamples, verify_board

    options = CheckOptions(ends=ends_of(program))
    with scratch("tinykd-") as folder:
        bench = _Bench(target, folder, progress)
        image = bench.build(program)
        if isinstance(program, TflmProgram):
            program, image = bench.correct(program, image)
        with bench.running(image) as url:
            address = BoardAddress(url, target.board.name, target.timeout_s, port_settings(target.board))
            tried = VerificationSamples.of(samples, None)
            verification = verify_board(model, tried, address, options, progress)
    return ProofResult(verification, _profile(program, verification), image, program)


@dataclass(frozen=True)
class _Bench:
    """A board, and what is needed to put programs on it one after another."""

    target: ProofTarget
    folder: Path  # for projects and builds
    progress: Progress

    def build(self, program: "Program | TflmProgram") -> "FirmwareImage":
        """The image, within the board's budget."""
        from tinykd.build import build_firmware, check_budget

        board, tflm_dir = self.target.board, self.target.tflm_dir
        project = _write_project(program, board, self.folder / "project")
        image = build_firmware(project, board, self.folder / "build", self.progress, tflm_dir=tflm_dir)
        check_budget(image, board)
        return image

    def correct(self, program: "TflmProgram", image: "FirmwareImage") -> "tuple[TflmProgram, FirmwareImage]":
        """With the arena that the board says it needs; as before where TFLM does not start in that."""
        from tinykd.tflm.correct import corrected_program

        with self._device(image) as device:
            corrected = corrected_program(program, device, self.progress)
        if corrected is None:
            return program, image
        smaller = self.build(corrected)
        if self._starts(smaller):
            return corrected, smaller
        self.progress.note("arena: TFLM does not set itself up in so little; it is built as before")
        return program, self.build(program)

    def _starts(self, image: "FirmwareImage") -> bool:
        from tinykd.link.replies import Status

        with self._device(image) as device:
            return device.hello().fault is Status.OK

    def running(self, image: "FirmwareImage") -> AbstractContextManager[str]:
        """The board with ``image`` on it, as a serial address."""
        from tinykd.flash import UploadOptions, open_board

        how = UploadOptions(self.target.via, self.progress)
        return open_board(image, self.target.board, self.target.port, how=how)

    @contextmanager
    def _device(self, image: "FirmwareImage") -> "Iterator[Device]":
        from tinykd.sessions.open_board import open_device

        with (
            self.running(image) as url,
            open_device(url, self.target.board, self.target.timeout_s) as device,
        ):
            yield device


def _profile(program: "Program | TflmProgram", verification: "Verification") -> Profile:
    """The layers of ``program`` with what the board counted for the first sample; none of hops."""
    if not verification.layer_ticks:
        return Profile(verification.board, verification.hello.tick_unit, [])
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
