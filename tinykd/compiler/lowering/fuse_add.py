"""Fuses a residual ADD into the convolution that feeds it: one pass over the output less, and one buffer
less.

    y = conv(x); z = add(y, shortcut)   ->   z = conv_add(x, shortcut)

Only where y has no other reader. The epilogue rounds to y's int8 before it adds, so every byte is the same.
"""

from collections import Counter
from dataclasses import replace

from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.common.residual import Residual
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.fully_connected import Dense

_Fusable = Conv2D | Dense


def fuse_residual_adds(lowering: Lowering) -> None:
    """Rewrites ``lowering.layers`` in place."""
    readers = Counter(lowering.root(t)[0] for layer in lowering.layers for t in layer.inputs)
    readers.update(lowering.root(t)[0] for t in lowering.graph.main.outputs)
    writers = {layer.outputs[0].index: layer for layer in lowering.layers if isinstance(layer, _Fusable)}
    for add in [layer for layer in lowering.layers if isinstance(layer, Add)]:
        producer = _producer(lowering, add, writers, readers)
        if producer is not None:
            _fuse(lowering.layers, *producer, add)


def _producer(
    lowering: Lowering, add: Add, writers: dict[int, _Fusable], readers: Counter[int]
) -> tuple[_Fusable, int] | None:
    """The latest convolution that feeds ``add`` alone, and which operand it is."""
    order = {id(layer): i for i, layer in enumerate(lowering.layers)}
    found: list[tuple[int, _Fusable, int]] = []
    for i, tensor in enumerate(add.inputs):
        root, _ = lowering.root(tensor)
        layer = writers.get(root)
        if layer is None or readers[root] != 1 or layer.residual is not None or id(layer) not in order:
            continue
        if _is_single(layer):
            continue
        if lowering.value(add.inputs[1 - i]) is None:
            found.append((order[id(layer)], layer, i))
    if not found:
        return None
    _, layer, operand = max(found, key=lambda f: f[0])
    return layer, operand


def _is_single(layer: _Fusable) -> bool:
    """One row, for which there are faster kernels: none of them adds, and the sum of a row costs little."""
    return isinstance(layer, Dense) and layer.rows == 1


def _fuse(layers: list[Layer], conv: _Fusable, operand: int, add: Add) -> None:
    """The fused layer takes the place of the ADD, so that its other operand is there in any case."""
    scale = add.scale if operand == 0 else swapped(add.scale)
    fused = replace(
        conv,
        name=add.name,
        op=f"{conv.op}+{add.op}",
        inputs=(*conv.inputs, add.inputs[1 - operand]),
        outputs=add.outputs,
        residual=scale,
    )
    layers[layers.index(add)] = fused
    layers.remove(conv)


def swapped(scale: Residual) -> Residual:
    """ADD is symmetric: the operands in the other order."""
    return replace(scale, own=scale.other, other=scale.own)
