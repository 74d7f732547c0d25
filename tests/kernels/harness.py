"""Runs kernels as they are bound, on the host under sanitizers and on emulated cores, and gives their bytes.

A ``Case`` is a layer, a kernel for it, and the layer's input bytes. ``run_on_host`` and ``run_on`` compile
one program of many cases. Inputs and output lie as close together as the kernel's ``Overlap`` says it can
bear, between canaries.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import ARM, BARE_METAL, RISCV, XTENSA
from tests import objects
from tinykd.compiler.codegen.sources import entry_headers, needed_files
from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Kernel, Pointer, Struct, Symbol
from tinykd.compiler.layer import Layer
from tinykd.graph.ir import DType, Quantization, Tensor
from tinykd.paths import FIRMWARE

CANARY = 16  # bytes
WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wstrict-prototypes",
    "-Wvla",
]
M4 = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
MACHINES = {
    Core.CORTEX_M0: ("mps2-an385", ["-mcpu=cortex-m0", "-mthumb"]),
    Core.CORTEX_M4: ("mps2-an386", M4),
    Core.CORTEX_M7: ("mps2-an500", ["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-d16"]),
    Core.RV32IM: ("virt", ["-march=rv32imc", "-mabi=ilp32"]),
    Core.XTENSA: ("lx60-nommu", []),
    Core.CORTEX_M55: ("mps3-an547", ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"]),
}
FAMILIES = {Core.RV32IM: RISCV, Core.XTENSA: XTENSA}


def tensor(shape: tuple[int, ...], zero_point: int = 0, scale: float = 1.0) -> Tensor:
    return Tensor(0, "t", shape, DType.INT8, Quantization((scale,), (zero_point,), 0))


@dataclass(frozen=True, eq=False)
class Case:
    layer: Layer
    kernel: Kernel[Any]
    target: Target
    inputs: tuple[Any, ...]  # int8 arrays
    overlap: int | None = None  # index of the input whose address the output comes as near as it may

    def call(self) -> Call:
        assert self.kernel.supports(self.layer, self.target), f"{self.kernel.name} does not apply"
        return self.kernel.emit_call(self.layer, self.target)


@dataclass(frozen=True)
class Outcome:
    output: bytes
    ticks: int  # 0 on the host


def c_value(value: CValue, name: str, declarations: list[str]) -> str:
    if isinstance(value, ConstantArray):
        symbol = f"{name}_{value.name}"
        numbers = ",".join(str(int(v)) for v in value.data.reshape(-1)).replace(
            "-2147483648", "(-2147483647 - 1)"
        )
        ctype = f"{value.data.dtype.name}_t"
        declarations.append(
            f"static const {ctype} {symbol}[] __attribute__((aligned({value.align}))) = {{{numbers}}};"
        )
        return symbol
    if isinstance(value, Struct):
        fields = (f".{field} = {c_value(v, name + '_' + field, declarations)}" for field, v in value.fields)
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, Pointer):
        if value.struct is None:
            return "0"
        text = c_value(value.struct, name, declarations)
        declarations.append(f"static const {value.struct.type} {name}_target = {text};")
        return f"&{name}_target"
    if isinstance(value, tuple):
        return "{" + ", ".join(map(str, value)) + "}"
    if isinstance(value, Symbol):
        return value.name
    return str(int(value)) if isinstance(value, bool | np.integer) else str(value)


def _layout(case: Case, call: Call) -> tuple[int, list[int], int]:
    """(output offset, input offsets, size) in one buffer, with canaries between what may not touch."""
    out = case.layer.outputs[0].bytes
    near = None
    if case.overlap is not None:
        facts = call.overlap(case.overlap)
        near = facts.min_input_offset if facts.min_input_offset is not None else 0 if facts.in_place else None
    offsets, at = [], CANARY
    output = at
    if near is not None and case.overlap is not None:
        size = case.inputs[case.overlap].size
        near = max(min(near, out), -size)
        base = min(0, near)
        output = at - base
        at = max(output + out, output + near + size) + CANARY
    else:
        at = _aligned(output + out + CANARY, case)
    for i, data in enumerate(case.inputs):
        if near is not None and i == case.overlap:
            offsets.append(output + near)
        else:
            offsets.append(at)
            at = _aligned(at + data.size + CANARY, case)
    return output, offsets, at


def _aligned(at: int, case: Case) -> int:
    return -(-at // case.kernel.align) * case.kernel.align if case.kernel.align > 4 else at


def render_case(case: Case, index: int) -> str:
    call = case.call()
    name = f"case{index}"
    declarations: list[str] = []
    arguments = []
    output, offsets, size = _layout(case, call)
    for i, (data, offset) in enumerate(zip(case.inputs, offsets, strict=True)):
        numbers = ",".join(str(int(v)) for v in data.reshape(-1))
        declarations.append(f"static const int8_t {name}_input{i}[] = {{{numbers}}};")
        arguments.append(f"buffer + {offset}")
    arguments.append(f"buffer + {output}")
    if call.params is not None:
        value = c_value(call.params, name, declarations)
        declarations.append(f"static const {call.params.type} {name}_params = {value};")
        arguments.append(f"&{name}_params")
    if call.scratch_bytes:
        arguments.append("scratch")
    expected = f"expect({call.function}_scratch(&{name}_params), {call.scratch_bytes});"
    copies = "\n".join(
        f"    memcpy(buffer + {o}, {name}_input{i}, sizeof {name}_input{i});" for i, o in enumerate(offsets)
    )
    assert size <= 65536 and call.scratch_bytes <= 65536
    return (
        "\n".join(declarations)
        + f"""
