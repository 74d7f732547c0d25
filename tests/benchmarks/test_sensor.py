"""Recording keeps up where the line is fast enough, and says so where it is not; a second of two rows."""

from pathlib import Path

import pytest

from benchmarks.link.sensor import Case, measure
from tests.link.sensors import build_sensor_board


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [
        Case(16_000, 1, 921_600, 32768, True),  # the ring holds two seconds, whatever else this machine does
        Case(100, 6, 115_200, 1024, True),
        Case(16_000, 1, 115_200, 1024, False),
    ],
    ids=lambda case: f"{case.rate} Hz at {case.baud} Bd",
)
def test_a_sensor_on_a_line(tmp_path: Path, case: Case) -> None:
    row = measure(build_sensor_board(tmp_path / "board"), case, 1.5)
    assert row.is_as_expected, str(row)
