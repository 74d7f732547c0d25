"""How large the arena must be: what TFLM's recording allocator takes on the host, and the target's margin.

The host has pointers of 8 bytes and reference kernels, a board smaller pointers and kernels that want
scratch; so the first figure is an upper bound, and a board that ran says what it needs
(``measured_bytes``).
"""

from dataclasses import dataclass

from tinykd.compiler.core import Core
from tinykd.compiler.variants.esp_nn_scratch import ceil
from tinykd.graph.ir import Graph, Op, Tensor
from tinykd.oracle.tflm import OracleArena
from tinykd.tflm.copies import TflmCopy

ALIGN = 16  # TKD_ARENA_ALIGN; TFLM's buffers begin at as much
SPARE = 64  # bytes that an arena may have too many before it is corrected
_LOOSE_TENSOR = 128  # more for each input and output where structures have the fields of the dynamic TFLite
_ESP_NN_TAIL = 128
_ALIGNMENTS = 64  # of the temporary buffers, and of scratch among them


@dataclass(frozen=True)
class ArenaPlan:
    """Bytes of the caller's arena: the runtime (firmware/tflm/tkd_tflm.h) first, then what TFLM takes."""

    head_bytes: int
    host_bytes: int  # by TFLM's recording allocator on this host
    margin_bytes: int
    planning_bytes: int = 0  # that setting up wants for a while, beyond what tensors take in the end
    measured_bytes: int | None = None  # the runtime included, as a board reported
    temporary_bytes: int = 0  # that setting up wants for a while, tensors or not

    @property
    def total(self) -> int:
        """All of it, aligned; a measured one has room for all that setting up takes, and is never larger."""
        parts = self.head_bytes + self.host_bytes + self.margin_bytes + self.planning_bytes
        planned = ceil(parts, ALIGN)
        if self.measured_bytes is None:
            return planned
        return min(planned, ceil(self.measured_bytes + self.temporary_bytes, ALIGN) + SPARE // 2)

    @property
    def why(self) -> str:
        """Where the figure is from."""
        if self.measured_bytes is not None:
            return f"{self.measured_bytes} that the board reported, {self.temporary_bytes} while TFLM plans"
        parts = f"{self.host_bytes} that TFLM took on the host, {self.margin_bytes} for the board's kernels"
        return f"{parts}, {self.planning_bytes} while TFLM plans, {self.head_bytes} for the runtime"


@dataclass(frozen=True)
class Need:
    """``host``: by TFLM's recording allocator. ``wide``: the target's pointers have 8 bytes, not 4."""

    host: OracleArena
    wide: bool
    core: Core = Core.GENERIC  # whose kernels ESP-NN takes


def plan_arena(graph: Graph, copy: TflmCopy, need: Need, measured: int | None = None) -> ArenaPlan:
    """The plan for ``graph`` on a target; ``measured``: what a board reported, the runtime included."""
    kinds = {op.kind for op in graph.main.ops}
    loose = 0 if copy.static_memory else _LOOSE_TENSOR * (len(graph.main.inputs) + len(graph.main.outputs))
    margin = ALIGN + loose + max((scratch_bytes(op, copy, need.core) for op in graph.main.ops), default=0)
    temporary = max(planner_bytes(graph), prepare_bytes(graph))
    planning = max(0, temporary - need.host.head_bytes)
    head = head_bytes(len(kinds), need.wide)
    return ArenaPlan(head, need.host.total_bytes, ceil(margin, ALIGN), planning, measured, temporary)


def head_bytes(ops: int, wide: bool) -> int:
    """Room for resolver and interpreter; a static_assert in the generated code holds it against sizeof."""
    return ceil(640 + 96 * ops if wide else 384 + 64 * ops, ALIGN)


def planner_bytes(graph: Graph) -> int:
    """What AllocateTensors takes for a while: 32 bytes a tensor for MicroAllocationInfo, 40 for each that is
    placed in GreedyMemoryPlanner (sizes of both on 64 bits, less on 32); arena_used_bytes() forgets it."""
    tensors = graph.main.tensors
    placed = sum(not tensor.is_constant for tensor in tensors)
    return 32 * len(tensors) + 40 * placed + _ALIGNMENTS


def prepare_bytes(graph: Graph) -> int:
    """What one op's Prepare takes for a while: its tensors' TfLiteTensor (at most 128 bytes), their affine
    quantization (32) and zero points (4 each and a count), all aligned; arena_used_bytes() forgets it."""
    return max((sum(map(_prepared, (*op.inputs, *op.outputs))) for op in graph.main.ops), default=0)


def _prepared(tensor: Tensor | None) -> int:
    if tensor is None:
        return 0
    channels = len(tensor.quantization.scales) if tensor.quantization else 0
    return 128 + 32 + ceil(4 + 4 * channels, ALIGN) + 2 * ALIGN


def scratch_bytes(op: Op, copy: TflmCopy, core: Core) -> int:
    """What the copy's kernels may want beside the tensors while ``op`` is computed: an upper bound.

    0 of operands that are absent, or have too few dimensions for the op: TFLM refuses those itself.
    """
    if len(op.inputs) < 2 or op.inputs[0] is None or op.inputs[1] is None or not op.outputs:
        return 0
    match copy.kernels:
        case "cmsis-nn":
            return _cmsis_nn(op, op.inputs[1])
        case "esp-nn":
            return _esp_nn(op, op.inputs[0], op.inputs[1]) if core.has_esp_nn else 0
        case _:
            return 0


def _cmsis_nn(op: Op, weights: Tensor) -> int:
    """arm_nn_*_get_buffer_size of CMSIS-NN 7: four int16 columns of a patch, or int32 sums per output."""
    if not weights.shape:
        return 0
    first, last = weights.shape[0], weights.shape[-1]
    match op.kind:
        case "CONV_2D" | "TRANSPOSE_CONV":
            return 2 * 4 * ceil(weights.elements // first, 8) + 4 * first
        case "DEPTHWISE_CONV_2D":
            return 2 * 4 * ceil(weights.elements, 8) + 4 * last
        case "FULLY_CONNECTED" | "BATCH_MATMUL" | "SVDF" | "UNIDIRECTIONAL_SEQUENCE_LSTM":
            return 4 * max(weights.shape)
        case _:
            return 0


def _esp_nn(op: Op, source: Tensor, weights: Tensor) -> int:
    """What esp_nn_get_*_scratch_size_esp32s3 can come to: filters copied with channels in sixteens, the input
    padded, for depthwise layers also the output; ESP-NN's kernels for other chips want less or none."""
    images = all(len(tensor.shape) == 4 for tensor in (source, weights, op.outputs[0]))
    if op.kind not in ("CONV_2D", "DEPTHWISE_CONV_2D") or not images:
        return 0
    _, height, width, channels = source.shape
    _, kernel_h, kernel_w, _ = weights.shape
    padded = (height + kernel_h) * (width + kernel_w) * channels
    tail = 4 * op.outputs[0].shape[-1] + _ESP_NN_TAIL
    if op.kind == "CONV_2D":
        taps = kernel_h * kernel_w
        return 2 * taps * ceil(weights.shape[-1], 16) * weights.shape[0] + padded + tail
    widened = padded // channels * ceil(channels, 16)
    return 2 * (weights.elements + widened) + op.outputs[0].elements + tail
