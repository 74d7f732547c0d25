"""A project folder for each set: samples as an ``.npz``, a project file with the default student of its
kind."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.distill.sets import SOURCES


@dataclass(frozen=True)
class Effort:
    """How long is searched and trained."""

    trials: int
    epochs: int  # of a trial
    teacher: int  # epochs
    distillation: int
    quantization: int
    copies: int  # augmented, of each sample


FULL = Effort(trials=60, epochs=27, teacher=40, distillation=150, quantization=30, copies=16)
QUICK = Effort(trials=8, epochs=3, teacher=4, distillation=6, quantization=1, copies=4)
BOARD = "qemu-mps2-an386"
SETS = {  # name: (source of benchmarks.distill.sets or "digits", its student, more sections)
    "digits": ("digits", "ds_cnn", ""),
    "speech": ("speech", "tcn", '[audio]\nrate = 8000\nn_mels = 24\nlayout = "time"\n'),
    "activity": ("activity", "tcn", ""),
    "signs": ("signs", "ds_cnn", ""),
}


def make(name: str, data: Path, folder: Path, effort: Effort, seed: int = 1) -> Path:
    """``folder`` with what `tinykd` wants; the samples once."""
    source, student, more = SETS[name]
    folder.mkdir(parents=True, exist_ok=True)
    kind = ""
    if source in SOURCES:
        kind = f'kind = "{SOURCES[source].kind}"\n'
        file = folder / "samples.npz"
        if not file.is_file():
            np.savez_compressed(file, **SOURCES[source].read(data))
        source = file.name
    (folder / "tinykd.toml").write_text(_text(name, source, student, kind + "\n" + more, effort, seed))
    return folder


def _text(name: str, source: str, student: str, more: str, effort: Effort, seed: int) -> str:
    teacher = "tcn" if student == "tcn" else "resnet"
    return f"""[project]
name = "{name}"
seed = {seed}

[data]
source = "{source}"
augmented_copies = {effort.copies}
{more}
[teacher]
model = "{teacher}"
epochs = {effort.teacher}

[student]
model = "{student}"

[distillation]
epochs = {effort.distillation}

[quantization]
epochs = {effort.quantization}

[target]
board = "{BOARD}"

[search]
objectives = ["accuracy", "instructions", "flash_bytes"]
trials = {effort.trials}
epochs = {effort.epochs}
"""
