"""What int8 costs layer by layer, and the remedies that were tried: ``rescue.json`` of the stage quantize."""

from pathlib import Path

from tinykd.report.axis import ChartAxis
from tinykd.report.drawing import Drawing, Label, Polyline, Rect, Shape, fitted
from tinykd.report.inputs import Count, Metrics, read_metrics
from tinykd.report.int8_results import Int8Costs, LayerCost, RemedyResult

RESCUE_FILE = "rescue.json"


class RemedyMetrics(Metrics):
    """One remedy: its figure on validation, the bytes of its file, and what it costs a Cortex-M4."""

    name: str
    merit: float
    bytes: Count
    arena_bytes: Count | None = None
    cycles: Count | None = None


class LayerCostMetrics(Metrics):
    """Of a layer: the error with it alone in int8, and with all others."""

    layer: str
    alone: float
    others: float


class SensitivityMetrics(Metrics):
    """``all``: the error with every layer in int8."""

    all: float
    layers: tuple[LayerCostMetrics, ...]


class RescueMetrics(Metrics):
    """The whole file."""

    before: RemedyMetrics
    tried: tuple[RemedyMetrics, ...]
    chosen: str | None = None
    sensitivity: SensitivityMetrics


def read_int8_costs(folder: Path) -> Int8Costs | None:
    """Of the stage's ``folder``; None where the project did not ask."""
    found = read_metrics(folder, RESCUE_FILE, RescueMetrics, [])
    if found is None:
        return None
    tried = tuple(
        RemedyResult(
            name=each.name,
            merit=each.merit,
            bytes=each.bytes,
            arena_bytes=each.arena_bytes,
            time=each.cycles / found.before.cycles if each.cycles and found.before.cycles else None,
            chosen=each.name == found.chosen,
        )
        for each in (found.before, *found.tried)
    )
    layers = found.sensitivity.layers
    costs = tuple(LayerCost(layer=each.layer, alone=each.alone, others=each.others) for each in layers)
    return Int8Costs(all=found.sensitivity.all, layers=costs, remedies=tried)


def int8_cost_bars(costs: Int8Costs) -> Drawing:
    """Two bars for each layer: it alone in int8, and all but it; a line where all of them are."""
    width, left, row = 520.0, 150.0, 34.0
    most = max([costs.all, *(value for each in costs.layers for value in (each.alone, each.others))])
    x = ChartAxis(0, most or 1.0, left, width - 80)
    height = row * len(costs.layers)
    shapes: list[Shape] = [Polyline(((x(costs.all), 0), (x(costs.all), height)), "ink", 1.0, dashed=True)]
    for index, each in enumerate(costs.layers):
        y = index * row
        shapes.append(Label(left - 8, y + 19, fitted(each.layer, left - 8), "ink", "end"))
        for place, (value, role) in enumerate(((each.alone, "tflite"), (each.others, "baseline"))):
            top = y + 4 + place * 13
            shapes.append(Rect(left, top, max(1.5, x(value) - left), 10, role, _share(value)))
            shapes.append(Label(max(left + 1.5, x(value)) + 6, top + 9, _share(value), "muted", size=10))
    alt = ", ".join(f"{each.layer} {_share(each.alone)} alone" for each in costs.layers)
    return Drawing(width, height + 4, "What int8 costs in each layer", alt, tuple(shapes))


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"
