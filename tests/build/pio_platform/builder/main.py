"""Builds a project with an Arduino core of a few lines for QEMU's mps2-an386; upload copies the ELF.

The environment names tinykd's firmware folder (TINYKD_FIRMWARE) and where upload copies to (TINYKD_UPLOADED).
"""

import os
import shutil
from pathlib import Path

from SCons.Script import COMMAND_LINE_TARGETS, DefaultEnvironment

env = DefaultEnvironment()
here = Path(env.PioPlatform().get_dir())
firmware = Path(os.environ["TINYKD_FIRMWARE"])
machine = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
tools = {
    "CC": "gcc",
    "CXX": "g++",
    "LINK": "gcc",
    "AR": "ar",
    "RANLIB": "ranlib",
    "OBJCOPY": "objcopy",
    "SIZETOOL": "size",
}
env.Replace(
    **{name: f"arm-none-eabi-{tool}" for name, tool in tools.items()},
    PROGNAME="firmware",
    PROGSUFFIX=".elf",
    SIZEPROGREGEXP=r"^(?:\.text|\.data)\s+(\d+).*",
    SIZEDATAREGEXP=r"^(?:\.data|\.bss|\.stack)\s+(\d+).*",
    SIZECHECKCMD="$SIZETOOL -A -d $SOURCES",
    SIZEPRINTCMD="$SIZETOOL -B -d $SOURCES",
)
env.Append(
    CCFLAGS=[*machine, "-g", "-ffunction-sections", "-fdata-sections"],
    CXXFLAGS=["-std=gnu++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"],
    CPPPATH=[str(here / "core"), *(str(firmware / "port" / name) for name in ("bare", "cortexm"))],
    CPPDEFINES=["TKD_CLOCK_HZ=25000000u", "TKD_UART_BASE=0x40004000u", "TKD_UART_IRQ=0u"],
    LINKFLAGS=[
        *machine,
        "-nostartfiles",
        "--specs=nano.specs",
        "-Wl,--gc-sections",
        "-T",
        str(here / "core" / "link.ld"),
    ],
)
elf = "$BUILD_DIR/firmware.elf" if "nobuild" in COMMAND_LINE_TARGETS else env.BuildProgram()


def copy(target, source, env):
    shutil.copyfile(env.subst("$BUILD_DIR/firmware.elf"), os.environ["TINYKD_UPLOADED"])


env.AlwaysBuild(env.Alias("nobuild", elf))
env.AddPlatformTarget("upload", elf, [copy], "Upload")
env.Default([elf])
