"""Sentences from tables, lines of JSON, folders and functions; each mistake in them is one line."""

import json
from pathlib import Path

import numpy as np
import pytest

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.load import project_dataset
from tinykd.errors import ConfigError, DataError
from tinykd.project.schema import Project

ON = [f"turn on the light in room {i}" for i in range(8)]
OFF = [f"switch off lamp number {i}" for i in range(8)]
TABLE = "text,label\n" + "".join(f"{text},on\n" for text in ON) + "".join(f"{text},off\n" for text in OFF)


def project(source: str, text: dict[str, object] | None = None, **data: object) -> Project:
    given = {"source": source, "kind": "text", **data}
    values = {"project": {"name": "demo"}, "data": given, "text": text or {}}
    return Project.model_validate(values, strict=False)


def read(path: Path, text: dict[str, object] | None = None, **data: object) -> Dataset:
    return project_dataset(project(path.name, text, **data), path.parent)


def written(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lines_of(data: Dataset) -> list[str]:
    return sorted(line for split in data.splits.values() if split.texts for line in split.texts.lines)


def check_lights(data: Dataset) -> None:
    """All sentences of ``TABLE``, the labels beside them, and the ids that belong to each."""
    assert data.classes == ("off", "on")
    assert lines_of(data) == sorted([*ON, *OFF])
    assert isinstance(data.frontend, TextFrontend)
    for split in data.splits.values():
        assert split.texts is not None
        assert {line in ON for line in split.texts.lines} <= {True, False}
        assert [line in ON for line in split.texts.lines] == split.y.astype(bool).tolist()
        assert np.array_equal(split.x[:, 0, 0, :], data.frontend.how.ids(split.texts.lines))


WRITERS = {
    "comma": ("a.csv", TABLE),
    "windows": ("a.csv", TABLE.replace("\n", "\r\n")),
    "mark": ("a.csv", b"\xef\xbb\xbf" + TABLE.encode()),
    "utf-16": ("a.csv", TABLE.encode("utf-16")),
    "semicolon": ("a.csv", TABLE.replace(",", ";")),
    "tab": ("a.tsv", TABLE.replace(",", "\t")),
    "quotes": ("a.csv", "".join(f'"{line}"\n'.replace(",", '","') for line in TABLE.splitlines())),
    "other names": ("a.csv", TABLE.replace("text,label", "Utterance,Intent")),
    "json": ("a.jsonl", "".join(json.dumps({"text": t, "intent": "on"}) + "\n" for t in ON)
             + "".join(json.dumps({"text": t, "intent": "off"}) + "\n" for t in OFF)),
}  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_gives_the_same_sentences(tmp_path: Path, writer: str) -> None:
    name, content = WRITERS[writer]
    check_lights(read(written(tmp_path / name, content)))


def test_columns_by_key(tmp_path: Path) -> None:
    table = TABLE.replace("text,label", "what was said,meaning")
    check_lights(read(written(tmp_path / "a.csv", table), {"column": "what was said", "label": "meaning"}))


def test_latin_1_told_by_name(tmp_path: Path) -> None:
    content = TABLE.replace("lamp", "lámpara").encode("latin-1")
    data = read(written(tmp_path / "a.csv", content), {"encoding": "latin-1"})
    assert [line for line in lines_of(data) if "lámpara" in line] == [
        t.replace("lamp", "lámpara") for t in OFF
    ]


def test_a_quoted_text_over_two_lines_is_one_text(tmp_path: Path) -> None:
    table = TABLE + '"dim it,\nplease",on\n'
    assert "dim it,\nplease" in lines_of(read(written(tmp_path / "a.csv", table)))


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    for label, texts in (("on", ON), ("off", OFF)):
        for number, text in enumerate(texts):
            written(tmp_path / "words" / label / f"{number}.txt", text + "\n")
    check_lights(read(tmp_path / "words"))


def test_a_published_split_in_a_column(tmp_path: Path) -> None:
    splits = ["train"] * 4 + ["valid", "dev", "test", "test"]
    rows = [f"{t},on,{s}" for t, s in zip(ON, splits, strict=True)]
    rows += [f"{t},off,{s}" for t, s in zip(OFF, splits, strict=True)]
    data = read(written(tmp_path / "a.csv", "text,label,split\n" + "\n".join(rows) + "\n"))
    check_lights(data)
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 8,
        "validation": 4,
        "test": 4,
    }


def test_tables_that_are_splits(tmp_path: Path) -> None:
    rows = TABLE.splitlines()
    for name, taken in (("train", rows[1:6] + rows[9:14]), ("test", rows[6:9] + rows[14:])):
        written(tmp_path / "set" / f"{name}.csv", "\n".join([rows[0], *taken]) + "\n")
    data = read(tmp_path / "set")
    check_lights(data)
    assert len(data.test) == 6


FUNCTIONS = {
    "pair": "return texts, labels",
    "dictionary": 'return {"text": texts, "label": labels}',
    "arrays": "import numpy as np; return np.array(texts), np.array(labels)",
    "parts": "return (texts[2:14], labels[2:14]), (texts[:2] + texts[14:], labels[:2] + labels[14:])",
}


