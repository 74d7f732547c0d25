"""For other tools than PlatformIO: a sketch and a library for the Arduino IDE, a component for ESP-IDF, a
module for Zephyr, and a library for CMake. Pure functions to ``{relative path: content}``, sorted.

The Arduino layouts hold the whole firmware and answer to ``tinykd verify``; component, module and library
hold the model alone, for a program of your own.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from tinykd.boards import Board
from tinykd.errors import ConfigError
from tinykd.firmware_project.events import event_library_files
from tinykd.firmware_project.features import feature_files, feature_library_files
from tinykd.firmware_project.interface import interface_of
from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.live import live_library_files, live_of
from tinykd.firmware_project.model import ModelSources, model_sources
from tinykd.firmware_project.samples import EmbeddedSamples
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.template import render_template
from tinykd.firmware_project.tree import OPTIMIZE, is_source, project_files
from tinykd.version import __version__

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

Layout = Literal["arduino", "espidf", "zephyr", "cmake", "esphome"]
_COMPONENT = {
    "CMakeLists.txt": "espidf.CMakeLists.txt.j2",
    "README.md": "espidf.README.md.j2",
    "idf_component.yml": "idf_component.yml.j2",
}
_MODULE = {
    "CMakeLists.txt": "zephyr/CMakeLists.txt.j2",
    "Kconfig": "zephyr/Kconfig.j2",
    "README.md": "zephyr/README.md.j2",
    "zephyr/module.yml": "zephyr/module.yml.j2",
    "sample/CMakeLists.txt": "zephyr/sample.CMakeLists.txt.j2",
    "sample/prj.conf": "zephyr/prj.conf.j2",
    "sample/src/main.c": "zephyr/main.c.j2",
}
_DEFINITIONS = "tkd_definitions.h"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of ZIP: the same bytes whenever it is made


def arduino_files(
    model: ModelSources,
    board: Board,
    samples: EmbeddedSamples | None = None,
    labels: tuple[str, ...] | None = None,
    around: Surroundings | None = None,
) -> dict[str, str]:
    """A sketch folder; ``arduino_library`` makes the library of it."""
    if board.framework != "arduino":
        fix = "Choose one with --board; `tinykd boards` shows each board's framework"
        raise ConfigError(
            f"board {board.name}", "has no Arduino core here", "a board with framework arduino", fix
        )
    name = model.name
    sources = _flat(project_files(model, board, samples, labels, around=around), board)
    facts = _facts(model, board, around) | {"interface": interface_of(model, around, labels)}
    sketch = {f"{name}/src/tinykd/{file}": text for file, text in sources.items()}
    sketch[sketch_file(name)] = render_template("layouts/arduino.ino.j2", {**facts, "prefix": "src/tinykd/"})
    sketch["README.md"] = render_template("layouts/arduino.README.md.j2", facts)
    return dict(sorted(sketch.items()))


def sketch_file(name: str) -> str:
    """The file of a sketch that is the user's."""
    return f"{name}/{name}.ino"


def arduino_library(sketch: Mapping[str, str], model: ModelSources, board: Board) -> bytes:
    """The sketch's sources as a library for "Add .ZIP Library", with the sketch as its example."""
    name, facts = model.name, _facts(model, board)
    inside = f"{name}/src/tinykd/"
    files = {
        f"src/{path.removeprefix(inside)}": text for path, text in sketch.items() if path.startswith(inside)
    }
    files["library.properties"] = render_template("layouts/library.properties.j2", facts)
    example = sketch[sketch_file(name)].replace('#include "src/tinykd/', '#include "')
    files[f"examples/{sketch_file(name)}"] = example
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"tinykd_{name}/{path}", _FIRST_DAY), text)
    return packed.getvalue()


def espidf_files(program: "Program", board: Board, around: Surroundings | None = None) -> dict[str, str]:
    """The model as a component: a folder to put into ``components/``."""
    if board.cpu.startswith("cortex"):
        found = f"kernels for {board.cpu}, which ESP-IDF has no compiler for"
        fix = (
            "Choose esp32dev-espidf with --board, or host for C that runs anywhere; `tinykd boards` lists all"
        )
        raise ConfigError(f"board {board.name}", found, "a board of the ESP32 family", fix)
    components = board.platformio.components if board.platformio else ()
    return _component(program, around, _COMPONENT, {"components": components})


def zephyr_files(program: "Program", board: Board, around: Surroundings | None = None) -> dict[str, str]:
    """The model as a Zephyr module: a folder that EXTRA_ZEPHYR_MODULES names, and a sample that asks it."""
    if program.options.core.has_esp_nn:
        found = "kernels that call ESP-NN, which Zephyr does not have"
        fix = "Choose esp32-s3-devkitc-1 with --board, or host for C that runs anywhere"
        raise ConfigError(f"board {board.name}", found, "kernels that are whole in themselves", fix)
    return _component(program, around, _MODULE, {"NAME": program.name.upper()})


