"""Reads boards/*.toml into ``Board``; a mistake in one is a ``ConfigError`` of one line."""

import difflib
import tomllib
from pathlib import Path

from pydantic import ValidationError

from tinykd.boards.model import Board
from tinykd.errors import ConfigError
from tinykd.paths import BOARDS

_ORDER = ("host", "qemu", "platformio")


def list_boards(folder: Path = BOARDS) -> tuple[Board, ...]:
    """All boards: this machine, the emulated ones, the real ones, each by name."""
    boards = [read_board(path) for path in folder.glob("*.toml")]
    return tuple(sorted(boards, key=lambda board: (_ORDER.index(board.kind), board.name)))


def load_board(name: str, folder: Path = BOARDS) -> Board:
    """The board called ``name``; an unknown one is refused with the nearest match."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name in names:
        return read_board(folder / f"{name}.toml")
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    wanted = near[0] if near else "a board that is known"
    raise ConfigError(f"board {name}", "no such board", wanted, "Type `tinykd boards` for the list")


def read_board(path: Path) -> Board:
    """The board in the file ``path``, named like the file."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return Board.model_validate({"name": path.stem, **raw})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(path, f"cannot be read ({error})", "a board's TOML") from None
    except ValidationError as error:
        raise _problem(path, error) from None


def _problem(path: Path, error: ValidationError) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key.rpartition(".")[2], _known_keys(), n=1)
        return ConfigError(
            f"{path}: {key}", "unknown key", near[0] if near else "one of " + ", ".join(_known_keys())
        )
    if first["type"] == "missing":
        return ConfigError(f"{path}: {key}", "key is missing")
    return ConfigError(f"{path}: {key or 'the file'}", first["msg"].removeprefix("Value error, "))


def _known_keys() -> list[str]:
    from tinykd.boards.model import PlatformIOTarget, QemuMachine

    return sorted({*Board.model_fields, *QemuMachine.model_fields, *PlatformIOTarget.model_fields})
