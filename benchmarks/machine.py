"""Compiles a model with tinykd, links it for an emulated core, runs it there: bytes, instructions, sizes.

Instructions are exact to 40: SysTick counts at 25 MHz where QEMU's ``-icount shift=0`` makes an instruction
last 1 ns, and RISC-V's and Xtensa's own counts are brought to that unit. Flash is what the whole image takes,
its little start-up and main included; code is what is left without the model's constants.
"""

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core, Optimize
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

BARE_METAL = Path(__file__).parent / "bare_metal"
INSTRUCTIONS_PER_TICK = 40.0  # 1 GHz / 25 MHz
RUNS = 10
_FLOAT = ("-mfloat-abi=hard",)
_RV32IMC = ("-march=rv32imc", "-mabi=ilp32")
_M4 = ("-mcpu=cortex-m4", *_FLOAT, "-mfpu=fpv4-sp-d16")


@dataclass(frozen=True)
class Family:
    """What builds and runs the code of a family of processors."""

    cross: str  # prefix of its compiler
    emulator: tuple[str, ...]
    start: str  # of bare_metal: a .c and a .ld
    flags: tuple[str, ...]
    sources: tuple[Path, ...] = ()  # what its libgcc leaves out
    has_trace: bool = True  # whether QEMU names the instructions that it runs


ARM = Family("arm-none-eabi-", ("qemu-system-arm",), "start", ("-mthumb", "--specs=nano.specs"))
RISCV = Family(
    "riscv64-unknown-elf-",
    ("qemu-system-riscv32", "-bios", "none"),
    "start_riscv",
    ("-misa-spec=2.2", "-mcmodel=medany", "--specs=picolibc.specs", "-Wl,--no-warn-rwx-segments"),
)
XTENSA = Family(
    "xtensa-lx106-elf-",
    ("qemu-system-xtensa", "-cpu", "lx106"),
    "start_xtensa",
    (
        *("-mlongcalls", "-mtext-section-literals", "-Wl,--no-warn-rwx-segments"),
        "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs",
    ),
    (FIRMWARE / "port/xtensa_lx60/tkd_integers_lx106.c",),
    has_trace=False,
)


@dataclass(frozen=True)
class Machine:
    """An emulated board, and the code that is compiled for it."""

    name: str
    core: Core  # what the compiler chooses kernels for
    board: str  # of QEMU
    flags: tuple[str, ...]
    family: Family = ARM
    per_tick: float = INSTRUCTIONS_PER_TICK

    def lines(self, elf: Path, *flags: str) -> list[str]:
        """What the firmware writes."""
        command = [
            *(*self.family.emulator, "-M", self.board, "-icount", "shift=0"),
            *("-display", "none", "-monitor", "none", "-serial", "none"),
            *("-semihosting-config", "enable=on,target=native", *flags),
        ]
        done = subprocess.run([*command, "-kernel", str(elf)], capture_output=True, text=True, timeout=600)
        return (done.stdout + done.stderr).splitlines()


MACHINES = {
    m.name: m
    for m in (
        Machine("cortex-m4", Core.CORTEX_M4, "mps2-an386", _M4),
        Machine(
            "cortex-m4-portable",
            Core.GENERIC,
            "mps2-an386",
            ("-mcpu=cortex-m4", *_FLOAT, "-mfpu=fpv4-sp-d16"),
        ),
        Machine("cortex-m0", Core.CORTEX_M0, "mps2-an385", ("-mcpu=cortex-m0",)),
        Machine("cortex-m7", Core.CORTEX_M7, "mps2-an500", ("-mcpu=cortex-m7", *_FLOAT, "-mfpu=fpv5-d16")),
        Machine("cortex-m55", Core.CORTEX_M55, "mps3-an547", ("-mcpu=cortex-m55", *_FLOAT), per_tick=31.25),
        Machine("rv32imc", Core.RV32IM, "virt", _RV32IMC, RISCV),
        Machine("rv32imc-portable", Core.GENERIC, "virt", _RV32IMC, RISCV),
        Machine("xtensa-lx106", Core.XTENSA, "lx60-nommu", (), XTENSA),
        Machine("xtensa-lx106-portable", Core.GENERIC, "lx60-nommu", (), XTENSA),
    )
}


@dataclass(frozen=True)
class Run:
    instructions: int
    output: bytes


