"""A project with its folder and its stages: where each step's files are, and what it would read now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.data.sources.remote import local_path
from tinykd.engine.code import code_hashes
from tinykd.engine.fingerprint import FileMark, config_values, tree_marks
from tinykd.engine.manifest import Fingerprint, read_manifest, stale_reason
from tinykd.engine.stage import BUILD, Job, Stage, Step
from tinykd.project.schema import Project
from tinykd.project.user_code import function_file

if TYPE_CHECKING:
    from tinykd.boards import Board

_BOARDS_KEY = "target.board"


@dataclass(frozen=True)
class Workspace:
    """A project, the folder that its relative paths start from, and the stages that it goes through."""

    project: Project
    root: Path
    boards: tuple[str, ...]
    stages: tuple[Stage, ...]
    written: tuple[str, ...] = ()  # boards of the project file, if others are asked for

    @property
    def build(self) -> Path:
        """All that is made."""
        return self.root / BUILD

    def known_board(self, name: str) -> "Board":
        """The board of this run called ``name``, tinykd's or the project's own."""
        from tinykd.boards.psram import load_placed

        target = self.project.target
        return load_placed(name, self.root, target.board, target.psram)

    def project_for(self, stage: Stage) -> Project:
        """The settings for ``stage``: a student is made for the boards of the project file."""
        if not (stage.training and self.written):
            return self.project
        target = self.project.target.model_copy(update={"board": self.written})
        return self.project.model_copy(update={"target": target})

    def folder(self, step: Step) -> Path:
        """Where the files of ``step`` are."""
        return self.root / step.folder

    def sources(self, reader: Step) -> list[Step]:
        """The steps whose folders ``reader`` reads: of its own board, or of all boards if it has none."""
        stages = [stage for name in reader.stage.after for stage in self.stages if stage.name == name]
        boards = (reader.board,) if reader.board else self.boards
        return [
            step
            for stage in stages
            for step in ([Step(stage, board) for board in boards] if stage.per_board else [Step(stage)])
        ]

    def job(self, step: Step, out: Path) -> Job:
        """What the stage's function is given: inputs by stage, by ``"stage board"`` where it reads all."""
        inputs = {
            source.stage.name if source.board == step.board else source.label: self.folder(source)
            for source in self.sources(step)
        }
        project, training = self.project_for(step.stage), step.stage.training
        return Job(step.stage.name, project, self.root, out, inputs, step.board, self.boards, training)

    def prepare_job(self, step: Step) -> Job:
        """What comes before it is given: all boards that are asked for."""
        return replace(self.job(step, self.folder(step)), project=self.project)

    def fingerprint(self, step: Step) -> Fingerprint:
        """All that the result of ``step`` depends on, as it is now."""
        stage = step.stage
        before = read_manifest(self.folder(step))
        project = self.project_for(stage)
        config = config_values(project, (*stage.config, *stage.config_where(project)))
        return Fingerprint(
            config=config,
            code=code_hashes(stage, self.stages, self.build, lambda: self._board_files(step, config)),
            reads=self._read_hashes(step),
            external=self._external_marks(step, before.inputs.external if before else {}),
        )

    def reason(self, step: Step) -> str | None:
        """Why ``step`` would run now; None if it would be skipped."""
        return stale_reason(self.folder(step), self.fingerprint(step))

    def only_code_changed(self, step: Step) -> bool:
        """Since ``step`` was finished nothing changed but tinykd itself."""
        before, now = read_manifest(self.folder(step)), self.fingerprint(step)
        return (
            before is not None and before.inputs.model_copy(update={"code": now.code}).difference(now) is None
        )

    def _board_files(self, step: Step, config: Mapping[str, Any]) -> dict[str, Path]:
        """The TOMLs that count: the step's own board, or all where ``config`` says that boards decide."""
        from tinykd.boards import board_file

        files = self.project_for(step.stage).target.board
        all_of_them = self.written if step.stage.training and self.written else self.boards
        names = (step.board,) if step.board else all_of_them if _BOARDS_KEY in config else ()
        return {Path(name).stem: board_file(name, self.root, files) for name in names}

    def _read_hashes(self, step: Step) -> dict[str, str]:
        hashes: dict[str, str] = {}
        for source in self.sources(step):
            manifest = read_manifest(self.folder(source))
            for read in step.stage.reads:
                if manifest and read.startswith(f"{source.stage.name}/"):
                    hashes |= manifest.hashes_of(read)
        return hashes

    def _external_marks(self, step: Step, before: dict[str, FileMark]) -> dict[str, FileMark]:
        marks: dict[str, FileMark] = {}
        for key in step.stage.paths:
            value = config_values(self.project, (key,)).get(key, [])
            texts = [text for text in (value if isinstance(value, list) else [value]) if text is not None]
            for number, text in enumerate(texts):
                label = f"{key}/{number}" if number else key
                marks |= self._marks_below(local_path(self.root, function_file(text) or text), label, before)
        for part in step.stage.watches:
            watched = part.format(board=step.board)
            marks |= self._marks_below(self.root / watched, watched, before)
        return marks

    def _marks_below(self, path: Path, label: str, before: dict[str, FileMark]) -> dict[str, FileMark]:
        """A mark of the file ``path``, or of every file in the folder ``path``."""
        if path.is_file():
            return {label: FileMark.of(path, before.get(label))}
        known = {name.removeprefix(f"{label}/"): mark for name, mark in before.items()}
        found = tree_marks(path, known) if path.is_dir() else {}
        return {f"{label}/{name}": mark for name, mark in found.items()}
