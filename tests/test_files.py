"""Files written whole or not at all."""

from pathlib import Path

import pytest

from tinykd.files import write_tree


def test_a_tree_is_written_and_then_only_what_changed(tmp_path: Path) -> None:
    files = {"a": "1", "d/b": b"2"}
    assert write_tree(tmp_path / "new/out", files) == ["a", "d/b"]
    assert write_tree(tmp_path / "new/out", files) == []
    assert write_tree(tmp_path / "new/out", {**files, "a": "3"}) == ["a"]
    assert (tmp_path / "new/out/a").read_text() == "3"
    assert sorted(p.name for p in (tmp_path / "new/out").iterdir()) == ["a", "d"]


def test_a_failure_in_the_middle_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path / "old", {"a": "old"})
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "c":
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    for folder in ("old", "new"):
        with pytest.raises(OSError, match="No space left"):
            write_tree(tmp_path / folder, {"a": "new", "b": "b", "c": "c"})
    assert [p.name for p in tmp_path.iterdir()] == ["old"]
    assert [p.name for p in (tmp_path / "old").iterdir()] == ["a"]
    assert (tmp_path / "old/a").read_text() == "old"
