"""Stages ``check`` and ``train``: what is asked for can be had; the teacher and its logits.

They run in the training process. Nothing is imported before it is needed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.engine.stage import Job
from tinykd.pipeline.inputs import dataset, deployed_dataset
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.data.dataset import Dataset


def check(job: Job, progress: Progress) -> None:
    """Whether what is asked for can be had, before minutes are spent on it; the student's size."""
    from tinykd.student.shapes import check_takes
    from tinykd.teacher.stage import check_teachers

    data = dataset(job)
    job.out.mkdir(parents=True, exist_ok=True)
    _note_findings(data, job.out, progress)
    check_takes(job.project.student, data)
    check_teachers(job.project, job.root)
    if job.project.fine_tuning:
        from tinykd.fine_tuning.stage import check_alike

        check_alike(deployed_dataset(job), data, job.project.fine_tuning.source)

    if job.project.student.is_file:
        from tinykd.own_model.stage import take_own_model

        take_own_model(job.project, data, job.root, job.out, progress)

    from tinykd.fitting.stage import check_student

    check_student(job.project, data, job.root, job.out, progress)


def _note_findings(data: "Dataset", out: Path, progress: Progress) -> None:
    """What would make figures deceive, said before anything is trained; ``findings.json`` for the report."""
    from tinykd.files import write_json
    from tinykd.screening.neighbours import embed
    from tinykd.screening.screen import sample_findings

    with progress.task("look at the samples", 1):
        found = [each for each in sample_findings(data, embed(data)) if each.level == "warning"]
    for each in found:
        progress.note(f"data: {each.sentence}")
    write_json(out / "findings.json", {"findings": [each.sentence for each in found]})


def train(job: Job, progress: Progress) -> None:
    """The teacher and its logits."""
    from tinykd.teacher.stage import train_teacher

    train_teacher(job.project, dataset(job), job.root, job.out, progress)
