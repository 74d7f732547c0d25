"""Where trainings are kept while their stage is not finished, and that nothing of them is left then."""

from pathlib import Path

from tests.stages.fakes import STEPS, space
from tests.stages.test_killed import files
from tinykd.engine import run_stages
from tinykd.engine.events import SilentReporter
from tinykd.engine.folders import forget_trainings, kept_trainings
from tinykd.engine.run_stages import run_steps
from tinykd.engine.stage import Job
from tinykd.engine.worker_messages import JobMessage


def test_those_of_other_inputs_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "model/train"
    kept = kept_trainings(folder, "a")
    kept.mkdir(parents=True)
    (kept / "teacher-1.npz").write_bytes(b"1")
    assert kept_trainings(folder, "a") == kept and (kept / "teacher-1.npz").is_file()
    assert kept_trainings(folder, "b") != kept and not kept.exists()
    forget_trainings(folder)
    assert not list((tmp_path / "model").iterdir())


def test_a_job_says_where_and_the_same_inputs_the_same_place(tmp_path: Path, monkeypatch) -> None:
    said = []

    def run(_self, stage, job, progress):
        assert JobMessage.of(stage, job).job().resume == job.resume
        said.append((stage.name, job.resume))
        job.resume.mkdir(parents=True)
        stage.load()(job, progress)

    monkeypatch.setattr(run_stages.TrainingProcess, "run", run)
    for root in (tmp_path / "one", tmp_path / "two"):
        root.mkdir()
        run_steps(space(root), STEPS, SilentReporter())
        assert not [name for name in files(root) if ".epochs" in name] and not list(root.rglob(".*.epochs"))
    first, second = said[: len(said) // 2], said[len(said) // 2 :]
    assert first and [(name, where.name) for name, where in first] == [(n, w.name) for n, w in second]


def test_other_stages_are_told_of_none(tmp_path: Path) -> None:
    assert Job("generate", None, tmp_path, tmp_path).resume is None  # type: ignore[arg-type]
