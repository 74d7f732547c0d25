"""The notebooks of docs/tutorials, kept as percent scripts (jupytext): executed, and made into pages.

``python -m scripts.docs.tutorials FOLDER [NAME...]`` executes them into FOLDER/NAME.ipynb, in the order
of TUTORIALS; one that is there already and was made from the same source is not executed again. A page
shows what the notebook shows: a cell's HTML where it has some, else its text.
"""

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "docs" / "tutorials"
TUTORIALS = ("first_model", "own_teacher", "own_board", "library_only")
MODEL = ROOT / "tests" / "fixtures" / "digits.tflite"  # for those that go on from the first, when run alone
TIMEOUT_S = 900  # of one cell
_SOURCE = ("tinykd", "templates", "firmware", "boards")


def read(name: str) -> Any:
    """The notebook, not executed."""
    import jupytext

    return jupytext.read(SCRIPTS / f"{name}.py")


def as_ipynb(name: str) -> str:
    """The notebook as Jupyter opens it, without outputs."""
    import jupytext

    notebook = read(name)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell{number}"  # else drawn anew each time
    return str(jupytext.writes(notebook, "ipynb"))


def execute(name: str, folder: Path) -> Any:
    """The notebook with its outputs, run in ``folder``; a cell that raises is an error here."""
    from nbclient import NotebookClient

    notebook = read(name)
    if not (folder / MODEL.name).exists():
        shutil.copy(MODEL, folder)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3", resources=resources).execute()
    return notebook


def page(notebook: Any) -> tuple[str, list[str]]:
    """Markdown with a mark for each cell's outputs, and these outputs as HTML."""
    text, outputs = list[str](), list[str]()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text.append(re.sub(r"\]\((\w+)\.py\)", r"](\1.md)", cell.source))
            continue
        text.append(f"```python\n{cell.source}\n```")
        shown = "".join(shown_as(cell.outputs))
        if shown:
            text.append(f'<div class="output" data-number="{len(outputs)}"></div>')
            outputs.append(shown)
    return "\n\n".join(text) + "\n", outputs


def with_outputs(html: str, outputs: list[str]) -> str:
    """``html`` of a page with what stands behind its marks."""

    def shown(mark: "re.Match[str]") -> str:
        return f'<div class="output">{outputs[int(mark[1])]}</div>'

    return re.sub(r'<div class="output" data-number="(\d+)"></div>', shown, html)


def shown_as(outputs: list[Any]) -> Iterator[str]:
    """What a cell said and showed. Warnings of libraries on standard error are left out."""
    said = ""
    for output in outputs:
        if output.output_type == "stream":
            said += output.text if output.name == "stdout" else ""
        elif output.output_type in ("execute_result", "display_data"):
            yield from _said(said)
            said = ""
            plain = escape(output.data.get("text/plain", ""))
            yield output.data.get("text/html") or f"<pre>{plain}</pre>"
    yield from _said(said)


def _said(text: str) -> Iterator[str]:
    if text.strip():
        yield f'<pre class="said">{escape(text.rstrip())}</pre>'


def made_from(name: str) -> str:
    """A hash of all that decides a notebook's outputs."""
    digest = hashlib.sha256((SCRIPTS / f"{name}.py").read_bytes())
    for top in _SOURCE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def main(folder: Path, names: tuple[str, ...] = TUTORIALS) -> None:
    """Execute what is not there or was made from other source."""
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(
        "TF_CPP_MIN_LOG_LEVEL", "3"
    )  # for the kernels: TensorFlow says nothing of processors
    with tempfile.TemporaryDirectory(prefix="tinykd-tutorials-") as place:
        for name in names:
            kept, source = folder / f"{name}.ipynb", made_from(name)
            if kept.exists() and nbformat.read(kept, 4).metadata.get("made_from") == source:
                continue
            print(f"tutorials: {name} is executed", file=sys.stderr, flush=True)
            notebook = execute(name, Path(place))
            notebook.metadata["made_from"] = source
            nbformat.write(notebook, kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or TUTORIALS)
