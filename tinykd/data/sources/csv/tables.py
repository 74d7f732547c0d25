"""Tables of numbers: every row a sample (1, 1, columns), every column with a scale of its own.

A CSV file, or a folder of them, is read as for recordings, each row a window of one value. The rows of a file
are no group: groups come from a column or a pattern that the project file names.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.data.raw import Raw
from tinykd.data.sources.csv.windows import load_windows
from tinykd.data.spread import spread
from tinykd.data.types import SampleRows
from tinykd.project.samples import DataSection, SensorSection
from tinykd.project.values import TaskName

_LOOKED_AT = 20_000  # samples
_UNLIKE = 20.0  # times: deviations of a signal's values at two times differ by less


def load_table(
    path: Path, section: DataSection, sensor: SensorSection, task: TaskName, unlabelled: Path | None = None
) -> Raw:
    """The rows of the file or folder ``path``; ``unlabelled``: more of the same columns."""
    rows = sensor.model_copy(update={"window": 1, "stride": 1})
    raw = load_windows(path, section, rows, task, unlabelled)
    named = sensor.group is not None or section.group_pattern is not None
    columns = raw.frontend.columns if isinstance(raw.frontend, SensorFrontend) else ()
    return replace(raw, groups=raw.groups if named else None, frontend=TableFrontend((), (), columns))


def columns_note(x: SampleRows) -> tuple[str, ...]:
    """A note on windows ``x`` (n, time, 1, 1) whose values at different times have nothing in common."""
    if x.shape[2:] != (1, 1) or len(x) < 2:
        return ()
    deviation = spread(x, _LOOKED_AT)[:, :, 0, 0].std(axis=0, dtype=np.float64)
    moving = deviation[deviation > 0]
    if not len(moving) or moving.max() < _UNLIKE * moving.min():
        return ()
    found = (
        f"the {x.shape[1]} values of a sample have deviations from {moving.min():.3g} to {moving.max():.3g}"
    )
    fix = 'if they are columns of a table, say [data] kind = "table"'
    return (f"{found} and are scaled as one channel ({fix})",)
