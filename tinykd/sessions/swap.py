"""Another model into firmware that was made with a slot: compiled as the firmware says that it was, sent,
tried, proven beside TFLM, and only then kept.

Whatever ends it early leaves the model before: one that is on trial is gone with the next start of the board.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.boards import Board
from tinykd.errors import LinkError
from tinykd.files import sha256_bytes
from tinykd.link.device import Device
from tinykd.link.replies import Hello, LayerReply, Status
from tinykd.link.slot_messages import BUILT_IN
from tinykd.link.slot_writer import SlotPayload
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.graph.ends import Io
    from tinykd.tflm.program import TflmProgram
    from tinykd.verify import BoardAddress, Verification

_KERNELS = re.compile(r"tinykd for ([\w-]+), (\w+)")  # as firmware says what it was compiled for
DIGITS = 12  # of a SHA-256, for people


@dataclass(frozen=True)
class SwapModel:
    """The new model; ``io`` as the firmware was compiled with."""

    data: bytes
    source: str  # how messages and headers name its file
    io: "Io" = "integer"

    @property
    def sha256(self) -> str:
        """Of the ``.tflite``."""
        return sha256_bytes(self.data)


@dataclass(frozen=True)
class Swapped:
    """What the board runs now. ``verification`` None: it ran the model already, or went back."""

    before: str  # SHA-256 of the model that it ran
    now: str
    payload_bytes: int = 0
    bank: int = BUILT_IN
    verification: "Verification | None" = None

    @property
    def is_kept(self) -> bool:
        """Every byte of every answer equals TFLM's, so the new model stays."""
        found = self.verification
        return found is None or found.exact == found.samples


def swap(
    model: SwapModel, board: Board, address: "BoardAddress", samples: int, progress: Progress
) -> Swapped:
    """``model`` in place of the board's; the one before stays where an answer to one of ``samples`` random
    inputs is not TFLM's."""
    with address.open() as device:
        before = _settled(device, model)
        slot = device.slot().slot()
        if before.model_sha256 == model.sha256 and not slot.on_trial:
            return Swapped(model.sha256, model.sha256, bank=slot.bank)
        program, payload = _as_firmware(model, board, before, slot.graph.hex())
        if before.model_sha256 != model.sha256:
            _check_graph(device, program, payload.graph)
            with progress.task("write the slot", len(payload.payload)) as task:
                device.slot().write(payload, slot, task.advance)
            _try(device, model)
    verification = _proven(model, program, address, samples, progress)
    kept = verification.exact == verification.samples
    with address.open() as device:
        bank = device.slot().slot().bank
        now = _keep(device, model) if kept else _go_back(device)
    return Swapped(before.model_sha256, now.model_sha256, len(payload.payload), bank, verification)


def undo(address: "BoardAddress") -> Swapped:
    """The model before the one in use, on the board at ``address``."""
    with address.open() as device:
        before, now = device.hello(), _go_back(device)
        return Swapped(before.model_sha256, now.model_sha256, bank=device.slot().slot().bank)


def _settled(device: Device, model: SwapModel) -> Hello:
    """Another model that somebody left on trial has had it."""
    hello, slot = device.hello(), device.slot().slot()
    return device.reset() if slot.on_trial and hello.model_sha256 != model.sha256 else hello


def _try(device: Device, model: SwapModel) -> None:
    hello = device.reset()
    if hello.model_sha256 != model.sha256:
        found = f"the board started with model {hello.model_sha256[:DIGITS]}"
        raise LinkError(device.where, found, f"the new one, {model.sha256[:DIGITS]}", "Type it again")
    if hello.fault is not Status.OK:
        _go_back(device)
        found = f"{model.source} does not start on the board, status {hello.fault.name} ({hello.fault.value})"
        fix = "The model before is in use again. Flash the new one with its firmware: tinykd flash"
        raise LinkError(device.where, found, "a model that fits the firmware's arena", fix)


def _keep(device: Device, model: SwapModel) -> Hello:
    device.slot().confirm(model.sha256)
    return device.hello()


def _go_back(device: Device) -> Hello:
    device.slot().revert()
    return device.reset()


