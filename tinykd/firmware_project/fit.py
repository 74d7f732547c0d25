"""Whether a model can fit a board, known before anything is compiled, and which boards it would fit.

Lower bounds only: arena and stack of RAM, weights of flash. What is refused here cannot fit; what passes is
measured when it is built.
"""

from collections.abc import Iterable
from typing import Protocol

from tinykd.boards import Board, list_boards
from tinykd.errors import BudgetError

# Start-up, port, harness and kernels: 16.4 KiB for digits on Cortex-M4, 17.6 on M0. `tinykd build` measures.
CODE_BYTES = 18 * 1024
NEAREST = 3  # boards that are named


class SizedModel(Protocol):
    """What is asked of a compiled model."""

    @property
    def name(self) -> str: ...
    @property
    def arena_bytes(self) -> int: ...
    @property
    def weights_bytes(self) -> int: ...


class SizeLimits(Protocol):
    """The gates that limit sizes; None: no limit."""

    @property
    def flash_bytes(self) -> int | None:
        """Most bytes of flash."""

    @property
    def ram_bytes(self) -> int | None:
        """Most bytes of RAM, stack included."""


def check_memory(model: SizedModel, board: Board, known: Iterable[Board] | None = None) -> None:
    """``BudgetError`` with the nearest of the ``known`` boards (None: all) when ``model`` cannot fit."""
    if beyond := _beyond_psram(model, board) or _beyond(model, board.stack_bytes, board):
        found, limit, _ = beyond
        raise _too_large(model, board, found, limit, known)


def _beyond_psram(model: SizedModel, board: Board) -> tuple[str, int, str] | None:
    """As ``_beyond``, of an arena outside the chip."""
    if not board.arena_outside or model.arena_bytes <= board.arena_room:
        return None
    return f"the arena is {model.arena_bytes:,} bytes of PSRAM", board.arena_room, "psram"


def check_limits(model: SizedModel, board: Board, gates: SizeLimits) -> None:
    """``BudgetError`` when ``model`` cannot pass ``gates`` on ``board``.

    The gates are held against an image; a vendor's linker script reserves no stack in it.
    """
    if beyond := _beyond(model, board.stack_bytes if board.virtual else 0, gates):
        found, limit, gate = beyond
        wanted = f"at most the {limit:,} of [gates] {gate}"
        fix = "Make [student] width or the samples smaller, or allow more"
        raise BudgetError(f"{model.name} on {board.name}", found, wanted, fix)


def _beyond(model: SizedModel, stack: int, limits: SizeLimits) -> tuple[str, int, str] | None:
    """What is more than it may be, how much may be, and which limit that is."""
    is_outside = isinstance(limits, Board) and limits.arena_outside
    ram = model.arena_bytes + stack
    if limits.ram_bytes is not None and ram > limits.ram_bytes and not is_outside:
        parts = f"arena {model.arena_bytes:,} and stack {stack:,} are" if stack else "the arena alone is"
        return f"{parts} {ram:,} bytes of RAM", limits.ram_bytes, "ram_bytes"
    if limits.flash_bytes is not None and model.weights_bytes > limits.flash_bytes:
        return f"weights alone are {model.weights_bytes:,} bytes of flash", limits.flash_bytes, "flash_bytes"
    return None


def nearest_boards(flash_bytes: int, arena_bytes: int, board: Board, known: Iterable[Board]) -> list[Board]:
    """The smallest of ``known`` boards that would hold it: real ones for a real one, virtual for virtual."""
    fitting = [
        other
        for other in known
        if other.kind == board.kind
        and flash_bytes <= other.flash_bytes
        and arena_bytes + other.stack_bytes <= other.ram_bytes
    ]
    return sorted(fitting, key=lambda b: (b.ram_bytes, b.flash_bytes, b.name))[:NEAREST]


def nearest_text(flash_bytes: int, arena_bytes: int, board: Board, known: Iterable[Board]) -> str:
    """``"It would fit a, b"``, or that no board that is known is large enough."""
    found = nearest_boards(flash_bytes, arena_bytes, board, known)
    if not found:
        return "No board that is known is large enough"
    return "It may fit " + ", ".join(
        f"{b.name} ({b.flash_bytes // 1024:,} KiB flash, {b.ram_bytes // 1024:,} KiB RAM)" for b in found
    )


def _too_large(
    model: SizedModel, board: Board, found: str, limit: int, known: Iterable[Board] | None
) -> BudgetError:
    boards = list_boards() if known is None else known
    near = nearest_text(model.weights_bytes, model.arena_bytes, board, boards)
    fix = f"{near}; or make the model narrower"
    return BudgetError(f"{model.name} on {board.name}", found, f"at most {limit:,}", fix)
