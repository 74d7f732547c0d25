"""Features on an emulated Cortex-M0: the host's bytes; integers take at most 40 % of the instructions."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.features import AIM, expected, fronts, measure


@pytest.mark.slow
@pytest.mark.parametrize("rate", [16_000, 8_000])
def test_all_are_the_hosts_and_integers_are_far_fewer(rate: int, tmp_path: Path) -> None:
    instructions = {}
    for name, front in fronts(rate).items():
        (tmp_path / name).mkdir()
        found = measure(front, tmp_path / name)
        assert np.array_equal(found.inputs, expected(front)), name
        assert len(set(found.inputs.ravel().tolist())) > 20
        instructions[name] = found.instructions
    assert instructions["integer_log_mel"] <= AIM * instructions["log_mel"]
    assert instructions["micro_frontend"] <= AIM * instructions["log_mel"]
