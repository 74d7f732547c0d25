"""Real cores beside their fakes: where they are, and what of a fake is not as the real one has it.

A real core is a package of PlatformIO's below ``TINYKD_CORES_DIR`` (its ``packages`` folder), or Debian's
``arduino-core-avr``. Every declaration of the fake becomes a line that the compiler refuses beside the real
header where type or linkage differ; macros are compared as the preprocessor has them.
"""

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.ports.compiling import compiler
from tests.ports.cores import FAKES, Core, core_of
from tests.ports.declarations import UNCACHED, Declaration, declarations
from tinykd.boards import load_board
from tinykd.paths import FIRMWARE, TEMPLATES

DEBIAN_AVR = Path("/usr/share/arduino/hardware/arduino/avr")
HEADERS = ("Arduino.h", "Wire.h")
C_LIBRARY = ("inttypes.h", "math.h", "stdio.h", "stdlib.h", "string.h", "time.h")
_SDK = "cores/nRF5/SDK/components"
_MACHINE = Path(f"/usr/include/{platform.machine()}-linux-gnu")
_NEWLIB = ("/usr/lib/arm-none-eabi/include", *(str(p) for p in Path("/usr/include").glob("c++/[0-9]*")))
_OF_FLASH = """#include <string.h>
#define PROGMEM
#define PGM_P const char *
#define PGM_VOID_P const void *
#define PSTR(s) (s)
#define strlen_P strlen
"""
_OF_THE_CHIP = "".join(
    f"#define XCHAL_{memory}_VADDR {at}\n"
    for memory, at in (("INSTRAM0", 0x40000000), ("INSTRAM1", 0x40100000), ("INSTROM0", 0x40200000))
)
# What clang has otherwise than gcc for Arm: an int32_t that is no long, no register of the FPU's name.
_AS_GCC = (
    "-mfloat-abi=soft",
    "-fgnuc-version=12.2.0",
    "-D__INT32_TYPE__=long",
    "-D__UINT32_TYPE__=unsigned long",
)

_LOCALE = """#include <clocale>
#define _GLIBCXX_NUM_CATEGORIES 0
namespace std {
typedef int *__c_locale;
int __convert_from_v(const __c_locale &, char *, int, const char *, ...);
}
"""
_FEATURES = ("features.h", "#define __GLIBC_PREREQ(major, minor) 0\n")  # this machine's C++ library asks
# It has threads and locales by its C library, which Arm's has not.
_OF_NO_MACHINE = (
    ("bits/gthr-default.h", "#include <bits/gthr-single.h>\n"),
    ("bits/c++locale.h", _LOCALE),
)


@dataclass(frozen=True)
class Package:
    """A real core as PlatformIO lays it out: folders of headers, names that are defined, a board with it; and
    files of the core that list more of both, as its builder reads them."""

    name: str
    board: str
    folders: tuple[str, ...]
    defined: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()  # headers that its compiler has and Debian's lacks: paths and texts
    lists: tuple[str, ...] = ()
    listed_in: str = "."  # what those files' folders are relative to
    tolerated: str = r"(?!)"  # what clang alone refuses in the core's own headers, and reads on

    def flags(self, place: Path) -> list[str]:
        """For the compiler, of the core at ``place``."""
        listed = [
            line for name in self.lists for line in (place / name).read_text().replace("\\", "").split()
        ]
        found = (line.removeprefix("-iwithprefixbefore/") for line in listed if line.startswith("-iwith"))
        places = [place / part for part in self.folders] + [place / self.listed_in / part for part in found]
        return [*(f"-I{each}" for each in places), *(each for each in listed if each.startswith("-D"))]


def _of_mbed(board: str, variant: str) -> Package:
    folders = ("cores/arduino", "cores/arduino/api/deprecated", f"variants/{variant}", "libraries/Wire")
    lists = tuple(f"variants/{variant}/{what}.txt" for what in ("includes", "defines"))
    return Package(
        "framework-arduino-mbed", board, folders, ("ARDUINO=10810",), lists=lists, listed_in="cores/arduino"
    )


def _of_samd(board: str, variant: str) -> Package:
    cmsis = ("framework-cmsis/CMSIS/Core/Include", "framework-cmsis-atmel/CMSIS/Device/ATMEL")
    return Package(
        "framework-arduino-samd",
        board,
        ("cores/arduino", f"variants/{variant}", "libraries/Wire", *(f"../{place}" for place in cmsis)),
        ("ARDUINO=10805", "__SAMD21G18A__", "USBCON", "USB_VID=0x2341", "USB_PID=0x8057"),
        tolerated="anonymous bit-field cannot have qualifiers",
    )


