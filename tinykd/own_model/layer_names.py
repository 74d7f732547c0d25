"""Which layer of the user's model an op came from.

Converters name tensors by the path of scopes that computed them, several with ``;`` where ops were fused:
``model/relu/Relu;model/conv/Conv2D``. Keras 3 writes its scopes with a number behind (``conv_1``).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tinykd.errors import one_line
from tinykd.graph.ir import Op

_WORDS = ("MatMul", "BiasAdd", "Conv2D", "Relu", "Relu6", "depthwise", "convolution", "separable_conv2d")
_NUMBER = re.compile(r"_\d+$")


@dataclass(frozen=True)
class LayerNames:
    """``classes``: of the layers by their names; empty where the file does not know layers."""

    classes: Mapping[str, str] = field(default_factory=dict)
    numbered: bool = False  # every scope has a number that its layer has not

    @classmethod
    def of(cls, classes: Mapping[str, str], ops: Sequence[Op]) -> "LayerNames":
        """As the tensors of ``ops`` are named."""
        paths = [path for op in ops for path in _paths(op)]
        bare = [path for path in paths if not any(part in classes for part in path)]
        numbered = any(_NUMBER.sub("", part) in classes for path in bare for part in path)
        return cls(classes, numbered)

    def layer(self, op: Op, fused: bool = False) -> str:
        """The layer of ``op``, or of the activation that was ``fused`` into it."""
        paths = _paths(op)
        for path in paths if fused else paths[::-1]:
            if (name := self._known(path)) is not None:
                return name
        parts = [part for part in (paths[0] if paths else ()) if part not in _WORDS]
        return one_line(parts[-1] if parts else op.kind.lower(), 60)

    def shown(self, op: Op) -> str:
        """For a message: the layer, and its class where that is known."""
        name = self.layer(op)
        return f"{name} ({self.classes[name]})" if name in self.classes else name

    def _known(self, path: Sequence[str]) -> str | None:
        for part in path:
            name = _NUMBER.sub("", part) if self.numbered else part
            if name in self.classes:
                return name
        return None


def _paths(op: Op) -> list[tuple[str, ...]]:
    """Of the output's parts, first the activation; of the operands where the output has no path."""
    named = [t.name for t in (*op.outputs, *op.inputs[::-1]) if t is not None and "/" in t.name]
    return [tuple(filter(None, each.split("/"))) for each in named[0].split(";")] if named else []


def plain_name(text: str, taken: Collection[str] = ()) -> str:
    """A name that tf_keras takes, letters, digits and ``_``, and that is not ``taken``."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in text)
    name = kept.strip("_")[:60] or "layer"
    number, found = 1, name
    while found in taken:
        number, found = number + 1, f"{name}_{number + 1}"
    return found
