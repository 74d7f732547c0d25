"""CSV recordings: which columns are channels, where recordings end, how often was measured."""

import csv

import numpy as np
import pytest

from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.errors import UserError
from tinykd.project.schema import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(0)
ROWS = 80  # ten windows of 8


def kinds(**keys):
    return Kinds(ImageSection(), AudioSection(), SensorSection(**{"window": 8, "stride": 8} | keys))


def load(root, source="d", task="classification", given=None, **section):
    return load_dataset(DataSection(source=source, **section), root, 1, task, given or kinds())


def error(root, *arguments, **keys):
    with pytest.raises(UserError) as caught:
        load(root, *arguments, **keys)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


def write(path, columns):
    """``columns``: {name: values}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])


def axes(rows=ROWS):
    return {name: np.round(RNG.standard_normal(rows), 3) for name in ("ax", "ay")}


def classes(root, others, files=6, rows=ROWS):
    """CLASS/FILE; ``others``: a function of the file's number that gives columns beside the axes."""
    for i in range(files):
        for label in ("run", "walk"):
            write(root / "d" / label / f"{i}.csv", {**others(i, label), **axes(rows)})


def windows(data):
    return sum(len(split) for split in data.splits.values())


# --- columns that are no channels ---------------------------------------------------------------------------

NUMBERS = np.arange(ROWS)
LONG = np.arange(160)
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
        (("activity", lambda i, label: [label] * ROWS), "names persons, recordings or devices"),
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
    moments = np.cumsum(RNG.integers(1, 40, ROWS))
    classes(tmp_path, lambda i, label: {"moment": moments})
    assert load(tmp_path).frontend.columns == ("moment", "ax", "ay")
    assert load(tmp_path, given=kinds(time="moment")).frontend.columns == ("ax", "ay")
    assert error(tmp_path, given=kinds(time="when")) == (
        '[sensor] time: no column when, but moment, ax, ay; expected a column, or "" for none'
    )


# --- which file is of which class ---------------------------------------------------------------------------


def gestures(root, stems, count=6):
    """As Arduino's tutorial records them: a blank line after each gesture."""
    (root / "d").mkdir(exist_ok=True)
    for stem in stems:
        rows = [[f"{v:.3f}" for v in RNG.standard_normal(3)] for _ in range(12 * count)]
        blocks = ["\n".join(map(",".join, rows[12 * i : 12 * i + 12])) for i in range(count)]
        (root / "d" / f"{stem}.csv").write_text("aX,aY,aZ\n" + "\n\n".join(blocks) + "\n\n")


def test_a_file_for_each_class(tmp_path):
    gestures(tmp_path, ["punch", "flex"])
    data = load(tmp_path)
    assert data.classes == ("flex", "punch") and windows(data) == 2 * 6
    assert data.notes == ("classes by the names of the files: flex, punch",)
    assert load(tmp_path, classes=("punch", "flex")).classes == ("punch", "flex")


def test_the_usual_label_said_aloud(tmp_path):
    """As a project reads that was written out and read again."""
    gestures(tmp_path, ["punch", "flex"])
    given = kinds(**SensorSection(window=8, stride=8).model_dump())
    assert load(tmp_path, given=given).classes == ("flex", "punch")
    assert error(tmp_path, given=kinds(label=("what",))) == (
        "d/flex.csv: no column what, but aX, aY, aZ; expected a column what. "
        "Say [sensor] label, group or columns"
    )


def test_files_of_each_class_with_numbers(tmp_path):
    gestures(tmp_path, [f"{name}{i}" for name in ("punch_", "flex-") for i in range(3)])
    assert load(tmp_path).classes == ("flex", "punch")


def test_a_file_beside_folders(tmp_path):
    gestures(tmp_path, ["punch"])
    for i in range(6):
        write(
            tmp_path / f"d/flex/{i}.csv",
            {n: np.round(RNG.standard_normal(24), 3) for n in ("aX", "aY", "aZ")},
        )
    assert load(tmp_path).classes == ("flex", "punch")


def test_files_that_differ_by_a_number_only(tmp_path):
    gestures(tmp_path, ["rec0", "rec1"])
    assert error(tmp_path) == (
        "d: rec0, rec1 differ by a number only, and have no column label; expected CLASS.csv, CLASS/FILE, or "
        'the label in a column. Say [sensor] label, or [data] classes = ["rec0", "rec1"] if each is a class'
    )
    assert load(tmp_path, classes=("rec0", "rec1")).classes == ("rec0", "rec1")


