"""What MkDocs gets beside mkdocs.yml: pages made from files elsewhere, notebooks, the verbs and C headers.

README.md is the first page; CONTRIBUTING.md and CHANGELOG.md are pages too. Within ``docs/`` a comment
``<!-- include: PATH -->`` stands for a file of the repository, ``<!-- verbs -->`` for all verbs.
Tutorials have the outputs of the notebooks in the folder TINYKD_TUTORIALS, where ``python -m
scripts.docs.tutorials`` put them.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.docs import tutorials  # noqa: E402 - MkDocs loads this file by its path
from scripts.docs.verbs import verbs_page  # noqa: E402

PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_OUTPUTS: dict[str, list[str]] = {}  # of each tutorial's cells, by its page


def on_files(files: Files, config: Any) -> Files:
    """The pages whose text stands outside of ``docs/``."""
    for source, page in PAGES.items():
        text = from_root((ROOT / source).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=text))
    for name in tutorials.TUTORIALS:
        text, outputs = tutorials.page(_notebook(name))
        files.append(File.generated(config, f"tutorials/{name}.md", content=text + _download(name, outputs)))
        files.append(File.generated(config, f"tutorials/{name}.ipynb", content=tutorials.as_ipynb(name)))
        _OUTPUTS[f"tutorials/{name}.md"] = outputs
    return files


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """What the cells of a tutorial showed, in its places."""
    return tutorials.with_outputs(html, _OUTPUTS.get(page.file.src_uri, []))


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Comments that stand for something are replaced by it; lists as GitHub reads them."""
    markdown = re.sub(r"\]\(tutorials/(\w+)\.py\)", r"](tutorials/\1.md)", markdown)
    text = re.sub(r"^<!-- include: (\S+) -->$", _included, markdown, flags=re.MULTILINE)
    if "<!-- verbs -->" in text:
        text = text.replace("<!-- verbs -->", verbs_page())
    return spaced(text)


def _notebook(name: str) -> Any:
    """Executed, where that was done."""
    import nbformat

    executed = Path(os.environ.get("TINYKD_TUTORIALS", ROOT / "build" / "tutorials")) / f"{name}.ipynb"
    return nbformat.read(executed, 4) if executed.exists() else tutorials.read(name)


def _download(name: str, outputs: list[str]) -> str:
    shown = "What the cells show was computed when this page was built." if outputs else ""
    return f"\n---\nAs a [notebook]({name}.ipynb) or a [script]({name}.py) to run yourself. {shown}\n"


def from_root(text: str) -> str:
    """Links of a file at the top, as a page of ``docs/`` has them."""
    text = re.sub(r"\]\(docs/", "](", text)
    for source, page in PAGES.items():
        text = re.sub(rf"\]\({re.escape(source)}([)#])", rf"]({page}\1", text)
    return text


def spaced(text: str) -> str:
    """A blank line before each list right after a paragraph: Python-Markdown wants it, GitHub does not."""
    lines, fenced = list[str](), False
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if not fenced and _is_item(line) and before and not _is_item(before) and not before.startswith(" "):
            lines.append("")
        fenced ^= line.lstrip().startswith("```")
        lines.append(line)
    return "\n".join(lines)


def _is_item(line: str) -> bool:
    return re.match(r"([-*]|1\.) ", line) is not None


def _included(found: "re.Match[str]") -> str:
    path = ROOT / found[1]
    language = {".h": "c", ".toml": "toml"}.get(path.suffix, "text")
    return f"```{language}\n{path.read_text(encoding='utf-8').rstrip()}\n```"
