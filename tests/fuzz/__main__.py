"""``python -m tests.fuzz [SECONDS]``: fuzz the firmware's parser and commands, then keep the smallest corpus.

Each target gets half of the time (default 600 s) on one core. A crash ends the run; the input that caused it
stays in the folder that is named. What was found is merged into tests/fuzz/corpus: one input a path.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.build import TARGETS, Target, build_target
from tests.fuzz.corpus import pack, unpack

MAX_LENGTH = 4096  # bytes of one input
KEPT_LENGTH = 1024


def fuzz(target: Target, folder: Path, seconds: int) -> int:
    """libFuzzer's exit code; its log goes to standard error."""
    executable = build_target(target, folder)
    known, found = folder / f"known_{target.name}", folder / f"found_{target.name}"
    unpack(target.name, known)
    found.mkdir()
    limits = [f"-max_total_time={seconds}", f"-max_len={MAX_LENGTH}", "-timeout=20", "-print_final_stats=1"]
    crashes = f"-artifact_prefix={folder}/"
    code = subprocess.run([executable, found, known, *limits, crashes], check=False).returncode
    return code or minimise(target, executable, folder, [known, found])


def minimise(target: Target, executable: Path, folder: Path, inputs: list[Path]) -> int:
    """Keeps the smallest set of inputs that reaches all that those in the folders ``inputs`` reach."""
    merged = folder / f"merged_{target.name}"
    merged.mkdir()
    command = [executable, "-merge=1", f"-max_len={KEPT_LENGTH}", merged, *inputs]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        pack(target.name, merged)
    return code


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    folder = Path(tempfile.mkdtemp(prefix="tinykd-fuzz-"))
    for target in TARGETS:
        if fuzz(target, folder, seconds // len(TARGETS)) != 0:
            print(f"fuzz: {target.name} failed, see {folder}", file=sys.stderr)
            return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
