"""Verbs that look at a board never train: they go on with a finished model, or say what to type."""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, tinykd
from tests.stages.test_code import finished
from tinykd.engine import code
from tinykd.engine.events import SilentReporter
from tinykd.engine.stage import Step
from tinykd.engine.workspace import Workspace
from tinykd.errors import ConfigError
from tinykd.pipeline import run as module
from tinykd.pipeline.options import RunOptions
from tinykd.pipeline.run import open_workspace, run
from tinykd.pipeline.stages import STAGES, stage_named, steps_until

__all__ = ["tinykd"]
FIT = '[project]\nname = "x"\n[student]\nfit = { flash_bytes = 9000 }\n[pruning]\n'
BOARDS = '[target]\nboard = ["host", "qemu-microbit"]\n'
VERBS = (
    "monitor",
    "flash",
    "verify -n 5",
    "verify --all --board host",
    "profile",
    "diff",
    "bundle",
    "report",
)


def project(folder: Path, text: str = FIT + BOARDS) -> Path:
    (folder / "tinykd.toml").write_text(text)
    return folder


@lru_cache
def worked_out() -> Path:
    """What depends on what, for all tests once."""
    build = Path(tempfile.mkdtemp())
    code.parts(tuple(stage.function for stage in STAGES), build, code.ROOT)
    return build / code.KEPT


def finish(space: Workspace, until: str = "quantize") -> None:
    """All stages up to ``until`` have run."""
    space.build.mkdir(exist_ok=True)
    shutil.copy(worked_out(), space.build / code.KEPT)
    for step in steps_until(space.stages, space.boards, until):
        finished(space, step)


class Heard(SilentReporter):
    """Keeps what is noted."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels of the steps that would be brought up to date."""
    labels: list[str] = []

    def note_steps(space: Any, steps: Any, *_: Any) -> list[Any]:
        labels.extend(step.label for step in steps)
        return []

    monkeypatch.setattr(module, "run_steps", note_steps)
    return labels


def reasons(space: Workspace) -> dict[str, str | None]:
    return {step.label: space.reason(step) for step in steps_until(space.stages, space.boards, "quantize")}


@pytest.mark.parametrize(
    "boards", [("host",), ("qemu-microbit",), ("nucleo_f446re",), ("qemu-microbit", "host")]
)
def test_a_student_is_fitted_to_the_boards_of_the_file(tmp_path: Path, boards: tuple[str, ...]) -> None:
    """Choosing one board of several fitted and trained anew."""
    path = project(tmp_path)
    finish(open_workspace(path))
    assert set(reasons(open_workspace(path, boards)).values()) == {None}
    project(tmp_path, FIT + '[target]\nboard = "nucleo_f446re"\n')
    assert reasons(open_workspace(path))["check"] == "[target] board changed"


def test_what_the_training_is_told(tmp_path: Path) -> None:
    space = open_workspace(project(tmp_path), ("nucleo_f446re",))
    told = {name: space.job(Step(stage_named(name), None), tmp_path) for name in ("check", "prune", "report")}
    assert {name: job.project.target.board for name, job in told.items()} == {
        "check": ("host", "qemu-microbit"),
        "prune": ("host", "qemu-microbit"),
        "report": ("nucleo_f446re",),
    }
    room = space.prepare_job(Step(stage_named("train")))
    assert (room.project.target.board, room.boards) == (("nucleo_f446re",), ("nucleo_f446re",))


@pytest.mark.parametrize("key", ["augmented_copies = 3", "mixup = false"])
def test_views_decide_no_size(tmp_path: Path, key: str) -> None:
    path = project(tmp_path)
    finish(open_workspace(path))
    project(tmp_path, f"{FIT}[data]\n{key}\n{BOARDS}")
    found = reasons(open_workspace(path))
    assert found["check"] is None
    assert found["train"] == f"[data] {key.split()[0]} changed"


