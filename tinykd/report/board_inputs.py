"""The metrics files of a board's stages (``program.json``, ``size.json``, ``verification.json``), typed.

Read by ``inputs.read_metrics``.
"""

from pydantic import model_validator

from tinykd.report.inputs import Count, Metrics, ScoreMetrics


class LayerMetrics(Metrics):
    """One entry of ``layers`` in ``program.json``."""

    name: str
    op: str
    kernel: str = ""
    macs: Count = 0
    cost: Count = 0  # cycles, as the kernel itself estimates them
    weights_bytes: Count = 0
    output_shape: tuple[int, ...] = ()


class BufferMetrics(Metrics):
    """One entry of ``buffers`` in ``program.json``."""

    name: str
    offset: Count
    bytes: Count
    first: Count
    last: Count

    @model_validator(mode="after")
    def _lives_forward(self) -> "BufferMetrics":
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class StreamMetrics(Metrics):
    """``stream`` in ``program.json``: the same model hop by hop."""

    hop_ms: float
    hop_rows: Count
    window_rows: Count
    macs: Count  # of a hop
    window_macs: Count
    ring_bytes: Count
    arena_bytes: Count
    whole: tuple[tuple[str, str], ...] = ()


class ProgramMetrics(Metrics):
    """``program.json``: ``Program.summary()``."""

    arena_bytes: Count
    lower_bound_bytes: Count = 0
    weights_bytes: Count = 0
    macs: Count = 0
    samples: Count = 0  # that the firmware carries
    samples_bytes: Count = 0
    layers: tuple[LayerMetrics, ...] = ()
    buffers: tuple[BufferMetrics, ...] = ()
    sha256: str | None = None
    stream: StreamMetrics | None = None


class SectionMetrics(Metrics):
    """One entry of ``sections`` in ``size.json``."""

    name: str
    bytes: Count
    flash: bool = False
    ram: bool = False


class SizeMetrics(Metrics):
    """``size.json``: what the ELF takes of the board's memories."""

    flash_bytes: Count
    ram_bytes: Count
    stack_bytes: Count | None = None
    flash_budget: Count | None = None
    ram_budget: Count | None = None
    sections: tuple[SectionMetrics, ...] = ()
    compiler: str | None = None


class TickMetrics(Metrics):
    """The board's own counter, per inference."""

    unit: str
    hz: Count | None = None
    median: float
    p99: float | None = None


class ModelMetrics(Metrics):
    """Which model the board said it runs."""

    sha256: str


class FirmwareMetrics(Metrics):
    """Which compiler built the firmware that answered."""

    compiler: str = ""


class LinkMetrics(Metrics):
    """The serial line while all samples were sent."""

    seconds: float
    bytes_per_s: float
    recoveries: Count = 0


class DifferenceMetrics(Metrics):
    """The first layer that differs; ``layer`` is None where none could be named."""

    sample: Count
    layer: Count | None
    name: str
    kernel: str
    differing: Count
    values: Count
    max_difference: Count


class VerificationMetrics(Metrics):
    """``verification.json``: the board's outputs beside the oracle's."""

    oracle: str
    samples: Count
    exact: Count
    within_one: Count
    same_class: Count | None = None
    max_difference: Count | None = None
    first_difference: str | None = None
    first_difference_facts: DifferenceMetrics | None = None
    device: ScoreMetrics | None = None
    host: ScoreMetrics | None = None
    ticks: TickMetrics | None = None
    layer_ticks: tuple[float, ...] = ()
    stack_used: Count | None = None
    stack_bytes: Count | None = None
    arena_bytes: Count | None = None
    model: ModelMetrics | None = None
    firmware: FirmwareMetrics | None = None
    link: LinkMetrics | None = None

    @model_validator(mode="after")
    def _counts_of_samples(self) -> "VerificationMetrics":
        if not self.exact <= self.within_one <= self.samples or (self.same_class or 0) > self.samples:
            raise ValueError("exact, within_one and same_class do not count samples")
        return self
