"""What runs everywhere, after `pip install .`: light verbs, a model compiled, a link over a real port.

``python scripts/smoke.py MODEL.tflite`` prints each step and stops at the first that fails. ``--train``
adds a short training (with ``pip install ".[train]"``), up to where the oracle is asked: TFLM has wheels
for Linux on x86-64 only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = """
[project]
name = "smoke"

[data]
augmented_copies = 2

[teacher]
model = "mlp"
epochs = 2

[student]
model = "mlp"

[distillation]
epochs = 2
"""


def verb(*arguments: str) -> str:
    """What ``tinykd ARGUMENTS`` printed."""
    print(f"$ tinykd {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "tinykd", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    print(*done.stdout.splitlines()[-3:], sep="\n", flush=True)
    return done.stdout


def light(model: str) -> None:
    """No TensorFlow, no compiler."""
    verb("--version")
    assert "nucleo_f446re" in verb("boards")
    verb("ports")
    assert "MACs" in verb("inspect", model)
    verb("compile", model, "--board", "nucleo_f446re", "--out", "library")
    assert any(Path("library/include").glob("*.h"))
    verb("compile", model, "--board", "nucleo_f446re", "--firmware", "--out", "firmware")
    assert Path("firmware/platformio.ini").is_file()


def library() -> None:
    """The library on this machine, where make and a compiler are there."""
    if os.name == "nt" or not (shutil.which("make") and shutil.which("cc")):
        print("no make here: the library is not built")
        return
    subprocess.run(["make", "-s", "-C", "here", "example"], check=True)


def train() -> None:
    """Teacher, baseline and student; what comes after asks the oracle."""
    Path("tinykd.toml").write_text(PROJECT, encoding="utf-8")
    verb("train")
    verb("distill")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--train", action="store_true")
    asked = parser.parse_args()
    model = str(asked.model.resolve())
    with tempfile.TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            light(model)
            verb("compile", model, "--out", "here")
            library()
            if asked.train:
                train()
        finally:
            os.chdir(before)


if __name__ == "__main__":
    main()