@pytest.mark.parametrize("given", FUNCTIONS)
def test_a_function(tmp_path: Path, given: str) -> None:
    body = f"texts = {[*ON, *OFF]!r}; labels = {['on'] * 8 + ['off'] * 8!r}"
    written(tmp_path / "mine.py", f"def load():\n    {body}\n    {FUNCTIONS[given]}\n")
    data = project_dataset(project("mine:load"), tmp_path)
    check_lights(data)
    assert given != "parts" or data.test.texts is not None
    assert given != "parts" or set(data.test.texts.lines) == {*ON[:2], *OFF[6:]}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "content"),
    [("more.txt", "dim the light\n\nopen it\n"), ("more.csv", "text\ndim the light\nopen it\n")],
)
def test_texts_without_a_label(tmp_path: Path, name: str, content: str) -> None:
    written(tmp_path / name, content)
    data = read(written(tmp_path / "a.csv", TABLE), unlabelled=name)
    assert data.unlabelled_texts == ("dim the light", "open it")
    assert data.train_texts is not None and len(data.train_texts) == len(data.train_inputs)
    assert np.array_equal(data.train_texts.ids(), data.train_inputs)


def test_what_is_out_of_scope_is_no_class(tmp_path: Path) -> None:
    table = TABLE + "".join(f"what is {i} plus {i},none\n" for i in range(6))
    data = read(written(tmp_path / "a.csv", table), {"out_of_scope": "none"})
    check_lights(data)
    assert data.outside is not None
    both = (*data.outside.validation.lines, *data.outside.test.lines)
    assert sorted(both) == [f"what is {i} plus {i}" for i in range(6)]


@pytest.mark.parametrize(
    ("parts", "validation", "test"),
    [
        ("train train test test", [0, 1], [2, 3]),  # those of training are not learnt, so they may choose
        ("train dev train test", [1], [3]),
        ("train train train train", [0, 2], [1, 3]),
        ("test test test test", [0, 2], [1, 3]),
        ("train dev train dev", [0, 2], [1, 3]),
    ],
)
def test_published_splits_of_what_is_out_of_scope(
    tmp_path: Path, parts: str, validation: list[int], test: list[int]
) -> None:
    """Two of three parts is what many sets have: then nothing was chosen, and nobody was told."""
    sides = ["train", "train", "train", "test"] * 4
    rows = [f"{line},{s}" for line, s in zip(TABLE.splitlines()[1:], sides, strict=True)]
    rows += [f"what is {i},none,{part}" for i, part in enumerate(parts.split())]
    path = written(tmp_path / "a.csv", "text,label,split\n" + "\n".join(rows) + "\n")
    outside = read(path, {"out_of_scope": "none"}).outside
    assert outside is not None
    assert outside.validation.lines == tuple(f"what is {i}" for i in validation)
    assert outside.test.lines == tuple(f"what is {i}" for i in test)


def test_byte_pairs_are_learnt_from_the_training_texts_alone(tmp_path: Path) -> None:
    data = read(written(tmp_path / "a.csv", TABLE), {"tokens": "bpe", "vocabulary": 300})
    assert data.train.texts is not None and isinstance(data.frontend, TextFrontend)
    how = data.frontend.how
    assert how.pairs and how == how.learnt(data.train.texts.lines)


def test_views_change_words_and_are_the_same_each_time(tmp_path: Path) -> None:
    data = read(written(tmp_path / "a.csv", TABLE))
    texts = data.train_texts
    assert texts is not None
    view = texts.view(1, 3, data.augmentation)
    assert view == texts.view(1, 3, data.augmentation)
    assert view != texts.view(1, 4, data.augmentation)
    assert len(view) == len(texts) and all(line.strip() for line in view.lines)


def row(line: str) -> str:
    return TABLE + line + "\n"


