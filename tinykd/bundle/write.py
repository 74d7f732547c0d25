"""A bundle as one .zip file: the same bytes for the same contents, whenever and wherever it is made."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from tinykd.bundle.contents import MANIFEST, Bundle, BundleManifest, FileFacts, TensorFacts
from tinykd.files import sha256_bytes, write_whole
from tinykd.version import __version__

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def write_bundle(bundle: Bundle, path: Path) -> str:
    """Write ``bundle`` to ``path``; its digest, which names it."""
    files = _files(bundle)
    manifest = _manifest(bundle, files)
    files[MANIFEST] = manifest.model_dump_json(indent=2).encode()
    write_whole(path, _zipped(files))
    return manifest.digest


def _manifest(bundle: Bundle, files: dict[str, bytes]) -> BundleManifest:
    manifest = BundleManifest(
        made_by=f"tinykd {__version__}",
        model_sha256=sha256_bytes(bundle.model),
        samples=len(bundle.inputs),
        facts=bundle.facts,
        files={name: FileFacts(sha256=sha256_bytes(data), bytes=len(data)) for name, data in files.items()},
        traces={
            sample: tuple(
                TensorFacts(name=t.name, operator=t.operator, file=_trace(sample, i))
                for i, t in enumerate(tensors)
            )
            for sample, tensors in bundle.traces.items()
        },
    )
    return manifest.model_copy(update={"digest": manifest.computed_digest()})


def _files(bundle: Bundle) -> dict[str, bytes]:
    files = {
        "model.tflite": bundle.model,
        "inputs.npy": _npy(bundle.inputs),
        "expected.npy": _npy(bundle.expected),
    }
    if bundle.labels is not None:
        files["labels.npy"] = _npy(bundle.labels)
    for sample, tensors in bundle.traces.items():
        files |= {_trace(sample, i): _npy(tensor.data) for i, tensor in enumerate(tensors)}
    return files


def _trace(sample: int, tensor: int) -> str:
    return f"traces/{sample}/{tensor}.npy"


def _npy(array: NDArray[Any]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, files[name])
    return buffer.getvalue()
