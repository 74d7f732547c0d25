"""A verdict as JUnit XML, for CI: a suite per board, a case per sample, and the identity as its own case.

A sample that is not exact fails only if the board missed its gate: a project may allow for some.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from junitparser import Failure, JUnitXml, TestCase, TestSuite

from tinykd.files import write_whole
from tinykd.text import printable
from tinykd.verify.compare import classes
from tinykd.verify.identity import HASH_DIGITS, firmware_of
from tinykd.verify.outcome import Outcome
from tinykd.verify.result import AccuracyCount, Verification


def write_junit(outcomes: Iterable[Outcome], path: Path) -> None:
    """All boards in one file."""
    xml = JUnitXml("tinykd verify")
    for outcome in outcomes:
        xml.add_testsuite(_suite(outcome))
    write_whole(path, xml.tostring())  # type: ignore[no-untyped-call]


def _suite(outcome: Outcome) -> TestSuite:
    suite = TestSuite(printable(outcome.board))
    suite.add_testcases(list(_cases(outcome)))
    if outcome.verdict:
        suite.time = outcome.verdict.seconds
        for name, value in _facts(outcome.verdict):
            suite.add_property(name, printable(value))
    return suite


def _cases(outcome: Outcome) -> Iterator[TestCase]:
    identity = _case(outcome, "identity")
    if outcome.error:
        identity.result = [Failure(printable(str(outcome.error)), type(outcome.error).__name__)]
    yield identity
    if outcome.verdict is not None:
        yield from _samples(outcome, outcome.verdict)


def _samples(outcome: Outcome, verdict: Verification) -> Iterator[TestCase]:
    expected, received = (a.reshape(len(a), -1) for a in (verdict.expected, verdict.received))
    worst = np.abs(expected.astype(np.int16) - received).max(axis=1, initial=0)
    before, after = classes(verdict.expected), classes(verdict.received)
    for i, number in enumerate(verdict.numbers.tolist()):
        case = _case(outcome, f"sample {number}")
        if worst[i]:
            text = f"differs from {verdict.oracle} by up to {worst[i]}"
            if verdict.same_class is not None and before[i] != after[i]:
                text += f", class {after[i]} for {before[i]}"
            if outcome.passed:
                case.system_out = text
            else:
                case.result = [Failure(text, "NotExact")]
        yield case


def _case(outcome: Outcome, name: str) -> TestCase:
    return TestCase(name, classname=f"tinykd.{printable(outcome.board)}")


def _facts(verdict: Verification) -> Iterator[tuple[str, str]]:
    yield "model", verdict.hello.model_sha256
    yield "firmware", firmware_of(verdict.hello)[:HASH_DIGITS]
    yield "runtime", verdict.hello.runtime
    yield "oracle", verdict.oracle
    yield "exact", f"{verdict.exact} of {verdict.samples}"
    yield "within 1 LSB", f"{verdict.within_one} of {verdict.samples}"
    if verdict.same_class is not None:
        yield "same class", f"{verdict.same_class} of {verdict.samples}"
    if isinstance(verdict.device, AccuracyCount) and isinstance(verdict.host, AccuracyCount):
        yield "accuracy on the device", f"{verdict.device.correct} of {verdict.device.total}"
        yield "accuracy on the host", f"{verdict.host.correct} of {verdict.host.total}"
    yield "median ticks", f"{verdict.ticks.median:g} {verdict.ticks.unit}"
    if verdict.first_difference:
        yield "first difference", str(verdict.first_difference)
