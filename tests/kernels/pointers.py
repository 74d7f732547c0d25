"""Finds pointers that are formed outside of the arrays that a kernel is given: C gives such a pointer no
meaning, even where nothing is read through it (C99 6.5.6: from the first element to one past the last).

Sanitizers look at accesses. Here every pointer that C arithmetic forms is looked at: clang's code before any
optimisation has one ``getelementptr`` for each, behind which a call is put that compares old and new pointer
with the arrays that are known (inputs, outputs, states, scratch and constants, each an array of its own).
"""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.kernels.harness import c_value
from tinykd.compiler.codegen.sources import entry_headers, needed_files
from tinykd.compiler.program import ProgramStep
from tinykd.graph.ir import DType, Tensor
from tinykd.paths import FIRMWARE

FORMED = re.compile(
    r"^  (?P<to>%\S+) = getelementptr inbounds (?P<type>[^,]+), (?P=type)\* (?P<base>%[^,]+), "
    r"i(?:32|64) [^,]+, !dbg !(?P<at>\d+)$",
    re.M,
)
PLACE = re.compile(r"^!(\d+) = !DILocation\(line: (\d+),", re.M)
ARRAY = re.compile(r"^static const \w+ (\w+)\[\]", re.M)
RUNTIME = """
#include <stdint.h>
#include <stdio.h>
void tkd_formed(uint64_t from, uint64_t to, uint32_t place);
static struct { uint64_t first, end; } arrays[4096];
static uint32_t count;
static char seen[1 << 24];
static void known(const void *array, uint64_t bytes) {
    arrays[count].first = (uint64_t)(uintptr_t)array;
    arrays[count++].end = (uint64_t)(uintptr_t)array + bytes;
}
void tkd_formed(uint64_t from, uint64_t to, uint32_t place) {
    int inside = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (from >= arrays[i].first && from <= arrays[i].end) {
            if (to >= arrays[i].first && to <= arrays[i].end) { return; }
            inside = 1;
        }
    }
    if (inside && !seen[place]) { seen[place] = 1; printf("%u\\n", place); }
}
"""
UNCACHED = {**os.environ, "CCACHE_DISABLE": "1"}  # which takes -S for assembly
FILES = 1 << 12  # lines of a source: a place is its number times this, and a line


def instrumented(code: str, number: int) -> str:
    """LLVM's text ``code`` of source ``number``, with a call behind each pointer that is formed."""
    lines = {at: int(line) for at, line in PLACE.findall(code)}

    def watched(found: re.Match[str]) -> str:
        to, kind, base = found["to"], found["type"], found["base"]
        own = f"%tkd{found.start()}"
        place = number * FILES + lines[found["at"]]
        return (
            f"{found[0]}\n"
            f"  {own}f = ptrtoint {kind}* {base} to i64\n"
            f"  {own}t = ptrtoint {kind}* {to} to i64\n"
            f"  call void @tkd_formed(i64 {own}f, i64 {own}t, i32 {place}), !dbg !{found['at']}"
        )

    return FORMED.sub(watched, code) + "\ndeclare void @tkd_formed(i64, i64, i32)\n"


