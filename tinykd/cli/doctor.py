"""What ``tinykd doctor`` looks at. Nothing is imported to be looked at: versions come from metadata."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

State = Literal["ok", "optional", "missing"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``fix`` is what to type."""

    name: str
    state: State
    found: str
    fix: str = ""


@dataclass(frozen=True)
class _Program:
    command: str
    package: str
    use: str
    required: bool = False


_PROGRAMS = (
    _Program("cc", "gcc", "the host board", required=True),
    _Program("g++", "g++", "the host board", required=True),
    _Program("make", "make", "every build", required=True),
    _Program(
        "arm-none-eabi-gcc", "gcc-arm-none-eabi libnewlib-arm-none-eabi", "Arm boards, real and emulated"
    ),
    _Program("qemu-system-arm", "qemu-system-arm", "emulated Arm boards"),
    _Program(
        "riscv64-unknown-elf-gcc",
        "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf",
        "the emulated RISC-V board",
    ),
    _Program("qemu-system-riscv32", "qemu-system-misc", "the emulated RISC-V board"),
    _Program(
        "xtensa-lx106-elf-gcc", "gcc-xtensa-lx106 picolibc-xtensa-lx106-elf", "the emulated Xtensa board"
    ),
    _Program("qemu-system-xtensa", "qemu-system-misc", "the emulated Xtensa board"),
    _Program("node", "nodejs npm", "the emulated RP2040 (with npm's rp2040js)"),
)


@dataclass(frozen=True)
class _Package:
    name: str
    module: str
    extra: str
    use: str


_PACKAGES = (
    _Package("tensorflow", "tensorflow", "train", "training"),
    _Package("tf-keras", "tf_keras", "train", "training"),
    _Package("tensorflow-model-optimization", "tensorflow_model_optimization", "train", "training"),
    _Package("tflite-micro", "tflite_micro", "", "the oracle that outputs are compared with"),
    _Package("matplotlib", "matplotlib", "plots", "pictures as .png"),
    _Package("platformio", "platformio", "firmware", "real boards"),
)


def check_machine() -> list[Check]:
    """All checks, the needed ones first."""
    return [
        _check_python(),
        *map(_check_program, _PROGRAMS),
        *map(_check_package, _PACKAGES),
        *_check_ports(),
    ]


def missing_for_training() -> list[Check]:
    """The packages without which nothing is trained and compared, as far as they are not there."""
    checks = [_check_package(package) for package in _PACKAGES if package.extra in ("", "train")]
    return [check for check in checks if check.state != "ok"]


def _check_python() -> Check:
    return Check("Python", "ok", platform.python_version())  # an older one would not have come so far


def _check_program(program: _Program) -> Check:
    path = shutil.which(program.command)
    if path:
        return Check(program.command, "ok", _first_line(path))
    state: State = "missing" if program.required else "optional"
    return Check(
        program.command, state, f"not installed; needed for {program.use}", install_hint(program.package)
    )


_BREW = {
    "gcc-arm-none-eabi": "--cask gcc-arm-embedded",
    "libnewlib-arm-none-eabi": "",
    "qemu-system-arm": "qemu",
}


def install_hint(package: str) -> str:
    """What to type for a system package on this system."""
    if shutil.which("apt-get"):
        return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {package}"
    if sys.platform == "darwin":
        return f"brew install {' '.join(_BREW.get(name, name) for name in package.split())}".rstrip()
    return f"install {package} with your system's package manager"


def _first_line(path: str) -> str:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run ({type(error).__name__})"
    return (done.stdout or done.stderr).partition("\n")[0].strip() or path


def _check_package(package: _Package) -> Check:
    try:
        found = version(package.name)
    except PackageNotFoundError:
        found = ""
    if found and importlib.util.find_spec(package.module):
        return Check(package.name, "ok", found)
    wanted = f'"tinykd[{package.extra}]"' if package.extra else package.name
    state: State = "optional" if package.extra else "missing"
    return Check(package.name, state, f"not installed; needed for {package.use}", f"pip install {wanted}")


def _check_ports() -> Iterator[Check]:
    from serial.tools.list_ports import comports

    ports = sorted(port.device for port in comports())
    if not ports:
        yield Check("serial ports", "optional", "none; emulated boards need none")
    for port in ports:
        if os.access(port, os.R_OK | os.W_OK) or sys.platform == "win32":
            yield Check(port, "ok", "may be opened")
        else:
            yield Check(
                port,
                "optional",
                "permission denied",
                f"sudo usermod -aG {_group(port)} $USER, then log in again",
            )


def _group(port: str) -> str:
    try:
        return Path(port).group()
    except (KeyError, OSError, NotImplementedError):
        return "dialout"
