"""What the fuzzer found interesting is replayed: no crash, no write out of bounds, in step again."""

import subprocess
from pathlib import Path

import pytest

from tests.fuzz.build import TARGETS, Target, build_target
from tests.fuzz.corpus import FOLDER, unpack

pytestmark = pytest.mark.slow
MOST_BYTES = 200_000


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_the_corpus_is_survived(target: Target, tmp_path: Path) -> None:
    inputs = unpack(target.name, tmp_path / "corpus")
    assert len(inputs) > 100
    done = subprocess.run(
        [build_target(target, tmp_path), *inputs], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES
