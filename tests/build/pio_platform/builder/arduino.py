"""The framework: an Arduino core of a few lines on tinykd's own start-up and UART for mps2-an386."""

import os
from pathlib import Path

from SCons.Script import DefaultEnvironment

env = DefaultEnvironment()
here = Path(env.PioPlatform().get_dir())
port = Path(os.environ["TINYKD_FIRMWARE"]) / "port"
wanted = {
    "bare": "+<tkd_last_words.c> +<tkd_string.c>",
    "cortexm": "+<tkd_startup.c> +<tkd_fault.c> +<tkd_systick.c>",
}
env.BuildSources("$BUILD_DIR/core", str(here / "core"))
env.BuildSources("$BUILD_DIR/machine", str(port / "cmsdk"))
for name, files in wanted.items():
    env.BuildSources(f"$BUILD_DIR/{name}", str(port / name), src_filter=f"-<*> {files}")
