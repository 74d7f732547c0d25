"""One TFLM worker for all tests of a module, and the command line."""

from tests.cli.conftest import tinykd
from tests.compiler.conftest import tflm

__all__ = ["tflm", "tinykd"]
