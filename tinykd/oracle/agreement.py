"""Whether TFLM and LiteRT compute the same from a file, judged op by op on random inputs.

From equal operands an op may round differently, by one step. A larger difference, or another size, is not
rounding; nor is a difference that comes from an op which only moves values. Differences that grow from
rounding in later layers are accepted: a softmax can make nine steps of one.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError
from tinykd.graph.ends import peeled
from tinykd.graph.instead import layer_of
from tinykd.graph.ir import DType, Graph, Op, Tensor
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes import movement
from tinykd.graph.shapes.pin import pinned
from tinykd.graph.shapes.settle import is_open
from tinykd.oracle.litert import litert_name, run_litert_traces
from tinykd.oracle.random_inputs import random_inputs
from tinykd.oracle.tflm import Traces, run_tflm_traces
from tinykd.progress import Progress

SAMPLES = 8
ROUNDING = 1  # steps
_REAL = 1e-5  # of the largest value, where results are float
_NOT_INSTALLED = "LiteRT is not installed: pip install 'tinykd[litert]' to compare TFLM with it"
_BATCH = "Convert with batch 1: tf.TensorSpec((1, ...)) for the input of the function that is converted"
_OTHER = "Hold it against the model that it was made from before you trust it"


@dataclass(frozen=True)
class OracleAgreement:
    """What was found on ``samples`` random inputs."""

    litert: str  # which
    samples: int
    differing: int  # samples of which an output differs
    largest: float  # difference of an output, in steps (in values where it is float)
    first: str = ""  # the first op that differs by more than rounding
    advice: str = ""

    @property
    def is_rounding(self) -> bool:
        return not self.first

    def to_json(self) -> dict[str, Any]:
        """All of it; ``largest`` is null where sizes differ."""
        finite = self.largest if np.isfinite(self.largest) else None
        return {**asdict(self), "largest": finite, "is_rounding": self.is_rounding}

    def __str__(self) -> str:
        if not self.differing and self.is_rounding:
            return f"{self.litert}: equals TFLM on {self.samples} random inputs"
        largest = f"at most {self.largest:g}, on {self.differing} of {self.samples} random inputs"
        if self.is_rounding:
            return f"{self.litert}: differs from TFLM by rounding alone ({largest})"
        return (
            f"TFLM computes this file otherwise than {self.litert}: outputs differ by {largest}; "
            f"first in {self.first}. {self.advice}"
        )


def agreement(model: bytes, seed: int = 1, samples: int = SAMPLES) -> OracleAgreement | None:
    """TFLM compared with LiteRT on ``model`` as the file is; None if LiteRT is not installed.

    Raises ``ModelError`` if one of them does not run it.
    """
    name = litert_name()
    if name is None:
        return None
    graph = read_graph(model)
    known = peeled(graph, "float")[1].integers
    inputs = random_inputs(graph.main.inputs, samples, seed, known)
    written = [t.index for op in graph.main.ops for t in op.outputs if t.dtype is not DType.RESOURCE]
    ours = run_tflm_traces(model, inputs)
    theirs = run_litert_traces(model, inputs, written)
    return _Judge(graph, ours, theirs, samples).verdict(name)


@dataclass(frozen=True)
class Opinions:
    """The agreement on the file as it is, and on the file with shapes that tinykd infers for batch 1."""

    as_is: OracleAgreement | None = None
    pinned: OracleAgreement | None = None
    refused: str = ""  # why nothing was compared

    @property
    def warnings(self) -> list[str]:
        """The lines to show even if the user did not ask for them."""
        return self.lines if any(not found.is_rounding for found in self._all) else []

    @property
    def lines(self) -> list[str]:
        """All findings as lines of text."""
        lines = [str(self.as_is)] if self.as_is else [self.refused] if self.refused else []
        if self.pinned:
            lines.append(f"With its batch pinned to 1, as tinykd takes it: {self.pinned}")
        elif self.as_is and self.refused:
            lines.append(f"With its batch pinned to 1, as tinykd takes it: {self.refused}")
        return lines

    @property
    def is_right(self) -> bool:
        """Whether the model as tinykd takes it equals LiteRT, except for rounding."""
        last = self.pinned or self.as_is
        return last is None or last.is_rounding

    @property
    def _all(self) -> list[OracleAgreement]:
        return [found for found in (self.as_is, self.pinned) if found]

    def to_json(self) -> dict[str, Any]:
        """Null where nothing was compared."""
        both = {"as_is": self.as_is, "pinned": self.pinned}
        agreements = {name: found.to_json() if found else None for name, found in both.items()}
        return {**agreements, "refused": self.refused or None}


def opinions(model: bytes, progress: Progress) -> Opinions:
    """TFLM compared with LiteRT if that is installed. Raises no error: it is a second opinion."""
    if litert_name() is None:
        return Opinions(refused=_NOT_INSTALLED)
    again, refused = pinned(model), list[str]()
    with progress.task("TFLM beside LiteRT", 2) as task:
        first = _agreement_or_none(model, refused)
        task.advance()
        second = _agreement_or_none(again, refused) if again != model else None
        task.advance()
    return Opinions(first, second, f"TFLM and LiteRT are not compared: {refused[0]}" if refused else "")


def _agreement_or_none(model: bytes, refused: list[str]) -> OracleAgreement | None:
    """The agreement on ``model``; None if it does not run, with the reason added to ``refused``."""
    try:
        return agreement(model)
    except ModelError as error:
        refused.append(error.found)
        return None


@dataclass(frozen=True)
class _Judge:
    graph: Graph
    ours: Traces
    theirs: Traces
    samples: int

    def verdict(self, name: str) -> OracleAgreement:
        outputs = [
            max((self._difference(t, sample) for t in self.graph.main.outputs), default=0.0)
            for sample in range(self.samples)
        ]
        first = next((_named(op) for op in self.graph.main.ops if self._is_wrong(op)), "")
        advice = _BATCH if is_open(self.graph.main) else _OTHER
        differing = sum(difference > 0 for difference in outputs)
        return OracleAgreement(name, self.samples, differing, max(outputs), first, advice if first else "")

    def _is_wrong(self, op: Op) -> bool:
        """Whether its results differ by more than rounding on a sample where its operands show that."""
        return any(self._differs(op, sample) for sample in range(self.samples))

    def _differs(self, op: Op, sample: int) -> bool:
        before = max((self._difference(t, sample) for t in op.inputs if t is not None), default=0.0)
        after = max((self._difference(t, sample) for t in op.outputs), default=0.0)
        if op.kind in movement.RULES:
            return after > before
        return before == 0 and after > self._allowed(op, sample)

    def _allowed(self, op: Op, sample: int) -> float:
        reals = [self.theirs.get((sample, t.index)) for t in op.outputs if t.dtype is DType.FLOAT32]
        largest = max((float(np.abs(r).max()) for r in reals if r is not None and r.size), default=0.0)
        return _REAL * largest if reals else ROUNDING

    def _difference(self, tensor: Tensor, sample: int) -> float:
        """The largest difference in a tensor that an op wrote; infinite if the sizes differ."""
        ours, theirs = (t.get((sample, tensor.index)) for t in (self.ours, self.theirs))
        if ours is None or theirs is None:
            return 0.0  # an input or a constant
        return _largest(ours, theirs)


def _largest(a: NDArray[Any], b: NDArray[Any]) -> float:
    if a.size != b.size:
        return float("inf")
    x, y = a.reshape(-1).astype(np.float64), b.reshape(-1).astype(np.float64)
    differences = np.abs(x - y)[(x != y) & ~(np.isnan(x) & np.isnan(y))]
    return float(np.nan_to_num(differences, nan=np.inf).max()) if differences.size else 0.0


def _named(op: Op) -> str:
    layer = layer_of(op)
    return f"op {op.index} {op.kind}" + (f", layer {layer}" if layer else "")
