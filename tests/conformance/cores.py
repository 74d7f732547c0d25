"""The emulated machines with the kernels chosen for them; AVR has the portable ones.

QEMU's open the host's files by semihosting. The AVR's ``int`` has 16 bits; it runs in simavr, in an emulator
of our own that reads and writes the files. Debian's libgcc for the LX106 leaves out sums of floats: two ops.
"""

from dataclasses import replace

from tests.conformance.machine import HOST, RUN, Machine
from tinykd.compiler.core import Core
from tinykd.paths import FIRMWARE

PORT = FIRMWARE / "port/xtensa_lx60"
SMALL = ("-ffunction-sections", "-fdata-sections")


def _semihosting(emulator: str, machine: str, *more: str) -> tuple[str, ...]:
    """QEMU's command."""
    return (
        *(emulator, "-M", machine, *more, "-nographic", "-monitor", "none", "-serial", "none"),
        *("-semihosting-config", "enable=on,target=native", "-kernel"),
    )


def _link(flash: tuple[int, int], ram: tuple[int, int], stack: int) -> tuple[str, ...]:
    """``flash`` and ``ram`` are origin and bytes."""
    symbols = {
        "ORIGIN_FLASH": flash[0],
        "FLASH_BYTES": flash[1],
        "ORIGIN_RAM": ram[0],
        "RAM_BYTES": ram[1],
        "STACK_BYTES": stack,
    }
    return (
        *("-nostartfiles", "-Wl,--gc-sections", f"-T{RUN / 'semihosting.ld'}"),
        *(f"-Wl,--defsym={name}={value}" for name, value in symbols.items()),
    )


def _cortex(
    core: Core, machine: str, cpu: str, flash: int, ram: int, stack: int = 4096, batch: int = 400
) -> Machine:
    return Machine(
        core,
        "arm-none-eabi-gcc",
        ("-O2", "-mthumb", *SMALL, *cpu.split()),
        "io_semihosting.c",
        ("--specs=nano.specs", *_link((0, flash), (0x20000000, ram), stack)),
        _semihosting("qemu-system-arm", machine),
        batch,
    )


CORTEX_M4 = _cortex(
    Core.CORTEX_M4, "mps2-an386", "-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16", 4 << 20, 4 << 20
)
_MICROBIT = _cortex(Core.CORTEX_M0, "microbit", "-mcpu=cortex-m0", 256 << 10, 16 << 10, 2048, 60)
CORTEX_M0 = replace(_MICROBIT, group=3)  # 16 KiB hold no larger models
CORTEX_M55 = _cortex(
    Core.CORTEX_M55, "mps3-an547", "-mcpu=cortex-m55 -mfloat-abi=hard", 512 << 10, 512 << 10, 4096, 150
)
RISC_V = Machine(
    Core.RV32IM,
    "riscv64-unknown-elf-gcc",
    (
        *("-O2", "-march=rv32imc", "-mabi=ilp32", "-misa-spec=2.2", "-mcmodel=medany"),
        *("--specs=picolibc.specs", *SMALL),
    ),
    "io_semihosting.c",
    _link((0x80000000, 4 << 20), (0x80400000, 4 << 20), 4096),
    _semihosting("qemu-system-riscv32", "virt", "-bios", "none"),
)
XTENSA = Machine(
    Core.XTENSA,
    "xtensa-lx106-elf-gcc",
    (
        *("-O2", "-mlongcalls", "-mtext-section-literals"),
        *("--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs", *SMALL),
    ),
    "io_simcall.c",
    (
        *_link((0x60000000, 4 << 20), (0x60400000, 4 << 20), 4096),
        *("-Wl,--entry=vector", "-Wl,--no-warn-rwx-segments", str(PORT / "tkd_integers_lx106.c")),
    ),
    (
        *("qemu-system-xtensa", "-M", "lx60-nommu", "-cpu", "lx106"),
        *("-nographic", "-monitor", "none", "-serial", "none", "-semihosting", "-kernel"),
    ),
    without=("DEQUANTIZE", "QUANTIZE/float32"),
)
# As on an ESP8266: the models' constants in flash, which answers aligned words alone, all others in RAM.
ESP8266 = replace(
    XTENSA,
    core=Core.ESP8266,
    flags=(*XTENSA.flags, "-DTKD_FLASH_WORDS=1", "-free", "-fipa-pta"),  # of Arduino's core
    link=tuple(each.replace("semihosting.ld", "flash_words.ld") for each in XTENSA.link),
    plugin=("flash_words.c", "from=0x60800000,bytes=0x400000"),
)
AVR = Machine(
    Core.GENERIC,
    "avr-gcc",
    ("-Os", "-mmcu=atmega2560", *SMALL),
    "io_avr.c",
    (
        "-Wl,--gc-sections",
        "-Wl,--defsym=__DATA_REGION_LENGTH__=0xFE00",
        "-Wl,--defsym=__stack=0xFFFF",
        str(RUN / "avr.ld"),
    ),
    batch=100,
    emulator="simavr.c",
)
MACHINES = {
    "host": HOST,
    "m4": CORTEX_M4,
    "m0": CORTEX_M0,
    "m55": CORTEX_M55,
    "riscv": RISC_V,
    "xtensa": XTENSA,
    "esp8266": ESP8266,
    "avr": AVR,
}
