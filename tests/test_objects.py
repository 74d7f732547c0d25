"""Sources compiled one by one and linked; the compilers' cache before the compilers."""

import subprocess
from pathlib import Path

import pytest

from tests import objects

MAIN = "int other(void);\nint main(void) { return other(); }\n"


def test_ccache_comes_first_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MASQUERADES", ("/nonexistent", str(tmp_path)))
    environment = {"PATH": "/bin", "CCACHE_DIR": "mine"}
    for _ in range(2):
        objects.through_ccache(environment)
    assert environment["PATH"] == f"{tmp_path}:/bin" and environment["CCACHE_DIR"] == "mine"


def test_without_ccache_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MASQUERADES", ("/nonexistent",))
    environment = {"PATH": "/bin"}
    objects.through_ccache(environment)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("other", "code"), [("int other(void) { return 7; }", 7), ("int other(void) {", None)]
)
def test_what_the_compiler_says_is_given_back(other: str, code: int | None, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(MAIN)
    (tmp_path / "other.c").write_text(other)
    sources = [tmp_path / "main.c", tmp_path / "other.c"]
    done = objects.build(["gcc", f"-I{tmp_path}"], sources, tmp_path / "run")
    if code is None:
        assert done.returncode == 1 and "other.c" in done.stderr and not (tmp_path / "run").exists()
    else:
        assert done.returncode == 0, done.stderr
        assert subprocess.run([tmp_path / "run"]).returncode == code


def test_a_changed_header_is_seen(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text('#include "number.h"\nint main(void) { return NUMBER; }\n')
    for number in (3, 4):
        (tmp_path / "number.h").write_text(f"#define NUMBER {number}\n")
        assert objects.build(["gcc"], [tmp_path / "main.c"], tmp_path / "run").returncode == 0
        assert subprocess.run([tmp_path / "run"]).returncode == number
