"""``tinykd-rp2040js`` says what is missing; that it runs firmware is in test_open_board.py."""

from pathlib import Path

import pytest

from tinykd.flash import rp2040js


def test_without_node_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert rp2040js.run(["-kernel", "firmware.elf"]) == 2
    assert capsys.readouterr().err.startswith("tinykd-rp2040js: Node.js is not installed. Type `sudo apt")


def test_without_the_package_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rp2040js, "_PLACES", (tmp_path,))
    assert rp2040js.run(["-M", "pico", "-kernel", "firmware.elf", "-nographic"]) == 2
    assert "npm install --prefix" in capsys.readouterr().err


def test_it_becomes_node_with_the_script_the_package_the_firmware_and_the_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "rp2040js").mkdir()
    (tmp_path / "node").write_text("")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("NODE_PATH", str(tmp_path))
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, words: started.append([program, *words]))
    options = [
        "-icount",
        "shift=0",
        "-display",
        "none",
        "-nodefaults",
        "-chardev",
        "socket,id=uart,fd=7,server=on",
    ]
    rp2040js.run(["-M", "pico", *options, "-serial", "chardev:uart", "-kernel", "a.elf"])
    node = str(tmp_path / "node")
    assert started == [[node, node, str(rp2040js.SCRIPT), str(tmp_path), "a.elf", "7"]]
    assert rp2040js.SCRIPT.is_file()