def test_labels_without_a_name_are_asked_for_by_their_number(tmp_path):
    rows = "".join(f"{v:.3f},{-v:.2f},{'run' if i < 80 else 'walk'}\n" for i, v in enumerate(RNG.random(160)))
    (tmp_path / "d.csv").write_text(rows)
    assert error(tmp_path, "d.csv") == (
        'd.csv: no column label, but 1, 2, 3; expected a column label. Say [sensor] label = "3"'
    )
    assert windows(load(tmp_path, "d.csv", given=kinds(label=("3",)))) == 20


def test_labels_that_are_numbers_are_asked_for(tmp_path):
    write(tmp_path / "d.csv", {**axes(160), "y": np.repeat([0, 1], 80)})
    assert error(tmp_path, "d.csv").endswith('. Say [sensor] label = "y"')


@pytest.mark.parametrize("name", ["activity", "Class", "gesture_name", "Aktivitaet", "what"])
def test_a_label_column_of_another_name_is_asked_for(tmp_path, name):
    labels = np.repeat(["run", "walk"], 80)
    for place in ("d.csv", *(f"e/{person}.csv" for person in ("ann", "bob", "eve"))):
        write(tmp_path / place, {"timestamp": np.arange(160) * 20, **axes(160), name: labels})
    fix = f'. Say [sensor] label = "{name}"'
    text = f"d.csv: no column label, but timestamp, ax, ay, {name}; expected a column label{fix}"
    assert error(tmp_path, "d.csv") == text
    if name != "what":  # words that say nothing could as well be a channel's mistake
        assert error(tmp_path, "e") == text.replace("d.csv", "e/ann.csv")
    given = kinds(label=(name,))
    assert load(tmp_path, "d.csv", given=given).classes == ("run", "walk")
    assert load(tmp_path, "e", given=given).classes == ("run", "walk")


def test_a_label_in_other_capitals(tmp_path):
    write(tmp_path / "d.csv", {**axes(160), "Label": np.repeat(["run", "walk"], 80)})
    assert load(tmp_path, "d.csv").classes == ("run", "walk")


def test_a_column_of_labels_in_folders_is_no_channel(tmp_path):
    """Numbers that tell the class, in every file of CLASS/FILE."""
    classes(tmp_path, lambda i, label: {"label": [int(label == "run")] * ROWS})
    data = load(tmp_path)
    assert data.frontend.columns == ("ax", "ay") and data.classes == ("0", "1")


def test_published_splits_in_files(tmp_path):
    labels = np.repeat(["run", "walk"], 80)
    for name in ("Train", "valid", "TEST"):
        write(tmp_path / f"d/{name}.csv", {**axes(160), "label": labels})
    assert [len(split) for split in load(tmp_path).splits.values()] == [20, 20, 20]
    (tmp_path / "d/TEST.csv").unlink()
    data = load(tmp_path)
    assert [len(split) for split in data.splits.values()] == [16, 20, 4]


def test_splits_of_files_for_each_class(tmp_path):
    for part in ("train", "testing"):
        for label in ("run", "walk"):
            write(tmp_path / f"d/{part}/{label}.csv", axes())
    data = load(tmp_path)
    assert data.classes == ("run", "walk")
    assert [len(split) for split in data.splits.values()] == [16, 4, 20]


def test_persons_with_a_file_for_each_class(tmp_path):
    for person in "abcdef":
        for label in ("run", "walk"):
            write(tmp_path / f"d/{person}/{label}.csv", axes())
    data = load(tmp_path, folders="groups", test_groups=("b",), validation_groups=("c",))
    assert data.classes == ("run", "walk")
    assert [len(split) for split in data.splits.values()] == [80, 20, 20]


def test_unlabelled_recordings(tmp_path):
    classes(tmp_path, lambda i, label: {"timestamp": NUMBERS * 20})
    write(tmp_path / "more/x.csv", {**axes(), "extra": NUMBERS})
    assert load(tmp_path, unlabelled="more").unlabelled.shape == (10, 8, 1, 2)
    write(tmp_path / "more/y.csv", {"ax": NUMBERS})
    assert error(tmp_path, unlabelled="more") == "more/y.csv: no column ay, but ax; expected a column ay"


def test_folders_of_unlabelled_recordings_are_no_class(tmp_path):
    classes(tmp_path, lambda i, label: {})
    write(tmp_path / "d/unlabelled/x.csv", axes())
    assert load(tmp_path).classes == ("run", "walk")
