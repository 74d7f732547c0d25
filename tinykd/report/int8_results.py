"""What int8 costs, layer by layer, and what was tried about it."""

from tinykd.report.part import Part


class LayerCost(Part):
    """Mean squared error of the answers, of their variance: a layer alone in int8, and all but it."""

    layer: str
    alone: float
    others: float


class RemedyResult(Part):
    """A model in integers that validation was asked about: its figure there, and what it costs."""

    name: str
    merit: float
    bytes: int
    arena_bytes: int | None = None
    time: float | None = None  # on a Cortex-M4, of that of the first; estimated
    chosen: bool


class Int8Costs(Part):
    """What int8 costs, and what was tried about it; ``all``: the error with every layer in int8."""

    all: float
    layers: tuple[LayerCost, ...]
    remedies: tuple[RemedyResult, ...]
