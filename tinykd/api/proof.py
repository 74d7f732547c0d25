"""What ``Model.prove`` gives: the board's verdict beside TFLM, ticks of each layer, memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.compiler.program import Program
    from tinykd.oracle.agreement import Opinions
    from tinykd.progress import Progress
    from tinykd.sessions.prove import ProofResult
    from tinykd.tflm.program import TflmProgram


@dataclass(frozen=True)
class ProofOptions:
    """On which board, and on which random inputs."""

    board: "Board"
    samples: int = 20
    seed: int = 1
    port: str | None = None  # None: found by its USB id


def prove_on(
    data: bytes, program: "Program | TflmProgram", options: ProofOptions, progress: "Progress"
) -> "Proof":
    """``program``, compiled from ``data``, on a board; and whether LiteRT agrees with TFLM on it."""
    from tinykd.api.tflm_file import tree_folder
    from tinykd.oracle.agreement import opinions
    from tinykd.sessions.prove import ProofTarget, prove, random_samples

    inputs = random_samples(program, options.samples, options.seed)
    target = ProofTarget(options.board, options.port, tflm_dir=tree_folder())
    found = prove(data, program, inputs, target, progress)
    return Proof(options.board.name, found, opinions(data, progress))


@dataclass(frozen=True, repr=False, eq=False)
class Proof:
    """A model on ``board``: counts of samples, and what the firmware takes."""

    board: str
    found: "ProofResult"
    opinions: "Opinions"  # of TFLM and LiteRT, where it is installed

    @property
    def exact(self) -> bool:
        """Whether every byte of every output equals TFLM's."""
        return self.found.verification.exact == self.found.verification.samples

    @property
    def ticks(self) -> float:
        """Of the board's own counter, the median of one inference; ``unit`` names them."""
        return self.found.verification.ticks.median

    @property
    def unit(self) -> str:
        """Instructions on emulated boards, else what the board counts."""
        return self.found.verification.ticks.unit

    @property
    def flash_bytes(self) -> int:
        """Of the whole firmware."""
        return self.found.image.flash_bytes

    @property
    def ram_bytes(self) -> int:
        """Of the whole firmware, with its stack where the linker reserves one."""
        return self.found.image.ram_bytes

    @property
    def arena_bytes(self) -> int:
        """RAM for activations, within ``ram_bytes``."""
        return self.found.program.arena_bytes

    def to_json(self) -> dict[str, Any]:
        """As ``tinykd prove --json`` prints it."""
        return {
            "verification": self.found.verification.to_json(),
            "profile": {"unit": self.found.profile.unit, "layers": self.found.profile.rows},
            "flash_bytes": self.flash_bytes,
            "ram_bytes": self.ram_bytes,
            "arena_bytes": self.arena_bytes,
            "litert": self.opinions.to_json(),
        }

    def plot(self, path: str | Path) -> Path:
        """Draw the ticks of each layer: a .svg or .png file."""
        from tinykd.report.plots import plot_profile

        plot_profile(self.found.profile.rows, Path(path), self.found.profile.unit)
        return Path(path)

    def lines(self) -> list[str]:
        """The layers' ticks, the counts, the first layer that differs, the sizes."""
        from tinykd.display.profile import profile_table
        from tinykd.text import table_lines

        if not self.found.profile.rows:
            return [*self._of_hops(), *self._verdict()]
        return [*table_lines(*profile_table(self.found.profile)), "", *self._verdict()]

    def _of_hops(self) -> list[str]:
        """What a window takes hop by hop; no lines for whole windows."""
        from tinykd.tflm.program import TflmProgram

        program = self.found.program
        stream = None if isinstance(program, TflmProgram) else program.stream
        if stream is None:
            return []
        hops = -(-stream.window_rows // stream.hop_rows)
        after = f"and {stream.warm_up} of silence before them"
        each = self.ticks / (hops + stream.warm_up)
        return [f"a window in {hops} hops, {after}: {self.ticks:,.0f} {self.unit}, {each:,.0f} a hop"]

    def _verdict(self) -> list[str]:
        from tinykd.display.verdict import counts_line

        lines = [counts_line(self.board, self.found.verification.to_json())]
        if self.found.verification.first_difference:
            lines.append(f"first difference: {self.found.verification.first_difference}")
        lines += self.opinions.warnings
        sizes = f"flash {self.flash_bytes:,} B, RAM {self.ram_bytes:,} B, arena {self.arena_bytes:,} B"
        return [*lines, sizes]

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from tinykd.display.html import lines_html, table_html
        from tinykd.display.profile import profile_table

        return lines_html(self._verdict()) + table_html(*profile_table(self.found.profile))
