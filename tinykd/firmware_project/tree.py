"""Facts about a model and a board in, a whole firmware project out: ``{relative path: text}``, sorted.

No I/O but reading tinykd's own templates and firmware. The project builds with make or
PlatformIO, and without tinykd. ``folder`` puts it on disk, beside what the user writes there.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, assert_never

from tinykd.boards import Board, NativeProcess, PlatformIOTarget, QemuMachine
from tinykd.compiler.codegen.render import render
from tinykd.files import sha256_bytes
from tinykd.firmware_project.events import event_files
from tinykd.firmware_project.examples import example_of
from tinykd.firmware_project.features import feature_files, feature_sources, raw_sources
from tinykd.firmware_project.fit import check_memory
from tinykd.firmware_project.hops import hop_sources
from tinykd.firmware_project.interface import interface_of
from tinykd.firmware_project.libraries import (
    Library,
    events_library,
    firmware_text,
    front_library,
    kernel_library,
    libraries,
    objects_library,
    slot_library,
    tflm_library,
)
from tinykd.firmware_project.live import LiveFirmware, live_of
from tinykd.firmware_project.mlperf import benchmark_of
from tinykd.firmware_project.model import ModelSources, model_sources
from tinykd.firmware_project.objects import object_files
from tinykd.firmware_project.raw import raw_files, with_raw_arena
from tinykd.firmware_project.samples import EmbeddedSamples
from tinykd.firmware_project.sensor_driver import SensorDriver
from tinykd.firmware_project.sensors import driver_files, driver_of
from tinykd.firmware_project.slot import check_slot, slot_files
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.events.rules import EventRules
    from tinykd.firmware_project.text import TextReplies
    from tinykd.objects.rules import ObjectRules
    from tinykd.tflm.program import TflmProgram

INTERFACE = "include/interface.h"  # NAME_interface.h
_COMMON = {
    "src/main.c": "main.c.j2",
    "src/app.cpp": "app.cpp.j2",
    INTERFACE: "interface.h.j2",
    "platformio.ini": "platformio.ini.j2",
    "README.md": "README.md.j2",
    ".gitignore": "gitignore.j2",
}
_MAKE = {
    "Makefile": "Makefile.j2",
    "platform/platform.json": "platform/platform.json.j2",
    "platform/platform.py": "platform/platform.py.j2",
    "platform/builder/main.py": "platform/main.py.j2",
    "platform/builder/runner.py": "platform/runner.py.j2",
}
_BARE = {**_MAKE, "linker.ld": "linker.ld.j2"}
_ESP_IDF = {
    "CMakeLists.txt": "espidf/CMakeLists.txt.j2",
    "sdkconfig.defaults": "espidf/sdkconfig.defaults.j2",
    "src/CMakeLists.txt": "espidf/src.CMakeLists.txt.j2",
    "src/idf_component.yml": "espidf/idf_component.yml.j2",
}
Protocol = Literal["tinykd", "mlperf"]  # who drives the firmware: tinykd, or MLPerf Tiny's runner
_MAP = ("-Wl,-Map=$(BUILD)/firmware.map",)
OPTIMIZE = {"speed": "-O3", "balanced": "-O2", "size": "-Os", "ram": "-O2"}


@dataclass(frozen=True)
class FirmwareContent:
    """What goes into a project: the model, its board, and what the firmware carries for a person."""

    model: ModelSources
    board: Board
    samples: EmbeddedSamples | None = None
    labels: tuple[str, ...] | None = None  # names of the classes of ``samples``
    protocol: Protocol = "tinykd"
    around: Surroundings | None = None  # None: of a flatbuffer from elsewhere nothing is known
    recorded: LiveFirmware | None = None  # what a sensor is started for where no model listens to it

    @property
    def optimize(self) -> str:
        """The compiler's flag for the model and its kernels."""
        return OPTIMIZE[self.model.optimize]

    @property
    def libraries(self) -> tuple[Library, ...]:
        """What becomes lib/."""
        features: tuple[str, ...] = ()
        if self.around:
            sources = raw_sources if self.around.raw else feature_sources
            features = sources(self.around.frontend)
        stream = self.around.stream.kernel_files if self.around and self.around.stream else ()
        kernels = kernel_library(tuple(sorted({*self.model.kernel_files, *features, *stream})), self.optimize)
        runtimes = (kernels, tflm_library(self.board)) if self.model.tflm else (kernels,)
        if self.around and self.around.raw:
            runtimes = (*runtimes, front_library())
        if self.model.slot and self.board.slot:
            runtimes = (*runtimes, slot_library(self.board.slot.driver))
        own = ((events_library(kernels),) if self.rules else ()) + (
            (objects_library(kernels),) if self.objects else ()
        )
        return libraries(self.board, runtimes, self.protocol == "mlperf", own, self.live is not None)

    @property
    def live(self) -> LiveFirmware | None:
        """What goes from a sensor to the model; none with MLPerf's runner, or raw samples."""
        is_raw = self.around is not None and self.around.raw is not None
        return None if is_raw or self.protocol != "tinykd" else live_of(self.model, self.around)

    @property
    def objects(self) -> "ObjectRules | None":
        """What finds objects; MLPerf's runner knows of none."""
        return self.around.objects if self.around and self.protocol == "tinykd" else None

    @property
    def texts(self) -> "TextReplies | None":
        """What a person's lines are answered with; not where the texts of a console have no room."""
        talks = self.protocol == "tinykd" and self.board.has_console
        return self.around.texts if self.around and talks else None

    @property
    def driver(self) -> SensorDriver | None:
        """Of the board's own sensor."""
        return driver_of(self.live or self.recorded, self.board, self.around)

    @property
    def rules(self) -> "EventRules | None":
        """What decides events; MLPerf's runner knows of none."""
        return self.around.events if self.around and self.protocol == "tinykd" else None


