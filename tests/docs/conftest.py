"""What tests of the documentation share."""

from pathlib import Path

import pytest

from scripts.docs.tutorials import main
from tests.docs.site import ROOT, built


@pytest.fixture(scope="session")
def tutorials() -> Path:
    """The executed notebooks; what this very source gave already is not executed again."""
    folder = ROOT / "build" / "tutorials"
    main(folder)
    return folder


@pytest.fixture(scope="session")
def site(tutorials: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, with what the notebooks showed."""
    return built(tmp_path_factory.mktemp("site"), tutorials)
