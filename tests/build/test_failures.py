"""What compilers, linkers and PlatformIO say, and the one line that it becomes.

Some of it is as the tool printed it, some is written after its sources: what a missing network or a full disk
makes of it, above all.
"""

# ruff: noqa: E501 - what was said is kept as it was said
import sys
from pathlib import Path

import pytest

from tinykd.boards import Board, load_board
from tinykd.build.budget import overflow_error
from tinykd.build.diagnose import compiler_error
from tinykd.build.failures import platformio_error
from tinykd.build.firmware import builder_for
from tinykd.build.tool import ToolFailedError
from tinykd.errors import ConfigError

NUCLEO = load_board("nucleo_f446re")
PROJECT = Path("firmware/nucleo_f446re")
LOG = PROJECT / "build/build.log"

COMPILER = {
    "a compiler's error": (
        """Compiling .pio/build/nucleo_f446re/src/app.cpp.o
In file included from src/app.cpp:8:
lib/tinykd/src/tkd_app.h:12:1: warning: something harmless
src/app.cpp:16:9: error: 'undefined_thing' was not declared in this scope
   16 | int x = undefined_thing;
      |         ^~~~~~~~~~~~~~~
src/app.cpp:17:1: error: a second one
*** [.pio/build/nucleo_f446re/src/app.cpp.o] Error 1
""",
        "firmware/nucleo_f446re/src/app.cpp:16: 'undefined_thing' was not declared in this scope",
    ),
    "a header that is not there": (
        "src/app.cpp:3:10: fatal error: Wire.h: No such file or directory\n",
        "firmware/nucleo_f446re/src/app.cpp:3: Wire.h: No such file or directory",
    ),
    "a function that is not there": (
        """Linking .pio/build/nucleo_f446re/firmware.elf
/usr/lib/gcc/arm-none-eabi/12.2.1/../../../arm-none-eabi/bin/ld: .pio/build/x/src/app.o: in function `on_sample':
./src/app.cpp:15: undefined reference to `nowhere'
collect2: error: ld returned 1 exit status
""",
        "firmware/nucleo_f446re/src/app.cpp:15: undefined reference to `nowhere'",
    ),
    "two functions of one name": (
        """/usr/bin/ld: build/src/b.cpp.o: in function `twice':
/home/me/p/src/b.cpp:4: multiple definition of `twice'; build/src/a.cpp.o:/home/me/p/src/a.cpp:2: first defined here
""",
        "/home/me/p/src/b.cpp:4: multiple definition of `twice'",
    ),
    "CMake": (
        """CMake Error at src/CMakeLists.txt:3 (idf_component_register):
  Failed to resolve component 'esp_driver_uart'.

""",
        "firmware/nucleo_f446re/src/CMakeLists.txt:3: Failed to resolve component 'esp_driver_uart'.",
    ),
}


def failed(output: str) -> ToolFailedError:
    return ToolFailedError("pio", output, LOG)


@pytest.mark.parametrize("case", COMPILER)
def test_the_first_error_is_told_with_its_file_and_line(case: str) -> None:
    output, wanted = COMPILER[case]
    error = compiler_error(failed(output), PROJECT)
    assert str(error) == f"{wanted}. The whole output is in {LOG}"


def test_what_is_no_compilers_complaint_is_left_to_others() -> None:
    assert compiler_error(failed("Error: Unknown board ID 'x'\n"), PROJECT) is None


