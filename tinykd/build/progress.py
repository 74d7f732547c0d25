"""What a build says while it works, as a bar: files of the project compiled, and what else goes on.

Compiled files of a framework move no bar, since nobody knows how many there are; they are named.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinykd.build.tool import Watcher
from tinykd.progress import Progress

_MAKE = re.compile(r" -c (?:\./)?(?P<file>(?:src|lib)/\S+)")
_PIO = re.compile(r"^(?:Compiling|Indexing) \.pio/build/[^/]+/(?P<file>\S+)\.o$")
_OWN = re.compile(r"^(?:src/|lib\w*/tinykd)")
_OTHER = re.compile(
    r"^(?P<what>Linking|Downloading|Unpacking|(?:Tool|Platform|Library) Manager: Installing .+)"
)


@contextmanager
def shown(progress: Progress, label: str, project: Path) -> Iterator[Watcher]:
    """A watcher for ``run_tool`` that moves a bar of the sources of ``project``."""
    with progress.task(label, _count(project) + 1) as task:

        def watch(line: str) -> None:
            progress.detail(line)
            compiled = _MAKE.search(line) or _PIO.match(line)
            other = _OTHER.match(line)
            if compiled:
                task.advance(1 if _OWN.match(compiled["file"]) else 0, compiled["file"])
            elif other:
                task.advance(0, other["what"])

        yield watch
        task.advance()


def _count(project: Path) -> int:
    """Sources below src/ and lib/."""
    return sum(
        path.suffix in (".c", ".cpp") for top in ("src", "lib") for path in (project / top).rglob("*.c*")
    )
