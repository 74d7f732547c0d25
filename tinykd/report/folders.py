"""Where the stages' files lie that a report is made from. Nothing is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.report.confidence import Confidence, FarAnswer, WrongAnswer
    from tinykd.report.scene_results import Scene


@dataclass(frozen=True)
class BoardInputs:
    """The folders of one board's stages; any of them may not exist (yet)."""

    generate: Path
    build: Path
    flash: Path
    verify: Path
    board: "Board | None" = None  # what is known of it; None: what tinykd's own TOML says


@dataclass(frozen=True)
class ReportInputs:
    """The folders of all stages. ``boards``: in the order in which they are shown."""

    train: Path
    distill: Path
    quantize: Path
    boards: Mapping[str, BoardInputs] = field(default_factory=dict)
    classes: tuple[str, ...] | None = None  # names of the classes, where the caller knows them
    scenes: "tuple[Scene, ...]" = ()  # of a detection, images with what was found in them
    confidence: "Confidence | None" = None  # of a classification
    wrong_answers: "tuple[WrongAnswer, ...]" = ()
    far_answers: "tuple[FarAnswer, ...]" = ()  # of a regression

    @property
    def check(self) -> Path:
        """What was found in the samples before anything was trained."""
        return self.train.parent / "check"

    @property
    def prune(self) -> Path:
        """Only there where the project prunes."""
        return self.train.parent / "prune"

    @property
    def finetune(self) -> Path:
        """Only there where the project fine-tunes."""
        return self.train.parent / "finetune"

    @property
    def tune(self) -> Path:
        """Only there after ``tinykd tune``."""
        return self.train.parent.parent / "tune"

    @property
    def search(self) -> Path:
        """Only there after ``tinykd search``."""
        return self.train.parent.parent / "search"

    @classmethod
    def of_build(
        cls,
        build: Path,
        boards: "Iterable[str] | Mapping[str, Board]",
        classes: tuple[str, ...] | None = None,
    ) -> "ReportInputs":
        """The folders in their usual places below ``build/``."""
        known = boards if isinstance(boards, Mapping) else {}
        model = build / "model"
        stages = {name: BoardInputs(*_folders(build / name), board=known.get(name)) for name in boards}
        return cls(model / "train", model / "distill", model / "quantize", stages, classes)


def _folders(board: Path) -> tuple[Path, Path, Path, Path]:
    return board / "generate", board / "build", board / "flash", board / "verify"
