"""Runs the real ``pio project config`` on each folder given, in one process, and prints what it said as JSON.

python tests/ports/pio_config.py FOLDER...
"""

import json
import sys

from click.testing import CliRunner
from platformio.__main__ import cli


def asked(*arguments: str) -> str:
    """What ``pio project config`` prints; what it complains of when it refuses."""
    done = CliRunner().invoke(cli, ["project", "config", *arguments])
    return done.output if done.exit_code == 0 else f"refused: {done.output} {done.exception}"


said = {each: [asked("-d", each, "--json-output"), asked("-d", each, "--lint")] for each in sys.argv[1:]}
print(json.dumps(said))
