"""What a stage is: a name, what it reads, and the function that writes its folder. No I/O here."""

from __future__ import annotations  # the schema is only named: light verbs start without it

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.project.schema import Project

BUILD = "build"
FIRMWARE = "firmware"  # the user's firmware projects: generated files beside code of their own
MODEL = "model"  # folder of the stages that no board takes part in


@dataclass(frozen=True)
class Job:
    """One stage about to run. ``inputs``: a folder per entry of ``Stage.after``."""

    stage: str
    project: Project
    root: Path  # folder of tinykd.toml; relative paths in it start here
    out: Path  # the only folder that the stage may write into
    inputs: Mapping[str, Path] = field(default_factory=dict)
    board: str | None = None
    boards: tuple[str, ...] = ()  # all boards of this run
    training: bool = False  # as its stage says
    resume: Path | None = None  # where its trainings are kept, epoch by epoch, until it is finished


Function = Callable[[Job, Progress], None]


def _function(name: str) -> Function:
    module, _, attribute = name.partition(":")
    return cast(Function, getattr(import_module(module), attribute))


def _no_more(_: Project) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline.

    ``reads``: files of earlier stages (``"train/"`` is the whole folder, ``"build/firmware.elf"`` one file).
    ``config``: keys or sections of the project file. ``paths``: those of them that may name a file.
    What code decides the result is not declared: it is found in the source (``closure``).
    """

    name: str
    function: str  # "module:name", imported when it runs, so that skipping it costs nothing
    reads: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    config_where: Callable[[Project], tuple[str, ...]] = (
        _no_more  # keys that only some projects' results need
    )
    paths: tuple[str, ...] = ()
    prepare: str = (
        ""  # "module:name": before it is compared: brings the user's files into order, or refuses to begin
    )
    watches: tuple[
        str, ...
    ] = ()  # files and folders of the user's, from the project's folder; ``{board}`` as above
    per_board: bool = False
    training: bool = False  # needs TensorFlow: runs in the training process
    guards: tuple[str, ...] = ()  # stages that are not begun before this one has passed
    packages: tuple[str, ...] = ()  # their versions are noted in the manifest
    section: str | None = None  # of the project file; where it is missing there is no such stage

    @property
    def after(self) -> tuple[str, ...]:
        """The stages whose folders are read, each once, in order."""
        return tuple(dict.fromkeys(read.partition("/")[0] for read in self.reads))

    def load(self) -> Function:
        """The stage's function."""
        return _function(self.function)

    def load_prepare(self) -> Function | None:
        """What ``prepare`` names."""
        return _function(self.prepare) if self.prepare else None


def firmware_folder(root: Path, board: str) -> Path:
    """The firmware project for ``board``, which is the user's as well."""
    return root / FIRMWARE / board


@dataclass(frozen=True)
class Step:
    """A stage for one board, or for none."""

    stage: Stage
    board: str | None = None

    @property
    def label(self) -> str:
        """``"train"`` or ``"build qemu-microbit"``."""
        return f"{self.stage.name} {self.board}" if self.board else self.stage.name

    @property
    def folder(self) -> Path:
        """Where its files are, relative to the project's folder."""
        if self.board:
            return Path(BUILD, self.board, self.stage.name)
        return (
            Path(BUILD, self.stage.name)
            if self.stage.name == "report"
            else Path(BUILD, MODEL, self.stage.name)
        )
