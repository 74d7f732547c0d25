"""Two columns, or keys, of one name: nobody knows which is meant, so it is said, whatever the file is."""

from pathlib import Path

import pytest

from tinykd.data.sources.boxes.table import read_table
from tinykd.data.sources.text.json_lines import json_sentences
from tinykd.data.sources.text.table import table_sentences
from tinykd.errors import DataError
from tinykd.project.text import TextSection


def read(path: Path) -> object:
    if path.name == "boxes.csv":
        return read_table(path)
    return (json_sentences if path.suffix == ".jsonl" else table_sentences)(path, TextSection())


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("said.csv", "text,label,text\na,on,b\n", "text"),
        ("said.csv", "label,text,label\non,a,off\n", "label"),
        ("said.csv", "split,text,label,split\ntrain,a,on,test\n", "split"),
        ("said.jsonl", '{"text": "a", "label": "on", "label": "off"}\n', "label"),
        ("boxes.csv", "filename,class,xmin,ymin,xmax,ymax,xmin\na.png,red,1,2,3,4,5\n", "xmin"),
        ("boxes.csv", "filename,class,xmin,ymin,xmax,ymax,class\na.png,red,1,2,3,4,blue\n", "class"),
    ],
)
def test_a_name_that_stands_twice(tmp_path: Path, name: str, text: str, column: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(DataError) as caught:
        read(file)
    wanted = f"{file}: line 1: column {column} stands twice; expected a name of its own for every one"
    assert str(caught.value) == wanted


def test_columns_that_nobody_reads_may_have_one_name(tmp_path: Path) -> None:
    file = tmp_path / "said.csv"
    file.write_text("note,text,label,note\nx,a,on,y\n")
    assert [each.text for each in table_sentences(file, TextSection())] == ["a"]
