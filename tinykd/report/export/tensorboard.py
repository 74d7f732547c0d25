"""Runs as TensorBoard's event files, one folder each, by TensorFlow alone.

The plugins that show a summary are named in its metadata: tensorboard/plugins/scalar and text, metadata.py.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.report.export.figures import RunFigures
from tinykd.training.tensorflow import libraries


def write_events(runs: Sequence[RunFigures], folder: Path) -> list[Path]:
    """A folder of ``folder`` for each run; one that was written before is written anew."""
    return [_written(run, folder / run.name) for run in runs]


def _written(run: RunFigures, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    writer = libraries().tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for name, points in run.curves.items():
            for epoch, value in points:
                _write(name, np.float32(value), epoch)
        for name, value in run.finals.items():
            _write(name, np.float32(value), 0)
        for name, values in (("settings", run.settings), ("versions", run.versions)):
            _write(name, _table(values), 0)
    writer.close()
    return folder


def _write(name: str, value: np.float32 | str, step: int) -> None:
    """A number or a text."""
    tf, plugin = libraries().tf, "text" if isinstance(value, str) else "scalars"
    tf.summary.write(name, tf.constant(value), step=step, metadata=_shown_by(plugin))


def _shown_by(plugin: str) -> Any:
    from tensorflow.core.framework.summary_pb2 import SummaryMetadata

    return SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))


def _table(values: dict[str, str]) -> str:
    """Markdown, as the text plugin shows it."""
    rows = [f"| {_cell(key)} | {_cell(value)} |" for key, value in values.items()]
    return "\n".join(("| key | value |", "|---|---|", *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
