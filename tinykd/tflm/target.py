"""Which TFLM a board gets: a library of PlatformIO's or ESP-IDF's, the framework's own, or a tree."""

from dataclasses import dataclass

from tinykd.boards import Board, list_boards
from tinykd.compiler.core import Core
from tinykd.errors import ConfigError
from tinykd.tflm.build import TflmBuild, TreeBuild
from tinykd.tflm.check import STATIC, PerChannelDense
from tinykd.tflm.copies import TflmCopy, load_copy
from tinykd.tflm.tree import VARIABLE, TflmTree


@dataclass(frozen=True)
class TflmTarget:
    """The copy of TFLM that a board's firmware is compiled with."""

    copy: TflmCopy
    include: str | None  # to be included before any other header of TFLM
    per_channel_dense: PerChannelDense
    build: TflmBuild
    core: Core = Core.GENERIC  # whose kernels ESP-NN takes

    @property
    def has_esp_nn_assembly(self) -> bool:
        """ESP-NN's assembly for the ESP32-S3 computes dense layers."""
        return self.copy.kernels == "esp-nn" and self.core is Core.ESP32_S3


def target_of(board: Board, tree: TflmTree | None) -> TflmTarget:
    """What ``board`` is given; a ``ConfigError`` where nothing is known for it."""
    port = board.tflm
    if port is None:
        wanted = "a board with one, see `tinykd boards`"
        raise ConfigError(
            f"board {board.name}", "no library of TensorFlow Lite Micro is known for it", wanted, STATIC
        )
    if port.source == "vendored":
        return _in_tree(board, tree)
    named = f"{port.library}@{port.version}"
    build = TflmBuild(
        dependency=named if port.source == "lib_deps" else None,
        component=named if port.source == "component" else None,
        build_flags=port.build_flags,
        build_unflags=port.build_unflags,
        options=port.options,
        platform=port.platform,
    )
    core = Core.ESP32_S3 if "S3" in board.mcu else Core(board.core)
    return TflmTarget(load_copy(port.ops), port.include, port.per_channel_dense, build, core)


def _in_tree(board: Board, tree: TflmTree | None) -> TflmTarget:
    if tree is None:
        found = "no library is published for it, so runtime tflm needs a tree of TensorFlow Lite Micro"
        wanted = f"its folder in [target] tflm_dir or in the environment variable {VARIABLE}"
        raise ConfigError(f"board {board.name}", found, wanted, "docs/tflm.md says how it is made")
    library = tree.library(board.cpu_flags)
    build = TflmBuild(tree=TreeBuild(tree.includes, library.path, library.defines))
    return TflmTarget(tree.copy(library), None, "right", build)


def boards_by_copy() -> dict[str, tuple[str, ...]]:
    """The boards that have each copy, by its title."""
    found: dict[str, list[str]] = {}
    for board in list_boards():
        if board.tflm is not None and board.tflm.source != "vendored":
            found.setdefault(load_copy(board.tflm.ops).title, []).append(board.name)
    return {title: tuple(names) for title, names in found.items()}
