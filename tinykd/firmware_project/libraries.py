"""tinykd's hand-written C as PlatformIO's private libraries: which file of firmware/ goes where.

PlatformIO's library finder compiles a library when one of its headers is included, so each has its headers
beside its sources, and states which others it needs. No I/O but reading tinykd's own firmware.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from tinykd.boards import Board
from tinykd.paths import FIRMWARE

PORT = "tinykd_port"
STM32 = "stm32"  # a family of drivers of flash, with headers of its own
FLASH_HEADER = "kernels/tkd_flash.h"  # constants in flash, as kernels and events read them
PORT_HEADER = "include/tkd_port.h"  # lies with the port: whoever includes it needs the port


@dataclass(frozen=True)
class Library:
    """One folder of lib/, from files of firmware/; all lie in its ``src``."""

    name: str
    what: str
    files: tuple[str, ...]  # relative to firmware/
    needs: tuple[str, ...] = ()
    flags: str = ""  # for the compiler, of this library alone

    @property
    def places(self) -> dict[str, str]:
        """Where each of ``files`` lies in the project."""
        return {path: f"lib/{self.name}/src/{PurePosixPath(path).name}" for path in self.files}


def libraries(
    board: Board,
    runtimes: tuple[Library, ...],
    mlperf: bool = False,
    answers: tuple[Library, ...] = (),
    live: bool = False,
) -> tuple[Library, ...]:
    """The libraries of a project on ``board``; ``runtimes`` are what model and features are computed with,
    ``answers`` what makes events or objects of outputs.
    """
    return (
        Library("tinykd", "What model, harness and your code share", _headers()),
        *(runtime for runtime in runtimes if runtime.files),
        *answers,
        Library("tinykd_link", "The serial protocol", c_files("link"), ("tinykd",)),
        Library(PORT, "UART, counter and start-up of this board", _port_files(board), ("tinykd",)),
        Library(
            "tinykd_harness",
            "What answers on the serial line",
            c_files("harness"),
            ("tinykd", "tinykd_link", PORT),
        ),
        *((_live(),) if live else ()),
        *((_mlperf(),) if mlperf else ()),
    )


def kernel_library(files: tuple[str, ...], optimize: str) -> Library:
    """The kernels of the static runtime, compiled with ``optimize``, such as ``-O2``."""
    return Library("tinykd_kernels", "The model's arithmetic", files, ("tinykd",), optimize)


def front_library() -> Library:
    """What begins at raw samples."""
    return Library("tinykd_front", "From raw samples to the model", c_files("front"), ("tinykd",))


def slot_library(driver: str) -> Library:
    """What puts another model into flash, with the board's ``driver``."""
    family = c_files(f"nor/{STM32}") if driver.startswith(f"{STM32}_") else ()
    files = (*c_files("slot"), *c_files("nor"), *family, *c_files(f"nor/{driver}"))
    return Library(
        "tinykd_slot", "Another model in flash", files, ("tinykd", "tinykd_link", "tinykd_harness")
    )


def tflm_library(board: Board) -> Library:
    """What stands between the harness and TensorFlow Lite Micro."""
    support = c_files("tflm/bare") if board.machine else ()
    files = (*c_files("tflm"), *support, "kernels/tkd_quantize.h")
    return Library("tinykd_tflm", "The runtime tflm", files, ("tinykd",))


def c_files(folder: str) -> tuple[str, ...]:
    """The C and C++ files of a folder of firmware/, headers included."""
    found = (path for path in (FIRMWARE / folder).iterdir() if path.suffix in (".c", ".h", ".cpp"))
    return tuple(sorted(f"{folder}/{path.name}" for path in found))


def firmware_text(path: str) -> str:
    """A file of firmware/."""
    return (FIRMWARE / path).read_text(encoding="utf-8")


def events_library(runtime: Library) -> Library:
    """From outputs to events."""
    return _of_outputs("events", runtime)


def objects_library(runtime: Library) -> Library:
    """From a detector's outputs to objects."""
    return _of_outputs("objects", runtime)


def _of_outputs(what: str, runtime: Library) -> Library:
    """The header on constants in flash is the kernels' where they have it."""
    has_header = FLASH_HEADER in runtime.files
    own = () if has_header else (FLASH_HEADER,)
    needs = ("tinykd", runtime.name) if has_header else ("tinykd",)
    return Library(f"tinykd_{what}", f"From outputs to {what}", (*c_files(what), *own), needs)


def _live() -> Library:
    needs = ("tinykd", "tinykd_link", PORT, "tinykd_harness")
    return Library("tinykd_live", "From a sensor's values to the model's input", c_files("live"), needs)


def _mlperf() -> Library:
    needs = ("tinykd", "tinykd_harness", "tinykd_port")
    return Library("tinykd_mlperf", "MLPerf Tiny's serial grammar", c_files("mlperf"), needs)


def _headers() -> tuple[str, ...]:
    return tuple(path for path in c_files("include") if path != PORT_HEADER)


def _port_files(board: Board) -> tuple[str, ...]:
    return (PORT_HEADER, *(path for folder in board.port_folders for path in c_files(folder)))
