"""What an uploader says while it works, as a bar in percent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tinykd.build.tool import Watcher
from tinykd.progress import Progress

# "Writing at 0x00010000... (25 %)", "Writing at 0x00010000 [====> ] 25.0% 4096/16384 bytes"
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)? ?%")
_STEP = re.compile(
    r"^(?P<what>Connecting|Erasing|Writing|Verifying|Resetting|Hard resetting|Waiting for the new upload port"
    r"|Forcing reset|Uploading|Programming|Downloading|Unpacking|(?:Tool|Platform) Manager: Installing .+)"
)


@contextmanager
def shown(progress: Progress, label: str) -> Iterator[Watcher]:
    """A watcher for ``run_tool``; a second pass (verifying) starts no new bar."""
    with progress.task(label, 100) as task:
        done = 0

        def watch(line: str) -> None:
            nonlocal done
            progress.detail(line)
            percent, step = _PERCENT.search(line), _STEP.match(line)
            reached = min(int(percent[1]), 100) if percent else done
            if reached > done or step:
                task.advance(max(reached - done, 0), step["what"] if step else "")
                done = max(reached, done)

        yield watch
        task.advance(100 - done)
