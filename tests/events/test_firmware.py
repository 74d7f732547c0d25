"""``NAME_events``: the generated files, without a warning, in a library and in a running firmware."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
import serial

from tests.build.toy import INPUT_BYTES, OUTPUT_BYTES, toy_outputs, toy_sources
from tests.compiler.host import WARNINGS
from tests.compiler.models import Net, image
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import ImageFrontend
from tinykd.events import EventRules, averages, confidences, detect, rules_of
from tinykd.files import write_whole
from tinykd.firmware_project import Surroundings, lay_out, project_files
from tinykd.firmware_project.events import event_library_files
from tinykd.firmware_project.layouts import arduino_files, cmake_files, espidf_files
from tinykd.flash import open_board
from tinykd.graph.reader import read_graph
from tinykd.progress import Silent
from tinykd.project.events import EventsSection

GOLDEN = Path(__file__).with_name("golden")
HOSTILE = ("yes", '*/ x\n??/ "\\ 🎉', "unknown")
SECTION = EventsSection(hop_ms=50.0, smoothing_ms=200.0, thresholds={"yes": 0.7}, refractory_ms=250.0)
COMPILERS = ("gcc -std=c99", "clang -std=c99", "g++ -std=c++17 -xc++", "clang++ -std=c++17 -xc++")
TEN = tuple(f"class {i}" for i in range(OUTPUT_BYTES))


def test_the_generated_files_are_these(request: pytest.FixtureRequest) -> None:
    files = event_library_files("words", rules_of(SECTION, ("yes", "no", "unknown"), 0.1))
    for path in ("include/words_events.h", "src/words_events.c"):
        file = GOLDEN / Path(path).name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(files[path])
        assert files[path] == file.read_text(), f"{path} changed; if that is meant, run with --update-golden"


@pytest.mark.slow
@pytest.mark.parametrize("command", COMPILERS)
def test_no_warnings_as_c99_and_cpp17(command: str, tmp_path: Path) -> None:
    flags = [flag for flag in WARNINGS if flag != "-Wstrict-prototypes" or "c99" in command]
    kinds = {
        "words": event_library_files("words", rules_of(SECTION, HOSTILE, 0.1)),
        "odd": event_library_files("odd", rules_of(EventsSection(), None, 0.0), 0.25),
    }
    for name, files in kinds.items():
        assert all(text.isascii() for text in files.values())
        for path, text in files.items():
            write_whole(tmp_path / name / path, text)
        includes = [f"-I{tmp_path / name / folder}" for folder in ("include", "kernels")]
        for source in (path for path in files if path.endswith(".c")):
            done = subprocess.run(
                [*command.split(), *flags, "-O1", *includes, "-c", str(tmp_path / name / source)],
                cwd=tmp_path,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_an_avr_compiles_it(tmp_path: Path) -> None:
    """Its constants stay in flash: of RAM, the names and the rules alone."""
    files = event_library_files("words", rules_of(SECTION, ("yes", "no", "unknown"), 0.1))
    for path, text in files.items():
        write_whole(tmp_path / path, text)
    flags = ["-std=c99", "-mmcu=atmega328p", "-Os", *WARNINGS, "-Iinclude", "-Ikernels", "-c"]
    subprocess.run(["avr-gcc", *flags, "src/words_events.c", "events/tkd_events.c"], cwd=tmp_path, check=True)
    sizes = subprocess.run(
        ["avr-size", "-A", "words_events.o"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    found = {line.split()[0]: int(line.split()[1]) for line in sizes.stdout.splitlines() if line[:1] == "."}
    assert found[".progmem.data"] == 2 * 256 + 3 * 3
    assert sum(size for name, size in found.items() if name.startswith((".data", ".rodata"))) < 48


def around(rules: EventRules) -> Surroundings:
    """Of a classifier."""
    return Surroundings(ImageFrontend(), {"task": "classification", "classes": list(rules.names)}, rules)


@pytest.mark.slow
def test_a_library_holds_and_builds_it(tmp_path: Path) -> None:
    net = Net(image(2, 2, 1))
    net.reshape((1, 4))
    net.dense(3)
    program = compile_graph(read_graph(net.bytes()), CompileOptions(name="words"))
    files = cmake_files(program, around(rules_of(SECTION, ("yes", "no", "unknown"), 0.1)))
    for path, text in files.items():
        write_whole(tmp_path / path, text)
    folder = tmp_path / "tinykd_words"
    subprocess.run(["make", "-s", "example"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["make", "-s"], cwd=folder, check=True, capture_output=True)
    symbols = subprocess.run(
        ["nm", "build/libwords.a"], cwd=folder, check=True, capture_output=True, text=True
    )
    for name in ("words_events_feed", "words_events_reset", "tkd_events_step", "words_model"):
        assert f" {name}\n" in symbols.stdout
    subprocess.run(["cmake", "-S", ".", "-B", "c"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["cmake", "--build", "c"], cwd=folder, check=True, capture_output=True)
    assert "words_events_feed" in (folder / "README.md").read_text()
    component = espidf_files(program, load_board("host"), around(rules_of(SECTION, ("yes", "no", "a"), 0.1)))
    assert '"src/words_events.c"' in component["tinykd_words/CMakeLists.txt"]


def test_without_events_a_project_is_what_it_was() -> None:
    board = load_board("nano33ble")
    rules = rules_of(SECTION.model_copy(update={"thresholds": None}), TEN, 0.1)
    plain = arduino_files(toy_sources(), board, around=Surroundings(ImageFrontend(), {"classes": TEN}))
    with_events = arduino_files(toy_sources(), board, around=around(rules))
    assert not [path for path in plain if path.endswith(("events.h", "events.c"))]
    assert "on_event" not in plain["toy/toy.ino"] and "void on_event(" in with_events["toy/toy.ino"]
    added = {path.rpartition("/")[2] for path in set(with_events) - set(plain)}
    assert added == {"toy_events.h", "toy_events.c", "tkd_events.h", "tkd_events.c", "tkd_flash.h"}


APP = """
#include <stdio.h>
#include <string.h>
#include "tkd_app.h"

