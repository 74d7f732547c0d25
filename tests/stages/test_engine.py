"""The engine on fake stages: what runs, what is skipped, what is left on the disk."""

from pathlib import Path

import pytest

from tests.stages.fakes import STAGES, STEPS, space
from tinykd.engine.events import SilentReporter
from tinykd.engine.lock import locked
from tinykd.engine.run_stages import run_steps
from tinykd.engine.stage import Stage, Step
from tinykd.engine.training_process import StageBugError
from tinykd.engine.workspace import Workspace
from tinykd.errors import DataError, ToolError

ALL = ["one", "two", "three red", "three blue", "end"]


def run(workspace: Workspace, force: str | None = None) -> dict[str, str | None]:
    """Reason by step label; None: skipped."""
    return {r.step.label: r.reason for r in run_steps(workspace, STEPS, SilentReporter(), force)}


def calls(root: Path) -> list[str]:
    return (root / "calls").read_text().split("\n")[:-1]


def test_first_run_runs_all_second_skips_all(tmp_path: Path) -> None:
    assert run(space(tmp_path)) == dict.fromkeys(ALL, "never run")
    assert (tmp_path / "build/model/end").exists()
    assert run(space(tmp_path)) == dict.fromkeys(ALL)
    assert sorted(calls(tmp_path)) == sorted(ALL)


def test_files_are_where_the_contract_says(tmp_path: Path) -> None:
    run(space(tmp_path))
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert files == [
        "build/.lock",
        "build/blue/three/deep/d.txt",
        "build/blue/three/manifest.json",
        "build/model/end/all.txt",
        "build/model/end/manifest.json",
        "build/model/one/a.txt",
        "build/model/one/b.txt",
        "build/model/one/manifest.json",
        "build/model/training.log",
        "build/model/two/c.txt",
        "build/model/two/manifest.json",
        "build/red/three/deep/d.txt",
        "build/red/three/manifest.json",
        "calls",
    ]


def test_a_changed_key_reruns_from_there(tmp_path: Path) -> None:
    run(space(tmp_path))
    reasons = run(space(tmp_path, distillation={"temperature": 3.125}))
    assert reasons == {
        "one": None,
        "two": "[distillation] temperature changed",
        "three red": "two/c.txt changed",
        "three blue": "two/c.txt changed",
        "end": "red/three/deep/d.txt changed",
    }


def test_equal_output_stops_the_wave(tmp_path: Path) -> None:
    """one's b.txt depends on the epochs, but two reads only a.txt."""
    run(space(tmp_path))
    reasons = run(space(tmp_path, teacher={"epochs": 7}))
    assert reasons == {
        "one": "[teacher] epochs changed",
        "two": None,
        "three red": None,
        "three blue": None,
        "end": "one/b.txt changed",
    }


def test_force_runs_one_stage(tmp_path: Path) -> None:
    run(space(tmp_path))
    assert [label for label, why in run(space(tmp_path), force="two").items() if why] == ["two"]


@pytest.mark.parametrize("how", ["changed", "deleted", "folder deleted"])
def test_damaged_output_is_made_again(tmp_path: Path, how: str) -> None:
    run(space(tmp_path))
    victim = tmp_path / "build/model/two/c.txt"
    if how == "changed":
        victim.write_text("x" * victim.stat().st_size)
    else:
        victim.unlink()
        if how == "folder deleted":
            (victim.parent / "manifest.json").unlink()
            victim.parent.rmdir()
    why = "never run" if how == "folder deleted" else "c.txt was changed or deleted"
    assert [item for item in run(space(tmp_path)).items() if item[1]] == [("two", why)]
    assert victim.read_text() == f"a {space(tmp_path).project.distillation.temperature}"


def test_a_touched_file_is_no_change(tmp_path: Path) -> None:
    run(space(tmp_path))
    (tmp_path / "build/model/two/c.txt").touch()
    assert run(space(tmp_path)) == dict.fromkeys(ALL)


@pytest.mark.parametrize("content", ["", "{", '{"format": 1}', "\xff" * 10])
def test_a_broken_manifest_is_as_none(tmp_path: Path, content: str) -> None:
    run(space(tmp_path))
    (tmp_path / "build/model/two/manifest.json").write_text(content, encoding="latin-1")
    assert run(space(tmp_path))["two"] == "never run"


