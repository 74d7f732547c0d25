"""Facts about a model and a board in, a whole firmware project out: ``{relative path: text}``, sorted.

No I/O but reading tinykd's own templates and firmware. The project builds with make or
PlatformIO, and without tinykd.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, assert_never

from tinykd import __version__
from tinykd.boards import Board, NativeProcess, PlatformIOTarget, QemuMachine
from tinykd.errors import BudgetError
from tinykd.firmware_project.model import ModelSources, model_sources
from tinykd.firmware_project.samples import Samples
from tinykd.firmware_project.template import render_template
from tinykd.paths import FIRMWARE

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

_SHARED = ("include", "link", "harness")
_ESP_IDF = {
    "platformio.ini": "espidf/platformio.ini.j2",
    "CMakeLists.txt": "espidf/CMakeLists.txt.j2",
    "sdkconfig.defaults": "espidf/sdkconfig.defaults.j2",
    "src/CMakeLists.txt": "espidf/src.CMakeLists.txt.j2",
    "src/idf_component.yml": "espidf/idf_component.yml.j2",
}
_OPTIMIZE = {"speed": "-O3", "balanced": "-O2", "size": "-Os"}


def firmware_files(
    program: "Program", board: Board, samples: Samples | None = None, labels: tuple[str, ...] | None = None
) -> dict[str, str]:
    """The project of ``program`` on ``board``; ``labels`` name the classes of the embedded ``samples``."""
    return project_files(model_sources(program), board, samples, labels)


def project_files(
    model: ModelSources, board: Board, samples: Samples | None = None, labels: tuple[str, ...] | None = None
) -> dict[str, str]:
    """As ``firmware_files``, from sources that may have come from elsewhere."""
    _check_memory(model, board)
    files = {f"model/{path}": text for path, text in model.files.items()}
    files |= _copied(model, board)
    facts = _facts(model, board, samples, labels, files)
    for path, template in _templates(board).items():
        files[path] = render_template(f"project/{template}", facts)
    return dict(sorted(files.items()))


def _check_memory(model: ModelSources, board: Board) -> None:
    """What no compiler need be asked: arena and stack alone, weights alone."""
    ram = model.arena_bytes + board.stack_bytes
    if ram > board.ram_bytes:
        found = f"arena {model.arena_bytes:,} and stack {board.stack_bytes:,} are {ram:,} bytes of RAM"
        raise _too_large(model, board, found, board.ram_bytes)
    if model.weights_bytes > board.flash_bytes:
        found = f"weights alone are {model.weights_bytes:,} bytes of flash"
        raise _too_large(model, board, found, board.flash_bytes)


def _too_large(model: ModelSources, board: Board, found: str, limit: int) -> BudgetError:
    fix = "Make the model narrower or choose a larger board"
    return BudgetError(f"{model.name} on {board.name}", found, f"at most {limit:,}", fix)


def _templates(board: Board) -> dict[str, str]:
    """Which template makes which file."""
    common = {"main.c": "main.c.j2", "README.md": "README.md.j2"}
    match board.run:
        case QemuMachine():
            return {**common, "Makefile": "Makefile.j2", "linker.ld": "linker.ld.j2"}
        case NativeProcess():
            return {**common, "Makefile": "Makefile.j2"}
        case PlatformIOTarget(framework="arduino"):
            return {**common, "platformio.ini": "platformio.ini.j2"}
        case PlatformIOTarget():
            return {**common, **_ESP_IDF}
        case _:
            assert_never(board.run)


def _copied(model: ModelSources, board: Board) -> dict[str, str]:
    """The hand-written files, each where it lies in tinykd."""
    folders = [*_SHARED, *_port_folders(board)]
    paths = {path.relative_to(FIRMWARE).as_posix() for name in folders for path in _c_files(name)}
    paths.update(model.kernel_files)
    return {f"firmware/{path}": (FIRMWARE / path).read_text(encoding="utf-8") for path in sorted(paths)}


def _c_files(folder: str) -> Iterable[Any]:
    return (path for path in (FIRMWARE / folder).iterdir() if path.suffix in (".c", ".h", ".cpp"))


def _port_folders(board: Board) -> tuple[str, ...]:
    own = f"port/{board.port}"
    return ("port/cortexm", own) if isinstance(board.run, QemuMachine) else (own,)


def _facts(
    model: ModelSources,
    board: Board,
    samples: Samples | None,
    labels: tuple[str, ...] | None,
    files: dict[str, str],
) -> dict[str, Any]:
    """What the templates know."""
    qemu = isinstance(board.run, QemuMachine)
    return {
        "version": __version__,
        "title": f"{model.name} on {board.title}",
        "name": model.name,
        "sha256": model.sha256,
        "arena_bytes": model.arena_bytes,
        "board": board,
        "target": board.platformio,
        "entry": "tkd_application" if board.platformio else "main",
        "samples": samples if samples is not None and samples.count else None,
        "names": labels or (),
        "sources": sorted([*(path for path in files if _is_source(path)), "main.c"]),
        "includes": sorted({str(PurePosixPath(path).parent) for path in files if path.endswith(".h")}),
        "defines": _defines(board),
        "cross": "arm-none-eabi-" if qemu else "",
        "link_flags": _link_flags(board),
        "optimize_model": _OPTIMIZE[model.optimize],
        "emulator": "qemu-system-arm",
    }


def _is_source(path: str) -> bool:
    return path.endswith((".c", ".cpp"))


def _defines(board: Board) -> tuple[str, ...]:
    """``-D`` of what the board's port asks for."""
    own = tuple(f"-D{define}" for define in board.defines)
    if board.platformio:
        return (f"-DTKD_BAUD={board.baud}", *own)
    return (f"-DTKD_CLOCK_HZ={board.clock_hz}u", *own) if board.machine else own


def _link_flags(board: Board) -> tuple[str, ...]:
    """No start-up files; of the C library no more than memcpy and its like."""
    if not board.machine:
        return ()
    return ("-nostartfiles", "--specs=nano.specs", "-T", "linker.ld", "-Wl,-Map=$(BUILD)/firmware.map")
