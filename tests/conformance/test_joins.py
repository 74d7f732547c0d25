"""CONCATENATION of more than ten inputs, which TFLM refuses; the oracle runs it as several of at most ten."""

import numpy as np

from tests.conformance.builder import Op, build
from tests.conformance.cases.registry import Case
from tests.conformance.choose import samples
from tests.conformance.harness import Job, Labelled, run_static
from tests.conformance.machine import HOST
from tests.conformance.test_refusals import q
from tinykd.oracle import run_tflm
from tinykd.oracle.joins import rewritten
from tinykd.oracle.tflm import run_tflm_tensors

COUNT = 123  # parts of parts


def wide() -> Case:
    """Two inputs in turn, 123 times, and what comes before and after it."""
    a, b, negative, y, z = q("a", 1, 2), q("b", 1, 3), q("relu", 1, 2), q("y", 1, 307), q("z", 1, 307)
    join = Op("CONCATENATION", [(negative, b)[i % 2] for i in range(COUNT)], [y], axis=1)
    return Case([Op("RELU", [a], [negative]), join, Op("RELU", [y], [z])], [a, b], [z])


def test_static_and_the_oracle_compute_it() -> None:
    case = wide()
    drawn = samples(case.graph_inputs(), 4, seed=1)
    job = Job([Labelled("CONCATENATION", case)], case.model(), drawn, case.graph_outputs())
    (compiled,) = run_static([job], HOST)
    given = np.stack([np.concatenate([x.reshape(-1) for x in each]) for each in drawn])
    oracle = run_tflm(case.model(), given)
    for (a, b), (z,), said in zip(drawn, compiled, oracle, strict=True):
        zero = q("zero").zero_points()[0]
        parts = [(np.maximum(a, zero), b)[i % 2] for i in range(COUNT)]
        expected = np.maximum(np.concatenate(parts, axis=1), zero)
        assert np.array_equal(z, expected) and np.array_equal(said.reshape(z.shape), expected)


def test_operators_keep_their_numbers() -> None:
    case = wide()
    found = run_tflm_tensors(case.model(), np.zeros(5, np.int8))
    assert [(t.name, t.operator) for t in found] == [("relu", 0), ("y", 1), ("z", 2)]


def test_a_model_without_it_stays_as_it_is() -> None:
    model = build([Op("CONCATENATION", [q("a", 1, 2)] * 10, [q("y", 1, 20)], axis=1)])
    assert rewritten(model) is model
