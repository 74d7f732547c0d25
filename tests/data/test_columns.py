"""CSV recordings: which columns are channels, and what is noted of the others."""

import numpy as np
import pytest

from tests.data.recorded import RNG, ROWS, classes, error, kinds, load, write

NUMBERS = np.arange(ROWS)

JITTER = np.cumsum(RNG.integers(18, 23, ROWS))


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (("timestamp", NUMBERS * 20), "times"),
        (("Timestamp", 1_700_000_000_000 + NUMBERS * 20), "times"),
        (("time (s)", NUMBERS / 50), "times"),
        (("time_us", NUMBERS * 20_000), "times"),
        (("t", np.round(NUMBERS * 0.02, 2)), "times"),
        (("Zeit", NUMBERS * 20), "times"),
        (("seconds_elapsed", NUMBERS / 50), "times"),
        (("millis", JITTER), "times"),
        (("c0", JITTER + 1_000_000), "times"),
        (("epoch", 1.7e9 + NUMBERS / 50), "times"),
        (("created", [f"2024-05-01T23:59:59.{20 * i:06}" for i in range(ROWS)]), "times"),
        (("uhr", [f"23:59:{i // 50:02}:{20 * (i % 50):03}" for i in range(ROWS)]), "times"),
        (("c1", np.cumsum(RNG.integers(600, 1400, ROWS))), "times"),
        (("", NUMBERS), "numbers of rows"),
        (("Unnamed: 0", NUMBERS * 3), "numbers of rows"),
        (("index", NUMBERS + 1), "numbers of rows"),
        (("k", NUMBERS + 7), "numbers of rows"),
        (("whatever", NUMBERS + 500), "numbers of rows"),
        (("seq", NUMBERS % 16), "numbers of rows"),
    ],
)
def test_times_and_row_numbers_are_left_out_and_told(tmp_path, column, told):
    classes(tmp_path, lambda i, label: {column[0]: column[1]})
    data = load(tmp_path)
    assert data.frontend.columns == ("ax", "ay") and data.input_shape == (8, 1, 2)
    name = column[0] or "without a name"
    assert data.notes[0].startswith(f"columns left out: {name} ({told}); [sensor] columns names the channels")


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (("id", lambda i, label: [i] * ROWS), "names persons, recordings or devices"),
        (("subject", lambda i, label: [i % 3] * ROWS), "names persons, recordings or devices"),
        (("user_id", lambda i, label: [f"u{i}"] * ROWS), "names persons, recordings or devices"),
        (("deviceId", lambda i, label: [7 + i] * ROWS), "names persons, recordings or devices"),
        (("phone", lambda i, label: ["left"] * ROWS), "names persons, recordings or devices"),
        (("class", lambda i, label: [int(label == "run")] * ROWS), "a label"),
        (("activity", lambda i, label: [label] * ROWS), "a label"),
        (("room", lambda i, label: [20.5 + i] * ROWS), "one value in each file"),
    ],
)
def test_what_tells_files_apart_is_no_channel(tmp_path, column, told):
    classes(tmp_path, lambda i, label: {column[0]: column[1](i, label)})
    data = load(tmp_path)
    assert data.frontend.columns == ("ax", "ay")
    assert data.notes[0].startswith(f"columns left out: {column[0]} ({told});")


@pytest.mark.parametrize(
    "name", ["temp", "t", "time", "userAcceleration.x", "device temperature", "gyro_x", "count"]
)
def test_what_is_measured_stays_whatever_its_name(tmp_path, name):
    classes(tmp_path, lambda i, label: {name: np.round(RNG.standard_normal(ROWS), 3)})
    data = load(tmp_path)
    assert data.frontend.columns == (name, "ax", "ay") and data.notes == ()


def test_a_saw_is_measured(tmp_path):
    """It rises by the same step, and falls as often."""
    classes(tmp_path, lambda i, label: {"angle": NUMBERS % 40})
    assert load(tmp_path).frontend.columns == ("angle", "ax", "ay")


def test_columns_that_are_named_are_the_channels(tmp_path):
    classes(tmp_path, lambda i, label: {"timestamp": NUMBERS * 20, "more": NUMBERS})
    data = load(tmp_path, given=kinds(columns=("ay", "more")))
    assert data.frontend.columns == ("ay", "more") and data.frontend.rate_hz == 50
    assert error(tmp_path, given=kinds(columns=("az",))) == (
        "d/run/0.csv: no column az, but timestamp, more, ax, ay; expected a column az. "
        "Say [sensor] label, group or columns"
    )


def test_columns_in_another_order_are_found_by_name_and_others_are_refused(tmp_path):
    classes(tmp_path, lambda i, label: {})
    path = tmp_path / "d/walk/5.csv"
    first = path.read_text().splitlines()
    turned = [",".join(reversed(line.split(","))) for line in first]
    before = load(tmp_path)
    path.write_text("\n".join(turned) + "\n")
    assert np.array_equal(load(tmp_path).train.x, before.train.x)
    path.write_text("\n".join(["ax,az", *first[1:]]) + "\n")
    assert error(tmp_path) == (
        "d/walk/5.csv: columns ax, az; expected ax, ay as in 0.csv. "
        "Name the columns to use with [sensor] columns"
    )


def test_nothing_that_is_measured(tmp_path):
    write(tmp_path / "d.csv", {"timestamp": NUMBERS, "label": ["a", "b"] * 40})
    assert error(tmp_path, "d.csv") == (
        "d.csv: no channel among timestamp (times); expected measured values. Name them with [sensor] columns"
    )


@pytest.mark.parametrize(
    "steps", [RNG.exponential(1, ROWS), RNG.integers(0, 2, ROWS), RNG.random(ROWS) - 0.1]
)
def test_what_is_summed_up_is_measured(tmp_path, steps):
    """It rises as times do, but stands still, falls or leaps too."""
    classes(tmp_path, lambda i, label: {"c1": np.round(np.cumsum(steps), 3)})
    assert load(tmp_path).frontend.columns == ("c1", "ax", "ay")
