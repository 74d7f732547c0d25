"""From 16-bit sound to a model's answer in C, beside the host's features and TFLM's answers."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.firmware_project import sensed, test_examples
from tests.ports.compiling import write_files
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.micro_frontend import MicroFrontend, micro_features
from tinykd.firmware_project import project_files
from tinykd.firmware_project.layouts import cmake_files
from tinykd.firmware_project.tree import FirmwareContent
from tinykd.graph.quantize import quantize
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.tflm.build import TflmBuild

HOW = MicroFrontend(8000, 4000, 240, 160, 16, 125.0, 3750.0)
SOUND = AudioFrontend(HOW, "time", 190.25, 81.5)
SHAPE = (HOW.frames, 1, HOW.bands)
MAIN = """
#include <stdio.h>
#include "sensed_features.h"
#include "sensed.h"

int main(void) {
    static int16_t sound[SENSED_SAMPLES];
    static uint32_t noise[SENSED_BANDS], work[(SENSED_WORK_BYTES + 3) / 4];
    static TKD_ALIGNED(TKD_ARENA_ALIGN) uint8_t arena[SENSED_ARENA_BYTES];
    while (fread(sound, 2, SENSED_SAMPLES, stdin) == SENSED_SAMPLES) {
        sensed_from_sound(sound, noise, work, sensed_input(arena));
        if (sensed_invoke(arena) != TKD_OK) {
            return 1;
        }
        fwrite(sensed_output(arena), 1, SENSED_OUTPUT_BYTES, stdout);
    }
    return 0;
}
"""


def host(sounds: np.ndarray, how: MicroFrontend, scale: float, zero_point: int) -> np.ndarray:
    """(n, samples) to the model's inputs, (n, frames, 1, bands), as training makes them."""
    reals = micro_features(sounds, how).astype(np.float32) - np.float32(SOUND.mean)
    return quantize(reals / np.float32(SOUND.deviation), scale, zero_point)[:, :, np.newaxis]


@pytest.mark.slow
def test_pcm_in_and_classes_out_are_the_hosts_and_tflms(tmp_path: Path) -> None:
    net = Net(image(*SHAPE))
    net.reshape((1, HOW.frames * HOW.bands))
    net.dense(3)
    program = compile_graph(read_graph(net.bytes()), CompileOptions(name="sensed"))
    write_files(cmake_files(program, sensed.around(SOUND, SHAPE)), tmp_path)
    folder = tmp_path / "tinykd_sensed"
    subprocess.run(["make", "-s"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / "main.c").write_text(MAIN)
    command = ["gcc", "-std=c99", *test_examples.WARNINGS, "-Iinclude", "main.c", "build/libsensed.a"]
    subprocess.run([*command, "-o", "run"], cwd=folder, check=True)
    played = test_examples.sounds(5, HOW.rate)
    done = subprocess.run([str(folder / "run")], input=played.tobytes(), capture_output=True, check=True)
    tensor = program.inputs[0].tensor
    wanted = run_tflm(net.bytes(), host(played, HOW, tensor.scale, tensor.zero_point))
    assert done.stdout == b"".join(each.tobytes() for each in wanted)
    assert len(set(np.frombuffer(done.stdout, np.int8).reshape(5, 3).argmax(axis=1).tolist())) > 1


@pytest.mark.slow
def test_a_microphone_gives_the_features_of_training_in_every_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the rate of the board's own microphone, so that no filter stands between."""
    how = MicroFrontend(16_000, 8000, 480, 320, 24, 125.0, 7500.0)
    front, shape = replace(SOUND, how=how), (how.frames, 1, how.bands)
    monkeypatch.setitem(sensed.KINDS, "microphone", (front, shape))
    played, world = test_examples.sounds(3, how.rate), test_examples.PDM_WORLD
    blocks = played.size // 100
    found, said = test_examples.run(
        tmp_path, "nano33ble_sense_rev2", "microphone", world, blocks + 2, played.tobytes()
    )
    quantization = sensed.model(shape).input_quantization
    assert said == "begins at 16000\n" and quantization is not None
    assert np.array_equal(found, host(played, how, *quantization).reshape(3, -1))


def test_what_a_project_carries_for_them() -> None:
    """The integer kernels are there with both runtimes, the float header with neither."""
    board, around, sources = load_board("host"), sensed.around(SOUND, SHAPE), sensed.model(SHAPE)
    files = project_files(sources, board, around=around)
    assert "lib/tinykd_kernels/src/tkd_micro_frontend.c" in files and "include/tkd_log_mel.h" not in files
    assert "sensed_from_sound(samples, noise, work, input)" in files["README.md"]
    other = replace(sources, tflm=TflmBuild(), kernel_files=())
    libraries = FirmwareContent(other, board, around=around).libraries
    assert {"tinykd_kernels", "tinykd_tflm"} <= {library.name for library in libraries}
