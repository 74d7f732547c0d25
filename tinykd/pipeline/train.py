"""Stages ``check`` and ``train``: what is asked for can be had; the teacher and its logits.

They run in the training process. Nothing is imported before it is needed.
"""

from tinykd.engine.stage import Job
from tinykd.pipeline.inputs import dataset, deployed_dataset
from tinykd.progress import Progress


def check(job: Job, progress: Progress) -> None:
    """Whether what is asked for can be had, before minutes are spent on it; the student's size."""
    from tinykd.student.shapes import check_input
    from tinykd.teacher.stage import check_teachers

    data = dataset(job)
    check_input(job.project.student, data.input_shape)
    check_teachers(job.project, job.root)
    if job.project.fine_tuning:
        from tinykd.fine_tuning.stage import check_alike

        check_alike(deployed_dataset(job), data, job.project.fine_tuning.source)

    from tinykd.fitting.stage import check_student

    check_student(job.project, data, job.root, job.out, progress)


def train(job: Job, progress: Progress) -> None:
    """The teacher and its logits."""
    from tinykd.teacher.stage import train_teacher

    train_teacher(job.project, dataset(job), job.root, job.out, progress)
