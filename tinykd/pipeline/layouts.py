"""``tinykd generate --layout``: a finished model in the shape that another tool wants."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from tinykd.boards import Board
from tinykd.engine.failures import as_user_errors
from tinykd.engine.stage import firmware_folder
from tinykd.errors import ConfigError
from tinykd.files import write_if_changed
from tinykd.firmware_project.layouts import Layout

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.firmware_project import EmbeddedSamples, FileChanges, Surroundings
    from tinykd.pipeline.run import RunResult


@dataclass(frozen=True)
class Exported:
    """Where a layout was written, and what changed there."""

    board: str
    folder: Path
    written: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what its user should hear of


def export(done: "RunResult", layout: Layout) -> list[Exported]:
    """The model of a run that went as far as generate, for each of its boards."""
    found = []
    for name in done.space.boards:
        folder = firmware_folder(done.space.root, f"{name}-{layout}")
        with as_user_errors(folder):
            changes = _export(done, done.space.known_board(name), layout, folder)
        found.append(Exported(name, folder, changes.written, changes.notes))
    return found


def _export(done: "RunResult", board: Board, layout: Layout, folder: Path) -> "FileChanges":
    if layout == "esphome":
        return _wake_words(done, board, folder)
    from tinykd.firmware_project import lay_out, model_sources
    from tinykd.firmware_project.layouts import (
        arduino_files,
        arduino_library,
        cmake_files,
        espidf_files,
        sketch_file,
        zephyr_files,
    )

    program, samples, labels, around = _compiled(done, board)
    match layout:
        case "arduino":
            model = model_sources(program)
            files = arduino_files(model, board, samples, labels, around)
            changes = lay_out(files, folder, (sketch_file(model.name),))
            archive = f"tinykd_{model.name}.zip"
            is_new = write_if_changed(folder / archive, arduino_library(files, model, board))
            return replace(changes, written=(*changes.written, archive)) if is_new else changes
        case "espidf":
            return lay_out(espidf_files(program, board, around), folder)
        case "zephyr":
            return lay_out(zephyr_files(program, board, around), folder)
        case "cmake":
            return lay_out(cmake_files(program, around), folder)
        case _:
            assert_never(layout)


def _wake_words(done: "RunResult", board: Board, folder: Path) -> "FileChanges":
    """A manifest and a model for each word, and a device file."""
    from tinykd.firmware_project import lay_out
    from tinykd.pipeline.wake_words import wake_word_files

    texts, models = wake_word_files(done, board)
    changes = lay_out(texts, folder, tuple(path for path in texts if path.endswith(".yaml")))
    new = tuple(path for path, model in models.items() if write_if_changed(folder / path, model))
    return replace(changes, written=(*changes.written, *new))


def _compiled(
    done: "RunResult", board: Board
) -> "tuple[Program, EmbeddedSamples | None, tuple[str, ...], Surroundings]":
    """As the stage generate compiles it."""
    from tinykd.data.load import project_dataset
    from tinykd.firmware_project import Surroundings
    from tinykd.pipeline.events import event_rules
    from tinykd.pipeline.firmware import compiled_model, features_of
    from tinykd.pipeline.stream import stream_program
    from tinykd.tflm.program import TflmProgram

    space = done.space
    model = (done.folder("quantize") / "model.tflite").read_bytes()
    data = project_dataset(space.project.deployed, space.root)
    program, samples, labels = compiled_model(space.project, data, board, model, space.root)
    if isinstance(program, TflmProgram):
        fix = 'Type runtime = "static" in [target], or leave --layout out'
        raise ConfigError("--layout", "runtime tflm makes a PlatformIO project alone", "runtime static", fix)
    features = features_of(done.folder("quantize"), data)
    rules = event_rules(space.project, features, model)
    stream = stream_program(space.project, board, model, data)
    return program, samples, labels, Surroundings(data.frontend, features, rules, stream)
