"""A process that reads a foreign model has bounded memory."""

from pathlib import Path

_MEMORY_BYTES = 4 << 30  # for the model, above what the libraries themselves take


def bound_memory() -> None:
    """A layer of 10^12 units is an error here, not the end of the machine. Linux only."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    import resource

    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY_BYTES,) * 2)
