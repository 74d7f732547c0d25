"""What keeps rows from one hop to the next: after a hop, a ring's rows move on to make room for new ones.

No op of the schema: ``tinykd.compiler.streaming`` asks for it.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer, State


@dataclass(frozen=True, eq=False, kw_only=True)
class MoveRows(Layer):
    """``kept`` bytes at the start of the ring become those that lie ``moved`` bytes further on."""

    kept: int
    moved: int


def move_rows(name: str, state: State, moved: int) -> MoveRows:
    """The layer that ends each hop for the ring ``state``."""
    return MoveRows(
        name=f"{name}:ring", op="RING", inputs=(), outputs=(), states=(state,),
        kept=state.size - moved, moved=moved,
    )  # fmt: skip


class MoveRowsKernel(Kernel[MoveRows]):
    name, layer, code_bytes = "move_rows", MoveRows, 60

    def cost(self, layer: MoveRows, target: Target) -> float:
        return 0.5 * layer.kept

    def emit_call(self, layer: MoveRows, target: Target) -> Call:
        return Call(
            "tkd_move_rows", Struct("tkd_move_rows_params", (("kept", layer.kept), ("moved", layer.moved)))
        )


KERNELS = (MoveRowsKernel(),)
