"""``tinykd-rp2040js``: the npm package rp2040js as an emulator that takes QEMU's options, as far as used.

``-kernel ELF`` is the firmware; ``-chardev socket,...,fd=N,...`` the listening socket that its UART is on,
without which the terminal is; ``-adc FILE`` what its analog inputs find, one little-endian word of 16 bits
for each conversion. The other options are QEMU's and change nothing.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

VERSION = "1.4.1"
SCRIPT = Path(__file__).with_name("rp2040js.cjs")
FIX = f"Type `npm install --prefix {sys.prefix} rp2040js@{VERSION}`"
_PLACES = (Path(sys.prefix), Path("/usr/local/lib"), Path("/usr/lib"))


def main() -> None:
    """Become Node.js with the emulator."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Does not return where the emulator is found; else 2, after a line that says what is missing."""
    asked = _options(words)
    node, modules = shutil.which("node"), modules_folder()
    if node is None:
        return _missing("Node.js is not installed. Type `sudo apt install nodejs npm`")
    if modules is None:
        return _missing(f"rp2040js is not installed. {FIX}")
    socket = re.search(r"(?:^|,)fd=(\d+)", asked.chardev or "")
    line = socket[1] if socket else "-"
    analog = [asked.adc] if asked.adc else []
    return os.execv(node, [node, str(SCRIPT), str(modules), asked.kernel, line, *analog])


def _missing(what: str) -> int:
    print(f"tinykd-rp2040js: {what}", file=sys.stderr)
    return 2


def modules_folder() -> Path | None:
    """The ``node_modules`` with rp2040js: named by NODE_PATH, below this Python's prefix, or npm's own."""
    named = [Path(part) for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]
    places = [*named, *(place / "node_modules" for place in _PLACES)]
    return next((place for place in places if (place / "rp2040js").is_dir()), None)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tinykd-rp2040js", description=__doc__, allow_abbrev=False)
    parser.add_argument("-kernel", required=True, metavar="ELF", help="the firmware")
    parser.add_argument("-chardev", metavar="socket,fd=N", help="the socket that the UART is on")
    parser.add_argument("-adc", metavar="FILE", help="what its analog inputs find")
    for name in ("-M", "-icount", "-display", "-monitor", "-serial"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    for name in ("-nodefaults", "-nographic"):
        parser.add_argument(name, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
