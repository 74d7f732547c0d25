"""The identity of a firmware project's sources, which the board says in its hello: read from the project."""

import re

# In src/main.c, as templates/project/main.c.j2 writes it: what made the firmware, then who it is.
_FACTS = re.compile(r'static const tkd_firmware firmware = \{\s*"(?:[^"\\]|\\.)*",\s*"([0-9a-f]+)",')


def firmware_identity(main_c: str) -> str:
    """What stands in ``src/main.c``; empty where the firmware says none."""
    found = _FACTS.search(main_c)
    return found[1] if found else ""
