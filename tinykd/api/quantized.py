"""``tinykd.quantize``: a float ``.tflite`` and samples to an int8 model, and the ladder from float to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.api.model import Model
from tinykd.api.model_file import c_name, in_file, read_model
from tinykd.api.progress import reporter
from tinykd.errors import ModelError
from tinykd.post_training.samples import PIXELS
from tinykd.text import table_lines

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from tinykd.post_training.ladder import PtqLadder
    from tinykd.post_training.samples import PtqSamples, Wanted
    from tinykd.progress import Progress

    Data = str | Path | ArrayLike | tuple[ArrayLike, ArrayLike] | Mapping[str, ArrayLike]


def quantize(
    model: str | Path,
    data: "Data",
    *,
    pixels: tuple[float, float] = PIXELS,
    name: str | None = None,
    verbose: bool = True,
) -> "Quantized":
    """A float ``.tflite`` as a full-int8 model: int8 in and out, ranges measured on samples, no training.

    ``data``: a .npy, .npz or .csv file or a folder, as ``tinykd quantize --data`` takes it; or samples
    (n, ...) as the model takes them, ``(x, y)``, or a dict of ``x_train``, ``x_test``, ``y_test``.
    ``pixels``: what the bytes 0 and 255 of images are for the model. ``name``: stem of its C names, else the
    file's.

    Needs ``pip install "tinykd[quantize]"``.
    """
    with reporter(verbose) as report:
        return quantized_file(Path(model), data, pixels, name, report)


def quantized_file(
    path: Path, data: "Data", pixels: tuple[float, float], name: str | None, progress: "Progress"
) -> "Quantized":
    """``quantize``, with a progress that is there already."""
    from tinykd.graph.float_model import float_input
    from tinykd.post_training.quantize import quantize_model
    from tinykd.post_training.quantizer import check_installed
    from tinykd.post_training.samples import Wanted

    stem, content = c_name(name, path), read_model(path)
    check_installed()
    try:
        shape = float_input(content).shape[1:]
        samples = _samples(data, Wanted(shape, pixels))
        found = quantize_model(content, samples, _where(data), progress)
    except ModelError as error:
        raise in_file(path, error) from None
    return Quantized(Model(found.int8, stem), found.ladder, found.calibration, found.notes)


def _samples(data: "Data", wanted: "Wanted") -> "PtqSamples":
    import numpy as np

    from tinykd.data.sources.array_names import canonical_names
    from tinykd.post_training.samples import from_arrays, read_samples

    if isinstance(data, str | Path):
        return read_samples(str(data), wanted)
    if isinstance(data, Mapping):
        names = canonical_names(data, "data")
        return from_arrays({meant: np.asarray(data[name]) for name, meant in names.items()}, "data", wanted)
    pair = data if isinstance(data, tuple) and len(data) == 2 else (data,)
    return from_arrays(dict(zip("xy", map(np.asarray, pair), strict=False)), "data", wanted)


def _where(data: "Data") -> str:
    return str(data) if isinstance(data, str | Path) else "data"


@dataclass(frozen=True, repr=False, eq=False)
class Quantized:
    """``int8``: a ``tinykd.Model``; ``ladder``: what it costs, on samples that were not calibrated on."""

    int8: Model
    ladder: "PtqLadder"
    calibration: int  # samples that the ranges of activations were measured on
    notes: Sequence[str] = ()

    def save(self, path: str | Path) -> Path:
        """Write the int8 ``.tflite``."""
        return self.int8.save(path)

    def to_json(self) -> dict[str, Any]:
        """As ``tinykd quantize --json`` prints it."""
        return {**self.ladder.to_json(), "calibration": self.calibration, "notes": list(self.notes)}

    def lines(self) -> list[str]:
        """The table, the difference, the notes."""
        from tinykd.display.ladder import ladder_table

        return [*table_lines(*ladder_table(self.ladder)), *self._remarks()]

    def _remarks(self) -> list[str]:
        from tinykd.display.ladder import difference_line

        counts = f"calibrated on {self.calibration} samples, measured on {self.ladder.samples} others"
        return [*filter(None, [difference_line(self.ladder)]), counts, *self.notes]

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from tinykd.display.html import lines_html, table_html
        from tinykd.display.ladder import ladder_table

        return table_html(*ladder_table(self.ladder)) + lines_html(self._remarks())
