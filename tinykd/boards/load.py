"""Reads boards/*.toml into ``Board``; a mistake in one is a ``ConfigError`` of one line.

A file holds the board that is named like it and, in ``[variant.NAME]``, others that differ in what is given
there: the same hardware with another framework. A project has boards of its own in the folder boards/ beside
its tinykd.toml, or names a file (``"./mine.toml"``).
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tinykd.boards.model import Board
from tinykd.boards.problem import board_problem
from tinykd.errors import ConfigError
from tinykd.paths import BOARDS, FIRMWARE

_ORDER = ("host", "qemu", "platformio")
_PROJECT_FILE = "tinykd.toml"
_TOML = ".toml"


@dataclass(frozen=True)
class _Entry:
    """A board that is not validated yet."""

    path: Path
    name: str
    raw: Mapping[str, Any]
    variant: bool = False

    def board(self) -> Board:
        if "name" in self.raw:
            where = f"{self.path}: variant.{self.name}.name" if self.variant else f"{self.path}: name"
            raise ConfigError(where, "unknown key", "no name: a file's name, or a variant's, is the board's")
        within = f"variant.{self.name}" if self.variant else ""
        if "in_psram" in self.raw:
            where = f"{self.path}: {within}{'.' if within else ''}in_psram"
            expected = "[psram]; what lies there, a project says: [target] psram"
            raise ConfigError(where, "unknown key", expected)
        try:
            board = Board.model_validate({**self.raw, "name": self.name})
        except ValidationError as error:
            raise board_problem(self.path, error, within) from None
        _check_port(board, f"{self.path}: {within}{'.' if within else ''}port")
        return board


def _check_port(board: Board, where: str) -> None:
    """The folder of the port is there."""
    known = _ports()
    if board.port not in known:
        near = difflib.get_close_matches(board.port, known, n=1)
        expected = near[0] if near else "one of " + ", ".join(known)
        raise ConfigError(where, f'no port is called "{board.port}"', expected)


@cache
def _ports() -> tuple[str, ...]:
    folders = [path.name for path in (FIRMWARE / "port").iterdir() if path.is_dir()]
    return tuple(sorted(set(folders) - {"bare", "cortexm", "rp2"}))  # those are parts of others


def list_boards(project: Path | None = None) -> tuple[Board, ...]:
    """All boards, those of the ``project`` (a folder) too: this machine, emulated, real, each by name."""
    boards = [entry.board() for entry in _catalogue(project).values()]
    return tuple(sorted(boards, key=lambda board: (_ORDER.index(board.kind), board.name)))


def load_board(name: str, project: Path | None = None, files: tuple[str, ...] = ()) -> Board:
    """The board called ``name``, or the one in the file ``name`` when that ends in .toml; an unknown one is
    refused with the nearest match. ``project``: a folder with tinykd.toml, this one by default. ``files``: of
    boards that are known besides; what does not end in .toml does not count."""
    return _find(name, project, files).board()


def board_file(name: str, project: Path | None = None, files: tuple[str, ...] = ()) -> Path:
    """The TOML that ``load_board`` reads."""
    return _find(name, project, files).path


def board_name(name: str) -> str:
    """What a board is called that the user wrote as ``name``: a file is called like its stem."""
    return Path(name).stem if name.endswith(_TOML) else name


def read_board(path: Path) -> Board:
    """The board in the file ``path``, named like the file; its variants are left out."""
    return next(_entries(path)).board()


def _find(name: str, project: Path | None, files: tuple[str, ...]) -> _Entry:
    known = _catalogue(project)
    for file in (name, *files):
        if file.endswith(_TOML) and name in (file, board_name(file)):
            return _alone(next(_entries((project or Path()) / file)), known)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.5)
    wanted = near[0] if near else "a board that is known"
    raise ConfigError(f"board {name}", "no such board", wanted, "Type `tinykd boards` for the list")


def _alone(entry: _Entry, known: Mapping[str, _Entry]) -> _Entry:
    """``entry``, of which there is no other."""
    other = known.get(entry.name)
    if other and other.path.resolve() != entry.path.resolve():
        raise _twice(entry, other)
    return entry


def _twice(entry: _Entry, other: _Entry) -> ConfigError:
    return ConfigError(entry.path, f"board {entry.name} is also in {other.path}", "a name of its own")


def _catalogue(project: Path | None) -> dict[str, _Entry]:
    """Every board by name; two with the same one are refused."""
    found: dict[str, _Entry] = {}
    for folder in (BOARDS, *_own_folders(project)):
        for path in sorted(folder.glob("*.toml")):
            for entry in _entries(path):
                if entry.name in found:
                    raise _twice(entry, found[entry.name])
                found[entry.name] = entry
    return found


def _own_folders(project: Path | None) -> tuple[Path, ...]:
    """The folder of the project's own boards. Without ``project``, this folder counts if it is one."""
    if project is None:
        project = Path() if Path(_PROJECT_FILE).is_file() else None
    own = project / "boards" if project else None
    return (own,) if own and own.is_dir() and own.resolve() != BOARDS.resolve() else ()


def _entries(path: Path) -> Iterator[_Entry]:
    """The board in ``path``, then its variants."""
    raw = _parse(path)
    variants = raw.pop("variant", {})
    yield _Entry(path, path.stem, raw)
    if not isinstance(variants, dict):
        raise ConfigError(f"{path}: variant", "is no table", "[variant.NAME]")
    for name, changes in variants.items():
        if not isinstance(changes, dict):
            raise ConfigError(f"{path}: variant.{name}", "is no table", f"[variant.{name}]")
        yield _Entry(path, name, _changed(raw, changes), variant=True)


def _changed(raw: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``raw`` with ``changes``: [run] key by key, everything else whole. The core follows the cpu anew."""
    run = changes.get("run", {})
    merged = {**raw, **changes}
    if isinstance(run, dict) and isinstance(raw.get("run"), dict):
        merged["run"] = {**raw["run"], **run}
    return merged


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            path, "no such file", "a board's TOML", "Type `tinykd boards` for the list"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(path, f"cannot be read ({error})", "a board's TOML") from None
    except RecursionError:
        raise ConfigError(path, "is nested too deeply", "a board's TOML") from None
