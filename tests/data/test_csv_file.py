"""CSV files as programs write them: separators, decimal commas, encodings, names, blank lines."""

import numpy as np
import pytest

from tinykd.data.sources.csv.file import CsvFile
from tinykd.errors import DataError


def read(root, content, **keys):
    path = root / "x.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CsvFile.read(path, **keys)


def error(root, content, column=None):
    with pytest.raises(DataError) as caught:
        read(root, content).numbers(column)
    return str(caught.value).replace(f"{root}/", "")


PLAIN = "t,ax,ay,label\n0,0.5,-1.25,walk\n20,1e-1,2,walk\n40,3.5,0.125,sit down\n"


def is_plain(file):
    assert file.names == ("t", "ax", "ay", "label") and len(file) == 3
    assert file.numbers("ax").tolist() == [0.5, 0.1, 3.5] and file.numbers("ay").tolist() == [-1.25, 2, 0.125]
    assert file.texts("label") == ["walk", "walk", "sit down"]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ", "),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace(",", "\t").replace(".", ","),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("\n", ",\n").replace("label,", "label"),
        PLAIN.replace("\n", "\n\n"),
        "sep=;\n" + PLAIN.replace(",", ";").replace(".", ","),
        "# made by a logger\n# at 50 Hz\n" + PLAIN,
        "\n\n" + PLAIN + "\n\n",
        "Logger 2.1\nDevice: left wrist, x\nRate: 50 Hz\n\n" + PLAIN,
        "Started;\n" + PLAIN.replace(",", ";").replace(".", ","),
        PLAIN.replace("t,ax", '"t","ax"').replace("walk", '"walk"'),
        't,ax,ay,label\n"0","0,5","-1,25","walk"\n"20","1e-1","2","walk"\n"40","3,5","0,125",sit down\n',
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN + ",,,\n",
        PLAIN.rstrip("\n"),
    ],
)
def test_one_table_in_many_ways(tmp_path, content):
    is_plain(read(tmp_path, content))


def test_blanks_between_numbers(tmp_path):
    file = read(tmp_path, "ax ay  az\n1.5  2 3\n4 5   6\n")
    assert file.names == ("ax", "ay", "az") and file.numbers("ax").tolist() == [1.5, 4]


@pytest.mark.parametrize("content", ["ax\n1.5\n2\n", "ax\n1,5\n2,0\n", "ax,\n1.5,\n2,\n"])
def test_one_column(tmp_path, content):
    file = read(tmp_path, content)
    assert file.names == ("ax",) and file.numbers("ax").tolist() == [1.5, 2]


def test_units_in_names(tmp_path):
    file = read(tmp_path, 'Zeit [s];"a; quer (m/s²)";b, längs\n0,02;1,5;2,5\n0,04;-1,5;0,5\n')
    assert file.names == ("Zeit [s]", "a; quer (m/s²)", "b, längs")
    assert file.numbers("b, längs").tolist() == [2.5, 0.5]


@pytest.mark.parametrize("units", ["ms,g,g,-", "[ms],[m/s²],[m/s²],text", "int,float,float,str"])
def test_units_below_the_names(tmp_path, units):
    is_plain(read(tmp_path, PLAIN.replace("label\n", f"label\n{units}\n")))


@pytest.mark.parametrize("row", ["oops,1,2,walk", "NaN,NaN,NaN,walk", ",,,walk", "a,b,a longer remark,walk"])
def test_a_first_row_that_is_no_units(tmp_path, row):
    file = read(tmp_path, PLAIN.replace("label\n", f"label\n{row}\n"))
    assert len(file) == 4 and file.texts("label")[0] == "walk"


