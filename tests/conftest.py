"""Options of the whole test suite; which examples hypothesis draws."""

import os
import signal

import pytest
from hypothesis import settings

from tests.hangs_on import mark
from tests.objects import through_ccache
from tests.order import arrange

# Every run draws the same examples on every machine; `make test-random` draws ten times as many, and others.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.register_profile("random", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; review the diff")


def pytest_configure() -> None:
    """A shell that runs tests in the background has Ctrl-C ignored, and whatever they start inherits that.

    The same sources are compiled by many tests: ccache remembers them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    through_ccache(os.environ)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mark(items)
    if hasattr(config, "workerinput"):  # a process of pytest-xdist
        arrange(items)


@pytest.fixture(autouse=True, scope="session")
def _lines_of_any_length() -> None:
    """pytest-xdist gives its processes the width of the terminal."""
    os.environ.pop("COLUMNS", None)
