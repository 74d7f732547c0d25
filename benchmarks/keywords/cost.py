"""What a second of sound costs a Cortex-M4: instructions in QEMU, cycles estimated from a trace, RAM."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.features import measure
from benchmarks.keywords.network import Trained
from benchmarks.keywords.runner import audio_front, step_program
from benchmarks.keywords.sounds import RATE_HZ, front_end
from benchmarks.machine import MACHINES, Bench
from benchmarks.trace import trace
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph

CLOCK_HZ = 64_000_000
AIM_MS = 30
AIM_BYTES = 16_384
M4 = MACHINES["cortex-m4"]


@dataclass(frozen=True)
class Cost:
    """Instructions and cycles of one run of a program."""

    instructions: int
    cycles_each: float  # of an instruction, by the trace of one run

    @property
    def cycles(self) -> float:
        """An estimate."""
        return self.instructions * self.cycles_each


def cost_of(program: Program) -> Cost:
    """On the emulated core."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in render(program).items():
            (Path(folder) / path).write_text(text)
        bench = Bench(program, M4, Path(folder))
        executed = trace(bench.single_elf, M4.board)
        return Cost(bench.instructions, executed.cycles / executed.instructions)


def cost_of_frame(trained: Trained) -> Cost:
    """Of the front end."""
    with tempfile.TemporaryDirectory() as folder:
        frame = measure(audio_front(trained), Path(folder), M4.name).instructions
        executed = trace(Path(folder) / "features.elf", M4.board)
    return Cost(frame, executed.cycles / executed.instructions)


def ram_bytes(arena_bytes: int) -> int:
    """Of the model, the front end's work memory and noise, and the samples of a frame."""
    front = front_end()
    part = max(8 * front.bands, 2 * front.fft + 4)
    return arena_bytes + 3 * part + 4 + 4 * front.bands + 2 * front.frame


def cost_lines(trained: Trained, hop_rows: int) -> Iterator[str]:
    """Of the front end, of the step beside the whole window, and of both together."""
    front, graph = front_end(), read_graph(trained.model)
    frames = RATE_HZ / front.hop
    steps = frames / hop_rows
    step = step_program(trained.model, hop_rows, M4.core)
    window = compile_graph(graph, CompileOptions("words", M4.core, avr=False))
    frame, by_hop, by_window = cost_of_frame(trained), cost_of(step), cost_of(window)
    milliseconds = 1000 * (frame.cycles * frames + by_hop.cycles * steps) / CLOCK_HZ
    ratio = by_window.instructions / by_hop.instructions
    rings = step.stream.ring_bytes if step.stream else 0
    of_hop = f"({by_hop.instructions:,} and {step.macs:,} MACs each)"
    of_window = f"{ratio:.1f} times as many ({window.macs:,} MACs each)"
    yield "instructions a second of sound, on an emulated Cortex-M4"
    yield f"  front end            {frame.instructions * frames:,.0f} ({frame.instructions:,} a frame)"
    yield f"  {steps:.3g} steps           {by_hop.instructions * steps:,.0f} {of_hop}"
    yield f"  {steps:.3g} whole windows   {by_window.instructions * steps:,.0f}, {of_window}"
    yield (
        f"front end and steps    {milliseconds:.1f} ms of 64 MHz a second, at {frame.cycles_each:.2f} and "
        f"{by_hop.cycles_each:.2f} cycles an instruction (estimated)   (aim: {AIM_MS})"
    )
    yield f"RAM                    {ram_bytes(step.arena_bytes):,} B   (aim: {AIM_BYTES:,})"
    yield f"  of it the arena      {step.arena_bytes:,} B, {rings:,} of them rings"
