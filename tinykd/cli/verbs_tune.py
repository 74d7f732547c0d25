"""``tune``: thresholds of events, from long recordings."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import HERE, DataOption, ProjectArgument
from tinykd.cli.output import Output


@verb("tune", "The way from teacher to board", "Nothing was written")
def tune_events(
    output: Output,
    project: ProjectArgument = HERE,
    recording: Annotated[
        list[Path] | None,
        typer.Option("--recording", "-r", help="Measure on a WAV file of your own; may be repeated."),
    ] = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option("--labels", "-l", help="What is in it: a label file for each recording."),
    ] = None,
    hours: Annotated[
        float, typer.Option("--hours", min=0.001, max=100, help="Of the recordings made of each split.")
    ] = 1.0,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms",
            min=0,
            help="Most false alarms of a class per hour of background.",
            show_default="the gate, or 1",
        ),
    ] = None,
    taken: Annotated[
        float, typer.Option("--taken", min=0, max=1, help="Most of the other samples taken for a class.")
    ] = 0.05,
    write: Annotated[
        bool, typer.Option("--write", help="Write the thresholds into \\[events] of the project file.")
    ] = False,
    data: DataOption = None,
) -> int:
    """Play long recordings through the finished model, and find the threshold of each class.

    They are made of the test split, background noise and silence; thresholds are chosen on such of the
    validation split. The exit code is 1 when a gate on misses or false alarms fails.

        tinykd tune
        tinykd tune --hours 2 --false-alarms 0.5
        tinykd tune --recording day.wav --labels day.txt
        tinykd tune --write
    """
    from tinykd.pipeline.tune import TuneOptions, save_tuned, tune
    from tinykd.pipeline.tune_case import tune_case
    from tinykd.pipeline.tune_recordings import own_recordings
    from tinykd.project.edit import write_thresholds
    from tinykd.project.load import project_file
    from tinykd.tuning.sweep import OperatingLimits

    own = own_recordings(recording or (), labels or ())
    with output.working("tune") as reporter:
        case = tune_case(project, data, reporter)
        gate = case.project.gates.false_alarms_per_hour
        most = false_alarms if false_alarms is not None else 1.0 if gate is None else gate
        tuned = tune(case, TuneOptions(OperatingLimits(most, taken), hours, own), reporter)
    picture = save_tuned(tuned, case.build)
    failed = tuned.failed_gates(case.project.gates)
    lines = [*tuned.lines(), f"Curves: {picture}"]
    thresholds = {each.name: each.threshold for each in tuned.classes}
    if write:
        write_thresholds(project_file(project), thresholds)
        lines.append(f"Wrote the thresholds into {project_file(project)}")
    value = {**tuned.to_json(), "picture": str(picture), "written": write, "failed_gates": failed}
    output.result(value, [*lines, *failed])
    return EXIT_GATE if failed else 0