@pytest.mark.parametrize("before", ["Device,Phone X\n", "Device,Phone X\nVersion,1.2\n\n", "Rate;50\n"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_a_loggers_pairs_before_a_wider_table(tmp_path, before, sign):
    rows = "".join(f"{i}{sign}0.5{sign}1.25\n" for i in range(2, 30))
    file = read(tmp_path, before + f"ax{sign}ay{sign}az\n" + rows)
    assert file.names == ("ax", "ay", "az") and len(file) == 28


def test_thousands_with_points(tmp_path):
    assert read(tmp_path, "a;b\n1.234,5;1\n0,5;2\n").numbers("a").tolist() == [1234.5, 0.5]


def test_names_are_found_in_any_capitals(tmp_path):
    file = read(tmp_path, "Ax,LABEL,label\n1,a,b\n2,a,b\n")
    assert file.find("ax") == "Ax" and file.find("label") == "label" and file.find("az") is None


def test_no_line_of_names(tmp_path):
    file = read(tmp_path, "0.5,1\n1.5,2\n2.5,3\n")
    assert file.names == ("1", "2") and file.numbers("1").tolist() == [0.5, 1.5, 2.5]
    assert read(tmp_path, "0,1\n1.5,2\n").names == ("0", "1")  # as pandas names columns
    assert read(tmp_path, "# ax, ay\n1.5,2\n2.5,3\n").names == ("ax", "ay")  # as NumPy does


def test_row_numbers_without_a_name(tmp_path):
    """As pandas writes its index, and R its row names."""
    assert read(tmp_path, ",ax,ay\n0,1.5,2\n1,2.5,3\n").names == ("", "ax", "ay")
    file = read(tmp_path, '"ax","ay"\n"1",1.5,2\n"2",2.5,3\n')
    assert file.names == ("ax", "ay") and file.numbers("ax").tolist() == [1.5, 2.5]


def test_blank_lines_and_names_that_come_again_begin_recordings(tmp_path):
    file = read(tmp_path, "ax,ay\n1,2\n3,4\n\n5,6\n7,8\nax,ay\n9,10\n11,12\n\n\n13,14\n")
    assert file.numbers("ax").tolist() == [1, 3, 5, 7, 9, 11, 13] and file.starts == {2, 4, 6}
    assert file.lines == [2, 3, 5, 6, 8, 9, 12]


def test_blank_lines_after_every_line_mean_nothing(tmp_path):
    assert read(tmp_path, "ax,ay\r\r\n1,2\r\r\n3,4\r\r\n5,6\r\r\n").starts == frozenset()


def test_missing_cells_are_nan(tmp_path):
    file = read(tmp_path, "ax,ay\n1,\nNA,2\nnull,3\n-,4\n5,NaN\n")
    assert np.isnan(file.numbers("ax")).tolist() == [False, True, True, True, False]
    assert np.isnan(file.numbers("ay")).tolist() == [True, False, False, False, True]


def test_what_a_stopped_recorder_left_out_is_missing_where_asked_for(tmp_path):
    content = "ax,ay\n1,2\n3,4\n5\n"
    assert error(tmp_path, content) == "x.csv: line 4: 1 values; expected 2, as in line 1"
    assert np.isnan(read(tmp_path, content, pad=True).numbers("ay")).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("ax,ay\n1,2\n1,x\n", 'x.csv: line 3: "x" in column ay; expected a number'),
        ("ax,ay\n1,2\n\n\n1,inf\n", 'x.csv: line 5: "inf" in column ay; expected a number'),
        (
            "ax;ay\n1;2,5\n1;2.5\n",
            'x.csv: line 2: "2,5" in column ay, and "2.5" in line 3; expected one decimal sign in a column',
        ),
        (
            "ax,ay\n1,5,2,5\n0,5,1,5\n",
            "x.csv: line 2: 4 values; expected 2, as in line 1. "
            'With decimal commas, separate the columns by ";" or quote the values',
        ),
        (
            "My logger\n\nax,ay\n" + "1,2\n" * 200 + "1\n",
            "x.csv: line 204: 1 values; expected 2, as in line 3",
        ),
        (
            "ax,ay,ax\n1,2,3\n4,5,6\n",
            "x.csv: line 1: column ax stands twice; expected a name of its own for every one",
        ),
        ("ax,ay\n", "x.csv: 1 lines; expected a line of names, and lines of values"),
        ("", "x.csv: 0 lines; expected a line of names, and lines of values"),
        ("\n\n", "x.csv: 0 lines; expected a line of names, and lines of values"),
    ],
)
def test_faults(tmp_path, content, text):
    assert error(tmp_path, content, "ay") == text


def test_bytes_that_are_no_text(tmp_path):
    for content in (b"a,b\n\xff\xfe,2\n", b"\xff\xfea", b"a,b\n1,\x81\n"):
        assert error(tmp_path, content).startswith("x.csv: cannot be read (")


def test_what_excel_writes_in_europe(tmp_path):
    file = read(tmp_path, "Zeit;Größe [m/s²];Wärme [°C]\n0;1,5;20,5\n20;-1,5;21\n".encode("cp1252"))
    assert file.names == ("Zeit", "Größe [m/s²]", "Wärme [°C]")
    assert file.numbers("Wärme [°C]").tolist() == [20.5, 21]
