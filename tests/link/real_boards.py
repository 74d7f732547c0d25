"""The real firmware to be tried over bad lines: a process of this machine, or an emulated board.

Its model is the toy of tests/build. A board can be taken away and put back, and is then at another address.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.build.toy import toy_sources
from tinykd.boards import Board, load_board
from tinykd.build import FirmwareImage, build_firmware
from tinykd.files import write_whole
from tinykd.firmware_project import project_files
from tinykd.flash import open_board
from tinykd.progress import Silent

NAMES = {"host": "host", "emulator": "qemu-mps2-an386"}
SLOW = """
    for (uint32_t begin = tkd_port_ticks(); tkd_port_ticks() - begin < SLOW_NSu;) {
    }
"""


def build_toy(folder: Path, board: Board, slow_ns: int = 0) -> FirmwareImage:
    """The toy's firmware; with ``slow_ns`` an inference takes at least so long."""
    toy = toy_sources()
    if slow_ns:
        head = "static tkd_status invoke(void *arena) {\n"
        source = toy.files["toy.c"].replace(head, head + SLOW.replace("SLOW_NS", str(slow_ns)))
        source = '#include "tkd_port.h"\n' + source
        toy = replace(toy, files={**toy.files, "toy.c": source})
    for path, text in project_files(toy, board).items():
        write_whole(folder / "project" / path, text)
    return build_firmware(folder / "project", board, folder / "out", Silent())


class Socket:
    """Where a board is plugged in.

    A terminal has a name of its own for as long as it is there: its number may be another test's the next
    moment, and who waits for this board to come back must not find that one.
    """

    def __init__(self, image: FirmwareImage, board: Board) -> None:
        self._image, self._board = image, board
        self._stack = ExitStack()
        self._times = 0
        self.url = ""

    def plug_in(self) -> str:
        url = self._stack.enter_context(open_board(self._image, self._board))
        self.url = self._named(url) if url.startswith("/") else url
        return self.url

    def _named(self, terminal: str) -> str:
        self._times += 1
        name = Path(self._stack.enter_context(TemporaryDirectory())) / f"tty{self._times}"
        name.symlink_to(terminal)
        return str(name)

    def unplug(self) -> None:
        self._stack.close()


@contextmanager
def plugged_in(image: FirmwareImage, kind: str) -> Iterator[Socket]:
    """A running board of ``kind`` in NAMES."""
    socket = Socket(image, load_board(NAMES[kind]))
    try:
        socket.plug_in()
        yield socket
    finally:
        socket.unplug()
