"""A board with a project's firmware on it, for the verbs and stages that talk to one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.boards import Board, load_board
from tinykd.engine.stage import firmware_folder
from tinykd.link.transport import DEFAULT_SETTINGS, PortSettings
from tinykd.pipeline.options import Flashing, RunOptions
from tinykd.sessions.connected_boards import ConnectedBoard, identity_of, reserved
from tinykd.sessions.open_board import open_device, port_settings
from tinykd.sessions.profile import Profile

if TYPE_CHECKING:
    from tinykd.build import FirmwareImage
    from tinykd.engine.events import Reporter
    from tinykd.link.replies import LayerReply
    from tinykd.pipeline.run import RunResult


@contextmanager
def flashed_board(done: "RunResult", board: Board) -> Iterator[ConnectedBoard]:
    """``board`` with the firmware that the stage flash put on it; a virtual one is started."""
    from tinykd.build import load_image

    image = load_image(done.folder("build", board.name), firmware_folder(done.space.root, board.name))
    flash, port = done.folder("flash", board.name), done.space.project.target.port
    with running_image(image, board, flash, port) as place:
        yield place


@contextmanager
def running_image(
    image: "FirmwareImage", board: Board, flash: Path, port: str | None
) -> Iterator[ConnectedBoard]:
    """``board`` running ``image``; ``flash``: the folder of stage flash, which noted the port."""
    from tinykd.flash import open_board

    with open_board(image, board, port_after(flash, port), flashed=True) as url:
        yield ConnectedBoard(board.name, url, port_settings(board), identity_of(board, url))


def port_after(flash: Path, port: str | None) -> str | None:
    """The port of a board that was flashed: ``port``, unless the board came back on another one."""
    recorded = json.loads((flash / "flash.json").read_text(encoding="utf-8")).get("port")
    if port is None or not recorded:
        is_there = recorded and (not recorded.startswith("/") or Path(recorded).exists())
        return recorded if is_there else port
    return recorded if port.startswith("/") and not Path(port).exists() else port


@contextmanager
def running_board(
    project: Path, board: str | None, port: str | None, reporter: "Reporter"
) -> Iterator[tuple[str, PortSettings]]:
    """A URL to talk to: ``port`` as it is, or the project's (first) board, flashed if need be."""
    if port:
        yield port, port_settings(load_board(board)) if board else DEFAULT_SETTINGS
        return
    from tinykd.pipeline.run import run

    asked = RunOptions("flash", (board,) if board else (), trains=False, as_it_is=True)
    done = run(project, asked, reporter)
    known = done.space.known_board(done.space.boards[0])
    with flashed_board(done, known) as place:
        yield place.url, place.settings


def profile_layers(project: Path, board: str | None, port: str | None, reporter: "Reporter") -> Profile:
    """Run the first test sample layer by layer on the board."""
    from tinykd.data.load import project_dataset
    from tinykd.pipeline.run import run
    from tinykd.pipeline.test_samples import raw_input_of, samples_of

    asked = RunOptions("flash", (board,) if board else (), Flashing(port), trains=False)
    done = run(project, asked, reporter)
    known = done.space.known_board(done.space.boards[0])
    model = (done.folder("quantize") / "model.tflite").read_bytes()
    data = project_dataset(done.space.project.deployed, done.space.root)
    sample = samples_of(done.space.project, data, model).inputs[0]
    raw = raw_input_of(done.space.project, data, model)
    timeout_s = done.space.project.verify.timeout_s
    with (
        flashed_board(done, known) as place,
        reserved(place, f"tinykd profile of {known.name}"),
        open_device(place.url, known, timeout_s) as device,
    ):
        unit = device.hello().tick_unit
        rows = [
            {
                "name": layer.name,
                "kernel": layer.kernel,
                "macs": layer.macs,
                "ticks": ticks,
                "ticks_per_mac": ticks / layer.macs if layer.macs else None,
            }
            for layer, ticks in _together(device.profile(sample), raw.layers_count if raw else 0)
        ]
    return Profile(known.name, unit, rows)


def _together(profile: "Sequence[tuple[LayerReply, int]]", front: int) -> "Iterator[tuple[LayerReply, int]]":
    """The model's layers one by one; before them each step of a front end of ``front`` layers, all passes."""
    steps: dict[str, tuple[LayerReply, int]] = {}
    for layer, ticks in profile[:front]:
        so_far = steps[layer.name][1] if layer.name in steps else 0
        steps[layer.name] = layer, so_far + ticks
    yield from steps.values()
    yield from profile[front:]
