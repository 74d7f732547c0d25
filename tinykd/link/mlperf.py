"""The host's end of MLPerf Tiny's serial grammar: enough to see that a board speaks it.

Commands end with "%", answers with the line "m-ready" (mlcommons/tiny, benchmark/runner). The official runner
measures; this only asks who is there.
"""

import re
import time
from dataclasses import dataclass

from tinykd.errors import LinkError, one_line
from tinykd.link.transport import PortSettings, SerialTransport, Transport

READY = "m-ready"
FIX = "Check port and baud rate, reset the board, or flash it (tinykd flash)"


@dataclass(frozen=True)
class Dut:
    """What a device under test says of itself."""

    vendor: str
    profile: str
    benchmark: str


def who_is_there(url: str, settings: PortSettings, timeout_s: float) -> Dut:
    """Open the port ``url`` and ask; ``LinkError`` when nobody answers in this grammar."""
    with SerialTransport.open(url, settings) as port:
        for _ in range(3):  # as the runner does: the first may meet half a command
            answer = "\n".join([*command(port, "name", timeout_s), *command(port, "profile", timeout_s)])
            found = [
                re.search(rf"^{head}\[([^]]*)\]$", answer, re.MULTILINE)
                for head in ("m-name-dut-", "m-profile-", "m-model-")
            ]
            if all(found):
                return Dut(*(match[1] for match in found if match))
    said = one_line(answer, 60) or "nothing"
    raise LinkError(url, f"answered {said!r}", "the name and profile of MLPerf Tiny firmware", FIX)


def command(port: Transport, text: str, timeout_s: float) -> list[str]:
    """The lines that answer ``text``, without the last; those that came when ``timeout_s`` have passed."""
    port.write(f"{text}%".encode())
    said, deadline = "", time.monotonic() + timeout_s
    while READY not in said.splitlines() and time.monotonic() < deadline:
        said += port.read(0.05).decode("ascii", "replace")
    return [line for line in said.splitlines() if line and line != READY]
