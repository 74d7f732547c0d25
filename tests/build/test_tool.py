"""Running a tool: its lines as they come, its end in time, and nothing that it started left behind."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tinykd.build import progress as build_progress
from tinykd.build.tool import ToolFailedError, run_tool
from tinykd.errors import ToolError
from tinykd.flash import progress as flash_progress
from tinykd.progress import Silent, Task


class Bar:
    def __init__(self) -> None:
        self.steps, self.metrics = 0, [""]

    def advance(self, steps: int = 1, metric: str = "") -> None:
        self.steps += steps
        self.metrics.append(metric or self.metrics[-1])


class Bars(Silent):
    """Keeps the last bar, and all details."""

    def __init__(self) -> None:
        self.bar, self.total, self.details = Bar(), 0, list[str]()

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        self.bar, self.total = Bar(), total
        yield self.bar

    def detail(self, text: str) -> None:
        self.details.append(text)


def python(code: str) -> list[str]:
    return [sys.executable, "-u", "-c", code]


def test_lines_come_without_colours_and_carriage_returns(tmp_path: Path) -> None:
    lines: list[str] = []
    code = r"print('\x1b[31mred\x1b[0m'); print('1 %\r2 %\r3 %'); print()"
    output = run_tool(python(code), tmp_path / "log", {}, 20.0, lines.append)
    assert lines == ["red", "1 %", "2 %", "3 %"]
    assert output.startswith("red\n1 %") and (tmp_path / "log").read_text() == output


@pytest.mark.slow
def test_a_tool_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        run_tool(["sh", "-c", "sleep 99 & echo $!; wait"], tmp_path / "log", {}, 3.0)
    assert str(caught.value) == f"sh: did not end within 3 s. See {tmp_path / 'log'}"
    started = int((tmp_path / "log").read_text())
    _, alive = psutil.wait_procs([p for p in psutil.process_iter() if p.pid == started], timeout=60)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_a_failure_keeps_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(ToolFailedError) as caught:
        run_tool(python("print('all well'); raise SystemExit('error: not so')"), tmp_path / "log", {}, 20.0)
    assert caught.value.output == "all well\nerror: not so\n"
    assert caught.value.found == "error: not so"


def test_a_build_moves_its_bar_by_the_projects_own_files(tmp_path: Path) -> None:
    for path in ("src/main.c", "src/app.cpp", "lib/tinykd_link/src/a.c", "lib/tinykd_link/src/a.h"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    bars = Bars()
    with build_progress.shown(bars, "compile", tmp_path) as watch:
        watch("Tool Manager: Installing platformio/toolchain-gccarmnoneeabi @ 1.70201.0")
        watch("Compiling .pio/build/x/FrameworkArduino/wiring.c.o")
        watch("Compiling .pio/build/x/lib935/tinykd_link/a.c.o")
        watch("arm-none-eabi-gcc -O2 -c src/main.c -o build/src/main.c.o")
        watch("Linking .pio/build/x/firmware.elf")
        assert bars.bar.steps == 2
    assert (bars.bar.steps, bars.total, len(bars.details)) == (3, 4, 5)
    assert bars.bar.metrics[1:] == [
        "Tool Manager: Installing platformio/toolchain-gccarmnoneeabi @ 1.70201.0",
        "FrameworkArduino/wiring.c",
        "lib935/tinykd_link/a.c",
        "src/main.c",
        "Linking",
        "Linking",
    ]


def test_an_upload_moves_its_bar_in_percent_and_never_back() -> None:
    bars = Bars()
    with flash_progress.shown(bars, "upload") as watch:
        for line in ("Connecting....", "Writing at 0x1000... (40 %)", "Verifying... 10 %", "nothing to see"):
            watch(line)
        assert bars.bar.steps == 40
    assert (bars.bar.steps, bars.total) == (100, 100)
    assert bars.bar.metrics[1:] == ["Connecting", "Writing", "Verifying", "Verifying"]
