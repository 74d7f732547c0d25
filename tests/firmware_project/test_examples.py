"""The sensor examples compile in place of src/app.cpp, and the accelerometer's window slides."""

import subprocess
from pathlib import Path

import pytest

from tests.build.toy import toy_sources
from tests.firmware_project.test_layouts import CORE, NANO, WARNINGS
from tests.ports.cores import FAKES
from tinykd.files import write_whole
from tinykd.firmware_project import project_files

pytestmark = pytest.mark.slow
LIBRARIES = FAKES / "mbed/libraries"
WIRE = f"-I{LIBRARIES / 'Wire'}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in project_files(toy_sources(), NANO).items():
        write_whole(tmp_path / path, text)
    return tmp_path


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("with_pdm", [False, True])
def test_examples_compile(compiler: str, with_pdm: bool, project: Path) -> None:
    where = [*CORE, WIRE, "-Iinclude", "-Ilib/tinykd/src"]
    where += [f"-I{LIBRARIES / 'PDM'}"] if with_pdm else []
    for name in ("accelerometer", "camera", "microphone"):
        command = [compiler, "-std=gnu++17", *WARNINGS, *where, "-fsyntax-only", f"examples/{name}.cpp"]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


MAIN = """
#include <stdio.h>
#include "Arduino.h"
#include "Wire.h"
#include "toy.h"
#include "tkd_app.h"
arduino::MbedI2C::MbedI2C(int, int) {}
arduino::MbedI2C Wire(4, 5);
size_t arduino::Print::write(const uint8_t *, size_t n) { return n; }
void TwoWire::begin(uint8_t) {}
void TwoWire::setClock(uint32_t) {}
uint8_t TwoWire::endTransmission(bool) { return 0; }
size_t TwoWire::requestFrom(uint8_t, size_t n, bool) { return n; }
size_t TwoWire::write(const uint8_t *, int n) { return static_cast<size_t>(n); }
int TwoWire::available() { return 1; }
void TwoWire::flush() {}
static unsigned now, asked;
unsigned long millis(void) { return now; }
void TwoWire::begin() {}
void TwoWire::beginTransmission(uint8_t) {}
uint8_t TwoWire::endTransmission() { return 0; }
size_t TwoWire::write(uint8_t) { return 1; }
size_t TwoWire::requestFrom(uint8_t, size_t n) { ++asked; return n; }
int TwoWire::read() { static unsigned n; return n++ % 2 == 0 ? 0x40 : 0; } /* 0x4000: 1 g */
void tkd_app_say(const char *) {}
int main() {
    int8_t input[60];
    unsigned windows = 0;
    for (now = 10; now < 2010; ++now) {
        if (on_sample(input, sizeof input)) {
            ++windows;
        }
    }
    printf("%u %u %d\\n", asked, windows, input[59]);
}
"""


def test_the_accelerometer_reads_a_hundred_times_a_second(project: Path) -> None:
    """200 readings in 2 s, an inference each 50 of them; 1 g at scale 0.5 is 2."""
    write_whole(project / "test.cpp", MAIN)
    where = [*CORE, WIRE, "-Iinclude", "-Ilib/tinykd/src"]
    sources = ["test.cpp", "examples/accelerometer.cpp"]
    subprocess.run(["gcc", "-c", "-Iinclude", "-Ilib/tinykd/src", "src/model/toy.c"], cwd=project, check=True)
    subprocess.run(["g++", *where, *sources, "toy.o", "-o", "test"], cwd=project, check=True)
    done = subprocess.run([project / "test"], capture_output=True, text=True, check=True)
    assert done.stdout == "200 4 2\n"


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


def test_a_real_value_is_rounded_half_away_from_zero(project: Path) -> None:
    write_whole(project / "round.c", ROUND)
    subprocess.run(
        ["gcc", "-std=c99", *WARNINGS, "-Ilib/tinykd/src", "round.c", "-o", "round"], cwd=project, check=True
    )
    done = subprocess.run([project / "round"], capture_output=True, text=True, check=True)
    assert done.stdout == "3 4 2 3 3 127 -128 127 127 3 3 127 "
