"""Stage ``report``: one ladder from the teacher to the boards."""

from tinykd.engine.stage import BUILD, Job
from tinykd.pipeline.inputs import board_of, dataset
from tinykd.progress import Progress


def report(job: Job, progress: Progress) -> None:
    """One ladder from the teacher to the boards."""
    from dataclasses import replace

    from tinykd.report import ReportInputs, write_report
    from tinykd.report.runs import RUNS, keep_run

    data = dataset(job)
    boards = {name: board_of(job, name) for name in job.boards}
    inputs = ReportInputs.of_build(job.root / BUILD, boards, data.classes)
    if data.task == "detection":
        from tinykd.report.scenes import read_scenes

        inputs = replace(inputs, scenes=read_scenes(inputs.quantize, data))
    write_report(inputs, job.out, job.project)
    kept = keep_run(job.out, job.root / BUILD / RUNS)
    progress.detail(f"kept as {kept.name}: `tinykd compare {kept.name}` holds later runs against it")
