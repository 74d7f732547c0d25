"""What the objects hold: no memory of their own, no heap, nothing from outside but memcpy and its like."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.library.libraries import MODELS, program, run, written
from tinykd.compiler.codegen.library import default_toolchain
from tinykd.compiler.core import Core
from tinykd.paths import FIRMWARE

pytestmark = pytest.mark.slow  # compilers and emulators at work

ARM = [core for core in Core if default_toolchain(core).cross]
C_LIBRARY = {"memcpy", "memset", "memmove"}
# The compiler's own arithmetic is allowed, but no doubles: those would be a slip.
HELPERS = re.compile(
    r"__aeabi_(lmul|llsl|llsr|lasr|u?idiv(mod)?|u?ldivmod|f\w+|u?i2f|cf\w+)|__gnu_thumb1_case_\w+"
)
FOLDERS = {
    "": Core.CORTEX_M4,
    "signal": Core.CORTEX_M4,
    "arm_dsp": Core.CORTEX_M4,
    "arm_v6m": Core.CORTEX_M0,
    "mve": Core.CORTEX_M55,
}  # esp_nn calls a library of Espressif's that is not here


def symbols(nm: str, *objects: Path) -> dict[str, set[str]]:
    """Names by the kind that nm gives: U undefined, T code, R constant, d and b memory."""
    found: dict[str, set[str]] = {}
    for line in run(nm, *objects).splitlines():
        if match := re.fullmatch(r"[0-9a-f]* *([A-Za-z]) (\S+)", line.strip()):
            found.setdefault(match[1], set()).add(match[2])
    return found


def check(found: dict[str, set[str]], ours: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    memory = {name for kind in "BbDdCGgSs" for name in found.get(kind, ())}
    assert memory == set(), "memory of their own"
    outside = {name for name in found.get("U", set()) - ours if not name.startswith("tkd_")}
    helpers = {name for name in outside if HELPERS.fullmatch(name)}
    assert outside - helpers <= C_LIBRARY, outside


@pytest.mark.parametrize("core", [Core.GENERIC, *ARM])
@pytest.mark.parametrize("model", MODELS)
def test_a_library_has_no_memory_and_no_heap(model: str, core: Core, tmp_path: Path) -> None:
    compiled = program(model, core=core)
    folder = written(compiled, tmp_path)
    run("make", "-s", "CFLAGS=-Os -fno-pic", cwd=folder)
    found = symbols(f"{default_toolchain(core).cross}nm", folder / f"build/lib{model}.a")
    own = {name for kind in "TR" for name in found.get(kind, ())}
    check(found, own)
    assert f"{model}_invoke" in own


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_no_kernel_has_memory_or_heap(folder: str, tmp_path: Path) -> None:
    """Every kernel there is, whichever models use it."""
    toolchain = default_toolchain(FOLDERS[folder])
    sources = sorted((FIRMWARE / "kernels" / folder).glob("*.c"))
    includes = [f"-I{FIRMWARE / d}" for d in ("include", "kernels", f"kernels/{folder}")]
    command = [
        "arm-none-eabi-gcc",
        *toolchain.machine,
        "-std=c99",
        "-Os",
        "-Wall",
        "-Werror",
        *includes,
        "-c",
    ]
    subprocess.run([*command, *map(str, sources)], check=True, cwd=tmp_path)
    objects = sorted(tmp_path.glob("*.o"))
    assert len(objects) == len(sources) > 0
    check(symbols("arm-none-eabi-nm", *objects))
