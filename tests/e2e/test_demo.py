"""The whole way on handwritten digits: what the README promises, measured."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.build.pio_core import make_core
from tests.e2e.conftest import BOARDS, Demo, call

pytestmark = [pytest.mark.slow, pytest.mark.first, pytest.mark.xdist_group("demo")]


def test_all_gates_pass(demo: Demo) -> None:
    assert demo.run.returncode == 0, demo.run.stderr
    assert re.search(r"All \d+ gates pass\.", demo.run.stdout)


def test_stages_came_in_order_and_tensorflow_was_silent(demo: Demo) -> None:
    started = re.findall(r"^(\w+)( [\w-]+)?: started$", demo.run.stderr, re.MULTILINE)
    assert [name for name, board in started if not board] == [
        "check",
        "train",
        "distill",
        "quantize",
        "report",
    ]
    for board in BOARDS:
        of_board = [name for name, where in started if where.strip() == board]
        assert of_board == ["generate", "build", "flash", "verify"]
    assert not re.search(r"tensorflow|oneDNN|cuda|WARNING|Traceback", demo.run.stderr, re.IGNORECASE)


def test_the_teacher_is_good(demo: Demo) -> None:
    teacher = demo.json("model/train/train.json")["teacher"]["test"]
    assert teacher["correct"] / teacher["total"] >= 0.985


@pytest.mark.parametrize("board", BOARDS)
def test_every_output_is_exact(demo: Demo, board: str) -> None:
    verification = demo.json(f"{board}/verify/verification.json")
    assert verification["samples"] == 360
    assert (verification["exact"], verification["within_one"], verification["same_class"]) == (360, 360, 360)


def test_the_report_is_whole(demo: Demo) -> None:
    report = demo.json("report/report.json")
    assert report["missing"] == []
    assert [rung["step"] for rung in report["ladder"]][:7] == [
        "teacher",
        "baseline",
        "student",
        "ptq",
        "qat",
        "baseline_int8",
        "tflite",
    ]
    page = (demo.folder / "build/report/report.html").read_text()
    assert not re.search(r'(src|href)="https?:', page)


def test_a_second_run_skips_everything(demo: Demo) -> None:
    again = call(demo.folder, "run")
    assert again.returncode == 0
    assert re.findall(r": (started|done)", again.stderr) == []
    assert again.stderr.count("unchanged, skipped") == 5 + 4 * len(BOARDS)
    assert again.stdout == demo.run.stdout


def test_skipping_loads_no_tensorflow(demo: Demo) -> None:
    poison = demo.folder / "poison"
    for name in ("tensorflow", "keras", "tf_keras", "sklearn"):
        (poison / name).mkdir(parents=True, exist_ok=True)
        (poison / name / "__init__.py").write_text(f"raise SystemExit('{name} was imported')\n")
    import os
    import sys

    path = os.pathsep.join([str(poison), *filter(None, sys.path)])
    again = call(demo.folder, "run", PYTHONPATH=path)
    assert (again.returncode, again.stdout) == (0, demo.run.stdout), again.stderr


def copied(demo: Demo, tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns("poison"))
    return folder


def test_a_moved_project_is_still_up_to_date(demo: Demo, tmp_path: Path) -> None:
    again = call(copied(demo, tmp_path), "verify", "--board", "host")
    assert again.returncode == 0
    assert ": started" not in again.stderr


def test_a_changed_distillation_reruns_from_there(demo: Demo, tmp_path: Path) -> None:
    folder = copied(demo, tmp_path)
    text = (folder / "tinykd.toml").read_text()
    short = re.sub(r"temperature = [\d.]+", "temperature = 3.0\nepochs = 2", text)
    (folder / "tinykd.toml").write_text(short + "\n[quantization]\nepochs = 1\n")
    again = call(folder, "generate", "--board", "host", "--verbose")
    assert again.returncode == 0, again.stderr
    assert re.findall(r"^.*(?:skipped|started.*)$", again.stderr, re.MULTILINE) == [
        "check: unchanged, skipped",
        "train: unchanged, skipped",
        "distill: started ([distillation] temperature changed)",
        "quantize: started ([distillation] temperature changed)",
        "generate host: started (quantize/model.tflite changed)",
    ]


def test_a_gate_that_fails_is_exit_code_1(demo: Demo, tmp_path: Path) -> None:
    folder = copied(demo, tmp_path)
    text = (folder / "tinykd.toml").read_text()
    (folder / "tinykd.toml").write_text(text + "accuracy = 1.0\n")
    again = call(folder, "run")
    assert again.returncode == 1
    failed = [line for line in again.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == len(BOARDS)
    assert re.fullmatch(r"FAILED accuracy on qemu-mps2-an386: 0\.9\d+, wanted ≥ 1", failed[0])


@pytest.mark.parametrize("gate", ["flash_bytes = 8192", "flash_bytes = 4096", "ram_bytes = 3000"])
def test_a_memory_gate_that_fails_is_exit_code_1_with_a_report(demo: Demo, tmp_path: Path, gate: str) -> None:
    """However early it was known: the board has the room, so the firmware is built and verified."""
    folder = copied(demo, tmp_path)
    text = (folder / "tinykd.toml").read_text()
    name = gate.partition(" ")[0]
    (folder / "tinykd.toml").write_text(re.sub(rf"(?m)^{name} = \d+", gate, text))
    again = call(folder, "run", "--board", "qemu-microbit")
    assert again.returncode == 1, again.stderr
    report = json.loads((folder / "build/report/report.json").read_text())
    assert [g["name"] for g in report["gates"] if not g["passed"]] == [name]
    assert "FAILED" in again.stdout
    built = call(folder, "build", "--board", "qemu-microbit", "--quiet")
    assert built.returncode == 1


def test_no_compiler_and_no_emulator(demo: Demo, tmp_path: Path) -> None:
    folder = copied(demo, tmp_path)
    (tmp_path / "empty").mkdir()
    build = call(
        folder, "build", "--board", "qemu-microbit", "--force", "--quiet", PATH=str(tmp_path / "empty")
    )
    flash = call(
        folder, "flash", "--board", "qemu-microbit", "--force", "--quiet", PATH=str(tmp_path / "empty")
    )
    assert (build.returncode, build.stderr) == (
        2,
        "arm-none-eabi-gcc: not found; expected it on the PATH. "
        "Type `sudo apt install gcc-arm-none-eabi libnewlib-arm-none-eabi`\n",
    )
    assert (flash.returncode, flash.stderr) == (
        2,
        "qemu-system-arm: not found; expected it on the PATH. Type `sudo apt install qemu-system-arm`\n",
    )


def test_profile_counts_every_layer(demo: Demo, tmp_path: Path) -> None:
    picture = tmp_path / "profile.svg"
    done = call(demo.folder, "profile", "--board", "qemu-netduinoplus2", "--json", "--picture", str(picture))
    assert done.returncode == 0, done.stderr
    profile = json.loads(done.stdout)
    assert profile["unit"] == "instructions"
    assert len(profile["layers"]) > 3
    assert all(layer["ticks"] > 0 for layer in profile["layers"])
    assert picture.read_text().lstrip().startswith(("<svg", "<?xml"))


def test_verify_now_on_some_samples_and_on_every_board(demo: Demo, tmp_path: Path) -> None:
    state = {"TINYKD_STATE": str(tmp_path)}
    some = call(
        demo.folder,
        "verify",
        "--board",
        "host",
        "-n",
        "20",
        "--seed",
        "1",
        "--junit",
        "v.xml",
        "--json",
        **state,
    )
    assert some.returncode == 0, some.stderr
    value = json.loads(some.stdout)
    assert (value["samples"], value["exact"], value["wanted"]) == (20, 20, 20)
    assert re.fullmatch(r"[0-9a-f]{16}", value["firmware"]["sha256"])
    assert (value["firmware"]["rounding"], value["footprint"]["flash_bytes"] > 0) == ("double", True)
    assert (demo.folder / "v.xml").read_text().count("<testcase") == 21
    both = call(
        demo.folder, "verify", "--all", "--board", "host", "--board", "qemu-microbit", "-n", "10", **state
    )
    assert both.returncode == 0, both.stderr
    rows = [re.split(r"  +", line) for line in both.stdout.splitlines()]
    assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [
        ("host", "10/10", "passed"),
        ("qemu-microbit", "10/10", "passed"),
    ]


def test_a_bundle_is_all_that_the_other_machine_needs(demo: Demo, tmp_path: Path) -> None:
    made = call(demo.folder, "bundle", "--board", "host", "--out", str(tmp_path / "b.zip"), "--json")
    assert made.returncode == 0, made.stderr
    value = json.loads(made.stdout)
    assert (value["samples"], value["traced"], len(value["digest"])) == (360, [0, 1, 2, 3], 64)
    assert re.fullmatch(r"[0-9a-f]{16}", value["firmware"])
    wrong = call(demo.folder, "bundle", "--board", "host", "--out", "b.tar")
    assert (
        wrong.stderr
        == "b.tar: is no .zip file; expected a name that ends in .zip. Choose another with --out\n"
    )


def test_a_virtual_board_goes_through_platformio_like_any_other(demo: Demo, tmp_path: Path) -> None:
    folder, core = copied(demo, tmp_path), make_core(tmp_path / "core")
    text = (folder / "tinykd.toml").read_text()
    (folder / "tinykd.toml").write_text(text.replace("[target]\n", '[target]\nbuilder = "pio"\n'))
    done = call(folder, "verify", "--board", "qemu-microbit", PLATFORMIO_CORE_DIR=str(core))
    assert done.returncode == 0, done.stderr
    started = re.findall(r"^(\w+) qemu-microbit: started", done.stderr, re.MULTILINE)
    assert started == ["build", "flash", "verify"]
    verified = json.loads((folder / "build/qemu-microbit/verify/verification.json").read_text())
    size = json.loads((folder / "build/qemu-microbit/build/size.json").read_text())
    assert (verified["exact"], size["builder"]) == (360, "pio")


def test_monitor_talks_to_the_firmware(demo: Demo) -> None:
    done = call(demo.folder, "monitor", "--board", "host", "--send", "info", "--send", "test")
    assert done.returncode == 0, done.stderr
    assert "digits" in done.stdout
    assert re.search(r"\b\d+/20\b|\b\d+ of 20\b", done.stdout)


def test_inspect_and_compile_need_no_project(demo: Demo, tmp_path: Path) -> None:
    model = demo.folder / "build/model/quantize/model.tflite"
    inspected = json.loads(call(tmp_path, "inspect", str(model), "--json", "--plan", "plan.svg").stdout)
    assert inspected["sha256"] == demo.json("model/quantize/quantize.json")["sha256"]
    assert {b["board"] for b in inspected["boards"] if b["fits"]} >= set(BOARDS)
    assert (tmp_path / "plan.svg").exists()
    done = call(tmp_path, "compile", str(model), "--board", "qemu-microbit", "--firmware", "-o", "fw")
    assert done.returncode == 0, done.stderr
    import subprocess

    subprocess.run(
        ["make", "-C", str(tmp_path / "fw")], check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    again = json.loads(
        call(
            tmp_path, "compile", str(model), "--board", "qemu-microbit", "--firmware", "-o", "fw", "--json"
        ).stdout
    )
    assert again["written"] == []
