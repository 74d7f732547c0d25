"""What a network costs as int8 C code, measured by converting it untrained.

Weights decide nothing of it: shapes alone do. Flash: weights and other constants of the compiled program; the
kernels' code, the harness and the C library come on top, whatever the network. RAM: its arena.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.data.types import SampleRows
from tinykd.graph.reader import read_graph
from tinykd.project.training import FitSection
from tinykd.quantization.export import to_int8
from tinykd.student.macs import macs

_SAMPLES = 4  # for the converter's ranges, which are not looked at


@dataclass(frozen=True)
class Cost:
    """Of one inference's program."""

    flash_bytes: int
    ram_bytes: int
    macs: int

    def to_json(self) -> dict[str, int]:
        """As in ``check.json``."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.flash_bytes:,} B of flash, {self.ram_bytes:,} B of RAM, {self.macs:,} MACs"

    def within(self, budget: FitSection) -> bool:
        """Whether no limit that ``budget`` gives is passed."""
        return all(getattr(self, name) <= limit for name, limit in limits(budget))


def limits(budget: FitSection) -> Iterator[tuple[str, int]]:
    """The limits that are given, by the names of ``Cost``."""
    for name in ("flash_bytes", "ram_bytes", "macs"):
        if (limit := getattr(budget, name)) is not None:
            yield name, limit


def least_cost(model: Any) -> Cost:
    """The least that ``model`` (tf_keras) can cost: kernels as int8, the largest output; exact MACs."""
    matrices = [weight for weight in model.trainable_weights if len(weight.shape) > 1]
    multiplying = [layer for layer in model.layers if type(layer).__name__ in _ARENA]
    return Cost(
        flash_bytes=sum(math.prod(weight.shape) for weight in matrices),
        ram_bytes=max((math.prod(layer.output_shape[1:]) for layer in multiplying), default=0),
        macs=macs(model),
    )


_ARENA = ("Conv2D", "DepthwiseConv2D", "Dense", "LSTM", "GRU", "SimpleRNN")


def exact_cost(model: Any, samples: SampleRows, options: tuple[CompileOptions, ...]) -> Cost:
    """What the untrained ``model`` costs as int8 and C, at most over ``options``."""
    return program_cost(to_int8(model, samples[:_SAMPLES]), macs(model), options)


def program_cost(flatbuffer: bytes, work: int, options: tuple[CompileOptions, ...]) -> Cost:
    """The most that the compiled ``flatbuffer`` takes over ``options``."""
    graph = read_graph(flatbuffer)
    programs = [compile_graph(graph, each) for each in options]
    flash = max(program.weights_bytes for program in programs)
    return Cost(flash, max(program.arena_bytes for program in programs), work)


def compile_options(boards: tuple[str, ...], root: Path, optimize: str) -> tuple[CompileOptions, ...]:
    """One for each kind of core among ``boards``; ``root``: the folder of ``tinykd.toml``."""
    from tinykd.boards import load_board

    cores = dict.fromkeys(load_board(board, root).core for board in boards)
    return tuple(CompileOptions(name="student", core=Core(core), optimize=optimize) for core in cores)  # type: ignore[arg-type]