def test_a_finished_model_is_gone_on_with(tmp_path: Path, asked: list[str]) -> None:
    path = project(tmp_path)
    finish(open_workspace(path))
    heard = Heard()
    run(path, RunOptions("flash", ("host",), trains=False), heard)
    assert (asked, heard.notes) == (["generate host", "build host", "flash host"], [])


def test_so_is_one_that_another_tinykd_trained(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project(tmp_path)
    finish(open_workspace(path))
    real = code.code_hashes
    monkeypatch.setattr(
        "tinykd.engine.workspace.code_hashes", lambda *given: real(*given) | {"training/loop.py": "other"}
    )
    heard = Heard()
    run(path, RunOptions("flash", ("host",), trains=False), heard)
    assert asked == ["generate host", "build host", "flash host"]
    assert heard.notes == [
        "the model was trained by another version of tinykd (tinykd's training/loop.py changed); "
        f"`tinykd run {tmp_path}` trains it anew"
    ]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (f"{FIT}[data]\naugmented_copies = 3\n{BOARDS}", "[data] augmented_copies changed"),
        (FIT.replace("9000", "8000") + BOARDS, "[student] fit changed"),
        (f"{FIT}[distillation]\nalpha = 0.5\n{BOARDS}", "[distillation] alpha changed"),
    ],
)
def test_a_model_of_another_project_file_is_refused(
    tmp_path: Path, asked: list[str], text: str, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project(tmp_path)
    finish(open_workspace(path))
    project(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        run(path, RunOptions("flash", trains=False))
    assert str(caught.value) == (
        f"project x: {changed} since the model was trained; expected the model that the file describes. "
        f"Type `tinykd run {tmp_path}` to train it anew, or take the change back"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="Type `tinykd run` to train it anew"):
        run(Path(), RunOptions("report", trains=False))
    with pytest.raises(ConfigError):  # there is no firmware to look at
        run(path, RunOptions("flash", trains=False, as_it_is=True))
    assert asked == []


def test_its_firmware_can_be_looked_at(tmp_path: Path, asked: list[str]) -> None:
    path = project(tmp_path)
    finish(open_workspace(path), "flash")
    project(tmp_path, f"{FIT}[data]\naugmented_copies = 3\n{BOARDS}")
    heard = Heard()
    run(path, RunOptions("flash", ("host",), trains=False, as_it_is=True), heard)
    assert asked == []
    assert heard.notes == [
        "this is the firmware of before: [data] augmented_copies changed since the model was trained; "
        f"`tinykd run {tmp_path}` trains it anew"
    ]


@pytest.mark.parametrize("damage", ["nothing trained", "half trained", "deleted"])
def test_a_model_that_is_not_there(tmp_path: Path, asked: list[str], damage: str) -> None:
    path = project(tmp_path)
    space = open_workspace(path)
    if damage != "nothing trained":
        finish(space, "distill" if damage == "half trained" else "quantize")
    if damage == "deleted":
        (space.folder(Step(stage_named("quantize"))) / "manifest.json").unlink()
    stage = {"nothing trained": "check", "half trained": "prune", "deleted": "quantize"}[damage]
    with pytest.raises(ConfigError) as caught:
        run(path, RunOptions("flash", trains=False))
    assert str(caught.value) == (
        f"project x: stage {stage} is not finished, so there is no model yet; expected a trained one. "
        f"Type `tinykd run {tmp_path}` first"
    )
    assert asked == []


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_of_a_board_trains(tinykd: Run, tmp_path: Path, verb: str) -> None:
    path = project(tmp_path)
    finish(open_workspace(path))
    project(tmp_path, f"{FIT}[data]\naugmented_copies = 3\n{BOARDS}")
    word, *options = verb.split()
    done = tinykd(word, str(tmp_path), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "project x: [data] augmented_copies changed since the model was trained; expected the model that the "
        "file describes. Type `tinykd run` to train it anew, or take the change back"
    )
    assert not (tmp_path / "build/model/training.log").exists()
