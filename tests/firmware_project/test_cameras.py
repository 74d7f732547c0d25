"""The example that takes a camera's frames: the model's input is what training makes of the same pixels."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.firmware_project.sensed import around, model, quantized
from tests.ports.compiling import compile_sources, write_files
from tests.ports.cores import FAKES, core_of
from tests.ports.test_compile import roomy
from tinykd.boards import Board, load_board
from tinykd.data.features.camera import Camera, camera_pixels
from tinykd.data.features.frontend import ImageFrontend
from tinykd.firmware_project import example_of, project_files
from tinykd.firmware_project.features import feature_sources

GREY = Camera(120, 160, 1, 0, 20, 120, 120, 24, 24)
MADE_GREY = replace(GREY, channels=3, grey=True)
COLOURS = replace(GREY, channels=3)
MAIN = """
#include <stdio.h>
#include "Arduino.h"
#include "sensed.h"
#include "tkd_app.h"
WORLD
void tkd_app_say(const char *line) { fprintf(stderr, "%s\\n", line); }
int main() {
    static int8_t input[SENSED_INPUT_BYTES];
    for (int asked = 0; asked < 30; ++asked) {
        now += 100;
        if (on_sample(input, sizeof input)) fwrite(input, 1, sizeof input, stdout);
    }
    return 0;
}
"""
CLOCK = "static unsigned long now;\nunsigned long millis() { return now; }\n"
OV2640 = (
    CLOCK
    + """
#include <esp_camera.h>
static uint8_t taken[2 * 160 * 120];
static camera_fb_t frame = {taken, 0, 160, 120, PIXFORMAT_GRAYSCALE};
esp_err_t esp_camera_init(const camera_config_t *c) {
    frame.len = 160 * 120 * (c->pixel_format == PIXFORMAT_RGB565 ? 2 : 1);
    fprintf(stderr, "size %d, d0 %d, d7 %d, pwdn %d\\n", c->frame_size, c->pin_d0, c->pin_d7, c->pin_pwdn);
    return ANSWERS ? ESP_OK : 1;
}
camera_fb_t *esp_camera_fb_get() { return fread(taken, 1, frame.len, stdin) == frame.len ? &frame : nullptr; }
void esp_camera_fb_return(camera_fb_t *) {}
"""
)
OV7670 = (
    CLOCK
    + """