PACKAGES = (
    Package(
        "framework-arduino-avr",
        "uno",
        ("cores/arduino", "variants/standard", "libraries/Wire/src"),
        ("ARDUINO=10819",),
    ),
    Package(
        "framework-arduinonordicnrf5",
        "nrf52840_dk",
        (
            "cores/nRF5",
            *(
                f"{_SDK}/{part}"
                for part in ("drivers_nrf/delay", "device", "toolchain", "toolchain/CMSIS/Include")
            ),
            "variants/nRF52DK",
            "libraries/Wire",
        ),
        ("ARDUINO=10805", "NRF5", "NRF52", "USE_LFXO"),
    ),
    Package(
        "framework-arduinoteensy",
        "teensy41",
        ("cores/teensy4", "libraries/Wire"),
        ("ARDUINO=10805", "LAYOUT_US_ENGLISH"),
    ),
    Package(
        "framework-arduinoespressif8266",
        "nodemcuv2",
        (
            *("cores/esp8266", "variants/nodemcu", "libraries/Wire"),
            *("tools/sdk/include", "tools/sdk/lwip2/include"),
        ),
        (
            *("ARDUINO=10805", "ESP8266", "__ets__", "ICACHE_FLASH", "_GNU_SOURCE", "NONOSDK22x_190703=1"),
            *("TCP_MSS=536", "LWIP_FEATURES=1", "LWIP_IPV6=0"),
        ),
        (
            ("sys/pgmspace.h", _OF_FLASH),
            ("sys/config.h", "#include_next <sys/config.h>\n" + _OF_THE_CHIP),
        ),
    ),
    _of_mbed("nano33ble", "ARDUINO_NANO33BLE"),
    _of_mbed("pico", "RASPBERRY_PI_PICO"),
    _of_mbed("nanorp2040connect", "NANO_RP2040_CONNECT"),
    _of_mbed("giga_r1_wifi", "GIGA"),
    _of_mbed("portenta_h7_m7", "PORTENTA_H7_M7"),
    _of_samd("nano33iot", "nano_33_iot"),
    _of_samd("zero", "arduino_zero"),
    Package(
        "framework-arduinoststm32",
        "nucleo_f446re",
        (
            "cores/arduino",
            "cores/arduino/stm32",
            "cores/arduino/avr",
            "libraries/SrcWrapper/inc",
            "libraries/SrcWrapper/inc/LL",
            "system/STM32F4xx",
            "system/Drivers/STM32F4xx_HAL_Driver/Inc",
            "system/Drivers/STM32F4xx_HAL_Driver/Src",
            "system/Drivers/CMSIS/Device/ST/STM32F4xx/Include",
            "system/Drivers/CMSIS/Device/ST/STM32F4xx/Source/Templates/gcc",
            "variants/STM32F4xx/F446R(C-E)T",
            "libraries/Wire/src",
            "../framework-cmsis/CMSIS/Core/Include",
        ),
        (
            "ARDUINO=10808",
            "STM32F446xx",
            "USE_HAL_DRIVER",
            "USE_FULL_LL_DRIVER",
            "ARDUINO_NUCLEO_F446RE",
            "HAL_UART_MODULE_ENABLED",
            'VARIANT_H="variant_NUCLEO_F446RE.h"',
        ),
    ),
    Package(
        "framework-arduinorenesas-uno",
        "uno_r4_wifi",
        ("cores/arduino", "cores/arduino/tinyusb", "variants/UNOWIFIR4", "libraries/Wire"),
        ("ARDUINO=10810", "ARDUINO_UNOWIFIR4", "NO_USB", "BACKTRACE_SUPPORT"),
        lists=tuple(f"variants/UNOWIFIR4/{what}.txt" for what in ("includes", "defines", "cxxflags")),
    ),
    Package(
        "framework-arduinopico",
        "pico2",
        ("cores/rp2040", "include", "variants/rpipico2", "libraries/Wire/src"),
        ("ARDUINO=10810", "PICO_RP2350=1", "PICO_RP2350A=1", "PICO_FLASH_SIZE_BYTES=4194304"),
        lists=("lib/core_inc.txt", "lib/rp2350/platform_inc.txt", "lib/rp2350/platform_def.txt"),
    ),
)


def found() -> dict[str, Path]:
    """The packages that are there, and where."""
    packages = Path(os.environ.get("TINYKD_CORES_DIR", "/nonexistent"))
    places = {package.name: packages / package.name for package in PACKAGES}
    there = {name: place for name, place in places.items() if place.is_dir()}
    return {"framework-arduino-avr": DEBIAN_AVR} | there


def differences(package: Package, place: Path, folder: Path) -> list[str]:
    """What the fake says otherwise than the core at ``place``; files are written to ``folder``."""
    core = core_of(load_board(package.board))
    command = _compiler(package, core)
    is_arm = command[0] == "clang++"
    for path, text in (_FEATURES, *(_OF_NO_MACHINE if is_arm else ()), *package.own):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    plain = [*command, f"{'-I' if is_arm else '-isystem'}{folder}"]
    real = [*plain, *package.flags(place)]
    fake = [*plain, *core.flags, f"-I{FAKES / core.folder / 'libraries' / 'Wire'}"]
    known = _macros(plain, C_LIBRARY) | _macros(fake)
    said = [*_of_declarations(core, real, folder, package.tolerated), *_of_macros(core, _macros(real), known)]
    return list(dict.fromkeys(said))


