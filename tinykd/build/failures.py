"""What a failed build means for the user, where the compiler did not complain: PlatformIO's own troubles.

The patterns are PlatformIO Core's messages (``platformio/exception.py``, ``package/exception.py``,
``platform/exception.py``, ``http.py``, version 6).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tinykd.boards import Board
from tinykd.build.tool import ToolFailedError
from tinykd.errors import ToolError

UPGRADE = 'Type `pip install --upgrade "tinykd[firmware]"`'


@dataclass(frozen=True)
class _Known:
    """A failure that has a remedy: ``explain`` makes (where, found, expected, fix) of it."""

    pattern: re.Pattern[str]
    explain: Callable[[re.Match[str], Board], tuple[str, str, str, str]]


def _offline(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    return (
        f"board {board.name}",
        f"PlatformIO cannot reach its registry to download {_platform(board)}",
        "a network, the first time a board is built for",
        "Connect and type the command again; behind a proxy set HTTPS_PROXY",
    )


def _unknown_package(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    where = f"board {board.name}"
    return where, f"PlatformIO's registry has no {found['name']}", "a version that is there", _toml(board)


def _unknown_board(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    known = f"a board of {_platform(board)}"
    return f"board {board.name}", f'PlatformIO knows no board "{found["name"]}"', known, _toml(board)


def _unknown_framework(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    where = f"board {board.name}"
    return where, f"has no framework {found['name']} in PlatformIO", "one that it has", _toml(board)


def _too_old(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    return "pio", found[0].strip(), f"PlatformIO Core {found['wanted']}", UPGRADE


def _no_room(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    return (
        "pio",
        "the disk is full",
        "about 2 GB for a toolchain",
        "Free some space, or type `pio system prune`",
    )


def _not_ours(found: re.Match[str], board: Board) -> tuple[str, str, str, str]:
    fix = "Type `sudo chown -R $USER ~/.platformio`"
    return found["path"], "belongs to another user", "a folder that PlatformIO can write", fix


_KNOWN = tuple(
    _Known(re.compile(pattern, re.MULTILINE), explain)
    for pattern, explain in (
        (r"No space left on device|\[Errno 28\]", _no_room),
        (r"The directory `(?P<path>[^`]+)` or its parent directory is not owned by", _not_ours),
        (
            r"not connected to the Internet|^HTTPClientError: ?$|Max retries exceeded|NameResolutionError"
            r"|Temporary failure in name resolution|ConnectionError\(|HTTPClientError.*(?:timed out|refused)",
            _offline,
        ),
        (r"Could not find (?:the package|a version of the package) with '(?P<name>[^']+)'", _unknown_package),
        (r"Unknown development platform '(?P<name>[^']+)'", _unknown_package),
        (r"Unknown board ID '(?P<name>[^']+)'", _unknown_board),
        (r"This board doesn't support (?P<name>\w+) framework", _unknown_framework),
        (
            r"Development platform '[^']+' is not compatible with PlatformIO Core v\S+ and "
            r"depends on PlatformIO Core (?P<wanted>\S+)\.$",
            _too_old,
        ),
    )
)


def platformio_error(failed: ToolFailedError, board: Board) -> ToolError | None:
    """The failure of PlatformIO itself as one line with its remedy; None if it is not known."""
    for known in _KNOWN:
        found = known.pattern.search(failed.output)
        if found:
            return ToolError(*known.explain(found, board))
    return None


def _platform(board: Board) -> str:
    return board.platformio.platform if board.platformio else "its platform"


def _toml(board: Board) -> str:
    return f"See [run] in the TOML of {board.name}; `tinykd boards` has the others"
