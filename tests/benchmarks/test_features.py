"""Integer features on an emulated Cortex-M0: the host's bytes, and at most 40 % of float32's instructions."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.features import AIM, expected, fronts, measure
from tinykd.data.features.micro_frontend import MicroFrontend


@pytest.mark.slow
@pytest.mark.parametrize("rate", [16_000, 8_000])
def test_integers_are_the_hosts_and_far_fewer(rate: int, tmp_path: Path) -> None:
    integers, floats = fronts(rate)
    assert isinstance(integers.how, MicroFrontend)
    (tmp_path / "integers").mkdir()
    (tmp_path / "floats").mkdir()
    found = measure(integers, tmp_path / "integers")
    assert np.array_equal(found.inputs, expected(integers, integers.how))
    assert len(set(found.inputs.ravel().tolist())) > 20
    assert found.instructions <= AIM * measure(floats, tmp_path / "floats").instructions