static const signed char samples[COUNT][BYTES] = {VALUES};

int on_sample(void *input, uint32_t bytes) {
    static int given = 0;
    if (given == COUNT) {
        static bool is_said = false;
        if (!is_said) {
            tkd_app_say("end of stream");
        }
        is_said = true;
        return 0;
    }
    memcpy(input, samples[given++], bytes);
    return 1;
}

void on_event(uint16_t index, const char *name, int8_t score) {
    char text[64];
    snprintf(text, sizeof text, "event %u %s %d", static_cast<unsigned>(index), name, score);
    tkd_app_say(text);
}
"""


@pytest.mark.slow
def test_a_running_firmware_tells_the_events_that_python_finds(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    slow = np.cumsum(random.normal(0, 3, (150, INPUT_BYTES)), axis=0)
    inputs = np.clip(slow, -128, 127).astype(np.int8)
    section = EventsSection(hop_ms=100.0, smoothing_ms=200.0, threshold=0.3, refractory_ms=100.0)
    rules = rules_of(section, TEN, 0.02)
    wanted = detect(averages(confidences(toy_outputs(inputs), rules), rules.smoothing), rules)
    assert len(wanted) > 5 and len({event.index for event in wanted}) > 1
    lay_out(project_files(toy_sources(), load_board("host"), around=around(rules)), tmp_path)
    values = ", ".join("{" + ", ".join(map(str, row)) + "}" for row in inputs.tolist())
    app = APP.replace("COUNT", str(len(inputs))).replace("BYTES", str(INPUT_BYTES)).replace("VALUES", values)
    (tmp_path / "src/app.cpp").write_text(app)
    image = build_firmware(tmp_path, load_board("host"), tmp_path / "out", Silent())
    with open_board(image, load_board("host")) as url, serial.Serial(url, timeout=60) as port:
        said = port.read_until(b"end of stream\r\n").decode().splitlines()
    events = [f"event {event.index} {TEN[event.index]} {event.score}" for event in wanted]
    assert [line for line in said if line.startswith("event")] == events
