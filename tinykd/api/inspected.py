"""What ``Model.inspect`` gives: layers, memory plan and quantization."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinykd.compiler.program import Program


@dataclass(frozen=True, repr=False, eq=False)
class Inspection:
    """``summary``: all that is shown, JSON-able."""

    name: str
    summary: dict[str, Any]

    @classmethod
    def of(cls, data: bytes, program: "Program", name: str) -> "Inspection":
        """Of a flatbuffer and what it was compiled to."""
        from tinykd.display.inspection import quantization_of
        from tinykd.graph.reader import read_graph

        return cls(name, {**program.summary(), "quantization": quantization_of(read_graph(data))})

    def plan(self, path: str | Path) -> Path:
        """Draw the memory plan: a .svg or .png file."""
        from tinykd.report.plots import plot_memory_plan

        plot_memory_plan(self.summary, Path(path))
        return Path(path)

    def _lines(self) -> list[str]:
        from tinykd.display.inspection import inspection_lines

        return inspection_lines(Path(f"{self.name}.tflite"), self.summary)

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        from tinykd.display.html import table_html
        from tinykd.display.inspection import layer_table

        summary = self.summary
        caption = (
            f"{self.name}: {summary['macs']:,} MACs, {summary['weights_bytes']:,} bytes of weights, "
            f"arena {summary['arena_bytes']:,} bytes"
        )
        return table_html(*layer_table(summary["layers"], summary["quantization"]), caption)