static void {name}(void) {{
    prepare({size}, {call.scratch_bytes});
    {expected if call.scratch_bytes else ""}
{copies}
    const uint32_t start = test_ticks();
    {call.function}({", ".join(arguments)});
    const uint32_t ticks = (test_ticks() - start) & 0xffffffu;
    report(ticks, {output}, {case.layer.outputs[0].bytes}, {size}, {call.scratch_bytes});
}}
"""
    )


PRELUDE = """
static int8_t buffer[65536 + 16] __attribute__((aligned(16)));
static int8_t scratch[65536 + 16] __attribute__((aligned(16)));

static void prepare(uint32_t size, uint32_t scratch_size) {
    memset(buffer, 0x5a, size + 16);
    memset(scratch, 0x5a, scratch_size + 16);
}

static inline void expect(uint32_t bytes, uint32_t planned) {
    if (bytes != planned) {
        test_write("scratch of another size than planned\\n");
    }
}

static void put(const int8_t *bytes, uint32_t count) {
    static const char digits[] = "0123456789abcdef";
    for (uint32_t i = 0; i < count; i++) {
        line[used++] = digits[(uint8_t)bytes[i] >> 4];
        line[used++] = digits[(uint8_t)bytes[i] & 15];
    }
}

static void check(const int8_t *canary, const char *text) {
    for (uint32_t i = 0; i < 16; i++) {
        if (canary[i] != 0x5a) {
            test_write(text);
        }
    }
}

static void report(uint32_t ticks, uint32_t output, uint32_t bytes, uint32_t size, uint32_t scratch_size) {
    int8_t number[4] = {(int8_t)(ticks >> 24), (int8_t)(ticks >> 16), (int8_t)(ticks >> 8), (int8_t)ticks};
    used = 0;
    put(number, 4);
    line[used++] = ' ';
    put(buffer + output, bytes);
    check(buffer, "written before the buffer\\n");
    check(buffer + size, "written after the buffer\\n");
    check(scratch + scratch_size, "written after the scratch\\n");
    line[used++] = '\\n';
    line[used] = 0;
    test_write(line);
}
"""


def program(cases: Sequence[Case]) -> str:
    headers = entry_headers(_functions(cases))
    includes = "".join(f'#include "{h}"\n' for h in ("tkd_flash.h", *headers))
    bodies = "".join(render_case(c, i) for i, c in enumerate(cases))
    calls = "".join(f"    case{i}();\n" for i in range(len(cases)))
    return f"""#include <stdint.h>
#include <string.h>
{includes}
void test_write(const char *text);
uint32_t test_ticks(void);
int main(void);
static char line[140000];
static uint32_t used;
{PRELUDE}
{bodies}
int main(void) {{
{calls}    return 0;
}}
"""


HOST = """
#include <stdint.h>
#include <stdio.h>
void test_write(const char *text);
uint32_t test_ticks(void);
void test_write(const char *text) { fputs(text, stdout); }
uint32_t test_ticks(void) { return 0; }
"""


def _functions(cases: Sequence[Case]) -> set[str]:
    return {f for c in cases for f in c.call().functions()}


def _sources(cases: Sequence[Case], folder: Path) -> list[str]:
    (folder / "cases.c").write_text(program(cases))
    return [str(FIRMWARE / f) for f in needed_files(_functions(cases)) if f.endswith(".c")]


def _includes(cases: Sequence[Case]) -> list[str]:
    folders = {str((FIRMWARE / f).parent) for f in needed_files(_functions(cases), ["tkd_flash.h"])}
    return [f"-I{f}" for f in sorted(folders)]


def _parse(text: str, cases: Sequence[Case]) -> list[Outcome]:
    lines = text.split("\n")[:-1]
    assert len(lines) == len(cases), text[-2000:]
    parts = [line.split(" ") for line in lines]
    return [Outcome(bytes.fromhex(p[1]), int(p[0], 16)) for p in parts]


def run_on_host(cases: Sequence[Case], folder: Path, *flags: str) -> list[Outcome]:
    """Under AddressSanitizer and UBSan."""
    (folder / "host.c").write_text(HOST)
    sources = [*_sources(cases, folder), str(folder / "cases.c"), str(folder / "host.c")]
    binary = str(folder / "host")
    build = ["gcc", "-std=c99", "-O1", *WARNINGS, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    made = objects.build([*build, *flags, *_includes(cases)], sources, Path(binary))
    assert made.returncode == 0, made.stderr
    done = subprocess.run([binary], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return _parse(done.stdout, cases)


def run_on(core: Core, cases: Sequence[Case], folder: Path, optimize: str = "-O2") -> list[Outcome]:
    """On the emulated board of ``core``; ticks are of 40 instructions."""
    machine = FAMILIES.get(core, ARM)
    board, flags = MACHINES[core]
    sources = [*_sources(cases, folder), str(folder / "cases.c"), str(BARE_METAL / f"{machine.start}.c")]
    sources += map(str, machine.sources)
    elf = str(folder / f"{core.value}.elf")
    build = [f"{machine.cross}gcc", "-std=gnu99", optimize, "-ffunction-sections", "-fdata-sections"]
    link = ["-nostartfiles", "-Wl,--gc-sections", f"-T{BARE_METAL / machine.start}.ld"]
    every = [*build, *machine.flags, *flags, *_includes(cases)]
    made = objects.build(every, sources, Path(elf), link)
    assert made.returncode == 0, made.stderr
    qemu = [*machine.emulator, "-M", board, "-icount", "shift=0", "-kernel", elf, "-display", "none"]
    quiet = ["-monitor", "none", "-serial", "none", "-semihosting-config", "enable=on,target=native"]
    done = subprocess.run([*qemu, *quiet], capture_output=True, text=True, timeout=300)
    return _parse(done.stdout + done.stderr, cases)