@dataclass(frozen=True)
class Bench:
    """One model on one machine. ``folder`` holds what was generated and linked."""

    program: Program
    machine: Machine
    folder: Path

    @cached_property
    def elf(self) -> Path:
        return self._link("bench")

    @cached_property
    def profile_elf(self) -> Path:
        return self._link("profile", "-DPROFILE")

    @cached_property
    def single_elf(self) -> Path:
        """One inference, for a trace."""
        return self._link("single", runs=1)

    @cached_property
    def runs(self) -> list[Run]:
        """Ten inferences."""
        lines = [line.split() for line in self.lines(self.elf)]
        return [
            Run(round(int(ticks, 16) * self.machine.per_tick), bytes.fromhex(output))
            for ticks, output in lines
        ]

    @property
    def entry(self) -> str:
        """The function of one inference."""
        return f"{self.program.name}_invoke"

    @property
    def instructions(self) -> int:
        """Mean of ten inferences."""
        return round(sum(r.instructions for r in self.runs) / len(self.runs))

    def layers(self) -> list[int]:
        """Instructions of each layer, mean of ten inferences."""
        ticks = np.array([int(line, 16) for line in self.lines(self.profile_elf)])
        return [round(v) for v in ticks.reshape(RUNS, -1).mean(axis=0) * self.machine.per_tick]

    @cached_property
    def flash_bytes(self) -> int:
        size = subprocess.run(
            [f"{self.machine.family.cross}size", self.elf], capture_output=True, text=True, check=True
        )
        text, data = size.stdout.splitlines()[1].split()[:2]
        return int(text) + int(data)

    @property
    def code_bytes(self) -> int:
        return self.flash_bytes - self.program.weights_bytes

    def inputs(self) -> NDArray[np.int8]:
        """(RUNS, *shape), of wider types (RUNS, bytes): what ``fill_input`` in bench.c makes."""
        tensor = self.program.inputs[0].tensor
        state, values = 1, []
        for _ in range(RUNS * tensor.bytes):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            values.append(state >> 24)
        drawn = np.array(values, np.uint8).view(np.int8).reshape(RUNS, -1)
        return drawn.reshape(RUNS, *tensor.shape) if tensor.bytes == tensor.elements else drawn

    def lines(self, elf: Path, *flags: str) -> list[str]:
        """What the firmware writes."""
        return self.machine.lines(elf, *flags)

    def _link(self, name: str, *flags: str, runs: int = RUNS) -> Path:
        program, elf = self.program, self.folder / f"{name}.elf"
        source, target = program.inputs[0].location, program.outputs[0].location
        defines = {
            "MODEL_HEADER": f'"{program.name}.h"',
            "MODEL": f"{program.name}_model",
            "MODEL_INVOKE": self.entry,
            "ARENA_BYTES": program.arena_bytes,
            "RUNS": runs,
            "INPUT_OFFSET": source.offset,
            "INPUT_BYTES": source.bytes,
            "OUTPUT_OFFSET": target.offset,
            "OUTPUT_BYTES": target.bytes,
        }
        files = [FIRMWARE / f for f in program.kernel_files if f.endswith(".c")]
        family = self.machine.family
        bare = [BARE_METAL / "bench.c", BARE_METAL / f"{family.start}.c", *family.sources]
        sources = [self.folder / f"{program.name}.c", *files, *bare]
        folders = {str(p.parent) for p in files} | {
            str(self.folder),
            str(FIRMWARE / "include"),
            str(FIRMWARE / "kernels"),
        }
        subprocess.run(
            [
                f"{family.cross}gcc", "-std=gnu99", "-O2", *family.flags, *self.machine.flags, *flags,
                "-ffunction-sections", "-fdata-sections", "-nostartfiles",
                "-Wl,--gc-sections", f"-T{BARE_METAL / family.start}.ld",
                *(f"-D{key}={value}" for key, value in defines.items()),
                *(f"-I{f}" for f in sorted(folders)),
                *map(str, sources), "-o", str(elf),
            ],
            check=True,
        )  # fmt: skip
        return elf


def prepare(
    model: bytes, name: str, machine: Machine, folder: Path, optimize: Optimize = "balanced"
) -> Bench:
    program = compile_graph(
        read_graph(model), CompileOptions(name=name, core=machine.core, optimize=optimize)
    )
    for path, text in render(program).items():
        (folder / path).write_text(text)
    return Bench(program, machine, folder)
