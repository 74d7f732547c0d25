"""The pass: constants folded, equal channels merged, unread ones removed, until nothing changes.

Exact for every input: every output of the model keeps its bytes. Layers may write fewer channels than the
tensor of the file has that they are named after.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tinykd.compiler.channels.constants import fold_constants
from tinykd.compiler.channels.equal import merge_equal
from tinykd.compiler.channels.removal import Removed, remove_unread
from tinykd.compiler.lowering.lower import Lowering

ROUNDS = 32  # in which a chain of channels that only read one another goes; what a longer one has left stays


@dataclass(frozen=True)
class Kept:
    """The channels that are left of a tensor that had ``channels``."""

    channels: int
    left: tuple[int, ...]

    @classmethod
    def all_of(cls, channels: int) -> "Kept":
        return cls(channels, tuple(range(channels)))


@dataclass(frozen=True)
class Simplified:
    """What the pass removed, layer by layer, and what that saves in one inference."""

    removed: tuple[Removed, ...] = ()
    macs_saved: int = 0
    weights_saved: int = 0  # bytes
    kept: Mapping[int, Kept] = field(default_factory=dict)  # by the tensor's index, where it has fewer


def simplify_channels(lowering: Lowering) -> Simplified:
    """Rewrites ``lowering.layers`` in place."""
    macs, weights = _cost(lowering)
    removed: list[Removed] = []
    kept: dict[int, Kept] = {}
    for _ in range(ROUNDS):
        changed = fold_constants(lowering)
        changed |= merge_equal(lowering)
        now = remove_unread(lowering)
        removed += now.removed
        kept |= {
            i: _after(kept.get(i) or Kept.all_of(now.before[i]), places.tolist())
            for i, places in now.kept.items()
        }
        if not changed and not now.kept:
            break
    macs_now, weights_now = _cost(lowering)
    return Simplified(_by_layer(removed), macs - macs_now, weights - weights_now, kept)


def _after(before: Kept, places: list[int]) -> Kept:
    """Those at ``places`` of what ``before`` has left."""
    return Kept(before.channels, tuple(before.left[place] for place in places))


def _cost(lowering: Lowering) -> tuple[int, int]:
    """(multiply-accumulates of one inference, bytes of weights)."""
    weights = (getattr(layer, "weights", None) for layer in lowering.layers)
    return sum(layer.macs for layer in lowering.layers), sum(w.nbytes for w in weights if w is not None)


def _by_layer(removed: list[Removed]) -> tuple[Removed, ...]:
    """One entry for each layer: ``channels`` before the first removal."""
    rounds: dict[str, list[Removed]] = defaultdict(list)
    for entry in removed:
        rounds[entry.layer].append(entry)
    return tuple(
        Removed(
            name,
            parts[0].channels,
            sum(p.constant for p in parts),
            sum(p.equal for p in parts),
            sum(p.unread for p in parts),
        )
        for name, parts in rounds.items()
    )
