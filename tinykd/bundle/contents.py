"""What is in a bundle, and the manifest that names each of its files with size and SHA-256.

bundle.json     the manifest; its ``digest`` is the SHA-256 of all of it but the digest
model.tflite    what the board runs
inputs.npy      (n, *input shape) int8, quantized
labels.npy      (n,) int64; not there without labels
expected.npy    (n, *output shape) int8, what the oracle answers
traces/I/J.npy  tensor J of those that the oracle's operators write for sample I, for a few samples
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from tinykd.oracle import OracleTensor

MANIFEST = "bundle.json"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class _BundlePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FileFacts(_BundlePart):
    """One file of the bundle."""

    sha256: Sha256
    bytes: Count


class TensorFacts(_BundlePart):
    """A tensor of a trace; ``operator`` is its writer's place in the execution order."""

    name: Annotated[str, Field(max_length=4096)]
    operator: Count
    file: str


class Sizes(_BundlePart):
    """Of the firmware, when it was built."""

    flash_bytes: Count
    ram_bytes: Count


class BundleFacts(_BundlePart):
    """What is known beside the arrays."""

    name: str
    task: str
    board: str
    runtime: str
    oracle: str
    firmware: str  # identity that the board must say of its firmware; empty: any
    classes: tuple[str, ...] = ()
    footprint: Sizes | None = None
    exact_percent: Annotated[float, Field(ge=0, le=100)] = 100.0  # the gate
    timeout_s: Annotated[float, Field(gt=0)] = 5.0


class BundleManifest(_BundlePart):
    """``bundle.json``."""

    format: Literal[1] = 1
    made_by: str
    model_sha256: Sha256
    samples: Count
    facts: BundleFacts
    files: Mapping[str, FileFacts]
    traces: Mapping[int, tuple[TensorFacts, ...]] = {}
    digest: str = ""

    def computed_digest(self) -> str:
        """The SHA-256 of everything but ``digest``, keys sorted, no spaces."""
        value = self.model_dump(mode="json", exclude={"digest"})
        return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Bundle:
    """A bundle as values."""

    facts: BundleFacts
    model: bytes
    inputs: NDArray[np.int8]
    labels: NDArray[np.int64] | None
    expected: NDArray[np.int8]
    traces: Mapping[int, tuple[OracleTensor, ...]] = field(default_factory=dict)  # by sample
    digest: str = ""  # of the manifest that it was read from

    def to_json(self) -> dict[str, Any]:
        """What there is to say of it."""
        return {
            "digest": self.digest,
            "samples": len(self.inputs),
            "traced": sorted(self.traces),
            **self.facts.model_dump(mode="json"),
        }
