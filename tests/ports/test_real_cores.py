"""Fakes beside the cores that they stand for: Debian's for AVR, others where TINYKD_CORES_DIR has them."""

import re
from pathlib import Path

import pytest

from tests.ports import real_cores
from tests.ports.cores import FAKES
from tests.ports.declarations import Declaration, declarations
from tests.ports.real_cores import PACKAGES, differences, found

PRESENT = [package for package in PACKAGES if package.name in found()]
FALSE = [
    Declaration("millis", "int (int)", "C", True),
    Declaration("setup", "void ()", "C++", True),
    Declaration("write", "size_t (double, int)", "C++", True, "Print::"),
    Declaration("Serial", "Print", "C++", False),
]


def test_every_fake_says_which_core_and_version_it_stands_for() -> None:
    headers = {path: path.read_text().partition("*/")[0] for path in sorted(FAKES.rglob("*.h"))}
    said = re.compile(r"Stands for .*\b(\d+\.\d+|[0-9a-f]{7})\b", re.DOTALL)
    assert headers and [str(path) for path, text in headers.items() if not said.search(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "package", PRESENT, ids=[f"{package.board} by {package.name}" for package in PRESENT]
)
def test_a_fake_declares_what_its_core_declares(package: real_cores.Package, tmp_path: Path) -> None:
    assert differences(package, found()[package.name], tmp_path) == []


@pytest.mark.slow
def test_another_type_linkage_method_or_variable_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    avr = PACKAGES[0]
    names = {
        each.name for each in declarations(real_cores.core_of(real_cores.load_board("uno")), ("Arduino.h",))
    }
    assert {"millis", "setup", "write", "Serial", "A0"} <= names
    monkeypatch.setattr(real_cores, "declarations", lambda core, headers: FALSE)
    assert differences(avr, found()[avr.name], tmp_path) == [
        "millis: the core has no int (int) of linkage C",
        "setup: the core has no void () of linkage C++",
        "Print::write: the core has no size_t (double, int) of linkage C++",
        "Serial: the core has no Print of linkage C++",
    ]
