"""What a verification needs to know of a model, wherever it comes from: a project's folder or a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinykd.front.raw_input import RawInput
from tinykd.verify import Expected, Footprint, VerificationSamples

if TYPE_CHECKING:
    from tinykd.bundle import Bundle
    from tinykd.oracle import OracleTensor


@dataclass(frozen=True, eq=False)
class VerificationCase:
    """``expected`` None: the oracle is asked. ``firmware`` empty: any firmware with the model will do."""

    name: str
    model: bytes
    samples: VerificationSamples
    expected: Expected | None
    firmware: str
    footprint: Footprint | None
    task: str
    classes: tuple[str, ...]
    runtime: str
    exact_percent: float  # the gate
    timeout_s: float
    count: int | None = None  # of the samples, where none is asked for; None: all
    raw: RawInput | None = None  # ``samples`` are raw ones, and so begins the firmware
    seed: int = 1  # they are drawn by, where no other is asked for

    @property
    def is_classification(self) -> bool:
        """Outputs are scores of classes."""
        return self.task == "classification"


def bundle_case(bundle: "Bundle") -> VerificationCase:
    """What a bundle holds."""
    facts, sizes = bundle.facts, bundle.facts.footprint
    traces: Mapping[int, tuple[OracleTensor, ...]] = bundle.traces
    return VerificationCase(
        name=facts.name,
        model=bundle.model,
        samples=VerificationSamples.of(bundle.inputs, bundle.labels),
        expected=Expected(bundle.expected, facts.oracle, traces.get),
        firmware=facts.firmware,
        footprint=Footprint(sizes.flash_bytes, sizes.ram_bytes) if sizes else None,
        task=facts.task,
        classes=facts.classes,
        runtime=facts.runtime,
        exact_percent=facts.exact_percent,
        timeout_s=facts.timeout_s,
    )
