"""SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: one strided copy per position in the block."""

from itertools import product

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView
from tinykd.compiler.ops.common.movement import Move, moved
from tinykd.graph.instead import PADDED, padding_advice
from tinykd.graph.ir import DType, Tensor

LARGEST_BLOCK = 8  # one copy per position in the block
Pairs = list[tuple[int, int]]


def _operands(node: Node) -> tuple[Tensor, Tensor, list[int], Pairs]:
    """x, y, block shape, and the paddings or crops of the spatial axes (TFLM: one or two of them)."""
    node.arity((3, 3))
    x, y = node.typed(node.input(0), DType.INT8), node.typed(node.output, DType.INT8)
    if not 3 <= len(x.shape) <= 4:
        node.refuse(x, f"has {len(x.shape)} dimensions", "3 or 4, as in TFLM")
    spatial = len(x.shape) - 2
    block = [int(v) for v in node.value(1).reshape(-1)]
    edges = node.value(2)
    if len(block) != spatial or not 1 <= min(block) <= max(block) <= LARGEST_BLOCK:
        node.refuse(node.input(1), f"is {block}", f"{spatial} numbers in 1..{LARGEST_BLOCK}")
    if edges.shape != (spatial, 2) or (edges < 0).any():
        node.refuse(node.input(2), f"has shape {list(edges.shape)}", f"[{spatial}, 2], none negative")
    return x, y, block, [(int(a), int(b)) for a, b in edges]


def _volume(block: list[int]) -> int:
    return block[0] * (block[1] if len(block) > 1 else 1)


def _steps(big: int, small: int, block: int, shift: int, before: int) -> tuple[slice, slice]:
    """Positions of the big axis and of the small one that correspond; ``before``: padding or cropping.

    Small entry s stands for big entry s * block + shift - before, where that is inside.
    """
    inside = [s for s in range(small) if 0 <= s * block + shift - before < big]
    if not inside:
        return slice(0, 0), slice(0, 0)
    first = inside[0] * block + shift - before
    return slice(first, inside[-1] * block + shift - before + 1, block), slice(inside[0], inside[-1] + 1)


def _moves(big: Tensor, small: Tensor, block: list[int], edges: Pairs, gather: bool) -> list[Move]:
    """Copies between the image ``big`` and its blocks ``small``; ``gather``: from big to small."""
    image, blocks, batch = StridedView.of(big.shape), StridedView.of(small.shape), big.shape[0]
    moves = []
    for i, shifts in enumerate(product(*(range(b) for b in block))):
        pairs = [
            _steps(big.shape[k + 1], small.shape[k + 1], b, s, edges[k][0])
            for k, (b, s) in enumerate(zip(block, shifts, strict=True))
        ]
        there = image.view[(slice(None), *(p[0] for p in pairs))]
        here = blocks.view[(slice(i * batch, (i + 1) * batch), *(p[1] for p in pairs))]
        if here.size:
            moves.append(
                Move(0, image, there, blocks, here) if gather else Move(0, blocks, here, image, there)
            )
    return moves


def space_to_batch(node: Node) -> Lowered:
    """Paddings are filled with byte 0.

    TFLM never sets its pad value, so only a zero point of 0 is defined.
    """
    x, y, block, pads = _operands(node)
    if any(a or b for a, b in pads) and y.zero_point != 0:
        node.refuse(
            y,
            f"is padded and has zero point {y.zero_point}",
            PADDED,
            padding_advice(y),
        )
    spatial = [(n + a + b) // k for n, (a, b), k in zip(x.shape[1:], pads, block, strict=False)]
    node.shaped(y, (x.shape[0] * _volume(block), *spatial, x.shape[-1]))
    for n, (a, b), k in zip(x.shape[1:], pads, block, strict=False):
        if (n + a + b) % k:
            node.refuse(x, f"has {n + a + b} entries with padding", f"a multiple of {k}")
    padded = any(a or b for a, b in pads)
    return moved(node, (x,), y, _moves(x, y, block, pads, gather=True), 0 if padded else None)


def batch_to_space(node: Node) -> Lowered:
    x, y, block, crops = _operands(node)
    if x.shape[0] % _volume(block):
        node.refuse(x, f"has {x.shape[0]} batches", f"a multiple of {_volume(block)}")
    spatial = [n * k - a - b for n, (a, b), k in zip(x.shape[1:], crops, block, strict=False)]
    if min(spatial) < 1:
        node.refuse(node.input(2), "crops everything away", "smaller crops")
    node.shaped(y, (x.shape[0] // _volume(block), *spatial, x.shape[-1]))
    return moved(node, (x,), y, _moves(y, x, block, crops, gather=False))


LOWER = for_types({"SPACE_TO_BATCH_ND": space_to_batch, "BATCH_TO_SPACE_ND": batch_to_space})
