"""An emulated board: QEMU with its UART on a TCP socket of the loopback interface.

The socket is bound here and handed over, so no other program can take the port in between, and a client may
connect before QEMU is up. ``wait=on``: the machine starts when the client is there, so its banner is seen.
``-icount shift=0``: virtual time, one instruction is one nanosecond; the firmware counts instructions.
"""

import contextlib
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tinykd.boards import QemuMachine
from tinykd.build.tool import find_tool, telling_line
from tinykd.children import child
from tinykd.errors import ToolError

START_TIMEOUT_S = 20.0
FIX = {
    "qemu-system-arm": "Type `sudo apt install qemu-system-arm`",
    "qemu-system-riscv32": "Type `sudo apt install qemu-system-misc`",
    "qemu-system-xtensa": "Type `sudo apt install qemu-system-misc`",
    "tinykd-rp2040js": "Type `pip install tinykd` once more: it comes with it",
}


@contextlib.contextmanager
def emulated(elf: Path, machine: QemuMachine) -> Iterator[str]:
    """The URL of the serial port of ``elf`` running on ``machine``; the emulator ends with the context."""
    program = find_tool(machine.emulator, FIX[machine.emulator])
    with contextlib.ExitStack() as stack:
        with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
            port = listener.getsockname()[1]
            command = qemu_command(program, elf, machine, listener.fileno())
            process = stack.enter_context(
                child(
                    command,
                    gently=True,
                    pass_fds=[listener.fileno()],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
            )
        _await_start(process, machine)
        yield f"socket://127.0.0.1:{port}"


def qemu_command(program: str, elf: Path, machine: QemuMachine, listener_fd: int) -> list[str]:
    """The command that serves the UART on the listening socket ``listener_fd``."""
    uart = f"socket,id=uart,fd={listener_fd},server=on,wait=on,nodelay=on"
    quiet = ["-display", "none", "-monitor", "none", "-nodefaults"]
    run = [program, *machine.command[1:], "-kernel", str(elf)]
    return [*run, *quiet, "-chardev", uart, "-serial", "chardev:uart"]


def _await_start(process: subprocess.Popen[bytes], machine: QemuMachine) -> None:
    """Returns when QEMU waits for its client; a ``ToolError`` when it ended instead."""
    assert process.stderr is not None
    output, deadline = b"", time.monotonic() + START_TIMEOUT_S
    while b"waiting for connection" not in output:
        ready, _, _ = select.select([process.stderr], [], [], max(0.0, deadline - time.monotonic()))
        more = os.read(process.stderr.fileno(), 4096) if ready else b""
        if not more:
            text = (
                telling_line(output.decode(errors="replace"))
                if ready
                else f"not up within {START_TIMEOUT_S:g} s"
            )
            raise ToolError(machine.emulator, text, "an emulator that starts", FIX[machine.emulator])
        output += more