HEAD = """Processing nucleo_f446re (platform: ststm32@19.6.0; board: nucleo_f446re; framework: arduino)
--------------------------------------------------------------------------------
"""
OFFLINE = (
    "board nucleo_f446re: PlatformIO cannot reach its registry to download ststm32@19.6.0; expected a network, "
    "the first time a board is built for. Connect and type the command again; behind a proxy set HTTPS_PROXY"
)
TOML = "See [run] in the TOML of nucleo_f446re; `tinykd boards` has the others"
PLATFORMIO = {
    "no route to the registry": (
        HEAD + "Platform Manager: Installing ststm32 @ 19.6.0\nHTTPClientError: \n",
        OFFLINE,
    ),
    "no network": (
        "InternetConnectionError: You are not connected to the Internet.\n"
        "PlatformIO needs the Internet connection to download dependent packages or to work with ...\n",
        OFFLINE,
    ),
    "no such version": (
        "UnknownPackageError: Could not find the package with 'ststm32 @ 99.0.0' requirements\n",
        "board nucleo_f446re: PlatformIO's registry has no ststm32 @ 99.0.0; expected a version that is there. "
        + TOML,
    ),
    "no such board": (
        HEAD + "Error: Unknown board ID 'nonsense'\n",
        'board nucleo_f446re: PlatformIO knows no board "nonsense"; expected a board of ststm32@19.6.0. '
        + TOML,
    ),
    "no such framework": (
        "Error: This board doesn't support stm32cube framework!\n",
        "board nucleo_f446re: has no framework stm32cube in PlatformIO; expected one that it has. " + TOML,
    ),
    "an old PlatformIO": (
        "Error: Development platform 'ststm32' is not compatible with PlatformIO Core v6.0.1 and depends on "
        "PlatformIO Core >=6.1.16.\n\n",
        "pio: Development platform 'ststm32' is not compatible with PlatformIO Core v6.0.1 and depends on "
        "PlatformIO Core >=6.1.16.; expected PlatformIO Core >=6.1.16. "
        'Type `pip install --upgrade "tinykd[firmware]"`',
    ),
    "a full disk": (
        "OSError: [Errno 28] No space left on device: '/root/.platformio/.cache/tmp'\n",
        "pio: the disk is full; expected about 2 GB for a toolchain. Free some space, or type `pio system prune`",
    ),
    "somebody else's folder": (
        "Error: The directory `/home/me/.platformio` or its parent directory is not owned by the current user\n",
        "/home/me/.platformio: belongs to another user; expected a folder that PlatformIO can write. "
        "Type `sudo chown -R $USER ~/.platformio`",
    ),
}


@pytest.mark.parametrize("case", PLATFORMIO)
def test_platformios_troubles_come_with_their_remedy(case: str) -> None:
    output, wanted = PLATFORMIO[case]
    assert str(platformio_error(failed(output), NUCLEO)) == wanted


def test_an_unknown_failure_is_the_tools_own_line() -> None:
    error = failed("a\nError: the moon is full\n*** [x] Error 1\n")
    assert platformio_error(error, NUCLEO) is None
    assert str(error) == f"pio: Error: the moon is full. The whole output is in {LOG}"


FIX = "Make [student] width smaller, set [target] optimize to size, or choose a larger board"


@pytest.mark.parametrize(
    ("board", "region", "wanted"),
    [
        (NUCLEO, "RAM", "10 more than there are bytes of RAM; expected at most the 131,072"),
        (NUCLEO, "FLASH", "10 more than there are bytes of flash; expected at most the 524,288"),
        (
            load_board("esp32dev"),
            "dram0_0_seg",
            "10 more than there are bytes of RAM; expected at most the 327,680",
        ),
        (load_board("qemu-microbit"), "RAM", "16,394 bytes of RAM; expected at most the 16,384"),
    ],
)
def test_the_linkers_overflow_is_a_budget_error(board: Board, region: str, wanted: str) -> None:
    error = overflow_error(f"ld: region `{region}' overflowed by 10 bytes\n", board)
    assert str(error) == f"firmware.elf for {board.name}: needs {wanted} that the board has. {FIX}"


def test_a_real_board_has_no_makefile() -> None:
    assert (builder_for(NUCLEO, None), builder_for(load_board("host"), None)) == ("pio", "make")
    with pytest.raises(ConfigError) as caught:
        builder_for(NUCLEO, "make")
    assert str(caught.value) == (
        "board nucleo_f446re: builder make is for virtual boards, and this is a real one; "
        "expected builder pio. Type `--builder pio`, or leave it out"
    )


def test_the_host_board_has_no_terminal_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(ConfigError) as error:
        patch.setattr(sys, "platform", "win32")
        builder_for(load_board("host"), None)
    assert str(error.value) == (
        "board host: talks through a pseudo-terminal, which Windows does not have; expected Linux or macOS. "
        "Name another board, or use WSL"
    )
