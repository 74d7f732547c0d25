"""The jobs of .github/workflows/boards.yml: ``tinykd boards --json`` in, a list of board and runtime out.

``python scripts/board_matrix.py PART`` keeps the boards with PART in their name.
"""

import json
import re
import sys
from typing import Any


def jobs(boards: list[dict[str, Any]], part: str) -> list[dict[str, str]]:
    """One per board and runtime, virtual boards included; what needs a tree of TFLM's own is left out."""
    return [
        {"board": board["name"], "runtime": runtime, "platform": platform(board)}
        for board in boards
        if part in board["name"]
        for runtime in board["runtimes"]
        if runtime != "tflm" or board["tflm"]["source"] != "vendored"
    ]


def platform(board: dict[str, Any]) -> str:
    """The name of PlatformIO's platform without its version, as the key of a cache."""
    pinned = str(board["run"].get("platform", "virtual"))
    return re.sub(r"\.(zip|git).*", "", pinned.partition("@")[0].rpartition("/")[2])


if __name__ == "__main__":
    print(json.dumps(jobs(json.load(sys.stdin), sys.argv[1] if len(sys.argv) > 1 else "")))
