"""One TFLM process for all conformance tests of a session."""

from collections.abc import Iterator

import pytest

from tests.conformance.tflm import Tflm


@pytest.fixture(scope="session")
def tflm() -> Iterator[Tflm]:
    worker = Tflm()
    yield worker
    worker.close()
