"""Every mistake in tinykd.toml, by the whole text of its one line."""

import json
from pathlib import Path

import pytest

from tinykd.errors import ConfigError
from tinykd.project.load import load_project

HEAD = '[project]\nname = "digits"\n'
NAME = "a lower-case C identifier such as"
SECTIONS = (
    "[project], [data], [image], [audio], [sensor], [features], [text], [stream], [detection], [teacher], "
    "[student], [distillation], [fine_tuning], [pruning], [quantization], [anomaly], [events], [target], "
    "[firmware], [verify], [gates], [search]"
)
TOML = "expected TOML such as `epochs = 60`"

MISTAKES = {
    "unknown key": (
        f"{HEAD}[distillation]\ntemprature = 4",
        "[distillation] temprature: unknown key; expected temperature",
    ),
    "unknown key, nothing near": (
        f"{HEAD}x = 1",
        "[project] x: unknown key; expected one of name, task, seed",
    ),
    "unknown section": (
        f"{HEAD}[distilation]\nalpha = 1",
        "[distilation]: unknown section; expected [distillation]",
    ),
    "unknown section, nothing near": (f"{HEAD}[zzz]", f"[zzz]: unknown section; expected one of {SECTIONS}"),
    "empty file": ("", '[project]: section is missing; expected at least [project] with name = "my_model"'),
    "no name": ("[project]", '[project] name: key is missing; expected such as name = "my_model"'),
    "not TOML": ("x", f"line 1: Expected '=' after a key in a key/value pair; {TOML}"),
    "string not closed": ('[project]\nname = "a', f"line 2: Unterminated string; {TOML}"),
    "key twice": (
        '[project]\nname = "a"\nname = "b"\n',
        f"line 3, column 11: Cannot overwrite a value; {TOML}",
    ),
    "section is a value": (
        f"distillation = 3\n{HEAD}",
        "[distillation]: 3 has the wrong type; expected a section of keys",
    ),
    "name is a number": (
        "[project]\nname = 3",
        "[project] name: 3 has the wrong type; expected a text in quotes",
    ),
    "text for number": (
        f'{HEAD}[distillation]\ntemperature = "hot"',
        '[distillation] temperature: "hot" has the wrong type; expected a number',
    ),
    "number in quotes": (
        f'{HEAD}[distillation]\nepochs = "60"',
        '[distillation] epochs: "60" has the wrong type; expected a whole number',
    ),
    "fraction of an epoch": (
        f"{HEAD}[distillation]\nepochs = 1.5",
        "[distillation] epochs: 1.5 has the wrong type; expected a whole number",
    ),
    "truth for number": (
        f"{HEAD}[distillation]\nepochs = true",
        "[distillation] epochs: true has the wrong type; expected a whole number",
    ),
    "text for truth": (
        f'{HEAD}[data]\naugment = "maybe"',
        '[data] augment: "maybe" has the wrong type; expected true or false',
    ),
    "too small": (
        f"{HEAD}[distillation]\nepochs = 0",
        "[distillation] epochs: 0 is not allowed; expected at least 1",
    ),
    "too large": (
        f"{HEAD}[distillation]\nalpha = 2",
        "[distillation] alpha: 2 is not allowed; expected at most 1.0",
    ),
    "n-grams of no size": (
        f"{HEAD}[text]\ncharacters = [5, 3]",
        "[text] characters: [5, 3] are no sizes; "
        "expected the shortest and the longest, from 2 to 8, such as [3, 5]",
    ),
    "no n-grams": (
        f"{HEAD}[text]\nwords = 0",
        "[text] words: 0 leaves no n-grams; expected 1 or more, or characters such as [3, 5]",
    ),
    "a vocabulary of bytes": (
        f'{HEAD}[text]\ntokens = "bytes"\nvocabulary = 512',
        '[text] vocabulary: 512 is no vocabulary of tokens = "bytes"; expected 257, or no such key',
    ),
    "byte pairs without room": (
        f'{HEAD}[text]\ntokens = "bpe"\nvocabulary = 257',
        '[text] vocabulary: 257 has no room for pairs of bytes, and tokens = "bpe"; '
        "expected more than 257, such as 1024",
    ),
    "not above": (
        f"{HEAD}[distillation]\ntemperature = 0",
        "[distillation] temperature: 0 is not allowed; expected more than 0.0",
    ),
    "not below": (
        f'[project]\nname = "a"\nseed = {2**31}',
        f"[project] seed: {2**31} is not allowed; expected less than {2**31}",
    ),
    "NaN": (
        f"{HEAD}[distillation]\nalpha = nan",
        "[distillation] alpha: nan is not allowed; expected a finite number",
    ),
    "infinite": (
        f"{HEAD}[verify]\ntimeout_s = inf",
        "[verify] timeout_s: inf is not allowed; expected a finite number",
    ),
    "no such choice": (
        f'{HEAD}[target]\noptimize = "sped"',
        '[target] optimize: "sped" is not allowed; expected "speed", "balanced", "size" or "ram". '
        'Did you mean "speed"?',
    ),
    "no such method": (
        f'{HEAD}[distillation]\nmethod = "dkt"',
        '[distillation] method: "dkt" is not allowed; expected "kd", "kd_ls", "dkd", "dist", '
        '"hints", "at" or "rkd". Did you mean "dkd"?',
    ),
    "option of another method": (
        f"{HEAD}[distillation]\ntarget_weight = 2.0",
        '[distillation] target_weight: 2.0 is for method "dkd" and the method is "kd"; '
        'expected method = "dkd" or no target_weight',
    ),
    "option misspelt": (
        f'{HEAD}[distillation]\nmethod = "dist"\ninter_wight = 2.0',
        "[distillation] inter_wight: unknown key; expected inter_weight",
    ),
    "list for text": (
        f"{HEAD}[student]\nmodel = []",
        "[student] model: [] has the wrong type; expected a text in quotes",
    ),
    "board is a number": (
        f"{HEAD}[target]\nboard = 3",
        '[target] board: 3 has the wrong type; expected a list such as ["a", "b"]',
    ),
    "board list holds a number": (
        f'{HEAD}[target]\nboard = ["host", 1]',
        "[target] board: 1 has the wrong type; expected a text in quotes",
    ),
    "no board": (f"{HEAD}[target]\nboard = []", "[target] board: [] is empty; expected at least one name"),
    "board twice": (
        f'{HEAD}[target]\nboard = ["host", "host"]',
        "[target] board: ['host', 'host'] names \"host\" twice; expected each name once",
    ),
    "classes are one text": (
        f'{HEAD}[data]\nclasses = "ab"',
        '[data] classes: "ab" has the wrong type; expected a list such as ["a", "b"]',
    ),
    "class twice": (
        f'{HEAD}[data]\nclasses = ["a\\n", "a\\n"]',
        "[data] classes: ['a\\n', 'a\\n'] names \"a\\n\" twice; expected each name once",
    ),
    "several": (
        f"{HEAD}[distillation]\nepochs = 0\nalpha = 2\n[verify]\nsampels = 3",
        "[distillation] alpha: 2 is not allowed; expected at most 1.0. (2 more problems in this file)",
    ),
    "two": (
        f"{HEAD}[distillation]\nepochs = 0\n[verify]\nsampels = 3",
        "[distillation] epochs: 0 is not allowed; expected at least 1. (1 more problem in this file)",
    ),
    "name is a path": (
        '[project]\nname = "../../x"',
        f'[project] name: "../../x" is a path; expected {NAME} "x"',
    ),
    "name is an absolute path": (
        '[project]\nname = "/etc"',
        f'[project] name: "/etc" is a path; expected {NAME} "etc"',
    ),
    "name is a Windows path": (
        "[project]\nname = 'C:\\x'",
        f'[project] name: "C:\\x" is a path; expected {NAME} "c_x"',
    ),
    "name is a Windows device": (
        '[project]\nname = "CON"',
        f'[project] name: "CON" is a device name on Windows; expected {NAME} "model_con"',
    ),
    "name is a keyword": (
        '[project]\nname = "int"',
        f'[project] name: "int" is a C or C++ keyword; expected {NAME} "model_int"',
    ),
    "name begins with a digit": (
        '[project]\nname = "3d"',
        f'[project] name: "3d" is not a lower-case C identifier; expected {NAME} "model_3d"',
    ),
    "name in capitals": (
        '[project]\nname = "Digits"',
        f'[project] name: "Digits" is not a lower-case C identifier; expected {NAME} "digits"',
    ),
    "name with a line end": (
        '[project]\nname = "a\\nb"',
        f'[project] name: "a\\nb" is not a lower-case C identifier; expected {NAME} "a_b"',
    ),
    "name is ours": (
        '[project]\nname = "tkd_x"',
        '[project] name: "tkd_x" is taken by tinykd\'s own C files or the C library; '
        f'expected {NAME} "model_tkd_x"',
    ),
    "name too long": (
        f'[project]\nname = "{"a" * 41}"',
        f'[project] name: "{"a" * 41}" has 41 characters, 40 are allowed; expected {NAME} "{"a" * 34}"',
    ),
    "name empty": (
        '[project]\nname = ""',
        f'[project] name: "" is not a lower-case C identifier; expected {NAME} "model"',
    ),
    "name with a quote and emoji": (
        "[project]\nname = 'a\"😀'",
        f'[project] name: "a"😀" is not a lower-case C identifier; expected {NAME} "a"',
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(tmp_path: Path, mistake: str) -> None:
    text, wanted = MISTAKES[mistake]
    file = tmp_path / "tinykd.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == f"{file}: {wanted}"
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_project(tmp_path)
    wanted = "no such file; expected a project file. Type `tinykd new demo` to make one"
    assert str(caught.value) == f"{tmp_path}/tinykd.toml: {wanted}"


def test_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b'[project]\nname = "\xff"')
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == f"{file}: line 2: byte 0xff is not UTF-8; expected UTF-8 text"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b"#" * (1 << 20) + b"#")
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert (
        str(caught.value)
        == f"{file}: is 1048577 bytes long; expected a project file of at most 1048576 bytes"
    )


def test_deep_nesting_is_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = " + "[" * 100_000)
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == f"{file}: is nested too deeply; expected sections of plain keys"


def test_five_lines_are_a_project(tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    file.write_text(f'{HEAD}[target]\nboard = "host"\n')
    project = load_project(tmp_path)
    assert project.target.boards == ("host",)
    assert project.teacher.model == ("resnet",)


def test_labels_may_be_anything(tmp_path: Path) -> None:
    labels = ['"', "\\", "a\nb", "??/", "\x00", "*/", "x" * 10_000, "\u05d0\u202e", "😀"]
    listed = json.dumps(labels, ensure_ascii=False)
    (tmp_path / "tinykd.toml").write_text(f"{HEAD}[data]\nclasses = {listed}\n", encoding="utf-8")
    assert load_project(tmp_path).data.classes == tuple(labels)
