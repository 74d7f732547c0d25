"""``boards``, ``ports`` and ``doctor``: what tinykd knows, what is plugged in, what is installed."""

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.output import Output

PANEL = "Boards and this machine"


@verb("boards", PANEL)
def boards(output: Output) -> None:
    """The boards that firmware can be made for: real ones, emulated ones, and this machine.

    tinykd boards
    tinykd boards --json
    """
    from tinykd.boards import list_boards

    known = list_boards()
    rows = [
        (b.name, b.title, str(b.core), f"{b.flash_bytes // 1024}", f"{b.ram_bytes // 1024}", b.kind)
        for b in known
    ]
    header = ("board", "title", "core", "flash KiB", "RAM KiB", "kind")
    output.table([b.model_dump(mode="json") | {"kind": b.kind} for b in known], header, rows)


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
    from tinykd.cli.checkup import check_machine

    checks = check_machine()
    lines = [
        f"{_MARKS[c.state]:4}  {c.name:24}  {c.found}{f'  ->  {c.fix}' if c.fix else ''}" for c in checks
    ]
    output.result([c.__dict__ for c in checks], lines)
    return EXIT_GATE if any(c.state == "missing" for c in checks) else None


_MARKS = {"ok": "ok", "optional": "-", "missing": "NO"}
