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
M4 = MACHINES["cortex-m4"]


@dataclass(frozen=True)
class Cost:
    """Instructions and cycles of one run of a program."""

    instructions: int
    cycles_each: float  # of an instruction, by the trace of one run


def cost_of(program: Program) -> Cost:
    """On the emulated core."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in render(program).items():
            (Path(folder) / path).write_text(text)
        bench = Bench(program, M4, Path(folder))
        executed = trace(bench.single_elf, M4.board)
        return Cost(bench.instructions, executed.cycles / executed.instructions)


def cost_lines(trained: Trained, hop_rows: int) -> Iterator[str]:
    """Of the front end, of the step beside the whole window, and of both together."""
    front, graph = front_end(), read_graph(trained.model)
    steps = RATE_HZ / (front.hop * hop_rows)
    step = step_program(trained.model, hop_rows, M4.core)
    window = compile_graph(graph, CompileOptions("words", M4.core, avr=False))
    with tempfile.TemporaryDirectory() as folder:
        frame = measure(audio_front(trained), Path(folder), "cortex-m4").instructions
    frames, by_hop, by_window = frame * RATE_HZ / front.hop, cost_of(step), cost_of(window)
    total = frames + by_hop.instructions * steps
    milliseconds = 1000 * total * by_hop.cycles_each / CLOCK_HZ
    ratio = by_window.instructions / by_hop.instructions
    rings = step.stream.ring_bytes if step.stream else 0
    of_hop = f"({by_hop.instructions:,} and {step.macs:,} MACs each)"
    of_window = f"{ratio:.1f} times as many ({window.macs:,} MACs each)"
    yield "instructions a second of sound, on an emulated Cortex-M4"
    yield f"  front end           {frames:,.0f} ({frame:,} a frame)"
    yield f"  {steps:g} steps            {by_hop.instructions * steps:,.0f} {of_hop}"
    yield f"  {steps:g} whole windows    {by_window.instructions * steps:,.0f}, {of_window}"
    yield (
        f"front end and steps   {milliseconds:.1f} ms of 64 MHz a second, at {by_hop.cycles_each:.2f} cycles "
        f"an instruction (estimated)   (aim: {AIM_MS})"
    )
    yield f"arena                 {step.arena_bytes:,} B, {rings:,} of them rings"
