"""Compiled models built and run on one machine: this one under sanitizers, or one of ``cores``, emulated.

The same runner serves all: each machine's ``io`` gives it the files "in" and "out" of the folder.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tinykd.compiler.codegen.render import render
from tinykd.compiler.core import Core
from tinykd.compiler.program import Program
from tinykd.paths import FIRMWARE

RUN = Path(__file__).with_name("run")
STRICT = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wstrict-prototypes",
    "-Wvla",
]
KERNELS = FIRMWARE / "kernels"
INCLUDES = [
    f"-I{p}"
    for p in (FIRMWARE / "include", KERNELS, *sorted(p for p in KERNELS.iterdir() if p.is_dir()), RUN)
]
JOBS = 2  # compilers at a time
SECONDS = 120  # for one binary


@dataclass(frozen=True)
class Machine:
    """``run`` is the command before the binary's name; ``io`` the runner's surroundings."""

    core: Core
    gcc: str
    flags: tuple[str, ...]
    io: str
    link: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    batch: int = 400  # cases that fit its flash
    group: int = 8  # of them a model
    emulator: str = ""  # the C source of the emulator, where it is built here
    plugin: tuple[str, str] = ("", "")  # the C source of what watches QEMU, and its options
    without: tuple[str, ...] = ()  # ops that cannot be linked for it


HOST = Machine(
    Core.GENERIC,
    "gcc",
    ("-O1", "-g0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
    "io_host.c",
)


def build(programs: Sequence[Program], folder: Path, machine: Machine) -> None:
    """The binary ``folder/run`` of all ``programs``."""
    sources = [
        RUN / "runner.c",
        RUN / machine.io,
        _write(folder / "models.c", _table([p.name for p in programs])),
    ]
    for program in programs:
        for path, text in render(program).items():
            written = _write(folder / path, text)
            if written.suffix == ".c":
                sources.append(written)
    kernels = sorted({f for p in programs for f in p.kernel_files if f.endswith(".c")})
    objects = _parallel([lambda s=s: _compiled(s, folder, machine) for s in sources])
    objects += _parallel([lambda k=k: _kernel(FIRMWARE / k, machine) for k in kernels])
    _gcc(machine, [*map(str, objects), *machine.link, "-o", str(folder / "run")])


def execute(folder: Path, machine: Machine, samples: bytes) -> bytes:
    """Run ``folder/run`` on ``samples``."""
    (folder / "in").write_bytes(samples)
    done = subprocess.run(
        [*_emulator(machine), *machine.run, str(folder / "run"), *_plugin(machine)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        cwd=folder,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[:4000]
    return (folder / "out").read_bytes()


def _emulator(machine: Machine) -> list[str]:
    """The command of an emulator that is built here."""
    return [str(_built(RUN / machine.emulator, "-lsimavr", "-lelf"))] if machine.emulator else []


def _plugin(machine: Machine) -> list[str]:
    """What QEMU is told of a plugin that is built here."""
    source, options = machine.plugin
    return ["-plugin", f"{_built(RUN / source, '-shared', '-fPIC')},{options}"] if source else []


def _built(source: Path, *flags: str) -> Path:
    """A program of this machine, kept as kernels are."""
    made_from = source.read_bytes() + repr(flags).encode()
    output = _cache() / f"{source.stem}-{hashlib.sha256(made_from).hexdigest()[:24]}"
    if not output.is_file():
        partial = output.with_suffix(f".{os.getpid()}.tmp")
        _run(["gcc", "-O2", "-Wall", "-Wextra", str(source), "-o", str(partial), *flags])
        partial.replace(output)
    return output


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _table(names: list[str]) -> str:
    externs = "\n".join(f"extern const tkd_model {n}_model;" for n in names)
    entries = ", ".join(f"&{n}_model" for n in names)
    return (
        f'#include "tkd_model.h"\nextern const tkd_model *const conformance_models[];\n'
        f"extern const unsigned conformance_count;\n{externs}\n"
        f"const tkd_model *const conformance_models[] = {{{entries}}};\n"
        f"const unsigned conformance_count = {len(names)};\n"
    )


def _parallel(tasks: list[Callable[[], Path]]) -> list[Path]:
    with ThreadPoolExecutor(JOBS) as pool:
        return [f.result() for f in [pool.submit(t) for t in tasks]]


def _compiled(source: Path, folder: Path, machine: Machine) -> Path:
    output = folder / f"{source.stem}.o"
    strict = STRICT if source.parent != RUN or machine.core is Core.GENERIC else []
    _gcc(machine, [*strict, f"-I{folder}", "-c", str(source), "-o", str(output)])
    return output


def _kernel(source: Path, machine: Machine) -> Path:
    """The object of a kernel, kept on this machine under the hash of all that it is made from."""
    headers = sorted([*KERNELS.rglob("*.h"), *(FIRMWARE / "include").glob("*.h")])
    told = repr((machine.gcc, machine.flags, STRICT, INCLUDES)).encode()
    made_from = b"".join(p.read_bytes() for p in (source, *headers)) + told
    output = _cache() / f"{source.stem}-{hashlib.sha256(made_from).hexdigest()[:24]}.o"
    if not output.is_file():
        partial = output.with_suffix(f".{os.getpid()}.tmp")
        _gcc(machine, [*STRICT, "-c", str(source), "-o", str(partial)])
        partial.replace(output)
    return output


def _cache() -> Path:
    folder = Path(tempfile.gettempdir()) / f"tinykd-conformance-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _gcc(machine: Machine, arguments: list[str]) -> None:
    _run([machine.gcc, *machine.flags, *INCLUDES, *arguments])


def _run(command: list[str]) -> None:
    environment = {**os.environ, "CCACHE_DISABLE": "1"}  # kernels are kept here, and models are all different
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[:4000]
