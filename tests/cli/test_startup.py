"""What needs no TensorFlow does not load it, and starts in well under half a second."""

import json
import resource
import subprocess
import sys

import pytest

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
    "optuna",
    "sqlalchemy",
)
QUICK = [
    "--help",
    "boards",
    "ports",
    "verify --help",
    "monitor --help",
    "record --help",
    "search --help",
    "doctor --help",
    "tour --help",
    "--version",
]
LIBRARIES = "import typer.main, rich.console, rich.table, rich.markdown, pydantic.main, pydantic.fields"
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
def test_starts_about_as_fast_as_its_libraries_load(command: str) -> None:
    """Half a second where loading typer, rich and pydantic takes a quarter; the least of several runs each,
    taken in turn, so that neither the machine's speed nor its other work decides."""
    verb = [sys.executable, "-m", "tinykd", *command.split()]
    libraries = [sys.executable, "-c", LIBRARIES]
    both = [(_processor_seconds(verb), _processor_seconds(libraries)) for _ in range(6)]
    assert min(own for own, _ in both) < 2 * min(loading for _, loading in both)


def _processor_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
