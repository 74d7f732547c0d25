"""CSV recordings: where they end, what becomes of empty cells, how often was measured."""

import numpy as np
import pytest

from tests.data.recorded import RNG, ROWS, axes, classes, error, kinds, load, windows, write

NUMBERS = np.arange(ROWS)
LONG = np.arange(160)


# --- where recordings end -----------------------------------------------------------------------------------


def one_file(root, rows=160, **columns):
    labels = np.repeat(["run", "walk"], rows // 2)
    write(root / "d.csv", {**columns, **axes(rows), "label": labels})


def cut_windows(root, **keys):
    """How many windows, and which values of the column ``ax`` they have, in order."""
    data = load(root, "d.csv", given=kinds(normalise=False, **keys))
    return windows(data), data


def test_no_window_reaches_over_a_gap(tmp_path):
    times = np.arange(160) * 20
    times[44:] += 3000
    one_file(tmp_path, timestamp=times)
    count, data = cut_windows(tmp_path)
    assert count == 44 // 8 + (160 - 44) // 8
    assert data.notes[-1] == (
        "50 values per second by column timestamp, taken as milliseconds: the device must measure as often; "
        "recordings are cut at 1 gap"
    )
    x = np.concatenate([split.x for split in data.splits.values()])[:, :, 0, 0]
    lines = (tmp_path / "d.csv").read_text().splitlines()[1:]
    values = [float(line.split(",")[1]) for line in lines]
    starts = [values.index(pytest.approx(float(window[0]), abs=1e-6)) for window in x]
    assert not any(start < 44 < start + 8 for start in starts)
    assert windows(load(tmp_path, "d.csv", given=kinds(time=""))) == 20


@pytest.mark.parametrize(
    "times",
    [
        np.concatenate([np.arange(44), np.arange(116)]) * 20,  # time starts anew
        1.7e9 + np.concatenate([np.arange(44), 100 + np.arange(116)]) / 50,
        [f"2024-05-01 00:{i // 44:02}:{i // 50:02}.{20 * (i % 50):03}" for i in range(88)]
        + [f"2024-05-02 00:00:{i // 50:02}.{20 * (i % 50):03}" for i in range(72)],
    ],
)
def test_other_gaps(tmp_path, times):
    one_file(tmp_path, timestamp=times)
    assert cut_windows(tmp_path)[0] in (44 // 8 + 116 // 8, 44 // 8 * 2 + 72 // 8)


def test_rows_that_were_taken_out_leave_a_gap_in_their_numbers(tmp_path):
    one_file(tmp_path, **{"": np.concatenate([np.arange(44), 300 + np.arange(116)])})
    assert cut_windows(tmp_path)[0] == 44 // 8 + 116 // 8


@pytest.mark.parametrize("wrap", [2**32, 2**16])
def test_a_counter_that_runs_over_is_no_gap(tmp_path, wrap):
    """micros() after 71 minutes, or a counter of 16 bits."""
    step = 20_000 if wrap == 2**32 else 20
    one_file(tmp_path, micros=(wrap - 70 * step + np.arange(160) * step) % wrap)
    assert cut_windows(tmp_path)[0] == 20


def test_jitter_and_stamps_that_repeat_are_no_gaps(tmp_path):
    one_file(tmp_path, timestamp=np.cumsum(RNG.integers(10, 31, 160)))
    assert cut_windows(tmp_path)[0] == 20
    one_file(tmp_path, timestamp=1_700_000_000 + np.arange(160) // 50)  # whole seconds
    count, data = cut_windows(tmp_path)
    assert count == 20 and data.frontend.rate_hz == pytest.approx(50, rel=0.07)


def test_an_id_that_changes_ends_a_recording(tmp_path):
    one_file(tmp_path, trial=np.arange(160) // 20)
    assert cut_windows(tmp_path)[0] == 8 * 2


def test_persons_that_take_turns(tmp_path):
    """Rows of several devices as they came in."""
    one_file(tmp_path, timestamp=np.repeat(np.arange(80) * 20, 2), who=["a", "b"] * 80)
    data = load(tmp_path, "d.csv", given=kinds(group="who"), split="class")
    assert windows(data) == 2 * 10 and data.frontend.rate_hz == 50


def test_rows_in_no_order_are_refused(tmp_path):
    one_file(tmp_path, timestamp=RNG.permutation(160) * 20)
    text = error(tmp_path, "d.csv")
    assert text.startswith("d.csv: column timestamp goes back in ")
    assert text.endswith(
        'of 159 steps; expected rows in the order of time. Sort the rows, or say [sensor] time = "" '
        "if they are in order"
    )


def test_recordings_are_on_one_side_of_the_split(tmp_path):
    """Stretches between gaps, where every class has some: windows of one stretch overlap."""
    one_file(tmp_path, timestamp=np.arange(160) * 20 + np.arange(160) // 16 * 5000)
    data = load(tmp_path, "d.csv", given=kinds(stride=4, normalise=False))
    assert [len(split) % 3 for split in data.splits.values()] == [0, 0, 0]
    assert not any("overlap" in note for note in data.notes)
    one_file(tmp_path)
    assert load(tmp_path, "d.csv", given=kinds(stride=4)).notes == (
        "windows overlap (stride 4, window 8) and recordings are too few to keep each on one side of the "
        "split: the test is easier than new recordings",
    )


# --- cells with nothing in them -----------------------------------------------------------------------------


def with_holes(root, *cells):
    one_file(root)
    lines = [line.split(",") for line in (root / "d.csv").read_text().splitlines()]
    for line, column, text in cells:
        lines[line - 1][column] = text
    (root / "d.csv").write_text("\n".join(map(",".join, lines)) + "\n")


@pytest.mark.parametrize("cell", ["", "NaN", "NA", "null", "-"])
def test_an_empty_cell_is_named_with_the_keys(tmp_path, cell):
    with_holes(tmp_path, (30, 1, cell))
    found = f'"{cell}"' if cell else "an empty cell"
    assert error(tmp_path, "d.csv") == (
        f'd.csv: line 30: {found} in column ay; expected a number. Say [sensor] missing = "drop" or "fill", '
        "or leave the column out with columns"
    )
    filled = load(tmp_path, "d.csv", given=kinds(missing="fill"))
    assert windows(filled) == 20
    assert filled.notes == ("filled, along straight lines between neighbours: 1 missing value",)
    dropped = load(tmp_path, "d.csv", given=kinds(missing="drop"))
    assert windows(dropped) == 28 // 8 + 131 // 8
    assert dropped.notes == ("dropped, and recordings cut there: 1 row with a missing value",)


def test_what_is_filled_lies_between_its_neighbours(tmp_path):
    with_holes(tmp_path, (10, 0, "1"), (11, 0, ""), (12, 0, ""), (13, 0, "4"), (2, 1, ""), (3, 1, "7"))
    data = load(tmp_path, "d.csv", given=kinds(missing="fill", normalise=False))
    found = {tuple(np.round(w[:, 0, 0], 3)) for split in data.splits.values() for w in split.x}
    assert any(window[:4] == (1, 2, 3, 4) for window in found)
    ys = [w[0, 0, 1] for split in data.splits.values() for w in split.x]
    assert 7.0 in ys  # at an end, as its neighbour


def test_a_column_with_nothing_in_it_is_left_out(tmp_path):
    classes(tmp_path, lambda i, label: {"gyro": [""] * ROWS})
    data = load(tmp_path)
    assert data.frontend.columns == ("ax", "ay")
    assert data.notes[0].startswith("columns left out: gyro (nothing in it);")


def test_recordings_that_were_cut_too_short(tmp_path):
    one_file(tmp_path, timestamp=LONG * 20 + LONG // 5 * 4000)
    assert error(tmp_path, "d.csv") == (
        "[sensor] window: d: the longest recording has 5 values, cut at 31 gaps in column timestamp, a "
        'window 8; expected recordings of a window or more. Say a shorter window, or [data] kind = "table" '
        "if each row is a sample"
    )


def test_a_row_without_a_label(tmp_path):
    with_holes(tmp_path, (30, 2, ""))
    assert error(tmp_path, "d.csv") == (
        'd.csv: line 30: an empty cell in column label; expected a label. Say [sensor] missing = "drop"'
    )
    assert load(tmp_path, "d.csv", given=kinds(missing="drop")).classes == ("run", "walk")


def test_a_row_without_a_group(tmp_path):
    one_file(tmp_path, who=["" if i == 9 else "abcde"[i // 32] for i in range(160)])
    assert error(tmp_path, "d.csv", given=kinds(group="who")) == (
        'd.csv: line 11: an empty cell in column who; expected a group. Say [sensor] missing = "drop"'
    )


@pytest.mark.parametrize("name", ["none", "null", "-", "N/A"])
def test_a_class_of_that_name(tmp_path, name):
    write(tmp_path / "d.csv", {**axes(160), "label": np.repeat([name, "walk"], 80)})
    assert set(load(tmp_path, "d.csv").classes) == {name, "walk"}


# --- how often was measured ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "times", "rate"),
    [
        ("timestamp", 1_700_000_000_000 + np.arange(80) // 8 * 160, 50),  # eight at a time
        ("timestamp", np.arange(80) * 20, 50),
        ("timestamp", np.arange(80) * 10_000, 100),
        ("time", np.arange(80) / 200, 200),
        ("t", np.arange(80) * 20_000_000, 50),
        ("time [ms]", np.arange(80) * 1000, 1),
        ("timestamp", 1_700_000_000_000 + np.arange(80) * 16 + np.arange(80) * 2 // 3, 60),
        ("timestamp", (1_700_000_000 + np.arange(80) / 50).tolist(), 50),
        ("when", [f"01.02.2024 12:00:{i // 25:02},{40 * (i % 25):03}" for i in range(80)], 25),
        ("when", [f"2024/02/01 12:00:{i // 25:02}.{40 * (i % 25):03}" for i in range(80)], 25),
    ],
)
def test_the_rate_is_read_from_the_times(tmp_path, name, times, rate):
    classes(tmp_path, lambda i, label: {name: times})
    data = load(tmp_path)
    assert data.frontend.rate_hz == pytest.approx(rate, rel=0.01) and data.input_shape == (8, 1, 2)
    load(tmp_path, given=kinds(rate=float(rate)))
    assert error(tmp_path, given=kinds(rate=rate * 1.3)).startswith(f"[sensor] rate = {rate * 1.3:g}: d has ")


def test_files_of_two_rates_are_refused(tmp_path):
    classes(tmp_path, lambda i, label: {"timestamp": NUMBERS * (20 if label == "run" else 10)})
    assert error(tmp_path) == (
        "d/walk/0.csv: 100 values per second by its timestamps; expected about 50 as in 0.csv. "
        'Bring all to one rate, or say [sensor] time = "" if these are no times'
    )


def test_a_time_column_of_another_name(tmp_path):
    moments = np.cumsum(np.random.default_rng(0).integers(1, 40, ROWS))
    classes(tmp_path, lambda i, label: {"moment": moments})
    assert load(tmp_path).frontend.columns == ("moment", "ax", "ay")
    assert load(tmp_path, given=kinds(time="moment")).frontend.columns == ("ax", "ay")
    assert error(tmp_path, given=kinds(time="when")) == (
        '[sensor] time: no column when, but moment, ax, ay; expected a column, or "" for none'
    )
