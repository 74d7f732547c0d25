"""``quantize FILE.tflite``: a float model from anywhere made int8, without a project and without training."""

from pathlib import Path

from tinykd.cli.output import Output
from tinykd.errors import ConfigError


def quantize_file(
    output: Output, model: Path, data: str | None, out: Path | None, pixels: tuple[float, float] | None
) -> None:
    """Write the int8 file, and print what it costs."""
    from tinykd.api.quantized import quantized_file
    from tinykd.post_training.samples import PIXELS

    path = out or Path(f"{model.stem}_int8.tflite")
    _check(model, data, path, pixels)
    with output.working("int8") as reporter:
        found = quantized_file(model, str(data), pixels or PIXELS, None, reporter)
    found.save(path)
    lines = [*found.lines(), "", f"{path}: full int8; next: tinykd prove {path}"]
    output.result({"out": str(path), **found.to_json()}, lines)


def _check(model: Path, data: str | None, out: Path, pixels: tuple[float, float] | None) -> None:
    if data is None:
        fix = f"Type tinykd quantize {model} --data SAMPLES (.npy, .npz, .csv or a folder)"
        raise ConfigError(model, "no samples are given", "some that its ranges are measured on", fix)
    if out.resolve() == model.resolve():
        raise ConfigError(f"--out {out}", "is the float model itself", "another file")
    if pixels is not None and not pixels[0] < pixels[1]:
        raise ConfigError("--pixels", f"{pixels[0]:g} {pixels[1]:g}", "a range, such as 0 255 or -1 1")
