"""Pictures for other verbs: the memory plan (``tinykd inspect``), the layers' profile (``tinykd profile``).

The file's suffix decides the format: .svg (follows light and dark) or .png.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tinykd.report.board_inputs import LayerMetrics, ProgramMetrics
from tinykd.report.board_part import plan_of
from tinykd.report.memory_charts import memory_plan, profile_bars
from tinykd.report.model import ProfiledLayer
from tinykd.report.names import short_names
from tinykd.report.save import save


def plot_memory_plan(summary: Mapping[str, Any], path: Path) -> None:
    """Draw ``Program.summary()``: each buffer's lifetime across and its addresses up."""
    save(memory_plan(plan_of(ProgramMetrics.model_validate(summary))), path)


def plot_profile(rows: Sequence[Mapping[str, Any]], path: Path, unit: str = "instructions") -> None:
    """Draw ticks per layer. A row: ``name`` and ``ticks``; ``macs`` and ``kernel`` are shown when given."""
    known = [LayerMetrics.model_validate({"op": "", **row}) for row in rows]
    labels = short_names(layer.name for layer in known)
    layers = [
        ProfiledLayer(**layer.model_dump(exclude={"cost"}), label=label, ticks=float(row["ticks"]))
        for layer, label, row in zip(known, labels, rows, strict=True)
    ]
    save(profile_bars(layers, unit), path)
