"""Code that was written for one model is refused for another whose inputs or outputs differ."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.build.toy import toy_sources
from tinykd.boards import load_board
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
)
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.firmware_project import Surroundings, lay_out, project_files
from tinykd.firmware_project.interface import interface_of
from tinykd.firmware_project.layouts import arduino_files, sketch_file

HOST = load_board("host")
HOW = LogMel(rate=8000, samples=8000, frame=256, hop=160, bands=32, f_min=60, f_max=4000, offset=1e-6)
MOTION = SensorFrontend((0.0, 0.1, 1.0), (1.0, 2.0, 3.0), 50.0, ("ax_g", "ay_g", "az_g"))
SOUND = AudioFrontend(HOW, "time", -4.0, 2.5)
MICRO = MicroFrontend(rate=8000, samples=8000, frame=256, hop=160, bands=32, f_min=60, f_max=4000)
CLASSES = {"task": "classification", "classes": ["still", "moving"], "input": {"shape": [128, 1, 3]}}


def number(frontend: Frontend, features: dict[str, Any]) -> str:
    return interface_of(toy_sources(), Surroundings(frontend, features), None).number


OTHERS: list[tuple[str, Frontend, dict[str, Any]]] = [
    ("rate", replace(MOTION, rate_hz=100.0), CLASSES),
    ("channels", replace(MOTION, columns=("az_g", "ay_g", "ax_g")), CLASSES),
    ("window", MOTION, {**CLASSES, "input": {"shape": [64, 1, 3]}}),
    ("order of the classes", MOTION, {**CLASSES, "classes": ["moving", "still"]}),
    ("task", MOTION, {**CLASSES, "task": "anomaly", "threshold": 1.0}),
    ("kind", TableFrontend(MOTION.mean, MOTION.deviation, MOTION.columns), CLASSES),
    ("sound", SOUND, CLASSES),
    ("hop", replace(SOUND, how=replace(HOW, hop=128)), CLASSES),
    ("sound's rate", replace(SOUND, how=replace(HOW, rate=16000)), CLASSES),
    ("features", replace(SOUND, how=MICRO), CLASSES),
    ("features' bands", replace(SOUND, how=replace(MICRO, bands=24)), CLASSES),
    ("pixels", ImageFrontend(255.0), CLASSES),
    ("pixels to 1", ImageFrontend(1.0), CLASSES),
]


def test_every_other_interface_has_another_number() -> None:
    numbers = [number(MOTION, CLASSES), *(number(frontend, features) for _, frontend, features in OTHERS)]
    assert len(set(numbers)) == len(numbers)


def test_what_training_changes_is_no_other_interface() -> None:
    other = replace(MOTION, mean=(9.0, 9.0, 9.0), deviation=(0.5, 0.5, 0.5))
    assert number(other, CLASSES) == number(MOTION, CLASSES)
    anomaly = {"task": "anomaly", "threshold": 0.5}
    assert number(MOTION, anomaly) == number(MOTION, {**anomaly, "threshold": 0.75})


def compiled(folder: Path) -> "subprocess.CompletedProcess[str]":
    where = ["-Iinclude", "-Ilib/tinykd/src"]
    command = ["g++", "-std=gnu++11", "-Wall", "-Wextra", "-Werror", *where, "-fsyntax-only", "src/app.cpp"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.slow
def test_an_old_app_meets_a_changed_model(tmp_path: Path) -> None:
    """Without anything known of the surroundings, too: there the classes' names are what changes."""
    lay_out(project_files(toy_sources(), HOST, None, ("a", "b")), tmp_path)
    assert compiled(tmp_path).returncode == 0
    changes = lay_out(project_files(toy_sources(), HOST, None, ("b", "a")), tmp_path)
    done = compiled(tmp_path)
    assert done.returncode == 1
    wanted = "this code was written for other inputs or outputs than toy has now: see toy_interface.h"
    assert f'#error "{wanted}"' in done.stderr
    assert changes.notes == (
        "src/app.cpp was written for other inputs or outputs than the model has now: read it again, and then "
        "write TOY_INTERFACE's number from include/toy_interface.h into it",
    )
    number = (tmp_path / "include/toy_interface.h").read_text().split("TOY_INTERFACE ")[1].split()[0]
    old = (tmp_path / "src/app.cpp").read_text()
    before = old.split("TOY_INTERFACE != ")[1].split()[0]
    (tmp_path / "src/app.cpp").write_text(old.replace(before, number))
    assert lay_out(project_files(toy_sources(), HOST, None, ("b", "a")), tmp_path).notes == ()
    assert compiled(tmp_path).returncode == 0


def test_an_example_of_before_is_named(tmp_path: Path) -> None:
    """It fed raw samples to a model that was trained on log-mel, and nothing asked which model it was for."""
    lay_out(project_files(toy_sources(), HOST), tmp_path)
    made = "/* x: made by tinykd 0.1 from templates/project/examples/microphone.cpp.j2. */\n"
    (tmp_path / "src/app.cpp").write_text(made)
    notes = lay_out(project_files(toy_sources(), HOST), tmp_path).notes
    assert notes == (
        "src/app.cpp is an example of an older tinykd, which asks for no rate, channels or features: "
        "its answers may be wrong. Take one from examples/, or write your own",
    )
    (tmp_path / "src/app.cpp").write_text("void on_result(const void *) {}\n")
    assert lay_out(project_files(toy_sources(), HOST), tmp_path).notes == ()


def test_an_old_sketch_meets_a_changed_model(tmp_path: Path) -> None:
    board = load_board("nano33ble")
    lay_out(arduino_files(toy_sources(), board, None, ("a", "b")), tmp_path, (sketch_file("toy"),))
    files = arduino_files(toy_sources(), board, None, ("b", "a"))
    (note,) = lay_out(files, tmp_path, (sketch_file("toy"),)).notes
    assert note.startswith("toy/toy.ino was written for other inputs or outputs than the model has now: ")
    assert "TOY_INTERFACE's number from toy/src/tinykd/toy_interface.h" in note