def _compiler(package: Package, core: Core) -> list[str]:
    """Debian's g++ for Arm has no C++ library: clang reads that of this machine with Arm's C library."""
    command = compiler(load_board(package.board), "c++")
    if command[0].startswith("arm"):
        places = [*_NEWLIB, *(str(_MACHINE / p.relative_to("/usr/include")) for p in map(Path, _NEWLIB[1:]))]
        command = [
            "clang++",
            "--target=arm-none-eabi",
            *command[1:],
            *_AS_GCC,
            *(f"-isystem{place}" for place in places[::-1]),
        ]
    elif command[0].startswith("xtensa"):
        command = [*command, *_cxx_library()]
    names = [f"-D{name}" for name in (*core.defined, *package.defined)]
    limit = "-ferror-limit=0" if command[0] == "clang++" else "-fmax-errors=0"
    return [*command, f"-std={core.standard}", "-w", limit, *names]


def _cxx_library() -> list[str]:
    """This machine's, for a compiler of Debian's that has none."""
    newest = Path(_NEWLIB[-1])
    return [f"-isystem{newest}", f"-isystem{_MACHINE / newest.relative_to('/usr/include')}"]


def _of_declarations(core: Core, real: list[str], folder: Path, tolerated: str) -> Iterator[str]:
    listed = enumerate(declarations(core, HEADERS))
    wanted = [(line, each) for number, each in listed for line in _lines(each, f"is_there_{number}")]
    head = [
        *(f"#include <{header}>" for header in HEADERS),
        "template <class T> struct as { typedef T type; };",
    ]
    source = folder / "probe.cpp"
    source.write_text("\n".join([*head, *(line for line, _ in wanted)]) + "\n")
    done = subprocess.run([*real, "-fsyntax-only", str(source)], capture_output=True, text=True, env=UNCACHED)
    elsewhere = [
        line
        for line in done.stderr.splitlines()
        if "error:" in line and not line.startswith(str(source)) and not re.search(tolerated, line)
    ]
    assert not elsewhere, elsewhere[:3]
    for number in sorted(
        {int(n) for n in re.findall(r"probe\.cpp:(\d+):\d+: (?:fatal )?error", done.stderr)}
    ):
        each = wanted[number - 1 - len(head)][1]
        yield f"{each.owner}{each.name}: the core has no {each.type} of linkage {each.linkage or 'none'}"


def _lines(each: Declaration, unique: str) -> Iterator[str]:
    """What compiles beside the same declaration only."""
    kind = f"as<{each.type}>::type"
    if each.owner and each.function:
        place = each.owner if each.linkage else ""  # a static method is a function like others
        yield f"{kind} {place}*{unique} = &{each.owner}{each.name};"
    elif not each.owner and each.function:
        yield f"static {kind} *const {unique} = &{each.name};"
    if not each.owner and each.linkage:
        word = "" if each.function else "extern "
        yield f'extern "{each.linkage}" {{ {word}{kind} {each.name}; }}'


def _macros(command: list[str], headers: tuple[str, ...] = HEADERS) -> dict[str, str]:
    """Name (with its parameters) to text, without spaces."""
    included = [f"-include{header}" for header in headers]
    done = subprocess.run(
        [*command, *included, "-dM", "-E", "-x", "c++", "/dev/null"],
        capture_output=True,
        text=True,
        env=UNCACHED,
        check=True,
    )
    found = re.findall(r"^#define (\w+)(\([^)]*\))? ?(.*)$", done.stdout, re.MULTILINE)
    return {name: f"{parameters}{text}".replace(" ", "") for name, parameters, text in found}


def _of_macros(core: Core, real: dict[str, str], fake: dict[str, str]) -> Iterator[str]:
    """The fake's that the core has otherwise, and the core's alone that our sources would meet."""
    for name in sorted(_defined_in(core) & fake.keys()):
        if fake[name] and fake[name] != real.get(name):
            yield f"macro {name}: the core has {real.get(name, 'none')}, the fake {fake[name]}"
    for name in sorted((real.keys() - fake.keys()) & _words()):
        yield f"macro {name}: the core has {real[name]}, the fake none"


def _defined_in(core: Core) -> set[str]:
    texts = [path.read_text() for path in sorted((FAKES / core.folder).rglob("*.h"))]
    return {name for text in texts for name in re.findall(r"^#define (\w+)", text, re.MULTILINE)}


def _words() -> set[str]:
    """Identifiers of the port and of all that is generated for an Arduino board."""
    places = [FIRMWARE, TEMPLATES / "project", TEMPLATES / "model"]
    paths = (p for place in places for p in place.rglob("*") if p.suffix in (".c", ".cpp", ".h", ".j2"))
    bare = re.compile(r"/port/(?!arduino/)|\.ld\.j2$")
    texts = [p.read_text() for p in paths if not bare.search(p.as_posix())]
    code = [
        re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"|^\s*#.*$", " ", text, flags=re.DOTALL | re.MULTILINE)
        for text in texts
    ]
    return {word for text in code for word in re.findall(r"\b[A-Za-z_]\w*\b", text)}