@dataclass
class _Driver:
    """C that calls every kernel once, each argument an array of its own."""

    rng: np.random.Generator

    def step(self, step: ProgramStep, i: int) -> str:
        declarations: list[str] = []
        arguments: list[str] = []
        for j, tensor in enumerate((*step.layer.inputs, *step.layer.outputs)):
            declarations.append(self._array(f"s{i}_t{j}", tensor, step))
            arguments.append(f"(void *)s{i}_t{j}")
        sizes = [*((f"s{i}_state{j}", s.bytes) for j, s in enumerate(step.states))]
        for name, size in sizes:
            declarations.append(f"static int8_t {name}[{size}] __attribute__((aligned(16)));")
            arguments.append(f"(void *){name}")
        arrays = [f"s{i}_t{j}" for j in range(len(step.layer.inputs) + len(step.layer.outputs))]
        arrays += [name for name, _ in sizes]
        if step.call.params is not None:
            constants: list[str] = []
            value = c_value(step.call.params, f"s{i}", constants)
            arrays += ARRAY.findall("\n".join(constants))
            declarations += [*constants, f"static const {step.call.params.type} s{i}_p = {value};"]
            arguments.append(f"&s{i}_p")
        if step.scratch is not None:
            declarations.append(
                f"static int8_t s{i}_scratch[{step.scratch.bytes}] __attribute__((aligned(16)));"
            )
            arrays.append(f"s{i}_scratch")
            arguments.append(f"s{i}_scratch")
        known = "\n".join(f"    known({name}, sizeof {name});" for name in arrays)
        body = f"    count = 0;\n{known}\n    {step.call.function}({', '.join(arguments)});"
        return "\n".join([*declarations, f"static void step{i}(void) {{\n{body}\n}}"])

    def _array(self, name: str, tensor: Tensor, step: ProgramStep) -> str:
        """Any int8 and int16; of other types zeros, which are indices too."""
        data = next((c for t, c in self._constants(step) if t is tensor), None)
        if data is not None:
            raw = data.tobytes()
        elif tensor.dtype in (DType.INT8, DType.INT16):
            raw = self.rng.bytes(tensor.bytes)
        else:
            raw = bytes(tensor.bytes)
        return f"static uint8_t {name}[] __attribute__((aligned(16))) = {{{','.join(map(str, raw)) or '0'}}};"

    @staticmethod
    def _constants(step: ProgramStep) -> Iterator[tuple[Tensor, np.ndarray]]:
        for tensor, location in zip(step.layer.inputs, step.inputs, strict=True):
            if location.constant is not None:
                yield tensor, location.constant


def outside(steps: Sequence[ProgramStep], folder: Path, seed: int = 0) -> list[str]:
    """``file:line`` of every place that forms a pointer outside of its array, for the calls of ``steps``."""
    functions = {f for step in steps for f in step.call.functions()}
    files = needed_files(functions, ["tkd_flash.h"])
    sources = [f for f in files if f.endswith(".c")]
    includes = sorted({f"-I{(FIRMWARE / f).parent}" for f in files})
    code = _program(steps, entry_headers(functions), seed)
    found = formed_outside([str(FIRMWARE / f) for f in sources], code, includes, folder)
    return [f"{sources[source]}:{line}" for source, line in found]


def formed_outside(
    sources: Sequence[str], driver: str, includes: Sequence[str], folder: Path
) -> list[tuple[int, int]]:
    """(index in ``sources``, line there or in a header) of what they form when ``driver`` runs."""
    clang = ["clang", "-std=gnu99", "-O0", "-gline-tables-only", *includes]
    subprocess.run([*clang, "-S", "-emit-llvm", *sources], check=True, cwd=folder, env=UNCACHED)
    watched = []
    for number, source in enumerate(sources):
        code = folder / f"{Path(source).stem}.ll"
        code.write_text(instrumented(code.read_text(), number))
        watched.append(str(code))
    (folder / "driver.c").write_text(driver)
    binary = str(folder / "driver")
    subprocess.run([*clang, "-w", *watched, str(folder / "driver.c"), "-o", binary, "-lm"], check=True)
    said = subprocess.run([binary], capture_output=True, text=True).stdout.split()
    return sorted({divmod(int(place), FILES) for place in said})


def _program(steps: Sequence[ProgramStep], headers: Sequence[str], seed: int) -> str:
    driver = _Driver(np.random.default_rng(seed))
    includes = "\n".join(f'#include "{h}"' for h in ("tkd_flash.h", *headers))
    bodies = "\n".join(driver.step(step, i) for i, step in enumerate(steps))
    calls = "\n".join(f"    step{i}();" for i in range(len(steps)))
    return f"{includes}\n{RUNTIME}\n{bodies}\nint main(void) {{\n{calls}\n    return 0;\n}}\n"
