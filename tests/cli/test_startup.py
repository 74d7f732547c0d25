"""What needs no TensorFlow does not load it, and starts in well under half a second."""

import json
import resource
import subprocess
import sys

import pytest

from tests.cli.conftest import Run

HEAVY = (
    "tensorflow",
    "keras",
    "tf_keras",
    "matplotlib",
    "sklearn",
    "scipy",
    "elftools",
    "tflite_micro",
    "platformio",
)
QUICK = [
    "--help",
    "boards",
    "ports",
    "verify --help",
    "monitor --help",
    "record --help",
    "doctor --help",
    "--version",
]
PROBE = """
import json, sys
sys.argv = ["tinykd", *json.loads(sys.argv[1])]
from tinykd.cli.app import run_app
code = run_app()
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize("command", QUICK)
def test_loads_nothing_heavy(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(command.split())], capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert not set(modules) & {*HEAVY, "numpy"}


@pytest.mark.parametrize("command", QUICK)
def test_starts_in_half_a_second(tinykd: Run, command: str) -> None:
    """Processor time, which other work on the machine hardly changes; one of six must do."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert tinykd(*command.split()).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert any(seconds() < 0.5 for _ in range(6))
