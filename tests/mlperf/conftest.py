"""The digits model behind MLPerf Tiny's grammar: here under ASan and UBSan, and on an emulated board."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from tests import objects
from tests.diff.conftest import MODEL
from tests.link.build import SANITIZE
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.files import write_tree
from tinykd.firmware_project import firmware_files
from tinykd.graph.reader import read_graph
from tinykd.progress import Silent

PATIENCE_S = 30.0  # for one byte; the runner's own


class Dut:
    """A device under test, asked as the runner asks it."""

    def __init__(self, url: str) -> None:
        self.port = serial.serial_for_url(url, timeout=PATIENCE_S)

    def raw(self, text: bytes) -> bytes:
        """All that is answered up to the next m-ready."""
        self.port.write(text)
        said = b""
        while not said.endswith(b"m-ready\r\n"):
            more = self.port.read(1)
            assert more, said
            said += more
        return said

    def ask(self, command: str) -> str:
        """The answer to a command without its m-ready."""
        return self.raw(command.encode() + b"%").decode().removesuffix("m-ready\r\n")


def project(board_name: str, folder: Path) -> Path:
    """The firmware project of the digits model for a board."""
    board = load_board(board_name)
    options = CompileOptions(name="digits", core=Core(board.core))
    program = compile_graph(read_graph(MODEL.read_bytes()), options)
    write_tree(folder, firmware_files(program, board, protocol="mlperf"))
    return folder


@pytest.fixture(scope="session")
def sanitized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's firmware with every write watched."""
    folder = project("host", tmp_path_factory.mktemp("mlperf") / "project")
    includes = {f"-I{path.parent}" for path in folder.rglob("*.h")}
    elf = folder / "sanitized"
    sources = sorted(map(str, folder.rglob("*.c")))
    done = objects.build(["gcc", "-std=c99", *SANITIZE, *sorted(includes)], sources, elf)
    assert done.returncode == 0, done.stderr
    return elf


@pytest.fixture(scope="module")
def dut(sanitized: Path) -> Iterator[Dut]:
    """One device for all tests of a module."""
    from tinykd.flash.process import running

    with running(sanitized) as port:
        found = Dut(port)
        found.port.timeout = 0.5
        while found.port.read(1000):  # opening the port may have cut what was said at the start
            pass
        found.port.timeout = PATIENCE_S
        yield found
        assert found.ask("name") == "m-name-dut-[tinykd]\r\n"  # it has survived
        found.port.close()


@pytest.fixture(scope="module")
def emulated_dut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dut]:
    """The same on a Cortex-M0 in QEMU; its first words have not been read."""
    from tinykd.build import build_firmware
    from tinykd.flash import open_board

    folder = tmp_path_factory.mktemp("mlperf-microbit")
    board = load_board("qemu-microbit")
    image = build_firmware(project("qemu-microbit", folder / "project"), board, folder / "build", Silent())
    with open_board(image, board) as url:
        found = Dut(url)
        yield found
        found.port.close()
