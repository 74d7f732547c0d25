"""``record``: a board's own sensor to labelled files."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tinykd.cli.app import verb
from tinykd.cli.options import HERE, BoardOption, PortOption, ProjectArgument
from tinykd.cli.output import Output
from tinykd.cli.record_page import refuse_beside_page, serve_page

if TYPE_CHECKING:
    from tinykd.firmware_project.recorder import Measured
    from tinykd.link.device import Device
    from tinykd.recording.continuous import Continuous
    from tinykd.recording.guided import Session
    from tinykd.recording.recorder import Recorder
    from tinykd.recording.virtual import VirtualSensor

TIMEOUT_S = 5.0


@verb("record", "Boards and this machine", "Takes that were kept stay")
def record(
    output: Output,
    label: Annotated[
        str | None,
        typer.Option(
            "--label",
            "-l",
            help="The class of what is recorded: a folder's name.",
            show_default="needed, but with --page",
        ),
    ] = None,
    project: ProjectArgument = HERE,
    board: BoardOption = None,
    port: PortOption = None,
    takes: Annotated[
        int, typer.Option("--takes", min=1, help="How many there shall be; those there count.")
    ] = 10,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.01, max=3600, help="The length of a take.")
    ] = 1.0,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the classes.")] = Path("recordings"),
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate", min=0.001, help="Values per second that the sensor must give.", show_default="any"
        ),
    ] = None,
    kind: Annotated[
        Literal["sound", "motion"] | None,
        typer.Option("--kind", help="Of a board without a project: what its own sensor measures."),
    ] = None,
    sensor_file: Annotated[
        Path | None,
        typer.Option("--sensor-file", help="What a virtual sensor measures: a .wav or .csv file."),
    ] = None,
    continuous: Annotated[
        bool, typer.Option("--continuous", help="One long recording, cut into takes where Enter is pressed.")
    ] = False,
    stop_after: Annotated[
        float | None,
        typer.Option(
            "--stop-after", min=0.01, help="With --continuous: seconds.", show_default="q, or Ctrl-C"
        ),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Record in a browser, by its Web Serial; nothing else is asked.")
    ] = False,
) -> None:
    """Record from the board's own sensor, as WAV or CSV files in a folder for each class, which [data] reads.

    On a terminal each take is counted down, and kept, played or discarded; in a pipe all are kept. The same
    command goes on where it was stopped. A virtual board needs no project; it measures --sensor-file. With
    --kind a real one needs none either: it gets firmware that does nothing but record its own sensor.
    --page serves a page to this machine's browser, which speaks to a board that has its firmware.

        tinykd record --port /dev/ttyACM0 --label yes --takes 20 --seconds 1
        tinykd record --board nano33ble --label wave --seconds 2 --out data
        tinykd record --board host --label yes --takes 3 --sensor-file long.wav
        tinykd record --board nano33ble_sense --kind sound --rate 16000 --label yes
        tinykd record --port /dev/ttyACM0 --label background --continuous --stop-after 60
        tinykd record --page --label yes --takes 20
    """
    from tinykd.recording.recorder import Recorder
    from tinykd.recording.stored import check_writable, checked_label
    from tinykd.recording.virtual import read_virtual

    if page:
        refuse_beside_page(
            {
                "--port": port,
                "--sensor-file": sensor_file,
                "--kind": kind,
                "--continuous": continuous,
                "--stop-after": stop_after,
            }
        )
        _page(output, label, takes, seconds, out, rate, board)
        return
    label = checked_label(_named(label))
    check_writable(out)
    virtual = read_virtual(sensor_file, rate) if sensor_file else None
    source = _Source(project, board, port, virtual, _measured(board, kind, rate))
    with _opened(output, source) as device:
        recorder = Recorder(device, virtual, rate)
        if continuous:
            _continuous(output, recorder, label, seconds, out, stop_after)
        else:
            _guided(output, recorder, label, takes, seconds, out)


def _named(label: str | None) -> str:
    from tinykd.errors import ConfigError

    if label is None:
        raise ConfigError("--label", "not given", "the class of what is recorded", "Add --label yes, say")
    return label


def _page(
    output: Output,
    label: str | None,
    takes: int,
    seconds: float,
    out: Path,
    rate: float | None,
    board: str | None,
) -> None:
    from tinykd.boards import load_board
    from tinykd.link.transport import DEFAULT_SETTINGS
    from tinykd.recording.page import SessionWish
    from tinykd.recording.received import Received
    from tinykd.recording.stored import check_writable, checked_label
    from tinykd.sessions.open_board import port_settings

    settings = port_settings(load_board(board)) if board else DEFAULT_SETTINGS
    wish = SessionWish(checked_label(label) if label is not None else "", takes, seconds, settings)
    check_writable(out)
    serve_page(output, wish, Received(out, rate))


def _guided(output: Output, recorder: "Recorder", label: str, count: int, seconds: float, out: Path) -> None:
    from tinykd.cli.recording_prompts import NobodyPrompts, TerminalPrompts, is_led
    from tinykd.recording.guided import record_takes
    from tinykd.recording.stored import Takes

    is_asked = is_led(output.quiet)
    prompts = TerminalPrompts(recorder.signal, label, sys.stdin) if is_asked else NobodyPrompts(output.quiet)
    takes = Takes(out, label, recorder.signal.suffix)
    session = record_takes(recorder, takes, count, seconds, prompts)
    value = {
        "label": label,
        "folder": str(session.folder),
        "takes": session.takes,
        "recorded": session.kept,
        "discarded": session.discarded,
        "with_losses": session.broken,
        "clipped": session.clipped,
        **_sensor(recorder),
    }
    output.result(value, [_takes_line(label, session), *_sensor_lines(recorder)])


def _takes_line(label: str, session: "Session") -> str:
    parts = [f"{label}: {session.takes} takes in {session.folder}, {session.kept} of them new"]
    others = (
        (session.discarded, "discarded"),
        (session.broken, "recorded again after losses"),
        (session.clipped, "clipped"),
    )
    return ", ".join([*parts, *(f"{count} {what}" for count, what in others if count)])


def _continuous(
    output: Output, recorder: "Recorder", label: str, seconds: float, out: Path, stop_after: float | None
) -> None:
    from tinykd.cli.recording_prompts import KeyboardMarkers, is_led
    from tinykd.recording.continuous import Cut, record_continuous

    listener = KeyboardMarkers(is_led(output.quiet))
    found = record_continuous(recorder, Cut(out, label, seconds), stop_after, listener)
    length_s = found.length / recorder.signal.rate_hz
    value = {
        "label": label,
        "seconds": length_s,
        "takes": found.takes,
        "files": [str(path) for path in found.files],
        "lost": found.missing,
        **_sensor(recorder),
    }
    output.result(value, [*_continuous_lines(found, length_s, out), *_sensor_lines(recorder)])


def _continuous_lines(found: "Continuous", length_s: float, out: Path) -> list[str]:
    takes = (
        ", ".join(f"{count} takes of {label}" for label, count in sorted(found.takes.items())) or "no take"
    )
    lines = [f"{length_s:.3g} s in {found.files[0].parent}, cut into {takes} in {out}"]
    if found.missing:
        lines.append(f"{found.missing:,} values were lost; no take spans a gap")
    return lines


def _sensor(recorder: "Recorder") -> dict[str, object]:
    signal = recorder.signal
    return {
        "rate_hz": signal.rate_hz,
        "measured_hz": recorder.measured_hz,
        "channels": list(signal.names),
        "starved": recorder.starved,
    }


def _sensor_lines(recorder: "Recorder") -> list[str]:
    signal, measured = recorder.signal, recorder.measured_hz
    clock = "" if measured is None else f", {measured:,.7g} measured by the board's clock"
    lines = [f"{signal.rate_hz:,.7g} values per second of {', '.join(signal.names)}{clock}"]
    if recorder.starved:
        lines.append(
            f"the virtual sensor waited {recorder.starved} times for this machine; no value is missing"
        )
    return lines


@dataclass(frozen=True)
class _Source:
    """The board that is recorded from."""

    project: Path
    board: str | None
    port: str | None
    virtual: "VirtualSensor | None"
    measured: "Measured | None"


def _measured(
    board: str | None, kind: Literal["sound", "motion"] | None, rate: float | None
) -> "Measured | None":
    from tinykd.boards import load_board
    from tinykd.errors import ConfigError
    from tinykd.firmware_project.recorder import Measured

    if kind is None:
        return None
    if board is None or load_board(board).virtual:
        found, fix = (
            "given without a board that has a sensor",
            "Name one with --board; `tinykd boards` has them",
        )
        raise ConfigError("--kind", found, "a board on the desk", fix)
    return Measured(kind, rate)


@contextmanager
def _opened(output: Output, source: _Source) -> "Iterator[Device]":
    """The board, alone; a virtual one with firmware for recording, whatever the project."""
    from tinykd.boards import load_board
    from tinykd.link.boards_lock import held
    from tinykd.link.device import Device
    from tinykd.pipeline.project_board import running_board
    from tinykd.sessions.open_board import port_settings
    from tinykd.sessions.recording_firmware import recording_board

    known = load_board(source.board) if source.board else None
    is_virtual = source.port is None and known is not None and known.virtual
    with ExitStack() as stack:
        with output.reporting(show_skipped=False) as reporter:
            if known is not None and (is_virtual or source.measured):
                if is_virtual:
                    _check_file(known.name, source.virtual)
                made = recording_board(known, reporter, source.measured, source.port)
                url, settings = stack.enter_context(made), port_settings(known)
            else:
                found = running_board(source.project, source.board, source.port, reporter)
                url, settings = stack.enter_context(found)
        stack.enter_context(held(url, "tinykd record"))
        options = {"dtr": settings.dtr, "rts": settings.rts, "timeout_s": TIMEOUT_S}
        yield stack.enter_context(Device.open(url, settings.baud, **options))  # type: ignore[arg-type]


def _check_file(board: str, virtual: "VirtualSensor | None") -> None:
    """Before anything is built."""
    from tinykd.errors import ConfigError

    if virtual is None:
        found = f"{board} has no sensor, and nothing says what it measures"
        raise ConfigError("--board", found, "a file for its virtual sensor", "Add --sensor-file sound.wav")
