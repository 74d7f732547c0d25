"""A run as JUnit XML, for CI: a suite per board, a case per model and runtime."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from tinykd.files import write_whole
from tinykd.fleet.record import CellRecord
from tinykd.text import printable


def write_fleet_junit(found: Sequence[CellRecord], path: Path) -> None:
    """What differs or is worse is a failure, a board that does not answer an error."""
    xml = JUnitXml("tinykd fleet")
    for board, records in groupby(found, key=lambda each: each.board):
        suite = TestSuite(printable(board))
        suite.add_testcases([_case(record) for record in records])
        xml.add_testsuite(suite)
    write_whole(path, xml.tostring())  # type: ignore[no-untyped-call]


def _case(record: CellRecord) -> TestCase:
    name = printable(f"{record.model} {record.runtime}")
    case = TestCase(name, classname=f"tinykd.{printable(record.board)}", time=round(record.seconds, 3))
    text = printable("; ".join(record.reasons))
    if record.verdict != "good":
        case.result = [Error(text, "Failed") if record.verdict == "failed" else Failure(text, record.verdict)]
    case.system_out = "\n".join(_facts(record))
    return case


def _facts(record: CellRecord) -> Iterator[str]:
    yield printable(f"model SHA-256 {record.sha256}")
    yield f"attempts {record.attempts}"
    if found := record.figures:
        yield f"exact {found.exact} of {found.samples}"
        yield printable(f"median ticks {found.ticks:g} {found.facts.tick_unit}")
        yield f"flash {found.flash_bytes} bytes, RAM {found.ram_bytes} bytes"
        yield f"line put in step again {found.recoveries} times"
