"""From a detector's outputs to objects, as C: ``NAME_objects.h`` and ``.c`` with the constants of its grid.

A pure function of the rules. What is computed is hand-written: firmware/objects.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tinykd.compiler.ctext import wrapped
from tinykd.firmware_project.template import render_template
from tinykd.objects.rules import ObjectRules
from tinykd.version import __version__

_WIDTH = 100


@dataclass(frozen=True)
class ObjectTable:
    """One array."""

    name: str
    type: str
    count: int
    lines: list[str]

    @classmethod
    def of(cls, name: str, type: str, values: Iterable[int]) -> "ObjectTable":
        """Of ``values``."""
        texts = [str(value) for value in values]
        return cls(name, type, len(texts), wrapped(texts, _WIDTH))


def object_files(name: str, rules: ObjectRules) -> dict[str, str]:
    """``NAME_objects.h`` and ``NAME_objects.c``."""
    grid = rules.grid
    tables = [
        ObjectTable.of("thresholds", "int16_t", rules.thresholds),
        ObjectTable.of("radius", "int8_t", grid.radius),
        ObjectTable.of("usual", "int16_t", rules.usual),
    ]
    if rules.offsets:
        tables.append(ObjectTable.of("offsets", "int16_t", rules.offsets))
        tables.append(ObjectTable.of("sizes", "int16_t", rules.sizes))
    facts = {
        "name": name,
        "version": __version__,
        "names": rules.names,
        "enumerated": list(enumerate(rules.names)),
        "rows": [_row(rules, kind) for kind in range(len(rules.names))],
        "most": rules.most,
        "tables": tables,
        "has_boxes": bool(rules.offsets),
        "rows_count": grid.rows,
        "columns": grid.columns,
        "channels": grid.channels,
        "stride": grid.stride,
        "width": grid.width,
        "height": grid.height,
    }
    return {
        f"{name}_objects.{end}": render_template(f"objects/objects.{end}.j2", facts) for end in ("h", "c")
    }


def _row(rules: ObjectRules, kind: int) -> str:
    """What is to know of one class."""
    threshold = rules.thresholds[kind]
    return f"{kind}: {rules.names[kind]} from score {threshold} on ({rules.confidence(threshold):.2f})"
