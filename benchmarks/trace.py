"""What an inference executes, instruction by instruction: counts by function and kind, and estimated cycles.

QEMU logs each block of code when it translates it (``-d in_asm``) and each time it runs (``exec``). Cycles
are those of the Cortex-M4 Technical Reference Manual (DDI 0439D, table 3-1) at zero wait states: most
instructions and every multiply 1, LDR 2 but 1 right after another load or store, STR 1, multiples 1 + N,
taken branches 3 (pipeline refill 1 to 3), divisions 7. Instructions are not cycles: this shows where a lower
count would hide a slower kernel. It is an estimate, not a measurement.
"""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_INSTRUCTION = re.compile(r"0x([0-9a-f]{8}):\s+(?:[0-9a-f]{4} ?){1,2}\s+(\S+)\s*(.*)")
_TRACE = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
_MULTIPLIES = re.compile(r"(s|u)?m(ul|la|ls|mul|mla|uad|lad|la[bt]|ul[bt])")
_BRANCHES = re.compile(
    r"(b|bl|bx|blx|cbz|cbnz|tbb|tbh|le|dls|wls|letp)(\.|$)|b(eq|ne|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)\b"
)
REFILL = 2


@dataclass(frozen=True)
class Instruction:
    address: int
    name: str
    operands: str

    @property
    def kind(self) -> str:
        """load, store, multiply, branch or other."""
        if self.name.startswith(("ldr", "ldm", "pop")):
            return "load"
        if self.name.startswith(("str", "stm", "push")):
            return "store"
        if _MULTIPLIES.match(self.name):
            return "multiply"
        if re.match(
            r"(b|bl|bx|blx|cbz|cbnz|tbb|tbh)(\.|$)|b(eq|ne|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)\b", self.name
        ):
            return "branch"
        return "other"

    @property
    def cycles(self) -> int:
        """Without what depends on the instruction before, or on whether a branch is taken."""
        if self.name.startswith(("ldrd", "strd")):
            return 3
        if self.name.startswith(("ldm", "stm", "push", "pop")):
            return 1 + _registers(self.operands)
        if self.kind == "load":
            return 2
        return 7 if self.name.startswith(("sdiv", "udiv")) else 1

    @property
    def single(self) -> bool:
        """A load or store of one register, which overlaps with a load that follows it."""
        return self.name.startswith(("ldr", "str")) and not self.name.startswith(("ldrd", "strd"))


def _registers(operands: str) -> int:
    names = operands[operands.index("{") + 1 : operands.index("}")].split(",")
    return sum(_span(n.strip()) for n in names)


def _span(name: str) -> int:
    first, _, last = name.partition("-")
    return int(last.strip()[1:]) - int(first.strip()[1:]) + 1 if last else 1


@dataclass
class Block:
    function: str
    body: list[Instruction] = field(default_factory=list)

    @property
    def cycles(self) -> int:
        total, before = 0, None
        for i in self.body:
            overlapped = i.kind == "load" and i.single and before is not None and before.single
            total += i.cycles - overlapped
            before = i
        return total


@dataclass
class Trace:
    """How often each block ran, and how often control left it other than to what follows it in memory."""

    blocks: dict[int, Block] = field(default_factory=dict)
    runs: Counter[int] = field(default_factory=Counter)
    jumps: Counter[int] = field(default_factory=Counter)

    @property
    def instructions(self) -> int:
        return sum(n * len(self.blocks[a].body) for a, n in self.runs.items())

    @property
    def cycles(self) -> int:
        return sum(self.runs[a] * b.cycles + self.jumps[a] * REFILL for a, b in self.blocks.items())

    def by_function(self) -> Counter[str]:
        return self._sum(lambda block, _: block.function)

    def by_kind(self) -> Counter[str]:
        return self._sum(lambda _, i: i.kind)

    def _sum(self, key: Callable[[Block, Instruction], str]) -> Counter[str]:
        found: Counter[str] = Counter()
        for address, count in self.runs.items():
            block = self.blocks[address]
            for i in block.body:
                found[key(block, i)] += count
        return found


def read(lines: Iterable[str], entry: str | None = None) -> Trace:
    """Of a log. With ``entry`` only what runs from its first block on until control is back in ``main``."""
    trace = Trace()
    current: Block | None = None
    last: int | None = None
    inside = entry is None
    for line in lines:
        if (match := _TRACE.match(line)) is not None:
            address = int(match[1], 16)
            if current is not None:
                trace.blocks[address] = current
                current = None
            if entry is not None:
                function = trace.blocks[address].function
                inside = function == entry or (inside and function != "main")
                if not inside:
                    last = None
                    continue
            if last is not None and _end(trace.blocks[last]) != address:
                trace.jumps[last] += 1
            trace.runs[address] += 1
            last = address
        elif line.startswith("IN:"):
            current = Block(line[3:].strip())
        elif current is not None and (found := _INSTRUCTION.match(line)) is not None:
            current.body.append(Instruction(int(found[1], 16), found[2], found[3]))
    return trace


def _end(block: Block) -> int:
    last = block.body[-1]
    wide = last.name.endswith(".w") or last.name in ("bl", "blx", "ldm", "ldrd", "strd")
    return last.address + (4 if wide else 2)


def trace(
    elf: Path, board: str, emulator: Sequence[str] = ("qemu-system-arm",), entry: str | None = None
) -> Trace:
    """One run of ``elf`` from reset to its end, or of the function ``entry`` that its ``main`` calls."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        quiet = [
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "none",
            "-d",
            "in_asm,exec,nochain",
            "-D",
            str(log),
        ]
        semihosting = ["-semihosting-config", "enable=on,target=native"]
        command = [*emulator, "-M", board, *quiet, *semihosting, "-kernel", str(elf)]
        subprocess.run(command, capture_output=True, check=False, timeout=600)
        return read(_lines(log), entry)


def _lines(log: Path) -> Iterator[str]:
    with log.open(errors="replace") as file:
        yield from file
