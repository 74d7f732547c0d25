"""Stages ``distill``, ``prune``, ``finetune``, ``quantize``: from the teacher's logits to the flatbuffer.

They run in the training process. Nothing is imported before it is needed.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.engine.stage import Job
from tinykd.pipeline.inputs import dataset, deployed_dataset
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.project.schema import Project


def distill(job: Job, progress: Progress) -> None:
    """Baseline and student."""
    from tinykd.distillation.stage import distill as distill_student

    distill_student(_sized(job), dataset(job), job.inputs["train"], job.out, progress)


def prune(job: Job, progress: Progress) -> None:
    """The student without the channels that matter least."""
    from tinykd.pruning.stage import prune as prune_student

    folders = _logits_folder(job), job.inputs["distill"], job.out
    prune_student(_taught(job), dataset(job), *folders, progress)


def finetune(job: Job, progress: Progress) -> None:
    """The student on samples of the user's own."""
    import shutil

    from tinykd.fine_tuning.stage import fine_tune
    from tinykd.student.made import ARCHITECTURE_FILE

    student = _student_folder(job)
    fine_tune(_sized(job), dataset(job), deployed_dataset(job), student, job.out, progress)
    if (student / ARCHITECTURE_FILE).is_file():
        shutil.copyfile(student / ARCHITECTURE_FILE, job.out / ARCHITECTURE_FILE)


def _logits_folder(job: Job) -> Path:
    """Where the logits are that the student learns from: the teacher's, or its assistant's."""
    from tinykd.distillation.stage import batches_dir

    return batches_dir(job.project, job.inputs["train"], job.inputs["distill"])


def _student_folder(job: Job) -> Path:
    """Of the distilled student, pruned where the project says so."""
    return job.inputs.get("prune", job.inputs["distill"])


def quantize(job: Job, progress: Progress) -> None:
    """QAT, export, lint. A fine-tuned student is its own teacher, on the samples that it was tuned on."""
    from tinykd.quantization.stage import quantize as quantize_student

    tuned = job.inputs.get("finetune")
    folders = (tuned, tuned) if tuned else (_logits_folder(job), _student_folder(job))
    project = _sized(job) if tuned else _taught(job)
    quantize_student(project, deployed_dataset(job), *folders, job.out, progress)


def _sized(job: Job) -> "Project":
    """The project with the student in the size that stage ``check`` settled."""
    size = json.loads((job.inputs["check"] / "student.json").read_text())
    student = job.project.student.resolved(job.root, size["width"], size["depth"], job.inputs["check"])
    return job.project.model_copy(update={"student": student})


def _taught(job: Job) -> "Project":
    """The same, its teacher's weight as stage ``distill`` left it."""
    from tinykd.distillation.trailing import weighed

    trailing = json.loads((job.inputs["distill"] / "distill.json").read_text()).get("trailing")
    return weighed(_sized(job), trailing["weight"]) if trailing else _sized(job)