def firmware_files(
    program: "Program | TflmProgram",
    board: Board,
    samples: EmbeddedSamples | None = None,
    labels: tuple[str, ...] | None = None,
    protocol: Protocol = "tinykd",
    around: Surroundings | None = None,
) -> dict[str, str]:
    """The project of ``program`` on ``board``; ``labels`` name the classes of the embedded ``samples``."""
    return project_files(_sources(program), board, samples, labels, protocol, around)


def _sources(program: "Program | TflmProgram") -> ModelSources:
    """Of a program of hops with what asks it for whole windows."""
    from tinykd.tflm.program import TflmProgram

    is_of_hops = not isinstance(program, TflmProgram) and program.stream is not None
    return hop_sources(program) if is_of_hops else model_sources(program)  # type: ignore[arg-type]


def project_files(
    model: ModelSources,
    board: Board,
    samples: EmbeddedSamples | None = None,
    labels: tuple[str, ...] | None = None,
    protocol: Protocol = "tinykd",
    around: Surroundings | None = None,
) -> dict[str, str]:
    """As ``firmware_files``, from sources that may have come from elsewhere."""
    return content_files(FirmwareContent(model, board, samples, labels, protocol, around))


def content_files(content: FirmwareContent) -> dict[str, str]:
    """As ``firmware_files``."""
    model, board, around = content.model, content.board, content.around
    protocol, raw = content.protocol, around.raw if around else None
    check_slot(content.model, board, protocol == "mlperf", raw is not None)
    check_memory(with_raw_arena(model, raw), board.beside_slot if model.slot else board)
    files = {model_place(path): text for path, text in model.files.items()}
    files |= {model_place(path): text for path, text in slot_files(model).items()}
    if around is not None and around.stream is not None:
        files |= {model_place(path): text for path, text in render(around.stream).items()}
    if around is not None:
        files |= feature_files(model, around.frontend, around.features)
    if around is not None and raw is not None:
        own = raw_files(model, raw, around.threshold is not None)
        files |= {model_place(path): text for path, text in own.items()}
    if around is not None and content.rules is not None:
        own = event_files(model.name, content.rules, around.threshold)
        files |= {model_place(path): text for path, text in own.items()}
    if content.objects is not None:
        own = object_files(model.name, content.objects)
        files |= {model_place(path): text for path, text in own.items()}
    if content.live is not None:
        files |= {model_place(path): text for path, text in content.live.files().items()}
    for library in content.libraries:
        files |= {place: firmware_text(path) for path, place in library.places.items()}
    driver = content.driver
    facts = project_facts(content, files)
    for library in content.libraries:
        manifest = render_template("project/library.json.j2", {**facts, "library": library})
        files[f"lib/{library.name}/library.json"] = manifest
    main = {"src/main.c": "mlperf.c.j2"} if protocol == "mlperf" else {}
    for path, template in (_templates(board) | main).items():
        place = path if path != INTERFACE else f"include/{model.name}_interface.h"
        files[place] = render_template(f"project/{template}", facts)
    example = facts["example"]
    if example and not example.why:
        files[example.path] = render_template(example.template_path, facts | example.facts)
    files |= driver_files(model.name, driver, facts)
    if board.virtual:
        files[f"platform/boards/{board.name}.json"] = render_template("project/platform/board.json.j2", facts)
    return dict(sorted(files.items()))


def model_place(path: str) -> str:
    """Where a generated file of the model lies: headers where your code finds them."""
    return f"include/{path}" if path.endswith(".h") else f"src/model/{path}"


