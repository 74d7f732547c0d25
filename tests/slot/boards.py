"""Firmware with a slot, built and running: a process, an emulated Cortex-M4, and an nRF51 whose flash
controller QEMU has."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.slot.twins import twin, worst_twin
from tinykd.api.model_file import CompileRequest, compile_file
from tinykd.boards import QemuMachine, load_board
from tinykd.build import build_firmware
from tinykd.files import write_tree
from tinykd.firmware_project import firmware_files
from tinykd.flash.process import running
from tinykd.flash.qemu import qemu_command
from tinykd.link.device import Device
from tinykd.progress import Silent

DIGITS = Path(__file__).parents[1] / "fixtures/digits.tflite"


def other_digits(folder: Path, seed: int) -> Path:
    """Another model of the same graph."""
    path = folder / f"other{seed}.tflite"
    path.write_bytes(twin(DIGITS.read_bytes(), seed))
    return path


def worst_digits(folder: Path) -> Path:
    """One whose layers the kernels of no core can take."""
    path = folder / "worst.tflite"
    path.write_bytes(worst_twin(DIGITS.read_bytes(), 1))
    return path


def firmware(folder: Path, board: str, slot: bool = True) -> Path:
    """The ELF of the digits on ``board``."""
    request = CompileRequest(board, name="digits", slot=slot)
    files = firmware_files(compile_file(DIGITS, request), load_board(board))
    write_tree(folder / "project", files)
    return build_firmware(folder / "project", load_board(board), folder / "build", Silent()).elf


@contextmanager
def process(elf: Path, flash: Path) -> Iterator[str]:
    """The port of ``elf`` as a process whose flash is the file ``flash``."""
    before = os.environ.get("TINYKD_FLASH")
    os.environ["TINYKD_FLASH"] = str(flash)
    try:
        with running(elf) as port:
            yield port
    finally:
        del os.environ["TINYKD_FLASH"]
        if before is not None:
            os.environ["TINYKD_FLASH"] = before


class Emulated:
    """A board in QEMU that can be reset at any moment, as by a power cut that flash outlives."""

    def __init__(self, port: str, monitor: socket.socket) -> None:
        self.port, self._monitor = port, monitor

    def cut_power(self) -> None:
        """Processor and peripherals begin anew; flash stays, and so does RAM, which start-up code clears."""
        _asked(self._monitor, "system_reset")

    @contextmanager
    def device(self) -> Iterator[Device]:
        with Device.open(self.port, timeout_s=20.0) as device:
            yield device


@contextmanager
def emulated_with_monitor(elf: Path, board: str, folder: Path) -> Iterator[Emulated]:
    """``elf`` in QEMU, with its control socket in ``folder``."""
    machine = load_board(board).run
    assert isinstance(machine, QemuMachine)
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        port = listener.getsockname()[1]
        command = qemu_command(machine.emulator, elf, machine, listener.fileno())
        command = [part.replace("wait=on", "wait=off") for part in command]  # for a client of the UART
        command += ["-qmp", "unix:monitor,server=on,wait=off"]
        started = subprocess.Popen(
            command, cwd=folder, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL
        )
    try:
        with _connected(folder / "monitor") as monitor:
            yield Emulated(f"socket://127.0.0.1:{port}", monitor)
    finally:
        started.kill()
        started.wait()


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as monitor:
        while True:
            try:
                monitor.connect(os.path.relpath(path))  # a socket's path is short
                break
            except OSError:
                time.sleep(0.05)
        monitor.settimeout(30)
        _asked(monitor, "qmp_capabilities")
        yield monitor


def _asked(monitor: socket.socket, command: str) -> None:
    """By QEMU's protocol for programs: one line of JSON each way, events between them."""
    monitor.sendall(f'{{"execute": "{command}"}}\n'.encode())
    said = b""
    while b'"return"' not in said:
        said += monitor.recv(4096)
