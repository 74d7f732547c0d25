"""All files of a folder that cannot be read, not the first alone; and images that are squeezed."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tinykd.data.kinds import Kinds
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES as IMAGES
from tinykd.data.sources.folder.images import image_size, read_image
from tinykd.data.sources.folder.sounds import SUFFIXES as SOUNDS
from tinykd.data.sources.folder.sounds import read_samples
from tinykd.data.sources.opened import Opened
from tinykd.errors import DataError
from tinykd.progress import Progress
from tinykd.screening.finding import ScreeningFinding

_SQUEEZED = 1.25  # ratio of the sides' ratios, before and after
_LISTED = 50


def file_findings(
    folder: Path, kinds: Kinds, progress: Progress, opened: Opened | None = None
) -> list[ScreeningFinding]:
    """Of a folder of images or sounds; every file is opened but those that were ``opened`` before."""
    opened = opened or {}
    images, sounds = (files_below(folder, suffixes) for suffixes in (IMAGES, SOUNDS))
    files = images or sounds
    read: Callable[[Path], object] = read_samples
    if images:
        read = partial(read_image, how=kinds.image, grey=True)
    found, left = [], [path for path in files if path not in opened]
    with progress.task("read every file", max(len(left), 1)) as task:
        for path in left:
            found += _fault(path, folder, read)
            task.advance()
    faults = _few(found)
    return [*faults, *_squeezed(images, kinds.image.size, opened)] if images and not faults else faults


def _fault(path: Path, folder: Path, read: Callable[[Path], object]) -> list[ScreeningFinding]:
    try:
        read(path)
    except DataError as error:
        wanted = f"expected {error.expected}" if error.expected else ""
        key = ". ".join(filter(None, (wanted, error.fix)))
        return [ScreeningFinding("fault", str(path.relative_to(folder)), error.found, key)]
    return []


def _few(found: list[ScreeningFinding]) -> list[ScreeningFinding]:
    if len(found) <= _LISTED:
        return found
    return [
        *found[:_LISTED],
        ScreeningFinding("fault", "files", f"{len(found) - _LISTED} more cannot be read"),
    ]


def _squeezed(images: Sequence[Path], size: tuple[int, ...] | None, opened: Opened) -> list[ScreeningFinding]:
    """Images whose sides' ratio changes when they are brought to one size."""
    if size is None:
        return []
    wanted = size[1] / size[0]
    sizes = (opened.get(path) or image_size(path) for path in images)
    ratios = [width / height / wanted for width, height in sizes]
    odd = sum(max(ratio, 1 / ratio) > _SQUEEZED for ratio in ratios)
    if not odd:
        return []
    text = f"{odd} of {len(images)} are squeezed or stretched by more than a quarter to {size[0]} x {size[1]}"
    return [
        ScreeningFinding("note", "images", text, "[image] size with the ratio of most of them, or crop them")
    ]
