"""The slot on a flash that loses power at every word of a swap, as it leaves it to the next start-up."""

import subprocess
from pathlib import Path

import pytest

from tests.link.build import SANITIZE, compile_c
from tinykd.firmware_project.slot import head_bytes
from tinykd.paths import FIRMWARE

SOURCES = [FIRMWARE / "slot/tkd_banks.c", FIRMWARE / "slot/tkd_slot_state.c", FIRMWARE / "link/tkd_crc32.c"]
DRIVER = Path(__file__).parent / "c/power_driver.c"


@pytest.mark.parametrize(
    ("unit", "page", "pages"),
    [(4, 512, 2), (8, 256, 3), (32, 1024, 1), (256, 2048, 2)],
    ids=["words", "double words of an STM32L4", "32 bytes of an STM32H7", "256 bytes of an RP2040"],
)
def test_a_power_cut_at_any_word_leaves_a_whole_model(
    tmp_path: Path, unit: int, page: int, pages: int
) -> None:
    flags = [f"-DUNIT={unit}u", f"-DPAGE={page}u", f"-DBANK_PAGES={pages}u"]
    includes = [f"-I{FIRMWARE / folder}" for folder in ("slot", "nor")]
    driver = compile_c(tmp_path / "driver", [*SOURCES, DRIVER], *SANITIZE, *includes, *flags)
    done = subprocess.run([driver], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    words = pages * page // 4  # erased at least, in each of the four ways to another model
    said = done.stdout.split()
    assert int(said[3]) > 4 * words
    assert int(said[5]) == 11 * unit // 4  # the words of one mark, in each of the eleven ways back
    assert int(said[-1]) == head_bytes(unit)
