"""TFLM's answers, from one worker for all tests of a module."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conformance.tflm import Tflm
from tests.library.libraries import MODELS

Answer = Callable[[str, list[Any]], bytes]


@pytest.fixture(scope="module")
def tflm() -> Iterator[Answer]:
    """``tflm("dense", [input])``: the output bytes."""
    worker = Tflm()
    yield lambda model, inputs: b"".join(o.tobytes() for o in worker.run(MODELS[model], [inputs])[0])
    worker.close()
