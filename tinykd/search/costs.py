"""What a candidate costs, counted of the very C that would run: its network is made int8 untrained and
compiled.

Flash is that of constants, RAM the arena, as in ``[student] fit``. Instructions and milliseconds are
asked of a board that runs the whole firmware of the candidate, and only for those that fit all other
limits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.compiler.core import CompileOptions
from tinykd.data.types import SampleRows
from tinykd.errors import BudgetError
from tinykd.fitting.cost import Cost, compile_options, least_cost, program_cost
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.quantization.export import to_int8
from tinykd.search.goals import Goals
from tinykd.student.macs import macs

Costs = dict[str, float]  # by the names of objectives
Asked = Callable[[bytes], Costs]  # a flatbuffer on a board
_SAMPLES = 4  # for the converter's ranges, which are not looked at
_INPUTS = 2  # that a board answers for a count


class TooLargeError(Exception):
    """The firmware of a candidate does not fit its board at all."""


@dataclass(frozen=True)
class Counter:
    """Counts candidates of one project; ``ask``: what a board says of a flatbuffer, where one is wanted."""

    goals: Goals
    options: tuple[CompileOptions, ...]
    ask: Asked | None = None

    @classmethod
    def of(cls, project: Project, root: Path, goals: Goals) -> "Counter":
        """For the kinds of core among the project's boards, and the board that counts."""
        boards = tuple(dict.fromkeys((*project.target.board, *([goals.board] if goals.board else []))))
        ask = board_asked(goals.board, root, project.target.board) if goals.board else None
        return cls(goals, compile_options(boards, root, project.target.optimize), ask)

    def costs(self, model: Any, samples: SampleRows) -> Costs:
        """Of the untrained tf_keras ``model``; a lower bound where that is too much already."""
        least = _as_costs(least_cost(model))
        if is_over(self.goals, least):
            return least
        flatbuffer = to_int8(model, samples[:_SAMPLES])
        found = _as_costs(program_cost(flatbuffer, macs(model), self.options))
        if self.ask is None or is_over(self.goals, found):
            return found
        return found | self.ask(flatbuffer)


def is_over(goals: Goals, costs: Costs) -> bool:
    """Whether a limit is passed."""
    return any(over > 0 for over in goals.over(costs).values())


def board_asked(name: str, root: Path, own: tuple[str, ...]) -> Asked:
    """Builds the firmware of a flatbuffer, puts it on the board ``name`` and asks it, as `tinykd prove`."""

    def ask(flatbuffer: bytes) -> Costs:
        from tinykd.boards import load_board
        from tinykd.compiler.compile import compile_graph
        from tinykd.compiler.core import Core
        from tinykd.graph.reader import read_graph
        from tinykd.sessions.prove import ProofTarget, prove, random_samples

        board = load_board(name, root, own)
        options = CompileOptions(name="candidate", core=Core(board.core))
        program = compile_graph(read_graph(flatbuffer), options)
        inputs = random_samples(program, _INPUTS, seed=1)
        try:
            ticks = prove(flatbuffer, program, inputs, ProofTarget(board), Silent()).verification.ticks
        except BudgetError as error:
            raise TooLargeError(str(error)) from None
        return {"instructions": ticks.median} if board.machine else {"ms": 1000 * ticks.median / ticks.hz}

    return ask


def _as_costs(cost: Cost) -> Costs:
    return {name: float(value) for name, value in cost.to_json().items()}
