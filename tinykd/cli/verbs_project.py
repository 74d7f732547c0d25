"""``new``: a project folder from one of the packaged examples."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.output import Output
from tinykd.errors import ConfigError

EXAMPLE = "digits"


@verb("new", "The way from teacher to board")
def new(
    output: Output,
    name: Annotated[str, typer.Argument(help="Name of the project and of its new folder.")],
    example: Annotated[
        str | None,
        typer.Option(
            "--example",
            "-e",
            help="digits, photos, keyword, activity, anomaly, detection or commands.",
            show_default="digits; with --data, what fits it",
        ),
    ] = None,
    data: Annotated[str | None, typer.Option("--data", "-d", help="Your file or folder of data.")] = None,
) -> None:
    """Make a project: a new folder with a commented tinykd.toml.

    With --data and no --example the data is read, and the file says what fits it: kind, sizes, rate,
    networks.

    tinykd new demo --example digits
    cd demo
    tinykd run
    tinykd new signs --data ~/photos
    tinykd new words --example keyword --data ~/speech_commands
    """
    from tinykd.engine.failures import as_user_errors

    folder = Path(checked_name(name, "new"))
    if folder.exists():
        raise ConfigError(folder, "is already there", "a name that is free", f"Type `tinykd new {name}_2`.")
    if data is not None and example is None:
        _from_data(output, folder, name, data)
        return
    example = example or EXAMPLE
    source = _example(example)
    with as_user_errors(folder), _whole_or_not(folder):
        shutil.copytree(
            source, folder, ignore=shutil.ignore_patterns("build", "firmware", "photos", ".*", "__pycache__")
        )
        _fill_in(folder / "tinykd.toml", name, data)
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [f"Made {folder}/ from the example {example}: {', '.join(files)}"]
    lines.append(f"Type `cd {folder} && tinykd run` to go the whole way.")
    output.result({"folder": str(folder), "example": example, "files": files}, lines)


def _from_data(output: Output, folder: Path, name: str, source: str) -> None:
    """The project that fits the data, a file, a folder or a URL."""
    from tinykd.data.sources.remote import brought, is_url
    from tinykd.engine.failures import as_user_errors
    from tinykd.screening.proposal_text import project_text
    from tinykd.screening.propose import propose

    data = Path(source).expanduser()
    if not is_url(source) and not data.exists():
        raise ConfigError(f"--data {data}", "no such file or folder", "your data")
    where = f"--data {source}"
    if not is_url(source) and not (data.is_file() or data.is_dir()):
        raise ConfigError(where, "is a device or a pipe", "a file or a folder")
    with output.working("look at the data") as reporter, _readable(where):
        url = source if is_url(source) else None
        found = propose(data if url is None else brought(url, reporter), name, url)
    with as_user_errors(folder), _whole_or_not(folder):
        folder.mkdir(parents=True)
        (folder / "tinykd.toml").write_text(project_text(found), encoding="utf-8")
    lines = [f"Made {folder}/tinykd.toml for {source}", *(f"  {text}" for text in found.seen)]
    if found.problem:
        lines.append(f"The data cannot be read so: {found.problem}")
    lines.append(f"Type `cd {folder} && tinykd check`, then `tinykd run`.")
    problem = str(found.problem) if found.problem else None
    output.result({"folder": str(folder), "seen": list(found.seen), "problem": problem}, lines)


@contextmanager
def _readable(where: str) -> Iterator[None]:
    """What the system refuses to read is the user's to mend, not a bug."""
    try:
        yield
    except OSError as error:
        found = f"cannot be read ({error.strerror or type(error).__name__})"
        raise ConfigError(where, found, "data that you may read, whole") from error


@contextmanager
def _whole_or_not(folder: Path) -> Iterator[None]:
    """Half a project is worse than none: a full disk or a Ctrl-C leaves nothing."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def checked_name(name: str, verb_name: str) -> str:
    """``name`` as it is, or one line that says what ``tinykd verb_name`` takes."""
    from tinykd.project.names import name_problem, suggest_name

    problem = name_problem(name)
    if problem:
        wanted = "a lower-case C identifier, since the name becomes part of C code"
        fix = f"Type `tinykd {verb_name} {suggest_name(name)}`."
        raise ConfigError(f'name "{name}"', problem, wanted, fix)
    return name


def _example(name: str) -> Path:
    import difflib

    from tinykd.paths import EXAMPLES

    names = sorted(p.name for p in EXAMPLES.iterdir() if (p / "tinykd.toml").is_file())
    if name in names:
        return EXAMPLES / name
    near = difflib.get_close_matches(name, names, n=1)
    raise ConfigError(
        f'example "{name}"', "no such example", near[0] if near else "one of " + ", ".join(names)
    )


def _fill_in(file: Path, name: str, data: str | None) -> None:
    """Write the project's own name, and where its data is, into its file."""
    text = re.sub(r'(?m)^name = "\w+"', f'name = "{name}"', file.read_text(encoding="utf-8"), count=1)
    if data is not None:
        from tinykd.data.sources.remote import is_url

        place = data if is_url(data) else str(Path(data).expanduser().resolve())
        source = json.dumps(place, ensure_ascii=False)
        text = re.sub(r'(?m)^source = "[^"]*"', lambda _: f"source = {source}", text, count=1)
    file.write_text(text, encoding="utf-8")
