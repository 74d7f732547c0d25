"""Every op equals TFLM in every byte, over random parameters; on failure hypothesis shrinks the model."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.cases import CASES, Case
from tests.conformance.choose import Drawn
from tests.conformance.harness import Labelled, compare
from tests.conformance.table import Row, cases_of, measure, rows, shown
from tests.conformance.tflm import Tflm
from tests.examples import examples


def equal(table: Sequence[Row]) -> None:
    assert not any(r.differing for r in table), shown(table)
    assert all(r.total for r in table)


@pytest.fixture(scope="module")
def few(tflm: Tflm) -> dict[str, Row]:
    """Two cases of every op, in one binary."""
    members = [m for op in CASES for m in cases_of(op, 2, seed=1)]
    return {r.op: r for r in rows(compare(members, tflm))}


@pytest.mark.parametrize("op", CASES)
def test_equals_tflm(op: str, few: dict[str, Row]) -> None:
    equal([few[op]])


@pytest.mark.slow
def test_many_cases_equal_tflm(tflm: Tflm) -> None:
    equal(measure(list(CASES), 30, tflm, seed=2))


@st.composite
def models(draw: st.DrawFn) -> Case:
    return CASES[draw(st.sampled_from(sorted(CASES)))](Drawn(draw))


@pytest.mark.slow
@examples(12)
@given(cases=st.lists(models(), min_size=4, max_size=12))
def test_any_model_equals_tflm(tflm: Tflm, cases: list[Case]) -> None:
    members = [Labelled(f"{case.ops[-1].kind} {i}", case) for i, case in enumerate(cases)]
    equal(rows(compare(members, tflm)))
