"""What is known of a board: memory, processor, port and how its firmware is run.

Sizes are bytes. ``run`` says which of three ways: an emulated machine, a process of this machine, or a real
board that PlatformIO builds for and flashes. ``tflm`` names the library for runtime tflm, where there is one.
Reading files is ``load``'s affair.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tinykd.boards.cpu import CPUS, CoreName, CpuName
from tinykd.boards.sensors import SensorsSection
from tinykd.boards.values import (
    Address,
    BoardName,
    Components,
    Defines,
    Extensions,
    Flags,
    FlashBytes,
    Header,
    Hertz,
    Lines,
    Options,
    Page,
    Platform,
    RamBytes,
    SampleRates,
    StackBytes,
    Text,
    UsbIds,
    Version,
    Word,
)

Kind = Literal["qemu", "host", "platformio"]
InPsram = Literal["arena", "weights"]
Framework = Literal["arduino", "espidf", "stm32cube"]
Emulator = Literal["qemu-system-arm", "qemu-system-riscv32", "qemu-system-xtensa", "tinykd-rp2040js"]

_OWN_OPTIONS: dict[Emulator, tuple[str, ...]] = {
    "qemu-system-riscv32": ("-bios", "none"),
    "qemu-system-xtensa": ("-cpu", "lx106"),  # what Debian has a compiler for
}


class _BoardPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class QemuMachine(_BoardPart):
    """An emulated board: ``emulator -M machine``."""

    kind: Literal["qemu"]
    machine: Word
    emulator: Emulator = "qemu-system-arm"

    @property
    def command(self) -> tuple[str, ...]:
        """The emulator with its machine, one instruction a nanosecond; without firmware and serial port."""
        own = _OWN_OPTIONS.get(self.emulator, ())
        return (self.emulator, "-M", self.machine, *own, "-icount", "shift=0")


class NativeProcess(_BoardPart):
    """This machine: a process on a pseudo-terminal."""

    kind: Literal["host"]


class PlatformIOTarget(_BoardPart):
    """A real board, with the versions that are pinned in its ``platformio.ini``."""

    kind: Literal["platformio"]
    platform: Platform
    board: Word
    framework: Framework
    components: Components = ()  # of ESP-IDF, with their versions
    sdkconfig: Options = ()  # of ESP-IDF
    lib_deps: Lines = ()
    upload_protocol: Word | None = None
    usb_ids: UsbIds  # vendor:product, running before boot loader
    dtr: bool = True  # state of the line while the port is open
    rts: bool = True
    bootloader: Text | None = None  # which button, when an upload does not begin
    wiring: Text | None = None  # what must be wired for the serial port, where the board has none on its USB
    options: Lines = ()  # more lines of the environment

    @model_validator(mode="after")
    def _of_its_framework(self) -> "PlatformIOTarget":
        if self.framework != "espidf" and (self.components or self.sdkconfig):
            raise ValueError("components and sdkconfig are for framework espidf")
        return self


Run = Annotated[QemuMachine | NativeProcess | PlatformIOTarget, Field(discriminator="kind")]


class TflmPort(_BoardPart):
    """Where this board and framework get TensorFlow Lite Micro from, and what is known of that copy.

    ``lib_deps``: ``library@version`` of PlatformIO's registry. ``component``: the same of ESP-IDF's.
    ``bundled``: the framework has it. ``vendored``: no library exists, the user names a tree of upstream's.
    """

    source: Literal["lib_deps", "component", "bundled", "vendored"]
    library: Word | None = None
    version: Version | None = None
    include: Header | None = None  # to be included before any other; None: plain tensorflow/lite/micro/...
    ops: Word  # key of the list of ops that this copy has
    per_channel_dense: Literal["right", "refused", "wrong"]  # wrong: computed wrongly without a word
    build_flags: Flags = ()
    build_unflags: Flags = ()
    options: Lines = ()  # more lines of the environment, for this runtime only
    platform: Platform | None = None  # in place of run.platform, for this runtime only

    @model_validator(mode="after")
    def _is_named(self) -> "TflmPort":
        if (self.source in ("lib_deps", "component")) != bool(self.library and self.version):
            raise ValueError("library and version are for source lib_deps and component, and only for them")
        return self


class SlotFlash(_BoardPart):
    """The piece of flash that holds another model (``[firmware] slot``): two banks, one half each."""

    driver: Word  # the folder in firmware/nor that erases and programs it
    origin: Annotated[Address, Field(multiple_of=16)]
    bytes: FlashBytes
    page_bytes: Annotated[int, Field(ge=1024, le=1 << 20)]  # that are erased at once
    unit_bytes: Literal[4, 8, 16, 32, 64, 128, 256]  # that are programmed at once
    image_bytes: FlashBytes | None = None  # what is left of the board's flash for the firmware; None: all

    @model_validator(mode="after")
    def _has_two_banks(self) -> "SlotFlash":
        if self.bytes % (2 * self.page_bytes):
            raise ValueError(f"bytes {self.bytes} are not two banks of whole pages of {self.page_bytes}")
        return self

    @property
    def defines(self) -> tuple[str, ...]:
        """``NAME=VALUE`` of what firmware/nor asks for."""
        return (
            f"TKD_NOR_BASE=0x{self.origin:08x}u",
            f"TKD_NOR_BYTES={self.bytes}u",
            f"TKD_NOR_PAGE={self.page_bytes}u",
            f"TKD_NOR_UNIT={self.unit_bytes}u",
        )


class Psram(_BoardPart):
    """RAM outside the chip, behind the cache that its flash has too."""

    bytes: RamBytes
    mbytes_per_s: Annotated[int, Field(gt=0)]  # at most: its lines times its clock
    sdkconfig: Options = ()  # of ESP-IDF, which switch it on
    build_flags: Flags = ()  # for Arduino, where the board's own do not switch it on
    weights: Options = ()  # of ESP-IDF, by which it copies constants into it; none: it cannot


class Board(_BoardPart):
    """One board. ``port`` is the folder in firmware/port that has its UART and counter."""

    name: BoardName  # the TOML's file name, or that of a variant in it
    title: Text
    page: Page | None = None  # the vendor's
    mcu: Text
    cpu: CpuName
    extensions: Extensions = ()
    core: CoreName  # what kernels are chosen for; the cpu's unless it is named
    port: Word
    clock_hz: Hertz
    baud: Annotated[int, Field(ge=1200, le=4_000_000)] = 115_200
    cpu_flags: Flags = ()
    defines: Defines = ()
    sensors: SensorsSection = SensorsSection()
    microphone_hz: SampleRates = ()  # of a microphone on the board, through its Arduino core's library PDM
    flash_origin: Address = 0
    flash_bytes: FlashBytes
    ram_origin: Address = 0
    ram_bytes: RamBytes
    stack_bytes: StackBytes  # reserved for the stack, part of ram_bytes
    run: Run
    tflm: TflmPort | None = None  # None: runtime static only
    slot: SlotFlash | None = None  # None: its models change with the firmware
    psram: Psram | None = None
    in_psram: InPsram | None = None  # what a project has put there: ``[target] psram``, not a key of a board

    @model_validator(mode="before")
    @classmethod
    def _core_of_the_cpu(cls, raw: Any) -> Any:
        cpu = CPUS.get(str(raw.get("cpu"))) if isinstance(raw, dict) else None
        return {"core": cpu.core, **raw} if cpu else raw

    @model_validator(mode="after")
    def _psram_is_espressifs(self) -> "Board":
        if self.psram is not None and not self.mcu.startswith("ESP32"):
            raise ValueError("psram is for the chips of the ESP32 family")
        return self

    @model_validator(mode="after")
    def _stack_fits(self) -> "Board":
        if self.stack_bytes >= self.ram_bytes:
            raise ValueError(f"stack_bytes {self.stack_bytes} leave nothing of ram_bytes {self.ram_bytes}")
        return self

    @property
    def arena_room(self) -> int:
        """Bytes of RAM beside the stack, or of PSRAM: more than this no arena can take."""
        return self.psram.bytes if self.psram and self.arena_outside else self.ram_bytes - self.stack_bytes

    @property
    def arena_outside(self) -> bool:
        """Whether the arena is in PSRAM."""
        return self.in_psram == "arena"

    @property
    def ram_addresses(self) -> range:
        """Where its RAM is; nothing where that is not known."""
        return range(self.ram_origin, self.ram_origin + self.ram_bytes) if self.ram_origin else range(0)

    @property
    def constants_in_ram(self) -> bool:
        """Whether constants are copied into RAM but for those of a model."""
        return self.core == "esp8266"

    @property
    def beside_slot(self) -> "Board":
        """The board as firmware with a slot may use it."""
        left = self.slot.image_bytes if self.slot else None
        return self if left is None else self.model_copy(update={"flash_bytes": left})

    @property
    def kind(self) -> Kind:
        """How firmware gets onto it."""
        return self.run.kind

    @property
    def platformio(self) -> PlatformIOTarget | None:
        """What PlatformIO must know, for a real board."""
        return self.run if isinstance(self.run, PlatformIOTarget) else None

    @property
    def machine(self) -> str | None:
        """QEMU's name of an emulated board."""
        return self.run.machine if isinstance(self.run, QemuMachine) else None

    @property
    def emulator(self) -> Emulator | None:
        """The program that emulates it."""
        return self.run.emulator if isinstance(self.run, QemuMachine) else None

    @property
    def virtual(self) -> bool:
        """True when it needs nothing on the desk."""
        return self.platformio is None

    @property
    def has_console(self) -> bool:
        """Whether a person can type at its firmware; without room for the texts it takes frames only."""
        return "TKD_NO_CONSOLE=1" not in self.defines

    @property
    def cross(self) -> str:
        """The prefix of the compiler that a virtual board is built with."""
        return CPUS[self.cpu].cross or ""

    @property
    def port_folders(self) -> tuple[str, ...]:
        """The folders below firmware/ whose C files its port is made of."""
        bare = ("port/bare",) if self.machine else ()
        arm = ("port/cortexm",) if self.machine and self.cpu.startswith("cortex-m") else ()
        rp2 = ("port/rp2",) if self.port in ("rp2040", "rp2350") else ()
        return (*bare, *arm, *rp2, f"port/{self.port}")

    @property
    def framework(self) -> str:
        """Whose start-up and libraries surround the firmware; "" for a virtual board."""
        return self.platformio.framework if self.platformio else ""

    @property
    def runtimes(self) -> tuple[str, ...]:
        """What firmware can be generated for it."""
        return ("static", "tflm") if self.tflm else ("static",)