#include <Arduino_OV767X.h>
OV767X::OV767X() {}
OV767X::~OV767X() {}
OV767X Camera;
static size_t bytes;
int OV767X::begin(int size, int format, int) {
    bytes = 160 * 120 * (format == RGB565 ? 2 : 1);
    fprintf(stderr, "size %d\\n", size);
    return ANSWERS;
}
void OV767X::readFrame(void *to) { if (fread(to, 1, bytes, stdin) != bytes) fprintf(stderr, "no frame\\n"); }
"""
)
WORLDS = {"esp32cam": OV2640, "xiao_esp32s3_sense": OV2640, "nano33ble": OV7670}


def shape_of(camera: Camera) -> tuple[int, int, int]:
    return camera.height, camera.width, camera.output_channels


def sources(camera: Camera, board: Board) -> dict[str, str]:
    """The project, with the example as its app.cpp."""
    frontend = ImageFrontend(255.0, camera=camera)
    features = frontend.to_json()
    surroundings = around(frontend, shape_of(camera), input={"shape": list(shape_of(camera)), **features})
    files = project_files(model(shape_of(camera)), board, around=surroundings)
    return files | {"src/app.cpp": files["examples/camera.cpp"]}


def libraries(board: Board) -> list[str]:
    return [f"-I{FAKES / core_of(board).folder / 'libraries' / 'Arduino_OV767X'}"]


def played(
    folder: Path, name: str, camera: Camera, answers: int, given: bytes
) -> tuple[NDArray[np.int8], str]:
    """What the example gives the model of what the camera sees, compiled for this machine; what it says."""
    board = roomy(load_board(name))
    files = sources(camera, board)
    write_files(files, folder)
    (folder / "main.cpp").write_text(MAIN.replace("WORLD", WORLDS[name]).replace("ANSWERS", str(answers)))
    where = [f"-I{path}" for path in sorted({str(Path(p).parent) for p in files if p.endswith(".h")})]
    core = core_of(board)
    called = [
        next(path for path in files if path.endswith(f"/{Path(name).name}"))
        for name in feature_sources(ImageFrontend(255.0, camera=camera))
        if name.endswith(".c")
    ]
    subprocess.run(["gcc", "-O1", *where, "-c", *called], cwd=folder, check=True)
    command = ["g++", f"-std={core.standard}", *core.flags, *libraries(board), *where]
    subprocess.run([*command, "-c", "main.cpp", "src/app.cpp"], cwd=folder, check=True)
    objects = ["main.o", "app.o", *(f"{Path(path).stem}.o" for path in called)]
    subprocess.run(["g++", *objects, "-o", "run"], cwd=folder, check=True)
    done = subprocess.run([str(folder / "run")], input=given, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.int8), done.stderr.decode()


def seen(count: int, camera: Camera) -> tuple[bytes, NDArray[np.uint8]]:
    """What a camera sends of ``count`` frames, and their pixels: grey, or 5, 6, 5 bits of three colours."""
    random = np.random.default_rng(3)
    if camera.channels == 1:
        grey = random.integers(0, 256, (count, 120, 160, 1), np.uint8)
        return grey.tobytes(), grey
    packed = random.integers(0, 65536, (count, 120, 160), np.uint16)
    red, green, blue = packed >> 11, packed >> 5 & 63, packed & 31
    wide = (red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)
    return packed.astype(">u2").tobytes(), np.stack(wide, axis=-1).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("camera", [GREY, MADE_GREY, COLOURS], ids=["grey", "made grey", "colours"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("esp32cam", "size 1, d0 5, d7 35, pwdn 32\n"),
        ("xiao_esp32s3_sense", "size 1, d0 15, d7 48, pwdn -1\n"),
        ("nano33ble", "size 4\n"),
    ],
)
def test_frames_become_the_input_of_training(name: str, says: str, camera: Camera, tmp_path: Path) -> None:
    given, frames = seen(3, camera)
    found, said = played(tmp_path, name, camera, 1, given)
    assert said.startswith(says)
    real = camera_pixels(frames, camera).astype(np.float32) / np.float32(255.0)
    wanted = quantized(model(shape_of(camera)), real)
    assert np.array_equal(found[: wanted.size], wanted.reshape(-1))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["esp32cam", "nano33ble"])
def test_a_camera_that_does_not_answer_is_said_once(name: str, tmp_path: Path) -> None:
    found, said = played(tmp_path, name, GREY, 0, b"")
    assert (len(found), said.count("the camera does not answer\n")) == (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("camera", [GREY, COLOURS], ids=["grey", "colours"])
@pytest.mark.parametrize("name", WORLDS)
def test_it_compiles_for_its_core(name: str, camera: Camera, tmp_path: Path) -> None:
    board = roomy(load_board(name))
    files = sources(camera, board)
    write_files(files, tmp_path)
    assert compile_sources(board, files, ["src/app.cpp"], tmp_path, libraries(board)) == 1


@pytest.mark.parametrize(
    ("name", "camera", "why"),
    [
        (
            "pico",
            GREY,
            "[sensors] of the board names no camera; a frame of yours becomes the input by NAME_from_frame()",
        ),
        (
            "nano33ble",
            Camera(96, 96, 1, 0, 0, 96, 96, 24, 24),
            "the camera gives frames of [120, 160], [144, 176], [240, 320], not [image] camera = [96, 96]",
        ),
    ],
)
def test_what_it_cannot_give_is_said(name: str, camera: Camera, why: str) -> None:
    surroundings = around(ImageFrontend(255.0, camera=camera), shape_of(camera))
    found = example_of(model(shape_of(camera)), load_board(name), surroundings)
    assert found is not None and found.why == why
