"""The user's code in a running firmware: it gets every result, gives samples, and disturbs no frame."""

import time
import zlib
from pathlib import Path

import numpy as np
import pytest
import serial

from tests.build.toy import INPUT_BYTES, toy_outputs, toy_sources
from tinykd.boards import load_board
from tinykd.build import FirmwareImage, build_firmware
from tinykd.errors import LinkError
from tinykd.firmware_project import EmbeddedSamples, lay_out, project_files
from tinykd.flash import open_board
from tinykd.link.device import Device
from tinykd.link.line import SerialLine
from tinykd.link.requests import Read, ReadSource, Run, Write
from tinykd.link.transport import SerialTransport
from tinykd.link.windowed_requests import WindowedRequests
from tinykd.progress import Silent

pytestmark = pytest.mark.slow
APP = """
#include <string.h>
#include "toy.h"
#include "tkd_app.h"

int on_sample(void *input, uint32_t bytes) {
    static int asked = 0;
    memset(input, 1, bytes);
    return ++asked % 20 == 0;
}

void on_result(const tkd_result *result) {
    static char text[] = "class 0 of 00";
    text[6] = static_cast<char>('0' + result->best);
    text[11] = static_cast<char>('0' + result->output->bytes / 10);
    text[12] = static_cast<char>('0' + result->output->bytes % 10);
    tkd_app_say(text);
}
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> FirmwareImage:
    folder = tmp_path_factory.mktemp("app")
    samples = EmbeddedSamples(np.ones((2, INPUT_BYTES), np.int8), (0, 0))
    lay_out(project_files(toy_sources(), load_board("host"), samples), folder / "project")
    (folder / "project/src/app.cpp").write_text(APP)
    return build_firmware(folder / "project", load_board("host"), folder / "out", Silent())


def best_of_ones() -> bytes:
    best = int(np.argmax(toy_outputs(np.ones((1, INPUT_BYTES), np.int8))[0]))
    return f"class {best} of 10\r\n".encode()


def test_samples_come_when_the_line_is_quiet_and_results_are_told(image: FirmwareImage) -> None:
    with open_board(image, load_board("host")) as url, serial.Serial(url, timeout=60) as port:
        for _ in range(3):
            assert port.read_until(best_of_ones()).endswith(best_of_ones())
        port.write(b"infer 1\r")
        assert best_of_ones() + b"sample 1 is " in port.read_until(b": wrong\r\n")


def test_frames_are_exact_with_code_that_prints(image: FirmwareImage) -> None:
    inputs = np.random.default_rng(5).integers(-128, 128, (20, INPUT_BYTES), dtype=np.int8)
    with open_board(image, load_board("host")) as url, Device.open(url) as device:
        first = [np.frombuffer(r.output, np.int8) for r in device.infer_many(inputs[:10])]
        time.sleep(1.3)  # the user's samples are under way
        second = [np.frombuffer(r.output, np.int8) for r in device.infer_many(inputs[10:])]
    np.testing.assert_array_equal(np.array(first + second), toy_outputs(inputs))


GREEDY = """
#include <string.h>
#include "tkd_app.h"

int on_sample(void *input, uint32_t bytes) {
    memset(input, 1, bytes);
    return 0;
}
"""


def refused_in_the_end(exchange: WindowedRequests, read: Read) -> bool:
    """The app takes its turn when the line was quiet for a second; where the machine is busy, later."""
    for _ in range(30):
        time.sleep(1.3)
        try:
            exchange.request(read)
        except LinkError as error:
            return "STATE" in str(error)
    return False


def test_a_sample_that_is_not_ready_leaves_no_half_overwritten_job(tmp_path: Path) -> None:
    """What on_sample wrote may lie over the outputs: a tool that asks for them later is refused."""
    lay_out(project_files(toy_sources(), load_board("host")), tmp_path)
    (tmp_path / "src/app.cpp").write_text(GREEDY)
    image = build_firmware(tmp_path, load_board("host"), tmp_path / "out", Silent())
    with open_board(image, load_board("host")) as url:
        exchange = WindowedRequests(SerialLine(SerialTransport.open(url), url))
        exchange.request(Write(7, 0, bytes(INPUT_BYTES)))
        read = Read(7, ReadSource.OUTPUT, 0, 4)
        exchange.request(Run(zlib.crc32(bytes(INPUT_BYTES)), 4, 7, INPUT_BYTES, b""))
        assert len(exchange.request(read)) == 4
        assert refused_in_the_end(exchange, read)
        exchange.line.close()


def test_without_app_cpp_it_still_builds(tmp_path: Path) -> None:
    lay_out(project_files(toy_sources(), load_board("host")), tmp_path)
    (tmp_path / "src/app.cpp").write_text("")
    build_firmware(tmp_path, load_board("host"), tmp_path / "out", Silent())
