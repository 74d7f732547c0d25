"""Every front end in C beside the host, every byte of every step: sanitized here, and on other cores."""

from pathlib import Path

import numpy as np
import pytest

from tests.conformance.cores import MACHINES
from tests.front.cases import CASES
from tests.front.running import build, check

ELSEWHERE = [
    *(("m4", name) for name in ("log_mel", "filters", "area")),
    *(("m0", name) for name in ("filtered_spectrum", "bilinear")),
    *(("riscv", name) for name in ("log_mel", "filtered_spectrum")),
    *(("avr", name) for name in ("filters", "area")),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_under_sanitizers(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    build(case.raw, tmp_path)
    check(case.raw, case.draw(np.random.default_rng(1), 24), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("machine", "name"), ELSEWHERE)
def test_on_other_cores(machine: str, name: str, tmp_path: Path) -> None:
    case = CASES[name]
    build(case.raw, tmp_path, MACHINES[machine])
    check(case.raw, case.draw(np.random.default_rng(2), 5), tmp_path, MACHINES[machine])
