"""The table of docs/ops.md: every op of TFLM, its integer types, and what runtime static does with them.

``python -m tests.docs.op_table`` brings it up to date. What is computed is read from the models that the
conformance suite draws, so it proves each row that says yes; a core has kernels of its own where one of
its variants applies to such a layer.
"""

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.builder import Op
from tests.conformance.cases import CASES, Case
from tests.conformance.choose import Seeded
from tinykd.compiler import variants
from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import lower_graph
from tinykd.compiler.lowering.registry import kernels
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.settle import settled

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "ops.md"
UPSTREAM = ROOT / "tinykd" / "tflm" / "ports" / "upstream.toml"
BEGIN, END = "<!-- ops: begin -->\n", "<!-- ops: end -->\n"
HEADER = "| op | type | TFLM | static | fast kernels |\n|---|---|---|---|---|\n"
DRAWS = 40  # of each kind of model: enough for each type that it draws
DATA = {
    "SPLIT": 1,
    "TRANSPOSE_CONV": 2,
    "SELECT_V2": 1,
    "EMBEDDING_LOOKUP": 1,
    "ASSIGN_VARIABLE": 1,
    "FILL": 1,
}
ENDS = ("VAR_HANDLE", "CALL_ONCE", "IF", "WHILE")  # no numbers of their own
FOLDED, WRITTEN_OUT = "of constants", "of constant conditions"
# Integer forms of TFLM that no model of the suite has: (op, types) -> what static does.
REST = {
    ("BROADCAST_ARGS", "int32, int64"): FOLDED,
    ("SHAPE", "any → int32"): "yes, folded",
    ("IF", "any"): WRITTEN_OUT,
    ("IF", "int8, int16"): "yes",
    ("WHILE", "any"): WRITTEN_OUT,
    ("VAR_HANDLE", ""): "yes",
    ("CALL_ONCE", ""): "yes",
    ("CUSTOM TFLite_Detection_PostProcess", "float32 only"): "no integer form",
}
Rows = dict[tuple[str, str], set[str]]  # (op, types) -> cores with a kernel of their own


def document(text: str) -> str:
    """``text`` with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{HEADER}{''.join(lines())}{END}{after}"


def lines() -> list[str]:
    """The rows, by op and type."""
    proved = drawn()
    known = {op for op, _ in (*proved, *REST)}
    rows = {key: ("yes", "yes", ", ".join(_ordered(cores))) for key, cores in proved.items()}
    rows |= {key: ("yes", static, "") for key, static in REST.items()}
    rows |= {(op, "float32 only"): ("yes", "no integer form", "") for op in upstream() - known}
    return [f"| `{op}` | {types} | {' | '.join(cells)} |\n" for (op, types), cells in sorted(rows.items())]


def upstream() -> set[str]:
    """The built-in ops of TFLM as published."""
    return set(tomllib.loads(UPSTREAM.read_text())["ops"])


def drawn() -> Rows:
    """What the conformance suite's models hold."""
    rows: Rows = defaultdict(set)
    for name, case in CASES.items():
        kind, seen, tunable = name.partition("/")[0], set[tuple[object, ...]](), True
        for i in range(DRAWS):
            made = case(Seeded(0, i))
            for op in made.ops:
                if op.kind != kind or op.kind in ENDS:
                    continue
                cores = rows[kind, _types(op)]
                if tunable and _form(op) not in seen:
                    layers = _layers(kind, made)
                    tunable = not layers or any(type(layer) is k.layer for layer in layers for k in _tuned())
                    cores |= {core.value for core in Core if _has_own(layers, Target(core))}
                seen.add(_form(op))
    return rows


def _types(op: Op) -> str:
    data = op.inputs[DATA.get(op.kind, 0)]
    found = [t.dtype for t in (data, op.outputs[0] if op.outputs else None) if t is not None]
    found = [dtype for dtype in found if dtype != "resource"]
    narrow = any(t is not None and t.dtype == "int4" for t in op.inputs)
    return " → ".join(dict.fromkeys(found)) + (", int4 weights" if narrow else "")


def _form(op: Op) -> tuple[object, ...]:
    """What kernels look at most: layers that are alike are lowered once."""
    sizes = [t.shape[1:3] for t in op.inputs[:2] if t is not None]
    return (_types(op), *sizes, op.outputs[0].shape[-1:] if op.outputs else ())


def _layers(kind: str, case: Case) -> list[Layer]:
    return [layer for layer in lower_graph(settled(read_graph(case.model()))).layers if layer.op == kind]


@cache
def _tuned() -> tuple[Kernel[Any], ...]:
    return tuple(k for k in kernels() if type(k).__module__.startswith(variants.__name__))


def _has_own(layers: list[Layer], target: Target) -> bool:
    return any(type(layer) is k.layer and k.supports(layer, target) for layer in layers for k in _tuned())


def _ordered(cores: set[str]) -> list[str]:
    return [core.value for core in Core if core.value in cores]


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text()))
