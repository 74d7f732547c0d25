"""``verify``, ``diff`` and ``bundle``: what the board answers, beside what is right."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import BoardOption, BoardsOption, PortOption, ProjectArgument, StartOption
from tinykd.cli.output import Output
from tinykd.cli.verbs_pipeline import PANEL, ForceOption, run_stages, stage_options
from tinykd.errors import ConfigError, DataError
from tinykd.pipeline.options import Flashing, RunOptions

if TYPE_CHECKING:
    from tinykd.sessions.many_boards import BoardChoice
    from tinykd.sessions.verification import VerifyOptions
    from tinykd.verify.outcome import Outcome

EXIT_USER = 2
TargetArgument = Annotated[
    Path,
    typer.Argument(
        help="The project file or its folder, or a bundle made by tinykd bundle.", show_default="this folder"
    ),
]
SamplesOption = Annotated[
    int | None,
    typer.Option("--samples", "-n", min=1, help="Send so many, of each class its share.", show_default="all"),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="Draw them by this seed; else by the project's."),
]
HERE = Path()


@verb("verify", PANEL, "Answers that came are kept; type the same again to go on")
def verify(
    output: Output,
    target: TargetArgument = HERE,
    board: BoardsOption = None,
    port: PortOption = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every connected board, and those named with --board, at once.")
    ] = False,
    samples: SamplesOption = None,
    seed: SeedOption = None,
    until_different: Annotated[
        bool, typer.Option("--until-different", help="Stop at the first sample that is not exact.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, where a run that was cut would go on.")
    ] = False,
    start: StartOption = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    stream: Annotated[
        Path | None,
        typer.Option("--stream", help="Play this .wav or .csv file to a virtual board that listens."),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option("--rate", min=0.001, help="With --stream: values per second of a .csv without time."),
    ] = None,
    speed: Annotated[
        float,
        typer.Option("--speed", min=0, help="With --stream: times the board's time; 0: as fast as it goes."),
    ] = 1.0,
    force: ForceOption = False,
) -> int | None:
    """Send test samples to the board and compare every output with TFLM's on the host.

    The exit code is 1 when the outputs are less exact than the project's gate.
    A run that was cut goes on where it was.
    With --start raw the board computes the features too: sound goes in, a class comes out.
    With a bundle neither project nor TensorFlow is needed.
    With --stream the board listens to a recording: features, scores and events are compared with the host's.

        tinykd verify
        tinykd verify --board nucleo_f446re --port /dev/ttyACM0 --samples 100 --seed 7
        tinykd verify bundle.zip --port /dev/ttyACM0 --junit verify.xml
        tinykd verify --all
        tinykd verify --board qemu-mps2-an386 --stream recording.wav --speed 0
        tinykd verify --start raw --board qemu-mps2-an386
    """
    from tinykd.bundle import is_bundle
    from tinykd.sessions.many_boards import BoardChoice
    from tinykd.sessions.verification import VerifyOptions

    options = VerifyOptions(samples, seed, until_different, restart)
    if stream:
        if every or junit or is_bundle(target) or options != VerifyOptions():
            fix = "Leave the others out"
            raise ConfigError("--stream", "given with what is for samples, or for a bundle", "a project", fix)
        return _stream(output, target, BoardChoice(tuple(board or ()), port), (stream, rate, speed))
    if not (every or junit or options != VerifyOptions() or is_bundle(target)):
        return run_stages(
            output, target, replace(stage_options("verify", force, board, Flashing(port)), start=start)
        )
    if every and port:
        raise ConfigError("--all", "given together with --port", "one of the two", "Leave one of them out")
    choice = BoardChoice(tuple(board or ()), port, every, start)
    outcomes = _outcomes(output, target, choice, options)
    if junit:
        from tinykd.engine.failures import as_user_errors
        from tinykd.verify.junit import write_junit

        with as_user_errors(junit):
            write_junit(outcomes, junit)
    return _show_outcomes(output, outcomes, target, choice)


def _stream(
    output: Output, target: Path, choice: "BoardChoice", recording: tuple[Path, float | None, float]
) -> int:
    from tinykd.display.heard import heard_lines
    from tinykd.pipeline.live_case import StreamedFile, verify_recording

    with output.reporting(show_skipped=False) as reporter:
        heard = verify_recording(target, choice, StreamedFile(*recording), reporter)
    values = [verdict.to_json() | {"board": name} for name, verdict in heard.verdicts]
    lines = [line for name, each in heard.verdicts for line in heard_lines(name, each, heard.names)]
    output.result(values if len(values) > 1 else values[0], lines)
    return 0 if all(verdict.exact for _, verdict in heard.verdicts) else EXIT_GATE


def _outcomes(
    output: Output, target: Path, choice: "BoardChoice", options: "VerifyOptions"
) -> "list[Outcome]":
    from tinykd.pipeline.many_boards import verification_tasks
    from tinykd.sessions.verification import verify_tasks

    with output.reporting(show_skipped=False) as reporter:
        return verify_tasks(verification_tasks(target, choice, reporter), options, reporter)


def _show_outcomes(output: Output, outcomes: "list[Outcome]", target: Path, choice: "BoardChoice") -> int:
    """The result; a single board that gave no verdict is an error like any other."""
    if len(outcomes) == 1 and outcomes[0].error and not choice.every:
        raise outcomes[0].error
    values = [outcome.to_json() for outcome in outcomes]
    lines = [*_verdicts(values, choice.every), *_next_commands(outcomes, target, choice)]
    output.result(values if choice.every or len(values) > 1 else values[0], lines)
    if any(outcome.error for outcome in outcomes):
        return EXIT_USER
    return 0 if all(outcome.passed for outcome in outcomes) else EXIT_GATE


def _verdicts(values: list[dict[str, Any]], every: bool) -> list[str]:
    """One row for each board with ``--all``, else each verdict in full; errors come last."""
    from tinykd.display.verdict import outcomes_table, verdict_lines

    if every:
        return outcomes_table(values)
    lines = [line for v in values if not v["error"] for line in verdict_lines(v["board"], v)]
    return lines + [v["error"]["text"] for v in values if v["error"]]


def _next_commands(outcomes: "list[Outcome]", target: Path, choice: "BoardChoice") -> Iterator[str]:
    """What shows the values that differ, for each board where some do."""
    from tinykd.display.verdict import diff_command

    for outcome in outcomes:
        found = outcome.verdict.first_difference if outcome.verdict else None
        if found:
            where = choice.port or (outcome.where if choice.every else None)
            yield f"Type `{diff_command(target, outcome.board, where, found.sample)}` for the values."


@verb("diff", PANEL, "Finished stages are kept; a difference is looked for anew")
def diff(
    output: Output,
    target: TargetArgument = HERE,
    board: BoardOption = None,
    port: PortOption = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=0, help="Look at this one.", show_default="the first that differs"),
    ] = None,
    samples: SamplesOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
) -> int:
    """Why the board's outputs differ: the first layer that does, its values, and what it usually comes from.

    Every layer that is looked at is computed anew, and read before the next one runs.
    The exit code is 1 when something differs.

        tinykd diff --board host
        tinykd diff bundle.zip --port /dev/ttyACM0 --sample 12
        tinykd diff --board host --start raw
    """
    from tinykd.display.verdict import difference_lines
    from tinykd.pipeline.first_difference import first_difference
    from tinykd.sessions.many_boards import BoardChoice
    from tinykd.sessions.verification import VerifyOptions

    choice = BoardChoice((board,) if board else (), port, start=start)
    options = VerifyOptions(samples, seed)
    with output.reporting(show_skipped=False) as reporter:
        found, compared = first_difference(target, choice, sample, options, reporter)
    if found is None:
        output.result({"samples": compared, "difference": None}, [f"nothing differs in {compared} samples"])
        return 0
    value = found.to_json()
    output.result({"samples": compared, "difference": value}, difference_lines(value))
    return EXIT_GATE if found.pattern or found.causes else 0


@verb("bundle", PANEL, "Finished stages are kept; no bundle was written")
def bundle(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The .zip file to write.", show_default="NAME-BOARD.zip"),
    ] = None,
    traced: Annotated[
        int, typer.Option("--traced", min=0, max=64, help="So many samples with all their tensors, for diff.")
    ] = 4,
) -> None:
    """All that a verification needs in one file, for a machine that has only the board (a Raspberry Pi, say).

    It holds the model, the samples, what the oracle answers, and their hashes.
    Where it is verified neither TensorFlow nor TFLM is needed.

        tinykd bundle --board nucleo_f446re
        tinykd verify demo-nucleo_f446re.zip --port /dev/ttyACM0
    """
    from tinykd.bundle import write_bundle
    from tinykd.engine.failures import as_user_errors
    from tinykd.pipeline.case import make_bundle
    from tinykd.pipeline.run import run

    if out and out.suffix.lower() != ".zip":
        raise DataError(out, "is no .zip file", "a name that ends in .zip", "Choose another with --out")
    with output.reporting(show_skipped=False) as reporter:
        done = run(project, RunOptions("build", (board,) if board else (), trains=False), reporter)
        made = make_bundle(done, done.space.boards[0], traced)
    path = out or Path(f"{made.facts.name}-{made.facts.board}.zip")
    with as_user_errors(path):
        digest = write_bundle(made, path)
    value: dict[str, Any] = made.to_json() | {"path": str(path), "digest": digest}
    lines = [
        f"{path}: {len(made.inputs)} samples for {made.facts.board}, {path.stat().st_size:,} bytes",
        f"digest {digest}",
        f"Type `tinykd verify {path} --port PORT` where the board is.",
    ]
    output.result(value, lines)
