"""Stage ``report``: one ladder from the teacher to the boards."""

from typing import TYPE_CHECKING

from tinykd.engine.stage import BUILD, Job
from tinykd.pipeline.inputs import board_of, dataset, deployed_dataset
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.report import ReportInputs


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
    elif data.task == "classification":
        inputs = _with_answers(job, inputs)
    elif data.task == "regression":
        inputs = _with_values(job, inputs)
    write_report(inputs, job.out, job.project)
    kept = keep_run(job.out, job.root / BUILD / RUNS)
    progress.detail(f"kept as {kept.name}: `tinykd compare {kept.name}` holds later runs against it")


def _with_answers(job: Job, inputs: "ReportInputs") -> "ReportInputs":
    """What the int8 model was sure of, on the samples that it is made for."""
    from dataclasses import replace

    from tinykd.data.features.frontend import TextFrontend
    from tinykd.report.rated_answers import confidence_of, read_answers
    from tinykd.report.wrong_answers import wrong_answers

    data = deployed_dataset(job)
    rated = read_answers(inputs.quantize, data)
    if not rated:
        return inputs
    found = confidence_of(rated["validation"], rated["test"])
    if isinstance(data.frontend, TextFrontend):
        found = found.model_copy(update={"key": "[text] reject_below"})
    return replace(inputs, confidence=found, wrong_answers=wrong_answers(data, rated["test"]))


def _with_values(job: Job, inputs: "ReportInputs") -> "ReportInputs":
    """Where the int8 model of a regression is furthest off."""
    from dataclasses import replace

    from tinykd.report.rated_answers import read_values
    from tinykd.report.wrong_answers import far_answers

    data = deployed_dataset(job)
    values = read_values(inputs.quantize, data)
    return inputs if values is None else replace(inputs, far_answers=far_answers(data, values))
