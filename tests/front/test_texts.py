"""Texts in C beside the host: any bytes, and every character, under sanitizers."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.front.cases import CASES
from tests.front.running import build, check
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.front.raw_input import RawInput
from tinykd.project.text import TextSection

pytestmark = pytest.mark.slow
NAMES = ("words", "characters", "byte_pairs")
anything = st.binary(max_size=140) | st.text(max_size=60).map(lambda text: text.encode())
letters = st.text("aB İΣé\u2009-", max_size=60).map(lambda text: text.encode())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A binary of each."""
    found = {name: tmp_path_factory.mktemp(name) for name in NAMES}
    for name, folder in found.items():
        build(CASES[name].raw, folder)
    return found


@pytest.mark.parametrize("name", NAMES)
@given(texts=st.lists(anything | letters, min_size=1, max_size=40))
def test_any_bytes(name: str, built: dict[str, Path], texts: list[bytes]) -> None:
    raw = CASES[name].raw
    bytes_of_all = b"".join(text[: raw.raw_bytes].ljust(raw.raw_bytes, b"\0") for text in texts)
    check(raw, np.frombuffer(bytes_of_all, np.int8).reshape(len(texts), raw.raw_bytes), built[name])


@pytest.mark.parametrize("keys", [{}, {"tokens": "bytes", "lower_case": False}])
def test_every_character(keys: dict[str, object], tmp_path: Path) -> None:
    """Of the basic plane, where all tables end, and some of the others; a digit keeps them apart."""
    how = TextFeatures(TextSection.model_validate({"longest_bytes": 512, "length": 512, **keys}))
    codes = (*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 997))  # no surrogates
    texts = ["0".join(map(chr, codes[i : i + 100])) for i in range(0, len(codes), 100)]
    raw = RawInput(TextFrontend(how), 1.0, 0, (1, 1, how.length))
    build(raw, tmp_path)
    check(raw, how.raw(texts).view(np.int8), tmp_path)