def _proven(
    model: SwapModel,
    program: "Program | TflmProgram",
    address: "BoardAddress",
    samples: int,
    progress: Progress,
) -> "Verification":
    from tinykd.sessions.prove import ends_of, random_samples
    from tinykd.verify import CheckOptions, VerificationSamples, verify_board

    tried = VerificationSamples.of(random_samples(program, samples, seed=1), None)
    return verify_board(model.data, tried, address, CheckOptions(ends=ends_of(program)), progress)


def _payload(program: "Program | TflmProgram") -> SlotPayload:
    from tinykd.tflm.program import TflmProgram

    if isinstance(program, TflmProgram):
        return SlotPayload(program.flatbuffer, program.graph_hash, program.sha256)
    from tinykd.compiler.codegen.graph_hash import graph_hash
    from tinykd.compiler.codegen.render import weights_of

    return SlotPayload(weights_of(program).payload(), graph_hash(program), program.sha256)


def _as_firmware(
    model: SwapModel, board: Board, hello: Hello, graph: str
) -> "tuple[Program | TflmProgram, SlotPayload]":
    """``model`` compiled as the firmware was; what it does not say: is each input a whole window?"""
    tried = []
    for windows in (False, True):
        program = _compiled(model, board, hello, windows)
        tried.append((program, _payload(program)))
        if tried[-1][1].graph == graph:
            return tried[-1]
    return tried[0]


def _compiled(model: SwapModel, board: Board, hello: Hello, windows: bool) -> "Program | TflmProgram":
    """For the firmware's name, core and goal, as it says them."""
    from tinykd.graph.reader import read_graph

    if hello.runtime == "tflm":
        from tinykd.tflm.make import TflmOptions, make_program
        from tinykd.tflm.target import target_of
        from tinykd.tflm.tree import find_tree

        target = target_of(board, find_tree(None, Path()))
        return make_program(
            model.data, board, target, TflmOptions(hello.model_name, windows=windows, replaceable=True)
        )
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions, Core

    said = _KERNELS.fullmatch(hello.kernels)
    core = said[1] if said else board.core
    if core not in (known := [each.value for each in Core]):
        fix = "Flash the model with its firmware: tinykd flash"
        raise LinkError(f"board {board.name}", f'its kernels are for "{core}"', ", ".join(known), fix)
    options = CompileOptions(
        hello.model_name,
        Core(core),
        said[2] if said else "balanced",  # type: ignore[arg-type]
        source=model.source,
        avr=False,
        io=model.io,
        windows=windows,
        ram_bytes=board.arena_room,
        replaceable=True,
    )
    return compile_graph(read_graph(model.data), options)


def _check_graph(device: Device, program: "Program | TflmProgram", graph: str) -> None:
    """``LinkError`` with the first layer that differs, where the firmware has another graph."""
    there = device.slot().slot().graph.hex()
    if there == graph:
        return
    layers = [(str(row["function"]), int(row["macs"]), int(row["output_bytes"])) for row in _rows(program)]
    where = next(_differences(device.layers(), layers), "")
    found = where or "its scales of inputs or outputs, a constant of its code or its tinykd differ"
    raise LinkError(
        device.where,
        f"the weights are of another graph than the firmware's: {found}",
        f"graph {there[:DIGITS]}, found {graph[:DIGITS]}",
        "Flash the model with its firmware: tinykd flash",
    )


def _rows(program: "Program | TflmProgram") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = program.summary()["layers"]
    return rows


def _differences(there: tuple[LayerReply, ...], here: list[tuple[str, int, int]]) -> Iterator[str]:
    if len(there) != len(here):
        yield f"{len(here)} layers, the firmware has {len(there)}"
    for number, (layer, (kernel, macs, size)) in enumerate(zip(there, here, strict=False)):
        if (layer.kernel, layer.macs, layer.output_bytes) != (kernel, macs, size):
            yield (
                f"layer {number} is {kernel}, {macs:,} MACs, {size:,} bytes of output, in the firmware "
                f"{layer.kernel}, {layer.macs:,} MACs, {layer.output_bytes:,} bytes"
            )
