"""Products of 64 bits and quotients of the emulated Xtensa board, beside Python's."""

import ctypes
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinykd.paths import FIRMWARE

SOURCE = FIRMWARE / "port/xtensa_lx60/tkd_integers_lx106.c"
BITS = {"si": 32, "di": 64}


def integers(bits: int) -> st.SearchStrategy[int]:
    ends = [-(1 << (bits - 1)), (1 << (bits - 1)) - 1, -1, 0, 1, 0xFFFF, 0x10000]
    return st.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1) | st.sampled_from(ends)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """Under names that are not those of this machine's compiler."""
    names = (
        "muldi3",
        *(f"{sign}{kind}{size}3" for sign in ("", "u") for kind in ("div", "mod") for size in BITS),
    )
    renamed = [f"-D__{name}=tkd_{name}" for name in names]
    built = tmp_path_factory.mktemp("xtensa") / "integers.so"
    strict = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsanitize=undefined"]
    command = [
        "gcc",
        *strict,
        "-fno-sanitize-recover",
        "-shared",
        "-fPIC",
        *renamed,
        str(SOURCE),
        "-o",
        str(built),
    ]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(built))


def wrapped(value: int, bits: int, signed: bool) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


def call(library: ctypes.CDLL, name: str, a: int, b: int) -> int:
    size = "si" if "si" in name else "di"
    kind = getattr(ctypes, f"c_{'u' if name.startswith('u') else ''}int{BITS[size]}")
    function = getattr(library, f"tkd_{name}")
    function.argtypes, function.restype = [kind, kind], kind
    return int(function(a, b))


def quotient(a: int, b: int) -> int:
    """C's, towards zero."""
    size = abs(a) // abs(b)
    return -size if (a < 0) != (b < 0) else size


@given(integers(64), integers(64))
@example(-(1 << 63), -(1 << 63))
def test_a_product_wraps(library: ctypes.CDLL, a: int, b: int) -> None:
    assert call(library, "muldi3", a, b) == wrapped(a * b, 64, signed=True)


@pytest.mark.parametrize("size", BITS)
@pytest.mark.parametrize("sign", ["", "u"])
@given(a=integers(64), b=integers(64))
def test_quotient_and_rest(library: ctypes.CDLL, sign: str, size: str, a: int, b: int) -> None:
    bits = BITS[size]
    a, b = wrapped(a, bits, not sign), wrapped(b, bits, not sign)
    if b == 0:
        return
    expected = quotient(a, b)
    assert call(library, f"{sign}div{size}3", a, b) == wrapped(expected, bits, not sign)
    assert call(library, f"{sign}mod{size}3", a, b) == a - expected * b
