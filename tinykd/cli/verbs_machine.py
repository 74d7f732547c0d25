"""``boards``, ``ports`` and ``doctor``: what tinykd knows, what is plugged in, what is installed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.boards import Board

PANEL = "Boards and this machine"


@verb("boards", PANEL)
def boards(
    output: Output,
    kind: Annotated[
        str | None, typer.Option("--kind", help="host, qemu or platformio; or virtual, real.")
    ] = None,
    core: Annotated[
        str | None, typer.Option("--core", help="A processor such as cortex-m4, rv32imc, avr.")
    ] = None,
    framework: Annotated[
        str | None, typer.Option("--framework", help="arduino, espidf or stm32cube.")
    ] = None,
    runtime: Annotated[str | None, typer.Option("--runtime", help="static or tflm.")] = None,
    search: Annotated[str | None, typer.Option("--search", "-s", help="Text in name, title or chip.")] = None,
    sensor: Annotated[str | None, typer.Option("--sensor", help="On the board: microphone, motion.")] = None,
    flash: Annotated[int, typer.Option("--flash", min=0, help="KiB of flash at least.")] = 0,
    ram: Annotated[int, typer.Option("--ram", min=0, help="KiB of RAM at least.")] = 0,
    fits: Annotated[
        Path | None, typer.Option("--fits", help="A .tflite: the boards that hold it, and what is left.")
    ] = None,
) -> None:
    """The boards that firmware can be made for: real ones, emulated ones, this machine; a project's own, too.

    tinykd boards
    tinykd boards --kind real --core cortex-m4
    tinykd boards --search nucleo --framework stm32cube
    tinykd boards --sensor microphone --ram 256
    tinykd boards --fits model.tflite
    """
    from tinykd.boards import list_boards
    from tinykd.boards.choose import BoardCriteria, choose_boards

    criteria = BoardCriteria(kind, core, framework, runtime, search, sensor, flash * 1024, ram * 1024)
    found = choose_boards(list_boards(), criteria)
    if fits:
        from tinykd.api.board_fits import BoardFits

        with output.working(f"compile for {len({board.core for board in found})} cores"):
            fitting = BoardFits.of_file(fits, found)
        output.result([fit.to_json() for fit in fitting], fitting.lines())
        return
    if not found:
        output.result([], ["No board is like that; `tinykd boards` lists all that are known."])
        return
    rows = [_board_row(board) for board in found]
    value = [b.model_dump(mode="json") | {"kind": b.kind, "runtimes": b.runtimes} for b in found]
    output.table(value, _BOARD_HEADER, rows)


_BOARD_HEADER = ("board", "title", "cpu", "MHz", "flash KiB", "RAM KiB", "framework", "runtimes", "kind")


def _board_row(board: "Board") -> tuple[str, ...]:
    sizes = (f"{board.flash_bytes // 1024}", f"{board.ram_bytes // 1024}")
    runtimes = "+".join(board.runtimes)
    mhz = f"{board.clock_hz // 1_000_000}"
    return (board.name, board.title, board.cpu, mhz, *sizes, board.framework, runtimes, board.kind)


@verb("ports", PANEL)
def ports(output: Output) -> None:
    """The serial ports of this machine, with what is plugged into them.

    tinykd ports
    """
    from serial.tools.list_ports import comports

    found = sorted(comports(), key=lambda p: p.device)
    value = [
        {
            "port": p.device,
            "description": p.description,
            "vid": p.vid,
            "pid": p.pid,
            "serial": p.serial_number,
        }
        for p in found
    ]
    if not found:
        output.result([], ["No serial port. Plug a board in, or use an emulated one: `tinykd boards`."])
        return
    rows = [(p.device, p.description or "", _usb_id(p.vid, p.pid)) for p in found]
    output.table(value, ("port", "what it says it is", "USB id"), rows)


def _usb_id(vid: int | None, pid: int | None) -> str:
    return f"{vid:04x}:{pid:04x}" if vid is not None and pid is not None else ""


@verb("doctor", PANEL)
def doctor(output: Output) -> int | None:
    """Check compilers, emulator, Python packages and serial ports; say what to type for what is missing.

    The exit code is 1 when something is missing without which no project runs.

        tinykd doctor
    """
    from tinykd.cli.doctor import check_machine

    with output.working("look at this machine"):
        checks = check_machine()
    lines = [
        f"{_MARKS[c.state]:4}  {c.name:24}  {c.found}{f'  ->  {c.fix}' if c.fix else ''}" for c in checks
    ]
    output.result([c.__dict__ for c in checks], lines)
    return EXIT_GATE if any(c.state == "missing" for c in checks) else None


_MARKS = {"ok": "ok", "optional": "-", "missing": "NO"}
