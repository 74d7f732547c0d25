"""``--layout esphome``: for each word a manifest and its model, and a device file that takes them.

Source of the manifest: esphome/components/micro_wake_word/__init__.py, MANIFEST_SCHEMA_V2. Pure functions to
``{relative path: content}``.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from tinykd.boards import Board
from tinykd.data.features.frontend import AudioFrontend, Frontend
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.errors import ConfigError
from tinykd.events.rules import STEPS, EventRules
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__
from tinykd.wake_word.ends import BANDS, Normalised

RATE_HZ, FRAME, F_MIN, F_MAX = 16_000, 480, 125.0, 7500.0  # micro_wake_word/preprocessor_settings.h
STEPS_MS = (10, 20)  # from one frame to the next
ESPHOME = "2024.7.0"  # the first that knows manifests of version 2
ARENA_STEP = 1024


@dataclass(frozen=True)
class FiringClass:
    """One class that fires, and the file name that is made of it."""

    index: int
    name: str
    file: str


@dataclass(frozen=True)
class EspHomeHop:
    """``step_ms``: from one frame of features to the next; ``hop_ms``: from one inference to the next."""

    features: Normalised
    step_ms: int
    hop_ms: float

    @property
    def rows(self) -> int:
        """Of features each hop."""
        return round(self.hop_ms / self.step_ms)


def listening(frontend: Frontend, hop_ms: float) -> EspHomeHop:
    """What ESPHome computes the features with, or one line where it would compute others."""
    how = frontend.how if isinstance(frontend, AudioFrontend) else None
    if not isinstance(frontend, AudioFrontend) or not isinstance(how, MicroFrontend) or how.is_plain:
        wanted = 'features = "micro_frontend", which ESPHome computes'
        raise ConfigError("--layout esphome", "a project with other features", wanted, "Type it in [audio]")
    step_ms = round(1000 * how.hop / how.rate)
    found = (how.rate, how.frame, how.bands, how.f_min, how.f_max)
    if found != (RATE_HZ, FRAME, BANDS, F_MIN, F_MAX) or step_ms not in STEPS_MS:
        said = f"rate {how.rate}, {how.bands} bands from {how.f_min:g} to {how.f_max:g} Hz every {step_ms} ms"
        wanted = f"rate {RATE_HZ}, frame_ms 30, n_mels {BANDS}, f_min 125, f_max 7500, hop_ms 10 or 20"
        raise ConfigError("[audio]", said, wanted, "ESPHome computes no others")
    return EspHomeHop(Normalised(frontend.mean, frontend.deviation), step_ms, hop_ms)


def words_of(name: str, rules: EventRules) -> tuple[FiringClass, ...]:
    """The classes that fire, each with a file name of its own."""
    fire = [(i, word) for i, word in enumerate(rules.names) if rules.fires[i]]
    stems = [re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") for _, word in fire]
    files = [
        f"{name}_{stem}" if stem and stems.count(stem) == 1 else f"{name}_{i}"
        for (i, _), stem in zip(fire, stems, strict=True)
    ]
    return tuple(FiringClass(i, word, file) for (i, word), file in zip(fire, files, strict=True))


def manifest(word: FiringClass, rules: EventRules, heard: EspHomeHop, arena_bytes: int) -> str:
    """JSON, version 2. The window has as many inferences as ``[events] smoothing_ms``."""
    size = max(1, round(rules.smoothing * rules.hop_ms / heard.hop_ms))
    micro = {
        "feature_step_size": heard.step_ms,
        "tensor_arena_size": -(-arena_bytes // ARENA_STEP) * ARENA_STEP,
        "probability_cutoff": round((rules.threshold[word.index] + STEPS // 2) / STEPS, 3),
        "sliding_window_size": size,
        "minimum_esphome_version": ESPHOME,
    }
    facts: dict[str, Any] = {
        "type": "micro",
        "model": f"{word.file}.tflite",
        "author": f"tinykd {__version__}",
        "version": 2,
        "wake_word": word.name,
        "trained_languages": [],
        "micro": micro,
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def device_file(name: str, board: Board, words: tuple[FiringClass, ...]) -> str:
    """``NAME.yaml``: microphone, words, and what is to be done when one is heard."""
    target, pins = board.platformio, board.sensors.i2s_pins
    if target is None or not target.platform.startswith("espressif32") or pins is None:
        found = "no ESP32 with an I2S microphone"
        fix = "Choose esp32-s3-devkitc-1 with --board, or give a board of yours i2s_pins in [sensors]"
        raise ConfigError(f"board {board.name}", found, "what micro_wake_word runs on", fix)
    facts = {"name": name.replace("_", "-"), "board": target.board, "pins": pins, "words": words}
    return render_template("layouts/esphome.yaml.j2", {**facts, "quoted": json.dumps})
