"""Which files a kernel and a library need: what is read from text, beside what compilers and nm say."""

import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.library.libraries import MODELS, program
from tinykd.compiler.codegen.library import library_files
from tinykd.compiler.codegen.sources import entry_headers, needed_files
from tinykd.compiler.core import Core
from tinykd.paths import FIRMWARE

KERNELS, FEATURES = FIRMWARE / "kernels", FIRMWARE / "features"
PICOLIBC = ["-misa-spec=2.2", "--specs=picolibc.specs"]
COMPILERS = {  # by folder; the assembly of arm_dsp, arm_v6m, rv32 and xtensa is there on their cores only
    "kernels": ["gcc"],
    "signal": ["gcc"],
    "features": ["gcc"],
    "arm_dsp": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb"],
    "arm_v6m": ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"],
    "rv32": ["riscv64-unknown-elf-gcc", "-march=rv32imc", "-mabi=ilp32", *PICOLIBC],
    "xtensa": ["xtensa-lx106-elf-gcc", "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs", "-mlongcalls"],
    "mve": ["arm-none-eabi-gcc", "-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"],
    "esp_nn": ["gcc", f"-I{Path(__file__).parent / 'esp_nn'}"],
}
INCLUDES = [
    f"-I{FIRMWARE / 'include'}",
    f"-I{KERNELS}",
    *(f"-I{KERNELS / d}" for d in COMPILERS),
    f"-I{FEATURES}",
]
OF_EVERY_LIBRARY = {
    "CMakeLists.txt", "Makefile", "README.md", "example.c", "stack.awk", "include/m.h", "include/tkd_model.h",
    "include/tkd_quantize.h", "include/tkd_status.h", "kernels/tkd_flash.h", "kernels/tkd_revision.c",
    "src/m.c",
}  # fmt: skip


@dataclass(frozen=True)
class Object:
    """What a compiler made of one source, without optimization: it may drop a call that others keep."""

    defined: frozenset[str]
    undefined: frozenset[str]
    headers: frozenset[str]  # of ours, by name


def compiled(source: Path, folder: Path, compiler: list[str]) -> Object:
    target = folder / f"{source.name}.o"
    flags = ["-std=gnu99", "-O0", "-MMD", "-MF", f"{target}.d", *INCLUDES, f"-I{source.parent}"]
    subprocess.run([*compiler, *flags, "-c", str(source), "-o", str(target)], check=True)
    symbols = subprocess.run(["nm", str(target)], capture_output=True, text=True, check=True).stdout
    by_kind = [line.split()[-2:] for line in symbols.splitlines()]
    headers = [Path(w).name for w in Path(f"{target}.d").read_text().split() if w.endswith(".h")]
    return Object(
        frozenset(name for kind, name in by_kind if kind in "TRD"),
        frozenset(name for kind, name in by_kind if kind == "U" and name.startswith("tkd_")),
        frozenset(h for h in headers if h.startswith("tkd_")),
    )


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Object]:
    """Each source of the kernels by its name."""
    folder = tmp_path_factory.mktemp("objects")
    sources = sorted([*KERNELS.rglob("*.c"), *FEATURES.glob("*.c")])
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda s: compiled(s, folder, COMPILERS[s.parent.name]), sources)
    return {source.name: one for source, one in zip(sources, made, strict=True)}


def linked(functions: Iterable[str], objects: dict[str, Object]) -> set[str]:
    """Sources and headers that a linker and a compiler take for ``functions``."""
    home = {f: name for name, one in objects.items() for f in one.defined}
    taken: set[str] = set()
    waiting = [home[f] for f in functions]
    while waiting:
        name = waiting.pop()
        if name not in taken:
            taken.add(name)
            waiting += [home[f] for f in objects[name].undefined]
    return taken | {h for name in taken for h in objects[name].headers}


def names(paths: Iterable[str]) -> set[str]:
    return {Path(p).name for p in paths}


def test_a_kernel_needs_what_a_linker_takes(objects: dict[str, Object]) -> None:
    functions = sorted(f for one in objects.values() for f in one.defined)
    assert len(functions) > 90
    for function in functions:
        assert names(needed_files([function])) == linked([function], objects), function


def test_every_function_has_one_entry_header() -> None:
    assert entry_headers(["tkd_conv_2d_add_s8", "tkd_conv_2d_s8"]) == ("tkd_conv_2d_s8.h",)
    assert entry_headers(["TKD_NO_FUNCTION"]) == ()


@pytest.mark.parametrize("core", list(Core), ids=lambda c: c.value)
@pytest.mark.parametrize("model", MODELS)
def test_a_library_is_what_its_model_uses(
    model: str, core: Core, objects: dict[str, Object], tmp_path: Path
) -> None:
    """Keyword spotting shipped three residual files that it never called; each model, every kernel header."""
    files = library_files(program(model, "m", core))
    (tmp_path / "m.h").write_text(files["include/m.h"])
    (tmp_path / "m.c").write_text(files["src/m.c"])
    own = compiled(tmp_path / "m.c", tmp_path, COMPILERS["kernels"])
    functions = [f for f in own.undefined if not f.startswith("tkd_kernels_")]
    expected = linked(functions, objects) | own.headers | names(OF_EVERY_LIBRARY)
    assert names(files) == expected
    assert [path for path in files if path not in OF_EVERY_LIBRARY and not path.startswith("kernels/")] == []
