"""Installed as a user would: the wheel, in an environment of its own, outside the checkout."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.first, pytest.mark.xdist_group("wheel")]
Done = subprocess.CompletedProcess[str]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(out),
        str(ROOT),
    ]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; what it depends on is lent by this one, tinykd itself is not."""
    home = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True, stdin=subprocess.DEVNULL)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def call(installed: Path, folder: Path, *arguments: str, program: str = "tinykd") -> Done:
    """A program of the new environment, which sees nothing of the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(installed / "bin" / program), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_what_it_needs_and_nothing_made(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "tinykd/_data/boards/host.toml",
        "tinykd/_data/examples/digits/tinykd.toml",
        "tinykd/_data/firmware/include/tkd_model.h",
        "tinykd/_data/templates/project/main.c.j2",
        "tinykd/py.typed",
    ):
        assert wanted in names
    checkout = {
        f"tinykd/_data/{path.relative_to(ROOT).as_posix()}"
        for top in ("boards", "firmware", "templates")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert checkout - set(names) == set()
    assert [
        name for name in names if re.search(r"__pycache__|/build/(model|host)|\.elf$|^tests/", name)
    ] == []


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import tinykd, tinykd.paths as p; print(tinykd.__file__); print(p.BOARDS)"
    done = call(installed, tmp_path, "-c", code, program="python")
    assert len(done.stdout.splitlines()) == 2, done.stderr
    assert all(line.startswith(str(installed)) for line in done.stdout.splitlines())


def test_new_and_run_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Short training; the example as it is runs in test_demo."""
    assert call(installed, tmp_path, "new", "demo", "--example", "digits").returncode == 0
    file = tmp_path / "demo/tinykd.toml"
    short = re.sub(r"\n\[gates\][\s\S]*", "\n[quantization]\nepochs = 1\n", file.read_text())
    short = short.replace('model = "resnet"', 'epochs = 2\nmodel = "resnet"').replace(
        "alpha", "epochs = 2\nalpha"
    )
    file.write_text(re.sub(r"board = \[.*\]", 'board = ["host", "qemu-microbit"]', short))
    done = call(installed, tmp_path / "demo", "run")
    assert done.returncode == 0, done.stderr
    for board in ("host", "qemu-microbit"):
        verification = json.loads((tmp_path / f"demo/build/{board}/verify/verification.json").read_text())
        assert (verification["exact"], verification["samples"]) == (360, 360)
    assert (tmp_path / "demo/build/report/report.html").is_file()
