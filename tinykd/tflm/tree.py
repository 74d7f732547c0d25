"""A tree of TFLM on this machine: its headers, what its resolver can add, and the library built in it.

For boards that no library is published for, the virtual ones above all. TFLM's own Makefile builds
``libtensorflow-microlite.a`` into ``gen/<target>_<arch>_<build type>[_<kernels>]_gcc/lib``; that is linked,
and nothing of the tree is copied or compiled here.
"""

import os
import platform
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from tinykd.errors import ConfigError, ToolError
from tinykd.tflm.copies import TflmCopy
from tinykd.tflm.names import added_ops

VARIABLE = "TINYKD_TFLM_DIR"
RESOLVER = "tensorflow/lite/micro/micro_mutable_op_resolver.h"
_THIRD_PARTY = ("tensorflow/lite/micro/tools/make/downloads", "third_party")
_LIBRARY = "libtensorflow-microlite.a"
_BUILDS = ("release", "release_with_logs", "default")  # the best first
_FOLDER = re.compile(
    r"(?P<target>cortex_m_generic|linux|osx|riscv32_generic)_(?P<arch>x86_64|aarch64|arm64|[a-z0-9+-]+)"
    r"_(?P<build>release_with_logs|release|default)(?:_(?P<kernels>cmsis_nn))?_gcc"
)
_CPU = re.compile(r"-mcpu=([a-z0-9-]+)")
_FPU_CORES = ("cortex-m4", "cortex-m7")  # named with "+fp" when they compute float in hardware


@dataclass(frozen=True)
class TreeLibrary:
    """A library in the tree, and what it was compiled with."""

    path: str  # in the tree
    kernels: Literal["cmsis-nn", "reference"]
    defines: tuple[str, ...]


@dataclass(frozen=True)
class TflmTree:
    """A checkout or a tree that TFLM's create_tflm_tree.py made, below ``root``."""

    root: Path

    @cached_property
    def ops(self) -> tuple[str, ...]:
        """What its resolver can add."""
        return tuple(sorted(added_ops((self.root / RESOLVER).read_text(encoding="utf-8"))))

    @property
    def log_defines(self) -> tuple[str, ...]:
        """How its DebugLog is declared, for firmware/tflm/bare: with a va_list since autumn 2023."""
        header = self.root / "tensorflow/lite/micro/debug_log.h"
        return ("TKD_TFLM_LOG_ARGUMENTS",) if "va_list" in header.read_text(encoding="utf-8") else ()

    @property
    def includes(self) -> tuple[str, ...]:
        """Folders for the compiler, in the tree."""
        third = next((name for name in _THIRD_PARTY if (self.root / name / "flatbuffers").is_dir()), "")
        if not third:
            expected = f"{_THIRD_PARTY[0]}/flatbuffers or {_THIRD_PARTY[1]}/flatbuffers"
            raise ToolError(self.root, "has no flatbuffers", expected, "Let TFLM's Makefile download them")
        return (".", f"{third}/flatbuffers/include", f"{third}/gemmlowp", f"{third}/ruy")

    def library(self, flags: tuple[str, ...]) -> TreeLibrary:
        """The best library for a board that is compiled with ``flags`` (none: this machine)."""
        target, arch = makefile_target(flags)
        found = [
            (match["kernels"] != "cmsis_nn", _BUILDS.index(match["build"]), path, match["kernels"])
            for path in sorted(self.root.glob(f"gen/*/lib/{_LIBRARY}"))
            if (match := _FOLDER.fullmatch(path.parent.parent.name))
            and (match["target"], match["arch"]) == (target, arch)
        ]
        if not found:
            wanted = f"gen/{target}_{arch}_..._gcc/lib/{_LIBRARY}"
            fix = f"TFLM's documentation says how: microlite with TARGET={target} TARGET_ARCH={arch}"
            raise ToolError(self.root, f"holds no library for {arch}", wanted, fix)
        _, build, path, kernels = min(found, key=lambda entry: entry[:3])
        return TreeLibrary(
            path.relative_to(self.root).as_posix(),
            "cmsis-nn" if kernels else "reference",
            (*_defines(_BUILDS[build], bool(kernels)), *self.log_defines),
        )

    def copy(self, library: TreeLibrary) -> TflmCopy:
        """What is known of it."""
        return TflmCopy(
            title="TensorFlow Lite Micro, your tree",
            tflm="unknown",
            kernels=library.kernels,
            static_memory=True,  # as its Makefile has it
            ops=self.ops,
        )


def makefile_target(flags: tuple[str, ...]) -> tuple[str, str]:
    """TARGET and TARGET_ARCH of TFLM's Makefile for a board's compiler flags."""
    cpu = next((m[1] for flag in flags if (m := _CPU.fullmatch(flag))), None)
    if cpu is not None:
        hard = "-mfloat-abi=hard" in flags
        return "cortex_m_generic", f"{cpu}+fp" if hard and cpu in _FPU_CORES else cpu
    if any(flag.startswith("-march=rv32") for flag in flags):
        return "riscv32_generic", "riscv32"
    return ("osx" if platform.system() == "Darwin" else "linux"), platform.machine()


def _defines(build: str, cmsis_nn: bool) -> tuple[str, ...]:
    """As TFLM's Makefile has them, so that what its headers compile to is what the library holds."""
    kernels = ("CMSIS_NN",) if cmsis_nn else ()
    quick = ("NDEBUG",) if build != "default" else ()
    stripped = ("TF_LITE_STRIP_ERROR_STRINGS",) if build == "release" else ()
    return ("TF_LITE_STATIC_MEMORY", *kernels, *quick, *stripped)


def find_tree(named: str | None, base: Path) -> TflmTree | None:
    """The tree that ``[target] tflm_dir`` (relative to ``base``) or the environment names, or None."""
    if named is None and not os.environ.get(VARIABLE):
        return None
    where = f"[target] tflm_dir {named}" if named is not None else f"{VARIABLE} {os.environ[VARIABLE]}"
    root = (base / named) if named is not None else Path(os.environ[VARIABLE])
    if not (root / RESOLVER).is_file():
        raise ConfigError(where, f"holds no {RESOLVER}", "a tree of TensorFlow Lite Micro")
    if any(c.isspace() for c in str(root.resolve())):
        raise ConfigError(where, "has a space in its path", "a path that make can read")
    return TflmTree(root.resolve())
