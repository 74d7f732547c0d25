"""A kernel beside its portable twin, on the host under sanitizers and on an emulated core."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.harness import Case, Outcome, run_on, run_on_host
from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer

Pair = tuple[Layer, Kernel[Any], Kernel[Any]]  # layer, kernel under test, its portable twin


def differing_on_host(pairs: Sequence[Pair], core: Core, seed: int, folder: Path) -> list[str]:
    tested, twins = _cases(pairs, core, np.random.default_rng(seed))
    outcomes = run_on_host([*tested, *twins], folder)
    return _different(tested, outcomes[: len(tested)], outcomes[len(tested) :])


def differing_on(pairs: Sequence[Pair], core: Core, seed: int, folder: Path) -> list[str]:
    """The kernel runs on the emulated ``core``, its twin on the host."""
    tested, twins = _cases(pairs, core, np.random.default_rng(seed))
    return _different(tested, run_on(core, tested, folder), run_on_host(twins, folder))


def _cases(pairs: Sequence[Pair], core: Core, rng: Generator) -> tuple[list[Case], list[Case]]:
    tested, twins = [], []
    for layer, kernel, twin in pairs:
        inputs = tuple(layers.int8(rng, t.elements) for t in layer.inputs)
        near = int(rng.integers(len(inputs)))
        tested.append(Case(layer, kernel, Target(core, "speed"), inputs, near))
        twins.append(Case(layer, twin, Target(), inputs))
    return tested, twins


def _different(tested: list[Case], found: list[Outcome], expected: list[Outcome]) -> list[str]:
    return [
        f"case {i}: {case.layer}"
        for i, (case, a, b) in enumerate(zip(tested, found, expected, strict=True))
        if a.output != b.output
    ]
