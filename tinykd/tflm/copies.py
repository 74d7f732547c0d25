"""The copies of TFLM that libraries carry, one TOML each in ports/: which ops, kernels and layout."""

import difflib
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from tinykd.errors import ConfigError

PORTS = Path(__file__).with_name("ports")
UPSTREAM = "upstream"


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class TflmCopy(BaseModel):
    """One copy. ``ops`` are the schema's names of what its resolver can add."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str
    tflm: str  # the month of upstream that it was made from
    kernels: Literal["cmsis-nn", "esp-nn", "reference"]  # what computes convolutions and dense layers
    static_memory: bool  # compiled with TF_LITE_STATIC_MEMORY
    ops: Annotated[tuple[str, ...], BeforeValidator(_tuple)]


def copy_keys() -> tuple[str, ...]:
    """The names of ports/*.toml."""
    return tuple(sorted(path.stem for path in PORTS.glob("*.toml")))


@cache
def load_copy(key: str) -> TflmCopy:
    """The copy called ``key`` in a board's TOML."""
    if key not in copy_keys():
        near = difflib.get_close_matches(key, copy_keys(), n=1)
        wanted = near[0] if near else " or ".join(copy_keys())
        raise ConfigError(f"tflm.ops {key}", "no list of ops has this name", wanted)
    path = PORTS / f"{key}.toml"
    try:
        return TflmCopy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(path, f"cannot be read ({error})", "a list of ops") from None


def copies_with(kind: str) -> tuple[TflmCopy, ...]:
    """The copies that have the op ``kind``."""
    return tuple(copy for copy in map(load_copy, copy_keys()) if kind in copy.ops)
