"""Whether a model can fit a board, known before anything is compiled, and which boards it would fit.

Lower bounds only: arena and stack of RAM, weights of flash. What is refused here cannot fit; what passes is
measured when it is built.
"""

from collections.abc import Iterable

from tinykd.boards import Board, list_boards
from tinykd.errors import BudgetError
from tinykd.firmware_project.model import ModelSources

NEAREST = 3  # boards that are named


def check_memory(model: ModelSources, board: Board, known: Iterable[Board] | None = None) -> None:
    """``BudgetError`` with the nearest of the ``known`` boards (None: all) when ``model`` cannot fit."""
    ram = model.arena_bytes + board.stack_bytes
    if ram > board.ram_bytes:
        found = f"arena {model.arena_bytes:,} and stack {board.stack_bytes:,} are {ram:,} bytes of RAM"
        raise _too_large(model, board, found, board.ram_bytes, known)
    if model.weights_bytes > board.flash_bytes:
        found = f"weights alone are {model.weights_bytes:,} bytes of flash"
        raise _too_large(model, board, found, board.flash_bytes, known)


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
    model: ModelSources, board: Board, found: str, limit: int, known: Iterable[Board] | None
) -> BudgetError:
    boards = list_boards() if known is None else known
    near = nearest_text(model.weights_bytes, model.arena_bytes, board, boards)
    fix = f"{near}; or make the model narrower"
    return BudgetError(f"{model.name} on {board.name}", found, f"at most {limit:,}", fix)