def _templates(board: Board) -> dict[str, str]:
    """Which template makes which file."""
    match board.run:
        case QemuMachine():
            return {**_COMMON, **_BARE}
        case NativeProcess():
            return {**_COMMON, **_MAKE}
        case PlatformIOTarget(framework="espidf"):
            return {**_COMMON, **_ESP_IDF}
        case PlatformIOTarget():
            return _COMMON
        case _:
            assert_never(board.run)


def project_facts(content: FirmwareContent, files: dict[str, str]) -> dict[str, Any]:
    """What the templates know; ``files`` are those that are not made from templates."""
    model, board, samples, around = content.model, content.board, content.samples, content.around
    driver = content.driver
    sensor = ("src/sensor.cpp",) if driver and not driver.why else ()
    return {
        "version": __version__,
        "title": f"{model.name} on {board.title}",
        "name": model.name,
        "sha256": model.sha256,
        "arena_bytes": model.arena_bytes,
        "arena_outside": board.arena_outside,
        "board": board.beside_slot if model.slot else board,
        "slot": board.slot if model.slot else None,
        "target": board.platformio,
        "entry": "tkd_application" if board.platformio else "main",
        "firmware_id": _firmware_id(content, files),
        "kernels": model.kernels,
        "rounding": model.rounding,
        "samples": samples if samples is not None and samples.count else None,
        "names": content.labels or (),
        "around": around,
        "interface": interface_of(model, around, content.labels),
        "prefix": "",
        "place": "include/",
        "example": None if sensor else example_of(model, board, around),
        "task": around.task if around else "",
        "threshold": around.threshold if around else None,
        "thresholds": around.thresholds if around else (),
        "events": content.rules,
        "objects": content.objects,
        "texts": content.texts,
        "live": content.live,
        "measured": content.live or content.recorded,
        "driver": driver,
        "raw": around is not None and around.raw is not None,
        "targets": around.targets if around else None,
        "mlperf": benchmark_of(model),
        "sources": sorted(
            [*(path for path in files if is_source(path)), "src/main.c", "src/app.cpp", *sensor]
        ),
        "includes": sorted({str(PurePosixPath(path).parent) for path in files if path.endswith(".h")}),
        "libraries": content.libraries,
        "defines": (*_defines(board), *_slot_defines(content)),
        "tflm": model.tflm,
        "cross": board.cross if board.virtual else "",
        "link_flags": (*_link_flags(board), *_MAP) if board.machine else (),
        "platform_link_flags": _link_flags(board),
        "start": _start_command(board),
        "optimize_model": content.optimize,
        "emulator": " ".join(_run_command(board)),
    }


def _firmware_id(content: FirmwareContent, files: dict[str, str]) -> str:
    """16 digits that change with the sources, the board's flags, the samples or tinykd."""
    samples = content.samples
    embedded = None if samples is None else (samples.inputs.tobytes().hex(), samples.classes, samples.texts)
    facts = (__version__, sorted(files.items()), content.board.model_dump_json(), embedded, content.labels)
    return sha256_bytes(repr(facts).encode())[:16]


def is_source(path: str) -> bool:
    """True for what a compiler is given."""
    return path.endswith((".c", ".cpp"))


def _defines(board: Board) -> tuple[str, ...]:
    """``-D`` of what the board's port asks for."""
    own = tuple(f"-D{define}" for define in board.defines)
    if board.kind == "host":
        return own
    baud = (f"-DTKD_BAUD={board.baud}",) if board.platformio else ()
    outside = board.psram.build_flags if board.psram and board.in_psram else ()
    return (*baud, f"-DTKD_CLOCK_HZ={board.clock_hz}u", *own, *outside)


def _slot_defines(content: FirmwareContent) -> tuple[str, ...]:
    slot = content.board.slot if content.model.slot else None
    return tuple(f"-D{define}" for define in slot.defines) if slot else ()


def _link_flags(board: Board) -> tuple[str, ...]:
    """No start-up files; of the C library no more than memcpy and its like."""
    if not board.machine:
        return ()
    small = ("--specs=nano.specs",) if board.cpu.startswith("cortex-m") else ()
    return ("-nostartfiles", *small, "-T", "linker.ld")


def _start_command(board: Board) -> tuple[str, ...]:
    """QEMU without firmware and serial port; nothing where the firmware is a program of this machine."""
    quiet = ("-display", "none", "-monitor", "none", "-nodefaults")
    return (*_run_command(board), *quiet) if board.machine else ()


def _run_command(board: Board) -> tuple[str, ...]:
    """QEMU with the board's machine, to which firmware and serial port are to be added."""
    return board.run.command if isinstance(board.run, QemuMachine) else ()
