"""The sensor examples with a sensor that plays recordings: the model's input is what training makes of them.

The example is compiled for this machine with the core's fake headers; its functions are given here. Each is
also compiled for every board by ``tests/ports/test_cores.py``.
"""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from tests.firmware_project.sensed import HOW, KINDS, MOTION, SIX, SOUND, around, model, quantized
from tests.firmware_project.test_layouts import WARNINGS
from tests.ports.compiling import write_files
from tests.ports.cores import FAKES, core_of
from tinykd.boards import load_board
from tinykd.data.features.frontend import Frontend, ImageFrontend, SensorFrontend, TableFrontend
from tinykd.data.features.log_mel import log_mel
from tinykd.firmware_project import example_of, lay_out, note_of, project_files
from tinykd.firmware_project.features import feature_sources

RNG = np.random.default_rng(0)
FILES = [f"-I{place}" for place in ("include", "lib/tinykd/src", "lib/tinykd_kernels/src")]
MAIN = """
#include <stdio.h>
#include "Arduino.h"
#include "sensed.h"
#include "tkd_app.h"
WORLD
void tkd_app_say(const char *line) { fprintf(stderr, "%s\\n", line); }
int main() {
    static int8_t input[SENSED_INPUT_BYTES];
    for (long asked = 0; asked < ASKED; ++asked) {
        tick();
        if (on_sample(input, sizeof input)) {
            fwrite(input, 1, sizeof input, stdout);
        }
    }
    return 0;
}
"""
PDM_WORLD = """
#include "PDM.h"
PDMClass::PDMClass(int, int, int) {}
PDMClass::~PDMClass() {}
PDMClass PDM(1, 2, 3);
static void (*told)(void);
static int16_t block[100];
static int there;
int PDMClass::begin(int, int rate) { fprintf(stderr, "begins at %d\\n", rate); return 1; }
int PDMClass::available() { return there; }
int PDMClass::read(void *to, size_t) {
    for (int i = 0; i < there / 2; ++i) {
        static_cast<int16_t *>(to)[i] = block[i];
    }
    return there;
}
void PDMClass::onReceive(void (*f)(void)) { told = f; }
static void tick() {
    if (told) {
        there = 2 * (int)fread(block, 2, 100, stdin);
        told();
    }
}
"""
ANALOG_WORLD = """
static unsigned long now_us, reads;
static int16_t heard;
unsigned long micros() { return now_us += 5; }
TYPE analogRead(PIN) {
    static unsigned long at = 0;
    now_us += READ_US;
    while (at <= now_us / 125 && fread(&heard, 2, 1, stdin) == 1) ++at; /* 8 kHz */
    ++reads;
    return (TYPE)(2048 + heard / 16);
}
void analogReadResolution(BITS) {}
static void tick() {}
"""
I2C_WORLD = """
#include "Wire.h"
static unsigned long now_us;
static int16_t words[7];
static int at;
unsigned long micros() { return now_us; }
arduino::MbedI2C::MbedI2C(int, int) {}
arduino::MbedI2C Wire(4, 5);
size_t arduino::Print::write(const uint8_t *, size_t n) { return n; }
void TwoWire::begin() {}
void TwoWire::begin(uint8_t) {}
void TwoWire::setClock(uint32_t) {}
void TwoWire::beginTransmission(uint8_t) {}
uint8_t TwoWire::endTransmission() { return 0; }
uint8_t TwoWire::endTransmission(bool) { return 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n) { at = 0; return fread(words, 2, 7, stdin) == 7 ? n : 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n, bool) { return n; }
size_t TwoWire::write(uint8_t) { return 1; }
size_t TwoWire::write(const uint8_t *, int n) { return static_cast<size_t>(n); }
int TwoWire::available() { return 1; }
int TwoWire::read() {
    const int both = words[at / 2], shift = at % 2 ? 0 : 8;
    ++at;
    return both >> shift & 255;
}
void TwoWire::flush() {}
static void tick() { now_us += 1000 + (now_us == GAP_USu ? 100000 : 0); }
"""


