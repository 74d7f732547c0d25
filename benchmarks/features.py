"""``python -m benchmarks.features``: features of sound on an emulated Cortex-M0, in integers beside float32.

Both with the same frames and bands: instructions for one frame with its int8 input, exact to 40, and for a
second of sound. All bytes are held against the host's.
"""

import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import BARE_METAL, INSTRUCTIONS_PER_TICK, MACHINES
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.data.features.log_mel import LogMel, log_mel
from tinykd.data.features.micro_frontend import MicroFrontend, micro_features
from tinykd.firmware_project import ModelSources
from tinykd.firmware_project.features import feature_files, feature_sources
from tinykd.graph.quantize import quantize
from tinykd.paths import FIRMWARE
from tinykd.project.samples import AudioSection

AIM = 0.4  # of the instructions of float32
FRAMES = 5
QUANTIZATION = (0.03, -5)
RATES = (16_000, 8_000)
_SHA256 = "0" * 64
_HEADER = """\
#include "tkd_quantize.h"
#define SOUND_MODEL 0x00000000u
#define SOUND_INPUT_SCALE 0.03f
#define SOUND_INPUT_ZERO_POINT (-5)
static inline int8_t sound_quantize(float real) { return tkd_quantize(real, 0.03f, -5); }
"""


@dataclass(frozen=True)
class Measured:
    """``inputs`` (FRAMES, bands) of the int8 input."""

    instructions: int  # of one frame, the mean
    inputs: NDArray[np.int8]


def fronts(rate: int) -> dict[str, AudioFrontend]:
    """As ``[audio] features`` calls them, all of the same frames and bands."""
    micro = MicroFrontend.of(AudioSection(features="micro_frontend", rate=rate))
    bands = {"n_mels": micro.bands, "f_min": micro.f_min, "f_max": micro.f_max, "frame_ms": 30.0}
    section = AudioSection.model_validate({"rate": rate, **bands})
    mel, integers = LogMel.of(section), IntegerLogMel.of(section)
    assert (mel.frame, mel.hop, mel.fft) == (micro.frame, micro.hop, micro.fft)
    return {
        "micro_frontend": AudioFrontend(micro, "time", 200.0, 100.0),
        "integer_log_mel": AudioFrontend(integers, "time", 900.0, 130.0),
        "log_mel": AudioFrontend(mel, "time", -6.0, 3.0),
    }


def sound(how: MicroFrontend | LogMel) -> NDArray[np.int16]:
    """FRAMES frames of a tone in noise, as ``fill_sound`` of features.c makes them."""
    count, state, found = how.frame + (FRAMES - 1) * how.hop, 1, []
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        found.append((state >> 20) - 2048 + ((i % 40) - 20) * 300)
    return np.array(found, np.int16)


def expected(front: AudioFrontend) -> NDArray[np.int8]:
    """(FRAMES, bands) of the host."""
    how, played = front.how, sound(front.how)[np.newaxis]
    if isinstance(how, LogMel):
        waves = played.astype(np.float32) / np.float32(32768)
        features = log_mel(waves, replace(how, samples=played.shape[1]))[0]
    else:
        features = micro_features(played, replace(how, samples=played.shape[1]))[0].astype(np.float32)
    return quantize((features - np.float32(front.mean)) / np.float32(front.deviation), *QUANTIZATION)


def measure(front: AudioFrontend, folder: Path, machine: str = "cortex-m0") -> Measured:
    """``front`` on the emulated core; ``folder`` is for what is built."""
    model = ModelSources("sound", {}, (), 0, 0, _SHA256, input_quantization=QUANTIZATION)
    headers = {Path(p).name: text for p, text in feature_files(model, front, {}).items()} | {
        "sound.h": _HEADER
    }
    for name, text in headers.items():
        (folder / name).write_text(text)
    sources = [str(FIRMWARE / path) for path in feature_sources(front) if path.endswith(".c")]
    places = ("include", "kernels", "kernels/signal", "features")
    kind = "MICRO_FRONTEND" if isinstance(front.how, MicroFrontend) else "LOG_MEL"
    elf = folder / "features.elf"
    command = [
        "arm-none-eabi-gcc", "-std=gnu99", "-O2", "-mthumb", *MACHINES[machine].flags, f"-D{kind}",
        f"-DRUNS={FRAMES}", "-ffunction-sections", "-fdata-sections", "-nostartfiles", "--specs=nano.specs",
        "-Wl,--gc-sections", f"-Wl,-T,{BARE_METAL / 'start.ld'}", f"-I{folder}",
        *(f"-I{FIRMWARE / place}" for place in places), *sources,
        str(BARE_METAL / "features.c"), str(BARE_METAL / "start.c"), "-lm", "-o", str(elf),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return _read(MACHINES[machine].lines(elf), front.how.bands)


def _read(lines: list[str], bands: int) -> Measured:
    rows = [line.split() for line in lines]
    ticks = sum(int(ticks, 16) for ticks, _ in rows) / len(rows)
    inputs = np.frombuffer(b"".join(bytes.fromhex(output) for _, output in rows), np.int8)
    return Measured(round(ticks * INSTRUCTIONS_PER_TICK), inputs.reshape(len(rows), bands))


def main() -> None:
    """One line for each rate and kind."""
    print(f"{'features':42}{'a frame':>14}{'a second':>14}{'share':>8}  bytes")
    for rate in RATES:
        given, found = fronts(rate), {}
        for name, front in given.items():
            with tempfile.TemporaryDirectory() as folder:
                found[name] = measure(front, Path(folder))
        for name, front in given.items():
            how, ours = front.how, found[name]
            same = int((ours.inputs == expected(front)).sum())
            title = f"{name}, {rate} Hz, FFT {how.fft}, {how.bands} bands"
            share = ours.instructions / found["log_mel"].instructions
            second = ours.instructions * rate // how.hop
            note = f"{same}/{ours.inputs.size} = host"
            print(f"{title:42}{ours.instructions:>14,}{second:>14,}{share:>8.1%}  {note}")


if __name__ == "__main__":
    main()
