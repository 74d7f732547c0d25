"""``[target] psram``: a board with a model's arena or weights in its RAM outside the chip, and what it costs.

Source: ESP-IDF Programming Guide, Support for External RAM, Restrictions: it has the cache of the flash;
what is accessed often is nearly as fast there as in internal RAM, chunks above 32 KB come at its own speed,
and push code out of the cache.
"""

from pathlib import Path

from tinykd.boards.load import load_board
from tinykd.boards.model import Board, InPsram, Psram
from tinykd.errors import ConfigError

WHERE = "[target] psram"
CACHE_BYTES = 32 * 1024  # above this, says Espressif, the cache may not suffice


def load_placed(name: str, root: Path, boards: tuple[str, ...], psram: InPsram | None) -> Board:
    """The board ``name`` of a project, of which ``boards`` are named, with what it puts into PSRAM."""
    board = load_board(name, root, boards)
    return board if psram is None else placed(board, psram)


def placed(board: Board, what: InPsram) -> Board:
    """``board`` with ``what`` in PSRAM; ``ConfigError`` where it cannot be."""
    if board.psram is None:
        fix = "Leave it out, or choose a board with PSRAM: `tinykd boards --search psram`"
        raise ConfigError(WHERE, f"board {board.name} has no PSRAM", "[psram] in its TOML", fix)
    if what == "weights" and not (board.psram.weights and board.framework == "espidf"):
        found = f'"weights", which board {board.name} reads from flash'
        expected = '"arena", or an ESP32-S3 or P4 with ESP-IDF, which copies constants at its start'
        raise ConfigError(WHERE, found, expected)
    return board.model_copy(update={"in_psram": what})


def psram_cost(psram: Psram) -> str:
    """What is slower, and why."""
    return (
        f"beyond the cache that it shares with flash ({CACHE_BYTES // 1024} KB) at most "
        f"{psram.mbytes_per_s:,} MB/s, and code is pushed out of the cache"
    )


def psram_offer(board: Board, arena_bytes: int) -> str:
    """What helps an arena that the RAM inside the chip does not hold; empty where nothing does, or must."""
    internal = board.ram_bytes - board.stack_bytes
    if board.psram is None or not internal < arena_bytes <= board.psram.bytes:
        return ""
    return f'{WHERE} = "arena" has room for {arena_bytes:,} bytes: {psram_cost(board.psram)}'


def psram_note(board: Board, arena_bytes: int) -> str:
    """What to tell of the choice; empty where nothing was chosen."""
    if board.psram is None or board.in_psram is None:
        return ""
    internal = board.ram_bytes - board.stack_bytes
    if board.in_psram == "arena" and arena_bytes <= internal:
        return (
            f"{WHERE}: the arena of {arena_bytes:,} bytes would fit the {internal:,} of RAM inside the chip "
            f"of {board.name}, where it is faster: leave the key out"
        )
    what = f"the arena of {arena_bytes:,} bytes" if board.in_psram == "arena" else "constants"
    return f"{WHERE}: {what} in the PSRAM of {board.name}: {psram_cost(board.psram)}"
