"""Reads a fleet's file and looks that everything it names is there, before any board is touched."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from tinykd.api.model_file import read_model
from tinykd.boards import load_board
from tinykd.errors import ConfigError
from tinykd.files import sha256_bytes
from tinykd.flash.via import check_via
from tinykd.fleet.cell import Fleet, FleetCell, FleetPlace
from tinykd.fleet.problem import fleet_problem
from tinykd.fleet.schema import FleetBoard, FleetFile, Runtime

MAX_BYTES = 1 << 20


def load_fleet(path: Path) -> Fleet:
    """The matrix in the file ``path``; ``UserError`` of one line for what cannot be run."""
    try:
        file = FleetFile.model_validate(_parsed(path))
    except ValidationError as error:
        raise fleet_problem(path, error) from None
    places = {name: _place(path, name, each) for name, each in file.board.items()}
    _check_ports(path, tuple(places.values()))
    cells = [cell for name, each in file.board.items() for cell in _cells(path, file, places[name], each)]
    return Fleet(path, file.fleet, tuple(cells))


def _parsed(path: Path) -> dict[str, object]:
    example = 'a fleet\'s TOML: [fleet] models = ["m.tflite"] and [board.host]'
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(path, f"is {path.stat().st_size:,} bytes long", f"at most {MAX_BYTES:,}")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(path, "no such file", example) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(path, f"cannot be read ({error})", example) from None
    except RecursionError:
        raise ConfigError(path, "is nested too deeply", example) from None


def _place(path: Path, name: str, each: FleetBoard) -> FleetPlace:
    given = each.board or name
    if given.endswith(".toml"):
        given = str((path.parent / given).resolve())
    board = load_board(given)
    check_via(board, each.via)
    power = each.power
    if power and "/" in power[0]:  # a script beside the file
        power = (str((path.parent / power[0]).resolve()), *power[1:])
    return FleetPlace(name, board, given, each.port, each.via, power)


def _check_ports(path: Path, places: tuple[FleetPlace, ...]) -> None:
    """No two on one port, nor found by one USB id."""
    taken: dict[str, str] = {}
    for place in places:
        for where in _found_at(place):
            if where in taken:
                fix = 'Such as port = "/dev/serial/by-id/…"; `tinykd ports` lists them'
                found = f"is on {where}, as [board.{taken[where]}] is"
                raise ConfigError(f"{path}: [board.{place.name}]", found, "a port of its own", fix)
            taken[where] = place.name


def _found_at(place: FleetPlace) -> list[str]:
    """Links under /dev lead to one device."""
    if place.port is not None:
        return [os.path.realpath(place.port) if place.port.startswith("/") else place.port]
    real = place.board.platformio
    return [f"whatever port has the USB id {each}" for each in real.usb_ids] if real else []


def _cells(path: Path, file: FleetFile, place: FleetPlace, each: FleetBoard) -> Iterator[FleetCell]:
    runtimes = each.runtimes or file.fleet.runtimes
    for runtime in runtimes:
        _check_runtime(path, place, runtime)
    for model in dict.fromkeys(each.models or file.fleet.models):
        where = path.parent / model
        sha256 = sha256_bytes(read_model(where))
        for runtime in dict.fromkeys(runtimes):
            yield FleetCell(place, model, where, sha256, runtime)


def _check_runtime(path: Path, place: FleetPlace, runtime: Runtime) -> None:
    if runtime not in place.board.runtimes:
        own = " or ".join(f'"{known}"' for known in place.board.runtimes)
        found = f"board {place.board.name} has no runtime {runtime}"
        fix = f'Type runtimes = ["{place.board.runtimes[0]}"] in [board.{place.name}]'
        raise ConfigError(f"{path}: [board.{place.name}] runtimes", found, own, fix)
