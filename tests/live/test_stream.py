"""A recording to event on boards that listen: every window, output, score and event is the host's."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.host import WARNINGS
from tests.live.listening import CASES, EVENTS, around, listening, live_model, recording, verified
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import DataError, LinkError
from tinykd.files import write_whole
from tinykd.firmware_project.layouts import cmake_files
from tinykd.graph.reader import read_graph
from tinykd.link.credited_stream import SensorSource
from tinykd.link.heard_stream import ListenOptions
from tinykd.live.hear import Hearing, LiveModel, hear
from tinykd.recording.virtual import VirtualSensor

SLOW = EVENTS.model_copy(update={"hop_ms": 200.0})  # of a spectrum, whose rows come every 200 ms
SECONDS = {"micro": 1.5, "motion": 10.0, "anomaly": 10.0}


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-microbit", "qemu-mps2-an386", "qemu-riscv32-virt"])
def test_a_board_hears_a_sound_as_the_host_does(board: str, tmp_path: Path) -> None:
    """The micro frontend, on cores with and without a floating-point unit."""
    live = live_model(CASES["micro"])
    with listening(live, board, tmp_path) as device:
        found = verified(live, device, recording(live, SECONDS["micro"]))
    assert found.exact, found.difference
    assert found.answers == 32 and len(found.events) >= 2
    assert found.inputs_exact == found.outputs_exact == found.scores_exact == found.answers
    assert 0 < found.load.features < 1 or board == "host"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("board", "kind"),
    [("host", "motion"), ("host", "anomaly"), ("qemu-microbit", "motion"), ("qemu-mps3-an547", "anomaly")],
)
def test_a_board_follows_a_sensor_as_the_host_does(board: str, kind: str, tmp_path: Path) -> None:
    """Normalised in float32, also where that is emulated; twice, so that nothing of the first run is left."""
    live = live_model(CASES[kind])
    with listening(live, board, tmp_path) as device:
        first = verified(live, device, recording(live, SECONDS[kind]))
        second = verified(live, device, recording(live, SECONDS[kind] / 2, seed=5))
        outputs = list(device.infer_many(np.zeros((2, *live.shape), np.int8)))
    assert first.exact and second.exact, (first.difference, second.difference)
    assert first.answers > 200 and len(first.events) > (0 if kind == "anomaly" else 3)
    assert outputs[0].output == outputs[1].output


@pytest.mark.slow
@pytest.mark.parametrize(("board", "kind"), [("host", "filtered"), ("qemu-microbit", "spectrum")])
def test_filters_go_on_from_row_to_row_as_the_hosts_do(board: str, kind: str, tmp_path: Path) -> None:
    """From the beginning of the recording; frames of a spectrum share values with the one before."""
    live = live_model(CASES[kind], SLOW)
    with listening(live, board, tmp_path) as device:
        found = verified(live, device, recording(live, 8.0))
        again = verified(live, device, recording(live, 4.0, seed=5))
    assert found.exact and again.exact, (found.difference, again.difference)
    assert found.answers >= 30 and len(set(hear_of(live).input_hashes)) > 20


def hear_of(live: LiveModel) -> Hearing:
    played = recording(live, 8.0)
    return hear(live, played.source.samples, played.signal.scale, "recording")


@pytest.mark.slow
def test_in_the_boards_time_it_takes_as_long_as_the_recording(tmp_path: Path) -> None:
    """And another model's answers are found: the first difference is the part of the way where it is."""
    import time

    live = live_model(CASES["micro"])
    played = recording(live, 1.0)
    other = replace(live, model=replace_seed())
    with listening(live, "host", tmp_path) as device:
        begun = time.monotonic()
        assert verified(live, device, played, speed=1.0).exact
        assert time.monotonic() - begun >= 0.97
        found = verified(other, device, played)
        quiet = VirtualSensor(
            SensorSource(played.source.samples // 2, played.source.rate_millihz), played.signal
        )
        wanted = hear(live, quiet.source.samples, 1.0, "quiet")
        with pytest.raises(LinkError, match="the firmware's front end has rows_per_answer 2; expected 3"):
            verified(replace(live, plan=replace(live.plan, rows_per_answer=3)), device, played)
        assert device.memory().stack_bytes >= 0
        stream = device.listen(device.sensor(), ListenOptions(quiet.source, 1.0, 10**9))
        answers = [heard.answer for heard, _ in zip(stream, range(40), strict=False) if heard.answer]
    assert not found.exact and found.difference is not None and found.difference.part == "model"
    assert answers[0].input_hash == wanted.input_hashes[0]


def replace_seed() -> bytes:
    """A model of the same inputs and outputs with other weights."""
    from tests.compiler.models import Net, image
    from tests.live.listening import CLASSES, MICRO

    net = Net(image(MICRO.frames, 1, MICRO.bands), seed=3)
    net.random = np.random.default_rng(9)
    net.reshape((1, MICRO.frames * MICRO.bands))
    net.dense(len(CLASSES))
    return net.bytes()


def test_what_cannot_be_heard_is_one_line() -> None:
    live = live_model(CASES["micro"])
    with pytest.raises(DataError) as short:
        hear(live, np.ones((100, 1), np.int16), 1.0, "a.wav")
    assert str(short.value) == "a.wav: 0.0125 s long; expected at least 0.25 s, the model's window"
    with pytest.raises(DataError) as silent:
        hear(live, np.full((9000, 1), 3, np.int16), 1.0, "a.wav")
    assert (
        str(silent.value) == "a.wav: silence only: every value is the same; expected a recording of something"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["gcc -std=c99", "clang -std=c99", "g++ -std=c++17 -xc++", "avr-gcc -std=c99 -mmcu=atmega2560"]
)
def test_no_warnings_on_any_front_end(command: str, tmp_path: Path) -> None:
    """The generated front ends and the pipeline itself."""
    flags = [flag for flag in WARNINGS if flag != "-Wstrict-prototypes" or "c99" in command]
    for kind in CASES:
        live = live_model(CASES[kind], SLOW if kind == "spectrum" else EVENTS)
        program = compile_graph(read_graph(live.model), CompileOptions(name="heard"))
        for path, text in cmake_files(program, around(live)).items():
            write_whole(tmp_path / kind / path, text)
        folder = tmp_path / kind / "tinykd_heard"
        sources = ["src/heard_live.c", "live/tkd_live.c"]
        done = subprocess.run(
            [*command.split(), *flags, "-O1", "-Iinclude", "-Ikernels", "-fsyntax-only", *sources],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
