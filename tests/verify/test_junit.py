"""JUnit XML as CI reads it back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from junitparser import JUnitXml

from tests.verify.test_board import Start, started, verify
from tinykd.errors import LinkError
from tinykd.verify.junit import write_junit
from tinykd.verify.outcome import Outcome

__all__ = ["started"]


@pytest.mark.slow
def test_a_case_for_each_sample(started: Start, tmp_path: Path) -> None:
    with started("-DWRONG_LAYER=1") as port:
        verdict = verify(port)
    silent = LinkError("/dev/ttyX", "no answer in 5 s \x1b[31m", "tinykd firmware")
    outcomes = [
        Outcome("first", port, verdict, passed=False),
        Outcome("second", port, replace(verdict, board="second"), passed=True),
        Outcome("third", "/dev/ttyX", None, False, silent),
    ]
    write_junit(outcomes, tmp_path / "out.xml")
    first, second, third = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    wrong = int((verdict.expected != verdict.received).any(axis=1).sum())
    assert (first.tests, first.failures) == (201, wrong)
    assert (second.tests, second.failures) == (201, 0)
    assert (third.tests, third.failures) == (1, 1)
    cases = {case.name: case for case in first}
    number = int(np.flatnonzero((verdict.expected != verdict.received).any(axis=1))[0])
    assert cases[f"sample {number}"].classname == "tinykd.first"
    (failure,) = cases[f"sample {number}"].result
    assert failure.message.startswith(f"differs from {verdict.oracle} by up to 1")
    assert {p.name: p.value for p in first.properties()}["exact"] == f"{verdict.exact} of 200"
    (said,) = next(iter(third)).result
    assert said.message == "/dev/ttyX: no answer in 5 s \\x1b[31m; expected tinykd firmware"
