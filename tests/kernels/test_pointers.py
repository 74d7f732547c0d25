"""No kernel forms a pointer outside of the arrays that it is given."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded
from tests.kernels.pointers import RUNTIME, formed_outside, outside
from tests.kernels.test_scratch import TARGETS, drawn
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.kernel import Call
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.registry import kernels
from tinykd.compiler.memory.location import MemoryLocation
from tinykd.compiler.program import ProgramStep
from tinykd.graph.reader import read_graph


def steps_of(core: Core, seeds: range) -> list[ProgramStep]:
    """The calls of models of every op, those without C of their own."""
    found: list[ProgramStep] = []
    for case in CASES.values():
        for seed in seeds:
            program = compile_graph(read_graph(case(Seeded(seed)).model()), CompileOptions("m", core=core))
            found += [s for s in program.steps if s.call.template is None]
    return found


def drawn_steps() -> list[ProgramStep]:
    """Calls of every kernel that has a C form on the host, not only of the one that is chosen."""
    found: list[ProgramStep] = []
    for layer in drawn(0):
        able: list[Any] = [
            k for k in kernels() if type(layer) is k.layer and not k.name.endswith(("_mve", "_esp_nn"))
        ]
        calls = [k.emit_call(layer, t) for k in able for t in TARGETS if k.supports(layer, t)]
        found += [as_step(layer, call) for call in {c.function: c for c in calls}.values()]
    return found


def as_step(layer: Layer, call: Call) -> ProgramStep:
    scratch = MemoryLocation(0, call.scratch_bytes) if call.scratch_bytes else None
    places = [tuple(MemoryLocation(0, t.bytes) for t in ts) for ts in (layer.inputs, layer.outputs)]
    return ProgramStep(layer, call.function, call, *places, (), scratch)


@pytest.mark.slow
@pytest.mark.parametrize("core", [Core.GENERIC, Core.CORTEX_M4, Core.CORTEX_M0])
def test_pointers_stay_in_their_arrays(core: Core, tmp_path: Path) -> None:
    assert outside(steps_of(core, range(2)), tmp_path) == []


def test_every_kernel_with_scratch_stays_in_its_arrays(tmp_path: Path) -> None:
    assert outside(drawn_steps(), tmp_path) == []


BEYOND = """
int sum(const signed char *at, int count, int step);
int sum(const signed char *at, int count, int step) {
    int all = 0;
    for (int i = 0; i < count; i++, at += step) {
        all += *at;
    }
    return all;
}
"""


@pytest.mark.parametrize(("count", "step", "places"), [(4, 1, []), (2, 2, []), (2, 3, [5])])
def test_what_is_formed_beyond_an_array_is_found(
    count: int, step: int, places: list[int], tmp_path: Path
) -> None:
    """One past the end is a pointer that C has, two past it is none."""
    (tmp_path / "sum.c").write_text(BEYOND)
    main = f"int main(void) {{ known(a, 4); return sum(a, {count}, {step}) & 0; }}"
    code = f"int sum(const signed char *, int, int);\n{RUNTIME}\nstatic signed char a[4];\n{main}\n"
    found = formed_outside([str(tmp_path / "sum.c")], code, [], tmp_path)
    assert found == [(0, line) for line in places]
