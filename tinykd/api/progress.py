"""Progress of a call from Python: bars on a terminal and where a notebook can draw them, else lines."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tinykd.engine.events import Reporter, SilentReporter


@contextmanager
def reporter(verbose: bool = True) -> Iterator[Reporter]:
    """``verbose``: as in Keras, False says nothing."""
    if not verbose:
        yield SilentReporter()
    elif _in_notebook() and importlib.util.find_spec("ipywidgets") is None:
        from tinykd.display.plain import PlainReporter

        yield PlainReporter(stream=sys.stdout, show_skipped=False)
    elif _in_notebook() or sys.stderr.isatty():
        from rich.console import Console

        from tinykd.display.live import LiveReporter

        live = LiveReporter(console=Console(stderr=not _in_notebook(), highlight=False), show_skipped=False)
        try:
            yield live
        finally:
            live.close()
    else:
        from tinykd.display.plain import PlainReporter

        yield PlainReporter(show_skipped=False)


def _in_notebook() -> bool:
    """In a kernel of Jupyter, which rich draws for by itself."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"
