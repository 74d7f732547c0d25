"""Some of many samples, whatever order they are in."""

from tinykd.data.types import SampleRows, Samples


def spread(samples: SampleRows, count: int) -> Samples:
    """At most ``count`` of ``samples`` at even distances: files may be sorted by class."""
    rows = [i * len(samples) // count for i in range(count)] if len(samples) > count else slice(None)
    found: Samples = samples[rows]
    return found
