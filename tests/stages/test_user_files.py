"""A stage that watches a folder of the user's, which is put in order before it is looked at."""

from pathlib import Path

from tinykd.engine.events import SilentReporter
from tinykd.engine.run_stages import run_steps
from tinykd.engine.stage import Job, Stage, Step
from tinykd.engine.workspace import Workspace
from tinykd.pipeline.project_board import port_after
from tinykd.progress import Progress
from tinykd.project.schema import Project

STAGE = Stage(
    "use",
    f"{__name__}:use",
    prepare=f"{__name__}:put_in_order",
    watches=("mine/{board}/src", "mine/{board}/one.ini"),
    per_board=True,
)


def put_in_order(job: Job, progress: Progress) -> None:
    """The generated file is there, whatever the user did to it."""
    folder = job.root / "mine" / str(job.board) / "src"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "generated.c").write_text("made")


def use(job: Job, progress: Progress) -> None:
    """What a build would do."""
    (job.out / "out").write_text("built")


def reason(root: Path) -> str | None:
    project = Project.model_validate({"project": {"name": "fake"}})
    space = Workspace(project, root, ("red",), (STAGE,))
    return run_steps(space, [Step(STAGE, "red")], SilentReporter())[0].reason


def test_only_what_the_user_changes_counts(tmp_path: Path) -> None:
    assert reason(tmp_path) == "never run"
    assert reason(tmp_path) is None
    source = tmp_path / "mine/red/src"
    (source / "mine.c").write_text("1")
    assert reason(tmp_path) == "the file of mine/red/src/mine.c changed"
    (source / "generated.c").unlink()
    assert reason(tmp_path) is None
    (tmp_path / "mine/red/one.ini").write_text("[x]")
    assert reason(tmp_path) == "the file of mine/red/one.ini changed"
    (tmp_path / "mine/red/else").write_text("not watched")
    assert reason(tmp_path) is None


def test_a_board_that_came_back_elsewhere_is_verified_there(tmp_path: Path) -> None:
    there, gone = tmp_path / "ttyACM1", "/dev/ttyNONE"
    there.touch()
    (tmp_path / "flash.json").write_text(f'{{"port": "{there}"}}')
    assert port_after(tmp_path, gone) == str(there)
    assert port_after(tmp_path, None) == str(there)
    assert port_after(tmp_path, "socket://lab:1") == "socket://lab:1"
    (tmp_path / "flash.json").write_text('{"port": null}')
    assert port_after(tmp_path, None) is None and port_after(tmp_path, gone) == gone
    (tmp_path / "flash.json").write_text(f'{{"port": "{gone}"}}')
    assert port_after(tmp_path, None) is None