MISTAKES = {
    "empty": (row(",on"), "a.csv: line 18: the text is empty; expected a sentence. Leave the line out"),
    "blank": (row('"  ",on'), "a.csv: line 18: the text is empty; expected a sentence. Leave the line out"),
    "no label": (row("dim it,"), "a.csv: line 18: the label is empty; expected a label"),
    "NUL": (
        row("dim\0 it,on"),
        "a.csv: line 18: the text holds NUL; expected text. It is UTF-16 perhaps, without its mark",
    ),
    "long": (
        row(f"{'dim ' * 5000},on"),
        "a.csv: line 18: the text has 20000 characters; expected at most 16384",
    ),
    "1 MB": (
        row(f"{'dim ' * 262_144},on"),
        "a.csv: line 18: cannot be read (field larger than field limit (131072)); "
        "expected quotes that end, and texts of usual length",
    ),
    "case": (
        row("dim it,On"),
        "a.csv: line 18: label On differs by case from on; expected one spelling. "
        "It is first at {path}: line 2",
    ),
    "cells": (
        row("dim it, please,on"),
        "a.csv: line 18: has 3 cells; expected 2, as the line of names has. A text with the separator in it "
        "stands in quotes",
    ),
    "names": (
        TABLE.replace("text,label", "a,b"),
        "a.csv: its columns are a, b; expected one called text, sentence, utterance or the like. "
        'Say [text] column = "a" or another',
    ),
    "open quote": (
        row('"dim it,on'),
        "a.csv: line 18: cannot be read (unexpected end of data); "
        "expected quotes that end, and texts of usual length",
    ),
    "mixed": (
        row("dim it,on").encode() + b"dim l\xe1mpara,on\n",
        "a.csv: line 19: byte 0xe1 is not UTF-8; expected UTF-8, or UTF-16 with its mark. "
        'Say [text] encoding = "latin-1" if the whole file is that',
    ),
    "nothing": ("", "a.csv: holds no line; expected a line of names, and a sentence in each line below"),
    "few": (
        "text,label\n" + "".join(f"{t},on\n" for t in ON) + "bye,off\n",
        "a.csv: y: class 0 (off) has 1 samples; expected at least 5 of every class",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_one_line(tmp_path: Path, mistake: str) -> None:
    content, said = MISTAKES[mistake]
    path = written(tmp_path / "a.csv", content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).removeprefix(f"{tmp_path}/") == said.replace("{path}", str(path))


JSON_MISTAKES = {
    "no JSON": (
        "{'text': 1}",
        "line 1: is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)); "
        "expected an object in each line",
    ),
    "list": (
        '["a"]',
        'line 1: is a list; expected an object such as {"text": "...", "label": "..."}',
    ),
    "no label": (
        '{"text": "a", "label": "b"}\n{"text": "a"}',
        "line 2: has no label; expected a text",
    ),
    "number": ('{"text": 1.5, "label": "b"}', "line 1: text is a float; expected a text"),
    "split": ('{"text": "a", "label": "b", "split": "often"}',
              "line 1: split often; expected train, validation or test"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", JSON_MISTAKES)
def test_mistakes_in_lines_of_json(tmp_path: Path, mistake: str) -> None:
    content, said = JSON_MISTAKES[mistake]
    with pytest.raises(DataError) as caught:
        read(written(tmp_path / "a.jsonl", content))
    assert str(caught.value) == f"{tmp_path / 'a.jsonl'}: {said}"


def test_texts_with_two_labels_and_in_two_splits_are_noted(tmp_path: Path) -> None:
    splits = ["train"] * 4 + ["validation"] * 2 + ["test"] * 2
    rows = [f"{t},on,{s}" for t, s in zip(ON, splits, strict=True)]
    rows += [f"{t},off,{s}" for t, s in zip(OFF, splits, strict=True)]
    rows += ["Turn on  the light in room 0,off,test"]
    path = written(tmp_path / "a.csv", "text,label,split\n" + "\n".join(rows) + "\n")
    where = f"such as “turn on the light in room 0” ({path}: line 2, {path}: line 18)"
    assert read(path).notes == (
        f"1 text has several labels, {where}",
        f"1 text stands in several splits: their test is too easy, {where}",
        "1 of 5 test samples are, byte for byte, learnt from too",
    )


def test_a_label_that_nobody_has_out_of_scope(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(written(tmp_path / "a.csv", TABLE), {"out_of_scope": "oos"})
    assert (
        str(caught.value) == "[text] out_of_scope = oos: no text has this label; expected one that some have"
    )


def test_a_label_that_one_has_out_of_scope(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", TABLE + "what is 1 plus 1,oos\n")
    with pytest.raises(DataError) as caught:
        read(path, {"out_of_scope": "oos"})
    assert str(caught.value) == (
        "[text] out_of_scope = oos: one text has this label; "
        "expected two or more, to choose a threshold by and to measure it with"
    )


@pytest.mark.parametrize("task", ["multilabel", "anomaly", "regression"])
def test_texts_are_classified_and_nothing_else(tmp_path: Path, task: str) -> None:
    """Two classes passed for one output, of which the board said "0 (on), 100 %" whatever was typed."""
    path = written(tmp_path / "a.csv", TABLE)
    given = project(path.name).model_dump()
    given["project"]["task"] = task
    with pytest.raises(ConfigError) as caught:
        project_dataset(Project.model_validate(given, strict=False), tmp_path)
    assert str(caught.value) == (
        f'[project] task = "{task}": the samples are texts; expected task = "classification"'
    )


def test_a_source_of_no_texts(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(written(tmp_path / "a.npz", b""))
    assert str(caught.value) == (
        "[data] source = a.npz: no texts; expected .csv, .tsv or .jsonl, a folder, or a function such as "
        '"mydata:load"'
    )


def test_texts_that_lose_their_end_are_told(tmp_path: Path) -> None:
    """Half of them were cut in silence; with the length that is said, none is."""
    written(tmp_path / "a.csv", TABLE)
    notes = read(tmp_path / "a.csv", {"length": 9}).notes
    assert [note for note in notes if "length" in note] == [
        "5 of 9 training texts have more ids than [text] length = 9 and lose their end; length = 13 is "
        "enough for 99 % of them"
    ]
    assert not [note for note in read(tmp_path / "a.csv", {"length": 13}).notes if "length" in note]
