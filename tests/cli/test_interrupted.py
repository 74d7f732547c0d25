"""One Ctrl-C ends any verb within a second, says what is kept, and leaves nothing running."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from benchmarks.link.slow_line import slow_line
from tests.diff.conftest import INPUTS, MODEL, Start, broken_firmware, start
from tinykd.bundle import Bundle, BundleFacts, write_bundle
from tinykd.bundle.contents import Sizes
from tinykd.cli import verbs_project
from tinykd.cli.output import Output
from tinykd.oracle import oracle_name, run_tflm

__all__ = ["broken_firmware", "start"]
SECONDS = 1.0
BUSY = 4  # times as long as that where other tests run; a wait that is not cut takes minutes
STARTS = 40  # of Python in a second, on a machine that has nothing else to do
Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts ``tinykd ARGUMENTS`` in an empty folder."""
    processes: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, cwd: Path = tmp_path, command: tuple[str, ...] = (), **env: str) -> object:
        paths = {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "TINYKD_STATE": str(tmp_path / "state"),
        }
        process = subprocess.Popen(
            [sys.executable, "-P", *(command or ("-m", "tinykd")), *arguments],
            cwd=cwd,
            env=os.environ | paths | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield begin  # type: ignore[misc]
    for process in processes:
        process.kill()
        process.communicate()


def until(said: str, process: "subprocess.Popen[str]") -> None:
    """Wait until ``process`` has said so on standard error."""
    assert process.stderr
    line = process.stderr.readline()
    while said not in line:
        assert line, "it ended before"
        line = process.stderr.readline()


def child_of(process: "subprocess.Popen[str]", part: str) -> None:
    """Wait until it has started something with ``part`` in its command."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for started in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.Error):  # it ended meanwhile
                if part in " ".join(started.cmdline()):
                    return
        assert process.poll() is None, "it ended before"
        time.sleep(0.02)
    pytest.fail(f"nothing like {part} was started")


def seconds() -> float:
    """How long a second may take here and now: as long as ``STARTS`` of Python, where that is longer."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return BUSY * max(SECONDS, STARTS * (time.monotonic() - begin))


def stopped(process: "subprocess.Popen[str]") -> str:
    """What it says after a Ctrl-C; nothing that it started is left."""
    longest = seconds()
    children = psutil.Process(process.pid).children(recursive=True)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert time.monotonic() - begin < longest
    assert process.returncode == 130
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    return errors.splitlines()[-1]


@pytest.fixture(scope="session")
def long_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The digits model with samples for many minutes over a slow line."""
    model, few = MODEL.read_bytes(), np.ascontiguousarray(INPUTS["inputs"])
    inputs = np.concatenate([few] * 100)
    labels = np.concatenate([INPUTS["labels"]] * 100)
    sizes = Sizes(flash_bytes=34_000, ram_bytes=7_000)
    classes = tuple("0123456789")
    facts = BundleFacts(
        name="digits",
        task="classification",
        board="host",
        runtime="static",
        oracle=oracle_name(),
        firmware="",
        classes=classes,
        footprint=sizes,
    )
    path = tmp_path_factory.mktemp("bundle") / "digits.zip"
    expected = np.concatenate([run_tflm(model, few)] * 100)
    write_bundle(Bundle(facts, model, inputs, labels, expected, {}), path)
    return path


KEPT = r"Stopped\. host: the answers to \d+ of 3200 samples are kept\. Type the same again to go on\."


@pytest.mark.slow
def test_verify_says_how_many_answers_are_kept(begin: Begin, start: Start, long_bundle: Path) -> None:
    with start("nothing") as port, slow_line(port, 9600) as url:
        process = begin("verify", str(long_bundle), "--port", url)
        until("verify", process)
        assert re.fullmatch(KEPT, stopped(process))


BOARDS = """
import sys
from contextlib import nullcontext
from pathlib import Path
from tinykd.boards import load_board
from tinykd.cli.app import _exit_code
from tinykd.cli.output import Output
from tinykd.sessions.connected_boards import at_port
from tinykd.sessions.verification_case import bundle_case
from tinykd.bundle import read_bundle
from tinykd.sessions.verification import VerifyOptions, VerifyTask, verify_tasks

def both(output):
    case = bundle_case(read_bundle(Path(sys.argv[1])))
    host = load_board("host")
    tasks = [VerifyTask(str(i), url, nullcontext(at_port(url, host)), case) for i, url in enumerate(URLS)]
    with output.reporting() as reporter:
        verify_tasks(tasks, VerifyOptions(), reporter)

URLS = sys.argv[2:]
sys.exit(_exit_code(Output(), lambda: both(Output()), "Nothing is kept"))
"""


@pytest.mark.slow
def test_several_boards_stop_at_once(begin: Begin, start: Start, long_bundle: Path, tmp_path: Path) -> None:
    """Each is asked in a thread of its own, which no Ctrl-C reaches."""
    script = tmp_path / "both.py"
    script.write_text(BOARDS)
    with (
        start("nothing") as one,
        start("nothing") as other,
        slow_line(one, 9600) as first,
        slow_line(other, 9600) as second,
    ):
        process = begin(str(long_bundle), first, second, command=(str(script),))
        until("verify", process)
        line = stopped(process)
    assert re.match(r"Stopped\. host: the answers to \d+ of 3200 samples are kept\. ", line)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["cc1", "oracle/worker.py", "firmware.elf"])
def test_prove_is_stopped_in_whatever_it_does(begin: Begin, what: str) -> None:
    process = begin("prove", str(MODEL), "--samples", "200000", CCACHE_DISABLE="1")
    child_of(process, what)
    assert stopped(process) == "Stopped. Nothing of the proof is kept."


@pytest.mark.slow
def test_compile_while_the_oracle_works(begin: Begin, tmp_path: Path) -> None:
    """In C, in a process of its own that a Ctrl-C of this process alone does not reach."""
    process = begin("compile", str(MODEL), "--board", "nano33ble", "--firmware", "--runtime", "tflm")
    child_of(process, "oracle/worker.py")
    assert stopped(process).startswith("Stopped. Files that were written are whole")


def test_doctor_while_a_program_hangs(begin: Begin, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    hangs = programs / "make"
    hangs.write_text("#!/bin/sh\nexec sleep 600\n")
    hangs.chmod(0o755)
    process = begin("doctor", PATH=f"{programs}:{os.environ['PATH']}")
    child_of(process, "sleep 600")
    assert stopped(process) == "Stopped. Nothing was changed."


PROJECT = """
[project]
name = "held"
[data]
source = "held:dataset"
kind = "image"
"""
HELD = """
import sys, time
def dataset():
    print("held", file=sys.stderr, flush=True)
    open("began", "w").close()
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass
"""


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["train", "run", "distill"])
def test_a_training_stage_is_stopped(begin: Begin, tmp_path: Path, verb: str) -> None:
    """In the training process, whatever it does there."""
    (tmp_path / "tinykd.toml").write_text(PROJECT)
    (tmp_path / "held.py").write_text(HELD)
    process = begin(verb)
    deadline = time.monotonic() + 120
    while not (tmp_path / "began").exists():
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.05)
    assert stopped(process) == (
        "Stopped. check was cut short; what was finished before it is kept. Type the same again to go on."
    )


DEAF = """
import sys, time
from tinykd.cli.app import _exit_code
from tinykd.cli.output import Output

def deaf():
    print("began", file=sys.stderr, flush=True)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass

sys.exit(_exit_code(Output(), deaf, "Nothing is kept"))
"""


def test_code_that_does_not_listen_is_ended(begin: Begin, tmp_path: Path) -> None:
    script = tmp_path / "deaf.py"
    script.write_text(DEAF)
    process = begin(command=(str(script),))
    until("began", process)
    assert stopped(process) == "Stopped. Nothing is kept."


def test_a_second_ctrl_c_does_not_cut_the_tidying_up(begin: Begin, tmp_path: Path) -> None:
    script = tmp_path / "tidy.py"
    script.write_text(DEAF.replace("            pass", "            time.sleep(0.4)\n            raise"))
    process = begin(command=(str(script),))
    until("began", process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    assert stopped(process) == "Stopped. Nothing is kept."


def test_half_a_project_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tinykd.cli.verbs_project._fill_in", interrupted)
    with pytest.raises(KeyboardInterrupt):
        verbs_project.new(Output(), "demo")
    assert not list(tmp_path.iterdir())