def test_the_users_data_file_counts(tmp_path: Path) -> None:
    (tmp_path / "my.npz").write_bytes(b"1")
    mine = space(tmp_path, data={"source": "my.npz"})
    run(mine)
    assert run(mine)["one"] is None
    (tmp_path / "my.npz").write_bytes(b"2")
    assert run(mine)["one"] == "the file of data.source changed"


def test_a_folder_of_data_counts_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "1.png").write_bytes(b"1")
    mine = space(tmp_path, data={"source": "mine"})
    run(mine)
    assert run(mine)["one"] is None
    (tmp_path / "mine" / "2.png").write_bytes(b"1")
    assert run(mine)["one"] == "the file of data.source/2.png changed"


def only(function: str, training: bool) -> tuple[Stage, Step]:
    stage = Stage("one", f"tests.stages.fakes:{function}", training=training)
    return stage, Step(stage)


@pytest.mark.parametrize("training", [False, True])
def test_a_refusing_stage_leaves_nothing(tmp_path: Path, training: bool) -> None:
    stage, step = only("refuses", training)
    with pytest.raises(DataError) as caught:
        run_steps(Workspace(space(tmp_path).project, tmp_path, (), (stage,)), [step], SilentReporter())
    assert str(caught.value) == "data.npz: x holds NaN; expected finite numbers. Clean it."
    assert not list((tmp_path / "build/model").glob("*one*"))


@pytest.mark.parametrize("training", [False, True])
def test_a_full_disk_is_one_line(tmp_path: Path, training: bool) -> None:
    stage, step = only("fills_the_disk", training)
    with pytest.raises(ToolError) as caught:
        run_steps(Workspace(space(tmp_path).project, tmp_path, (), (stage,)), [step], SilentReporter())
    where = tmp_path / ("build/model/.one.new" if training else "build")
    assert str(caught.value) == (
        f"{where}: the disk is full; expected a folder that can be written. "
        "Free some space and run again; finished stages are kept."
    )
    assert not list((tmp_path / "build/model").glob("*one*"))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(self: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(ToolError) as caught:
        run(space(tmp_path))
    assert str(caught.value) == (
        f"{tmp_path}/build: the folder is read-only; expected a folder that can be written. "
        "Copy the project to a folder that can be written."
    )


def test_a_bug_keeps_its_traceback(tmp_path: Path) -> None:
    stage, step = only("breaks", training=True)
    with pytest.raises(StageBugError, match=r"(?s)in breaks.*ZeroDivisionError: a bug.*training\.log"):
        run_steps(Workspace(space(tmp_path).project, tmp_path, (), (stage,)), [step], SilentReporter())


def test_a_crash_of_the_training_process_is_one_line(tmp_path: Path) -> None:
    stage, step = only("crashes", training=True)
    with pytest.raises(ToolError) as caught:
        run_steps(Workspace(space(tmp_path).project, tmp_path, (), (stage,)), [step], SilentReporter())
    assert str(caught.value) == (
        f"{tmp_path}/build/model/training.log: the training process was ended by signal 9. "
        "Signal 9 usually means too little memory. Its last line: Killed while allocating"
    )
    assert not list((tmp_path / "build/model").glob("*one*"))


def test_training_noise_goes_to_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []

    class Listening(SilentReporter):
        def note(self, text: str) -> None:
            heard.append(text)

    stage, step = only("noisy", training=True)
    run_steps(Workspace(space(tmp_path).project, tmp_path, (), (stage,)), [step], Listening())
    assert capfd.readouterr() == ("", "")
    assert heard == ["a note"]
    log = (tmp_path / "build/model/training.log").read_text()
    assert sorted(log.split("\n")) == ["", "noise on stderr", "noise on stdout"]


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    import os

    with locked(tmp_path / "build"), pytest.raises(ToolError) as caught:
        run(space(tmp_path))
    assert str(caught.value) == (
        f"{tmp_path}/build: another run (process {os.getpid()}) is using this folder; "
        "expected one run at a time. Wait for it, or stop it."
    )
    run(space(tmp_path))


def test_stages_are_declared_in_an_order_that_works() -> None:
    for position, stage in enumerate(STAGES):
        assert set(stage.after) <= {before.name for before in STAGES[:position]}
