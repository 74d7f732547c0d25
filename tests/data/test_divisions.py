"""Groups that take a class along to one side: told, with another division that holds the classes."""

import json
import re

import numpy as np
import pytest

from tinykd.data.load import load_dataset
from tinykd.data.splits.divisions import counts_of, parts_of_share
from tinykd.data.splits.split import SplitRows
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

RNG = np.random.default_rng(2)


def clips(groups):
    """``{group: (of class 0, of class 1, ...)}`` as labels and groups."""
    y = np.concatenate([np.repeat(np.arange(len(counts)), counts) for counts in groups.values()])
    return y, np.repeat(list(groups), [sum(counts) for counts in groups.values()])


def load(root, groups, split="x", **section):
    y, names = clips(groups)
    x = RNG.random((len(y), 2, 2), dtype=np.float32)
    np.savez(root / "s.npz", x=x, y=y, group=names, classes=np.array(["no", "yes", "maybe"])[: y.max() + 1])
    return load_dataset(DataSection(source="s.npz", **section), root, 1)


def keys(note):
    """What a note says to type."""
    found = re.findall(r"(test_groups|validation_groups) = (\[.*?\])", note)
    return {name: tuple(json.loads(names)) for name, names in found}


ANNA = {"anna": (10, 88), "bob": (30, 5), "carl": (30, 5), "dora": (25, 4), "emil": (30, 3), "fred": (20, 3)}
TWO = {f"p{i}": (20, 6) for i in range(4)} | {"q": (20, 0), "r": (20, 0), "s": (20, 1)}
THREE = {f"g{i}": (12, 9 if i < 3 else 0, 3 if i % 4 else 0) for i in range(8)}


@pytest.mark.parametrize("groups", [ANNA, TWO, THREE])
@pytest.mark.parametrize("named", [{}, {"validation_groups": 1}, {"test_groups": 1}])
def test_a_lopsided_division_is_told_with_one_that_holds_the_classes(tmp_path, groups, named):
    """Whatever the division is, what is named instead holds a share of every class in each part."""
    lacking = tuple(sorted(groups, key=lambda name: groups[name][1])[:1])
    data = load(tmp_path, groups, **dict.fromkeys(named, lacking))
    told = [note for note in data.notes if "alone has" in note]
    assert bool(told) == bool(shares(data).min() < 1 / 3)
    if told and keys(told[0]):
        again = load(tmp_path, groups, split="group", **keys(told[0]))
        assert shares(again).min() > 1.5 * shares(data).min() > -1
        assert min(np.bincount(split.y, minlength=2).min() for split in again.splits.values()) > 0
    elif told:
        assert "no division of whole groups does better" in told[0] and shares(data).min() > 0.2


def shares(data):
    counts = [np.bincount(split.y, minlength=len(data.classes)) for split in data.splits.values()]
    return parts_of_share(np.stack(counts))


def test_what_is_told(tmp_path):
    note = load(tmp_path, ANNA, validation_groups=("fred",), test_groups=("anna",)).notes[0]
    assert note.startswith(
        "training has 17 of the 108 samples of class yes (group anna alone has 88); [data] "
    )
    assert note.endswith(" hold some of every class in each part")
    assert set(keys(note)) == {"test_groups", "validation_groups"}


def test_none_of_a_class_is_left_for_validation(tmp_path):
    notes = load(tmp_path, TWO, validation_groups=("q", "r"), test_groups=("p0",)).notes
    assert notes[0].startswith(
        "validation has none of the 25 samples of class yes (group p0 alone has 6); [data] "
    )


def test_a_class_that_one_group_has_alone(tmp_path):
    groups = {"a": (20, 30), "b": (20, 0), "c": (20, 0), "d": (20, 0)}
    notes = load(tmp_path, groups, test_groups=("b",), validation_groups=("c",)).notes
    assert notes[0] == (
        "validation has none of the 30 samples of class yes (group a alone has 30); no division of whole "
        'groups does better (split = "class" has groups on both sides)'
    )


def test_a_class_that_is_not_learnt_from_names_the_groups(tmp_path):
    with pytest.raises(DataError) as caught:
        load(tmp_path, TWO, test_groups=("p0", "p1", "s"), validation_groups=("p2", "p3"))
    text = str(caught.value)
    assert "class 1 (yes) has no samples; expected some of every class. Say [data] test_groups = [" in text
    assert len(load(tmp_path, TWO, **keys(text)).train) > 40


def test_the_validation_of_a_given_test_may_be_named(tmp_path):
    y, names = clips(TWO)
    parts = {"x_train": names != "p0", "x_test": names == "p0"}
    arrays = {name: RNG.random((int(rows.sum()), 2, 2), dtype=np.float32) for name, rows in parts.items()}
    for name, rows in parts.items():
        arrays |= {name.replace("x", "y", 1): y[rows], name.replace("x", "group", 1): names[rows]}
    np.savez(tmp_path / "s.npz", **arrays)
    data = load_dataset(DataSection(source="s.npz", validation_groups=("q", "r")), tmp_path, 1)
    assert len(data.validation) == 40 and len(data.test) == 26
    [note] = [each for each in data.notes if "alone has" in each]
    assert set(keys(note)) == {"validation_groups"}
    again = load_dataset(DataSection(source="s.npz", **keys(note)), tmp_path, 1)
    assert np.bincount(again.validation.y).min() > 0 and len(again.test) == 26
    with pytest.raises(DataError, match="no group p0; expected of p1"):
        load_dataset(DataSection(source="s.npz", validation_groups=("p0",)), tmp_path, 1)


def test_groups_alike_are_not_told_of(tmp_path):
    assert load(tmp_path, {f"g{i}": (10, 6) for i in range(10)}).notes == ()


def test_shares():
    y = np.array([0] * 10 + [1] * 10)
    rows = np.arange(20)
    counts = counts_of(y, SplitRows(rows[:15], rows[15:18], rows[18:]), 2)
    assert counts.tolist() == [[10, 5], [0, 3], [0, 2]]
    assert np.allclose(parts_of_share(counts), [[1, 5 / 7.5], [0, 1], [0, 1]])


def test_a_group_with_most_of_a_class_that_is_measured_on(tmp_path):
    """Training is small then, and its part of the class near its share; and yet it has next to nothing."""
    groups = {"anna": (20, 88)} | {f"p{i}": (20, 5) for i in range(4)}
    data = load(tmp_path, groups, test_groups=("anna",), validation_groups=("p0",))
    assert data.notes[0].startswith(
        "training has 15 of the 108 samples of class yes (group anna alone has 88); [data] test_groups = ["
    )
    again = load(tmp_path, groups, split="group", **keys(data.notes[0]))
    assert np.bincount(again.train.y)[1] >= 88 and not again.notes


def test_a_rare_class_prints_nothing_of_its_own(tmp_path, recwarn):
    groups = {f"p{i}": (20, 3 if i < 2 else 0) for i in range(8)}
    assert load(tmp_path, groups, test_groups=("p0",)) and not recwarn.list
