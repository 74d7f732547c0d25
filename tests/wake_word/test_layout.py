"""Manifest, device file and the lines for a project that ESPHome cannot run."""

import json
from dataclasses import replace

import pytest
import yaml

from tinykd.boards import load_board
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.errors import ConfigError
from tinykd.events import rules_of
from tinykd.project.events import EventsSection
from tinykd.project.samples import AudioSection
from tinykd.wake_word.layout import device_file, listening, manifest, words_of

MICRO = AudioFrontend(MicroFrontend.of(AudioSection(features="micro_frontend")), "time", 220.0, 110.0)
RULES = rules_of(
    EventsSection(hop_ms=100, smoothing_ms=300, threshold=0.75),
    ("hey you", "hey, you!", "Ja", "unknown"),
    0.1,
)


def test_a_manifest_is_of_version_2() -> None:
    heard, words = listening(MICRO, 20), words_of("house", RULES)
    assert [word.file for word in words] == ["house_0", "house_1", "house_ja"]
    assert json.loads(manifest(words[2], RULES, heard, 22_001)) == {
        "type": "micro",
        "model": "house_ja.tflite",
        "author": json.loads(manifest(words[2], RULES, heard, 1))["author"],
        "version": 2,
        "wake_word": "Ja",
        "trained_languages": [],
        "micro": {
            "feature_step_size": 20,
            "tensor_arena_size": 22_528,
            "probability_cutoff": 0.75,
            "sliding_window_size": 15,
            "minimum_esphome_version": "2024.7.0",
        },
    }


def test_a_device_file_names_pins_and_words() -> None:
    text = device_file("my_house", load_board("esp32-s3-devkitc-1"), words_of("my_house", RULES))
    found = yaml.safe_load(text)
    assert found["esphome"]["name"] == "my-house"
    assert found["i2s_audio"][0]["i2s_bclk_pin"] == "GPIO4"
    assert found["microphone"][0]["i2s_din_pin"] == "GPIO6"
    models = [model["model"] for model in found["micro_wake_word"]["models"]]
    assert models == ["my_house_0.json", "my_house_1.json", "my_house_ja.json"]


def test_a_board_that_it_does_not_run_on_is_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        device_file("house", load_board("nano33ble_sense"), words_of("house", RULES))
    assert str(caught.value) == (
        "board nano33ble_sense: no ESP32 with an I2S microphone; expected what micro_wake_word runs on. "
        "Choose esp32-s3-devkitc-1 with --board, or give a board of yours i2s_pins in [sensors]"
    )


def test_other_features_are_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        listening(AudioFrontend(LogMel.of(AudioSection()), "time", 0.0, 1.0), 20)
    assert str(caught.value) == (
        '--layout esphome: a project with other features; expected features = "micro_frontend", which '
        "ESPHome computes. Type it in [audio]"
    )


def test_another_rate_is_one_line() -> None:
    how = MicroFrontend.of(AudioSection(features="micro_frontend", rate=8000))
    with pytest.raises(ConfigError) as caught:
        listening(replace(MICRO, how=how), 20)
    assert str(caught.value) == (
        "[audio]: rate 8000, 40 bands from 125 to 3750 Hz every 20 ms; expected rate 16000, frame_ms 30, "
        "n_mels 40, f_min 125, f_max 7500, hop_ms 10 or 20. ESPHome computes no others"
    )
