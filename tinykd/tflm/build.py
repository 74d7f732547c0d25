"""What a firmware project must know to be built with TensorFlow Lite Micro: facts alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TreeBuild:
    """What a Makefile needs of a tree; paths are in the tree."""

    includes: tuple[str, ...]
    library: str
    defines: tuple[str, ...]


@dataclass(frozen=True)
class TflmBuild:
    """Where the project gets TFLM from, and its compiler flags."""

    dependency: str | None = None  # of PlatformIO's lib_deps: "owner/name@version"
    component: str | None = None  # of ESP-IDF's idf_component.yml: the same
    build_flags: tuple[str, ...] = ()
    build_unflags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # more lines of platformio.ini
    platform: str | None = None  # of PlatformIO, in place of the board's
    tree: TreeBuild | None = None
