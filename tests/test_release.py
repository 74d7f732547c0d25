"""What `make release` does to files, and what it refuses; building and trying is its own check."""

import datetime
import json
from pathlib import Path

import pytest

from scripts import release
from scripts.release import RefusedError
from tinykd import __version__

DAY = datetime.date(2026, 5, 4)
CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n- A thing.\n\n## [0.1.0] - 2026-01-02\n- The first.\n"


def test_what_was_unreleased_gets_a_heading() -> None:
    assert release.with_release(CHANGES, "0.2.0", DAY) == (
        "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-05-04\n\n### Added\n- A thing.\n\n"
        "## [0.1.0] - 2026-01-02\n- The first.\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Changelog\n", 'CHANGELOG.md has no section "## [Unreleased]"'),
        ("## [Unreleased]\n\n## [0.1.0]\n- The first.\n", "CHANGELOG.md says of nothing that changed"),
    ],
)
def test_nothing_to_release_is_refused(text: str, said: str) -> None:
    with pytest.raises(RefusedError) as error:
        release.with_release(text, "0.2.0", DAY)
    assert str(error.value) == said


def test_versions_go_up() -> None:
    going_up = ["0.1.0a1", "0.1.0b1", "0.1.0rc1", "0.1.0rc2", "0.1.0", "0.1.1", "0.2.0rc1", "0.2.0", "0.10.0"]
    assert sorted(sorted(going_up), key=release.order) == going_up


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("0.2.9", "0.2.9 is below 0.3.0, which is the version now"),
        ("0.3.0rc1", "0.3.0rc1 is below 0.3.0, which is the version now"),
        ("v0.4.0", "v0.4.0 is no version; expected such as 0.2.0 or 0.2.0rc1"),
        ("0.4", "0.4 is no version; expected such as 0.2.0 or 0.2.0rc1"),
        ('0.4.0"', '0.4.0" is no version; expected such as 0.2.0 or 0.2.0rc1'),
    ],
)
def test_what_is_no_higher_version_is_refused(version: str, said: str) -> None:
    with pytest.raises(RefusedError) as error:
        release.with_version('__version__ = "0.3.0"\n', version)
    assert str(error.value) == said


def test_changes_that_are_not_committed_are_refused() -> None:
    release.check_clean("")
    with pytest.raises(RefusedError, match=r"^the working tree has changes \(M README.md\): commit or stash"):
        release.check_clean(" M README.md\n?? new\n")


def test_the_version_stands_where_a_release_writes_it() -> None:
    """Everywhere: else the tests of the next version would hold files of this one."""
    assert release.current(release.VERSION_FILE.read_text()) == __version__
    with_it = [path for path in release.goldens() if __version__ in path.read_text()]
    assert with_it
    for path in with_it:
        assert __version__ not in release.generated_by(path.read_text(), __version__, "9.9.9"), path


def test_the_bill_of_materials_says_nothing_of_this_machine() -> None:
    links = [{"url": "file:///home/me/dist/tinykd.whl"}, {"url": "https://numpy.org"}]
    bill = {"components": [{"name": "tinykd", "externalReferences": links}, {"name": "numpy"}]}
    kept = json.loads(release.without_files(json.dumps(bill)))["components"]
    assert [part["externalReferences"] for part in kept] == [[{"url": "https://numpy.org"}], []]


def test_a_step_that_fails_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("new")
    with pytest.raises(ZeroDivisionError), release.restored({path: "old"}, always=False):
        raise ZeroDivisionError
    assert path.read_text() == "old"
    path.write_text("new")
    with release.restored({path: "old"}, always=False):
        pass
    assert path.read_text() == "new"
    with release.restored({path: "old"}, always=True):
        pass
    assert path.read_text() == "old"