def _component(
    program: "Program",
    around: Surroundings | None,
    templates: Mapping[str, str],
    more: Mapping[str, object],
) -> dict[str, str]:
    """The model's C in one folder, with what a build system asks for, from ``templates``."""
    kept = {path: text for path, text in _library(program, around).items() if "/" in path}
    facts = {
        **_around_facts(around),
        "version": __version__,
        "name": program.name,
        "sha256": program.sha256,
        "sources": sorted(path for path in kept if is_source(path)),
        "folders": sorted(
            {str(PurePosixPath(path).parent) for path in kept if not path.startswith("include/")}
        ),
        "optimize": OPTIMIZE[program.options.optimize],
        **more,
    }
    for path, template in templates.items():
        kept[path] = render_template(f"layouts/{template}", facts)
    return dict(sorted((f"tinykd_{program.name}/{path}", text) for path, text in kept.items()))


def cmake_files(program: "Program", around: Surroundings | None = None) -> dict[str, str]:
    """The model as a library with CMakeLists.txt and Makefile, as ``tinykd compile`` makes it."""
    files = _library(program, around)
    about = render_template("layouts/around.md.j2", {**_around_facts(around), "name": program.name})
    files["README.md"] += about
    return {f"tinykd_{program.name}/{path}": text for path, text in sorted(files.items())}


def _library(program: "Program", around: Surroundings | None) -> dict[str, str]:
    """With ``NAME_features`` and ``NAME_events``, and what they are computed by."""
    from tinykd.compiler.codegen.library import library_files

    if around is None:
        return library_files(program)
    model = model_sources(program)
    own = feature_files(model, around.frontend, around.features)
    live = live_library_files(live_of(model, around))
    more = own | feature_library_files(around.frontend) | _events(program.name, around) | live
    return library_files(program, more=more | _stream(around))


def _stream(around: Surroundings) -> dict[str, str]:
    """``NAME_stream`` and the kernels that it calls, where the project has [stream]."""
    from tinykd.compiler.codegen.library import PUBLIC
    from tinykd.compiler.codegen.render import render

    if around.stream is None:
        return {}
    own = {f"include/{p}" if p.endswith(".h") else f"src/{p}": t for p, t in render(around.stream).items()}
    return own | {path: firmware_text(path) for path in around.stream.kernel_files if path not in PUBLIC}


def _events(name: str, around: Surroundings | None) -> dict[str, str]:
    """``NAME_events`` and what it is computed by, where the project has events."""
    if around is None or around.events is None:
        return {}
    return event_library_files(name, around.events, around.threshold)


def _around_facts(around: Surroundings | None) -> dict[str, object]:
    """What the templates of your code and of the READMEs know of it."""
    return {
        "around": around,
        "place": "include/",
        "task": around.task if around else "",
        "threshold": around.threshold if around else None,
        "events": around.events if around else None,
        "thresholds": around.thresholds if around else (),
        "targets": around.targets if around else None,
        "objects": None,  # found by the firmware project alone,
        "texts": None,  # and answered by it
    }


def _flat(files: Mapping[str, str], board: Board) -> dict[str, str]:
    """All C of a project in one folder, as Arduino's builder finds it; your own code is not in it."""
    flat = {_DEFINITIONS: _definitions(board), "tkd_main.c": _defined(files["src/main.c"])}
    for path, text in files.items():
        file = PurePosixPath(path)
        if (
            file.suffix in (".c", ".cpp", ".h")
            and path not in ("src/main.c", "src/app.cpp")
            and file.parts[0] != "examples"
        ):
            assert file.name not in flat, path
            flat[file.name] = _defined(text) if path.startswith("lib/") and is_source(path) else text
    return flat


def _definitions(board: Board) -> str:
    """What a project's build defines; the Arduino IDE has no place for it but a header."""
    clock, baud = f"TKD_CLOCK_HZ={board.clock_hz}u", f"TKD_BAUD={board.baud}"
    pairs = [define.partition("=") for define in (clock, baud, *board.defines)]
    lines = [f"#ifndef {name}\n#define {name} {value or 1}\n#endif\n" for name, _, value in pairs]
    return "".join([f"/* {board.name} */\n", *lines])


def _defined(text: str) -> str:
    """Before all else: headers of ours ask for it."""
    return f'#include "{_DEFINITIONS}"\n{text}'


def _facts(model: ModelSources, board: Board, around: Surroundings | None = None) -> dict[str, object]:
    return {
        **_around_facts(around),
        "place": "src/tinykd/",
        "version": __version__,
        "title": f"{model.name} on {board.title}",
        "name": model.name,
        "sha256": model.sha256,
        "board": board,
        "target": board.platformio,
        "optimize_model": OPTIMIZE[model.optimize],
    }
