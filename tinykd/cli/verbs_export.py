"""``export``: kept runs for TensorBoard or MLflow."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tinykd.cli.app import verb
from tinykd.cli.output import Output
from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.report.export.figures import RunFigures


@verb("export", "The way from teacher to board")
def export(
    output: Output,
    tool: Annotated[Literal["tensorboard", "mlflow"], typer.Argument(help="Who is to show the runs.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The folder of event files, or the address of MLflow's tracking.",
            show_default="build/tensorboard, or MLFLOW_TRACKING_URI",
        ),
    ] = None,
    kept: Annotated[
        Path, typer.Option("--build", help="Where kept runs are looked for.", show_default="./build")
    ] = Path("build"),
) -> None:
    """Give all kept runs of a project to TensorBoard or MLflow: figures, curves, settings.

    Each `tinykd run` keeps its report in build/runs. What MLflow has already is not sent again.

        tinykd export tensorboard
        tinykd export mlflow --to http://localhost:5000
    """
    runs = _runs(kept)
    with output.working(f"export to {tool}"):
        if tool == "tensorboard":
            value, line = _events(runs, Path(to) if to else kept / "tensorboard")
        else:
            value, line = _sent(runs, to)
    output.result({"tool": tool, "runs": [run.name for run in runs], **value}, [line])


def _runs(kept: Path) -> "list[RunFigures]":
    from tinykd.report.export.figures import RunFigures
    from tinykd.report.runs import REPORT_JSON, kept_runs
    from tinykd.report.write import read_report

    folders = kept_runs(kept)
    if not folders:
        raise ConfigError(
            kept, "no kept runs in it", "those of `tinykd run`, in build/runs", "Type `tinykd run`"
        )
    return [RunFigures.of(folder.name, read_report(folder / REPORT_JSON)) for folder in folders]


def _events(runs: "list[RunFigures]", folder: Path) -> tuple[dict[str, object], str]:
    from tinykd.engine.failures import as_user_errors
    from tinykd.report.export.tensorboard import write_events

    with as_user_errors(folder):
        write_events(runs, folder)
    show = f"Type `tensorboard --logdir {folder}` to see them"
    return {"folder": str(folder)}, f"{len(runs)} runs in {folder}. {show}."


def _sent(runs: "list[RunFigures]", to: str | None) -> tuple[dict[str, object], str]:
    from tinykd.report.export.mlflow_runs import ADDRESS, send_runs
    from tinykd.text import without_password

    address = to or os.environ.get(ADDRESS)
    if not address:
        raise ConfigError(
            "--to", "no address", f"that of MLflow's tracking, or {ADDRESS}", "Type --to http://..."
        )
    sent = send_runs(runs, address)
    rest = "" if len(sent) == len(runs) else "; it has the others already"
    line = f"{len(sent)} of {len(runs)} runs sent to {without_password(address)}{rest}."
    return {"address": without_password(address), "sent": sent}, line
