"""The table of docs/boards.md: every board, what its sources are compiled for and where they run.

``python -m tests.docs.board_table`` brings it up to date, from the boards and from what tests/ports does.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.ports.compiling import STAND_IN, compiled_for
from tests.ports.test_stm32 import REAL
from tinykd.boards import Board, TflmPort, list_boards
from tinykd.boards.cpu import CPUS

DOCUMENT = Path(__file__).parents[2] / "docs" / "boards.md"
BEGIN, END = "<!-- boards: begin -->\n", "<!-- boards: end -->\n"
HEADER = (
    "| board | processor | framework | compiled for | run on | runtime tflm from | per-channel Dense |\n"
    "|---|---|---|---|---|---|---|\n"
)
EMULATORS = {name: f"QEMU {machine}" for name, machine, *_ in REAL} | {"uno": "simavr", "mega2560": "simavr"}


def document(text: str) -> str:
    """``text`` with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = "".join(f"| {' | '.join(row)} |\n" for row in map(cells, list_boards()))
    return f"{before}{BEGIN}{HEADER}{rows}{END}{after}"


def cells(board: Board) -> Iterator[str]:
    """One row."""
    yield f"[`{board.name}`]({board.page})" if board.page else f"`{board.name}`"
    yield board.cpu
    yield board.framework or "none"
    yield board.cpu if compiled_for(board) is CPUS[board.cpu] else f"{STAND_IN} instead"
    yield _runs_on(board)
    yield from _tflm(board.tflm)


def _runs_on(board: Board) -> str:
    if board.machine:
        emulator = "rp2040js" if board.emulator == "tinykd-rp2040js" else "QEMU"
        return f"{emulator} {board.machine}"
    return EMULATORS.get(board.name, "the host" if board.virtual else "not run")


def _tflm(port: TflmPort | None) -> tuple[str, str]:
    if port is None:
        return ("no", "")
    wheres = {"bundled": "the framework", "vendored": "a tree of yours"}
    return (wheres.get(port.source, f"{port.library} {port.version}"), port.per_channel_dense)


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text()))