def run(folder: Path, board: str, kind: str, world: str, asked: int, given: bytes) -> tuple[np.ndarray, str]:
    """What the example gives the model, (n, input bytes), when asked so often; and what it says."""
    frontend, shape = KINDS[kind]
    files = project_files(model(shape), load_board(board), around=around(frontend, shape))
    write_files(files, folder)
    main = MAIN.replace("WORLD", world).replace("ASKED", str(asked))
    (folder / "main.cpp").write_text(main)
    core = core_of(load_board(board))
    libraries = [f"-I{FAKES / core.folder / 'libraries' / name}" for name in ("PDM", "Wire")]
    command = ["g++", f"-std={core.standard}", *WARNINGS, *core.flags, *libraries, *FILES]
    sources = ["main.cpp", f"examples/{kind}.cpp"]
    done = subprocess.run([*command, *sources, "-c"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    called = [f"lib/tinykd_kernels/src/{Path(p).name}" for p in feature_sources(frontend) if p.endswith(".c")]
    if called:
        subprocess.run(["gcc", "-O1", *FILES, "-c", *called], cwd=folder, check=True)
    objects = ["main.o", f"{kind}.o", *(f"{Path(path).stem}.o" for path in called)]
    subprocess.run(["g++", *objects, "-o", "run", "-lm"], cwd=folder, check=True)
    played = subprocess.run([str(folder / "run")], input=given, capture_output=True, check=True)
    size = int(np.prod(shape))
    return np.frombuffer(played.stdout, np.int8).reshape(-1, size), played.stderr.decode()


def sounds(count: int, rate: int) -> np.ndarray:
    """(count, samples) of int16: tones that differ, in noise."""
    time = np.arange(HOW.samples * rate // HOW.rate) / rate
    waves = [np.sin(2 * np.pi * (300 + 500 * i) * time) * 0.4 for i in range(count)]
    noisy = np.array(waves) + 0.02 * RNG.standard_normal((count, len(time)))
    return np.rint(32767 * noisy).astype(np.int16)


def features(sound: np.ndarray) -> np.ndarray:
    """(n, samples) in [-1, 1] to what the model's input is: (n, bytes)."""
    found = (log_mel(sound.astype(np.float32), HOW) - SOUND.mean) / SOUND.deviation
    return quantized(model(KINDS["microphone"][1]), found.reshape(len(sound), -1))


@pytest.mark.slow
@pytest.mark.parametrize("board", ["nano33ble_sense_rev2", "nanorp2040connect"])
def test_a_microphone_of_the_board_gives_the_features_of_training(board: str, tmp_path: Path) -> None:
    """Its 16 kHz become the model's 8 as training's files are brought there; no sound is answered twice."""
    played = sounds(4, 16_000)
    blocks = played.size // 100 + 4
    found, said = run(tmp_path, board, "microphone", PDM_WORLD, blocks, played.tobytes())
    assert len(found) == 4 and said.startswith("begins at 16000\n")
    delay = 20 * 1  # of the low-pass, in samples of 16 kHz
    whole = np.concatenate([np.zeros(delay), played.reshape(-1)]) / 32768
    at_8k = resample_poly(whole, 1, 2)[: 4 * HOW.samples].reshape(4, -1)
    wanted = features(at_8k)
    assert np.abs(found[1:].astype(int) - wanted[1:]).mean() < 2.0
    raw = np.abs(found[1:].astype(int) - wanted[:-1]).mean()  # another sound
    assert raw > 8.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("board", "types"),
    [
        ("pico", ("int", "pin_size_t", "int")),
        ("nucleo_f446re", ("uint32_t", "uint32_t", "int")),
        ("esp32dev", ("uint16_t", "uint8_t", "uint8_t")),
    ],
)
def test_an_analog_microphone_gives_the_features_of_training(
    board: str, types: tuple[str, str, str], tmp_path: Path
) -> None:
    """Whatever type the core's analogRead has: an unsigned one made a value below the middle enormous."""
    played = sounds(3, 8_000)
    found, said = run(tmp_path, board, "microphone", analog(types, 20), 3, played.tobytes())
    assert (len(found), said) == (3, "")
    wanted = features((played // 16 * 16) / 32768)
    assert np.abs(found.astype(int) - wanted).mean() < 3.0


def analog(types: tuple[str, str, str], read_us: int) -> str:
    world = ANALOG_WORLD.replace("TYPE", types[0]).replace("PIN", types[1]).replace("BITS", types[2])
    returns = "uint32_t" if types[0] == "uint32_t" else "unsigned long"
    return world.replace("unsigned long micros()", f"{returns} micros()").replace("READ_US", str(read_us))


@pytest.mark.slow
def test_an_analog_input_that_is_too_slow_gives_nothing(tmp_path: Path) -> None:
    """250 us a reading where 125 are due: other features than those of training, without a word."""
    world = analog(("int", "pin_size_t", "int"), 250)
    found, said = run(tmp_path, "pico", "microphone", world, 2, sounds(3, 8_000).tobytes())
    assert len(found) == 0
    assert said == "the analog input is too slow for the model's rate\n" * 2


@pytest.mark.slow
@pytest.mark.parametrize("gap_us", [1, 1_500_000])
def test_an_accelerometer_gives_the_windows_of_training(gap_us: int, tmp_path: Path) -> None:
    """Six channels at 50 Hz in g and rad/s, normalised; a gap makes the window begin anew."""
    words = RNG.integers(-8000, 8000, (200, 7)).astype(np.int16)
    words[:, 3] = 12345  # the temperature
    world = I2C_WORLD.replace("GAP_US", str(gap_us))
    found, _ = run(tmp_path, "nano33ble", "accelerometer", world, 4_000, words.tobytes())
    measured = words[:, [0, 1, 2, 4, 5, 6]] * ([1 / 8192] * 3 + [np.pi / 180 / 65.5] * 3)
    real = (measured - MOTION.mean) / MOTION.deviation
    source = model(KINDS["accelerometer"][1])
    windows = [quantized(source, real[i : i + 32]).reshape(-1) for i in range(169)]
    at = [next(i for i, window in enumerate(windows) if np.abs(window - each).max() <= 1) for each in found]
    between = np.diff(at)
    if gap_us == 1:
        assert at[0] == 0 and set(between) == {16} and len(at) >= 10
    else:
        assert at[0] == 0 and between.max() >= 17  # no window reaches over the gap
    assert 199 <= 4_000 / 20 <= 201  # a row each 20 ms


@pytest.mark.slow
def test_a_camera_gives_pixels_in_the_range_of_training(tmp_path: Path) -> None:
    clock = "static unsigned long now;\nunsigned long millis() { return now; }\n"
    world = clock + "static void tick() { now += 100; }"
    found, _ = run(tmp_path, "nano33ble", "camera", world, 50, b"")
    assert len(found) == 10
    source = model(KINDS["camera"][1])
    black, white = quantized(source, np.array([0.0, 1.0]))
    assert found.min() == black and black < found.max() <= white


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_old_example_meets_a_changed_model(kind: str, tmp_path: Path) -> None:
    """As src/app.cpp it does not compile for other classes; nor for another rate, window or picture."""
    frontend, shape = KINDS[kind]
    board = load_board("nano33ble")
    files = project_files(model(shape), board, around=around(frontend, shape))
    lay_out(files, tmp_path)
    (tmp_path / "src/app.cpp").write_text(files[f"examples/{kind}.cpp"])
    core = core_of(board)
    libraries = [f"-I{FAKES / 'mbed/libraries' / name}" for name in ("PDM", "Wire")]
    where = [*core.flags, *libraries, *FILES]
    command = ["g++", "-std=gnu++14", *WARNINGS, *where, "-fsyntax-only", "src/app.cpp"]

    def compiled() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert compiled().returncode == 0
    others = {
        "microphone": replace(SOUND, how=replace(HOW, rate=16_000)),
        "accelerometer": replace(MOTION, rate_hz=100.0),
        "camera": ImageFrontend(2.0, -1.0),
    }
    for changed in (
        around(frontend, shape, classes=["c", "b", "a"]),
        around(others[kind], shape),
    ):
        changes = lay_out(project_files(model(shape), board, around=changed), tmp_path)
        done = compiled()
        assert done.returncode == 1 and "#error" in done.stderr and "take the new one" in done.stderr
        assert "src/app.cpp was written for other inputs or outputs" in "".join(changes.notes)


OTHER_FRONTENDS: list[tuple[str, Frontend, tuple[int, int, int], str]] = [
    ("pico", replace(MOTION, rate_hz=None), (32, 1, 6), "the rate of the recordings is not known; say rate"),
    ("pico", replace(MOTION, columns=()), (32, 1, 6), "its channels have no names that say signal and unit"),
    ("pico", replace(MOTION, columns=(*SIX[:5], "flow")), (32, 1, 6), 'a channel "flow" does not say signal'),
    ("pico", replace(MOTION, columns=("ax", *SIX[1:])), (32, 1, 6), 'a channel "ax" does not say signal'),
    ("pico", replace(MOTION, rate_hz=2000.0), (32, 1, 6), "2000 values per second are more than the 250"),
    ("pico", TableFrontend((0.0,) * 6, (1.0,) * 6, SIX), (1, 1, 6), "a table's columns may be anything"),
    ("pico", ImageFrontend(255.0), (8, 8, 2), "a camera gives grey or RGB, not an input of shape [8, 8, 2]"),
    (
        "nanorp2040connect",
        replace(SOUND, how=replace(HOW, rate=11_025)),
        (HOW.frames, 1, HOW.bands),
        "the board's microphone gives 16,000 samples per second, of which 11,025 are no part",
    ),
    ("uno", SOUND, (HOW.frames, 1, HOW.bands), "bytes of RAM, and"),
]


@pytest.mark.parametrize(("board", "frontend", "shape", "why"), OTHER_FRONTENDS)
def test_no_example_that_is_not_the_models(
    board: str, frontend: Frontend, shape: tuple[int, int, int], why: str
) -> None:
    sources = replace(model(shape), arena_bytes=128)
    known = around(frontend, shape)
    files = project_files(sources, load_board(board), around=known)
    assert not [path for path in files if path.startswith("examples/")]
    note = note_of(example_of(sources, load_board(board), known))
    assert note.startswith("no examples/") and why in note
    assert why in files["README.md"]


def test_of_a_model_from_elsewhere_no_example_is_guessed() -> None:
    files = project_files(model((8, 8, 1)), load_board("pico"))
    assert not [path for path in files if path.startswith("examples/")]
    assert "nothing is known of the rate, the channels and the features" in files["README.md"]


def test_a_project_has_the_one_example_of_its_kind() -> None:
    for kind, (frontend, shape) in KINDS.items():
        files = project_files(model(shape), load_board("pico"), around=around(frontend, shape))
        assert [path for path in files if path.startswith("examples/")] == [f"examples/{kind}.cpp"]
        assert f"`examples/{kind}.cpp` | a whole `app.cpp`" in files["README.md"]


ROUND = """
#include <stdio.h>
#include "tkd_app.h"
int main(void) {
    const tkd_tensor_info t = {"t", 0, 1, 0.5f, 3, TKD_INT8, 1, {1}};
    const volatile float zero = 0.0f;
    const float reals[] = {0.0f, 0.25f, -0.25f, 0.24f, -0.24f, 1e9f, -1e9f, 62.0f, 62.3f,
                           0.249999985f, -0.249999985f, 0.0f / zero};
    for (unsigned i = 0; i < sizeof reals / sizeof *reals; ++i) {
        printf("%d ", tkd_app_quantize(&t, reals[i]));
    }
    return 0;
}
"""


@pytest.mark.slow
def test_a_real_value_is_rounded_half_away_from_zero(tmp_path: Path) -> None:
    write_files(project_files(model((8, 8, 1)), load_board("host")) | {"round.c": ROUND}, tmp_path)
    command = ["gcc", "-std=c99", *WARNINGS, *FILES, "round.c", "-o", "round"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "round"], capture_output=True, text=True, check=True)
    assert done.stdout == "3 4 2 3 3 127 -128 127 127 3 3 127 "


def test_units_are_those_of_the_recordings() -> None:
    """m/s2 and degrees per second, in another order, are what the names say."""
    names = ("gyro_z_dps", "ay [m/s2]", "acc_x_mg")
    frontend = SensorFrontend((0.0,) * 3, (1.0,) * 3, 100.0, names)
    text = project_files(model((16, 1, 3)), load_board("pico"), around=around(frontend, (16, 1, 3)))
    example = text["examples/accelerometer.cpp"]
    for row in ("{6, 0.0152671756f}", "{1, 0.00119710083f}", "{0, 0.122070312f}"):
        assert row in example
    assert "PERIOD_US = 10000" in example
