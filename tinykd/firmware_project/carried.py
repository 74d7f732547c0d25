"""How many samples the firmware carries: few beside the model, and of each class one where they fit.

What is left of the flash is an estimate, as in ``fit``: the board's, or the gate's, without weights and code.
Where constants are copied into RAM, samples must fit what the arena leaves of it too.
"""

from tinykd.boards import Board
from tinykd.errors import BudgetError
from tinykd.firmware_project.fit import CODE_BYTES

MOST = 20  # unless there are more classes
SHARE = 8  # samples take an eighth of what is left at most
SHARE_FOR_CLASSES = 2  # or half of it, for one of each class


def flash_left(flash_bytes: int, weights_bytes: int) -> int:
    """What weights and code leave of ``flash_bytes``."""
    return max(0, flash_bytes - weights_bytes - CODE_BYTES)


def samples_room(board: Board, flash_left: int, arena_bytes: int) -> int:
    """What samples may take on ``board``, in bytes."""
    if not board.constants_in_ram:
        return flash_left
    return min(flash_left, max(0, board.arena_room - arena_bytes))


def carried_by_default(left: int, sample_bytes: int, classes: int) -> int:
    """How many samples of ``sample_bytes`` go into ``left`` bytes of flash."""
    few = min(left // SHARE // sample_bytes, max(MOST, classes))
    fit_each = classes * sample_bytes <= left // SHARE_FOR_CLASSES
    return max(few, classes) if fit_each else few


def check_carried(where: str, count: int, sample_bytes: int, left: int, memory: str = "flash") -> None:
    """``BudgetError`` where the project asks for more than there is room for."""
    if count * sample_bytes > left:
        found = f"{count:,} samples of {sample_bytes:,} bytes are {count * sample_bytes:,} bytes of {memory}"
        taken = "weights and code" if memory == "flash" else "the arena and what the core takes"
        expected = f"at most the {left:,} that {taken} leave"
        raise BudgetError(where, found, expected, "Lower [firmware] samples, or leave it out")
