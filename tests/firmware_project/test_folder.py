"""A generated project on disk: only what changed is written, and nothing of the user's is lost."""

import json
from pathlib import Path

import pytest

from tinykd.errors import ConfigError
from tinykd.firmware_project import lay_out

FILES = {"src/main.c": "main 1\n", "src/app.cpp": "app 1\n", "lib/a/src/a.c": "a\n", "Makefile": "make 1\n"}


def tree(folder: Path) -> dict[str, str]:
    found = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}
    found.pop(".tinykd.json", None)
    return found


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert lay_out(FILES, tmp_path).written == tuple(sorted(FILES))
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in [*FILES, ".tinykd.json"]}
    changes = lay_out(FILES, tmp_path)
    assert (changes.written, changes.removed, changes.edited) == ((), (), ())
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in before} == before
    assert lay_out({**FILES, "src/main.c": "main 2\n"}, tmp_path).written == ("src/main.c",)


def test_your_code_is_written_once(tmp_path: Path) -> None:
    lay_out(FILES, tmp_path)
    (tmp_path / "src/app.cpp").write_text("mine\n")
    (tmp_path / "src/more.cpp").write_text("mine too\n")
    (tmp_path / "user.ini").write_text("[env]\n")
    changes = lay_out({**FILES, "src/app.cpp": "app 2\n", "src/main.c": "main 2\n"}, tmp_path)
    assert changes.written == ("src/main.c",)
    found = tree(tmp_path)
    assert (found["src/app.cpp"], found["src/more.cpp"], found["user.ini"]) == (
        "mine\n",
        "mine too\n",
        "[env]\n",
    )


def test_what_is_no_more_generated_goes(tmp_path: Path) -> None:
    lay_out(FILES, tmp_path)
    fewer = {path: text for path, text in FILES.items() if path != "lib/a/src/a.c"}
    assert lay_out(fewer, tmp_path).removed == ("lib/a/src/a.c",)
    assert tree(tmp_path) == fewer and not (tmp_path / "lib").exists()


def test_an_edited_file_is_kept_beside(tmp_path: Path) -> None:
    lay_out(FILES, tmp_path)
    (tmp_path / "Makefile").write_text("my make\n")
    (tmp_path / "lib/a/src/a.c").write_text("my a\n")
    fewer = {path: text for path, text in FILES.items() if path != "lib/a/src/a.c"}
    changes = lay_out(fewer, tmp_path)
    assert changes.notes == tuple(
        f"{path} was edited and is generated: your copy is {path}.edited "
        "(settings belong into user.ini, code into src/app.cpp)"
        for path in ("Makefile", "lib/a/src/a.c")
    )
    found = tree(tmp_path)
    assert (found["Makefile"], found["Makefile.edited"]) == ("make 1\n", "my make\n")
    assert found["lib/a/src/a.c.edited"] == "my a\n" and "lib/a/src/a.c" not in found


def test_a_deleted_file_comes_back(tmp_path: Path) -> None:
    lay_out(FILES, tmp_path)
    (tmp_path / "Makefile").unlink()
    (tmp_path / "src/app.cpp").unlink()
    assert lay_out(FILES, tmp_path).written == ("Makefile", "src/app.cpp")


def test_somebody_elses_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "p/src").mkdir(parents=True)
    (tmp_path / "p/src/main.c").write_text("theirs\n")
    with pytest.raises(ConfigError) as caught:
        lay_out(FILES, tmp_path / "p")
    assert str(caught.value) == (
        f"{tmp_path}/p/src/main.c: is there, and was not made by tinykd; expected a folder of its own. "
        "Move it away, and type the command again"
    )
    assert tree(tmp_path / "p") == {"src/main.c": "theirs\n"}
    (tmp_path / "f").write_text("")
    with pytest.raises(ConfigError) as caught:
        lay_out(FILES, tmp_path / "f")
    assert str(caught.value) == (
        f"{tmp_path}/f: is a file, not a folder; expected a folder for the firmware project. Move it away"
    )


def test_without_the_list_what_differs_is_kept(tmp_path: Path) -> None:
    """A file that says it was made by tinykd is replaced, and still not lost."""
    (tmp_path / "Makefile").write_text("# made by tinykd, and then changed\n")
    assert lay_out(FILES, tmp_path).edited == ("Makefile",)
    assert tree(tmp_path)["Makefile.edited"] == "# made by tinykd, and then changed\n"


def test_a_killed_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the files and before the list of them: they are still known as generated."""
    lay_out(FILES, tmp_path)

    def killed(*_: object) -> list[str]:
        (tmp_path / "src/main.c").write_text("main 2\n")
        raise KeyboardInterrupt

    monkeypatch.setattr("tinykd.firmware_project.folder.write_tree", killed)
    with pytest.raises(KeyboardInterrupt):
        lay_out({**FILES, "src/main.c": "main 2\n"}, tmp_path)
    monkeypatch.undo()
    changes = lay_out({**FILES, "src/main.c": "main 3\n"}, tmp_path)
    assert changes.edited == () and (tmp_path / "src/main.c").read_text() == "main 3\n"


def test_a_hostile_list_removes_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    (tmp_path / "p").mkdir()
    hostile = {"files": {"../precious": ["00"], str(tmp_path / "precious"): ["00"], "a\\..\\b": ["00"]}}
    (tmp_path / "p/.tinykd.json").write_text(json.dumps(hostile))
    assert lay_out(FILES, tmp_path / "p").removed == ()
    assert (tmp_path / "precious").read_text() == "x"


def test_other_defaults_begin_a_new_configuration_of_esp_idf(tmp_path: Path) -> None:
    lay_out({"sdkconfig.defaults": "A\n"}, tmp_path)
    (tmp_path / "sdkconfig.esp32").write_text("CONFIG_A=y\n")
    lay_out({"sdkconfig.defaults": "A\n"}, tmp_path)
    assert (tmp_path / "sdkconfig.esp32").exists()
    lay_out({"sdkconfig.defaults": "B\n"}, tmp_path)
    assert tree(tmp_path) == {"sdkconfig.defaults": "B\n", "sdkconfig.esp32.edited": "CONFIG_A=y\n"}
