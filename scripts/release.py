"""A release in one command: ``make release VERSION=0.2.0``.

The version goes into tinykd/version.py and into the tests' golden files, what is unreleased in
CHANGELOG.md gets its heading; sdist and wheel are built and checked (twine), the wheel is installed into
a new environment and used there, and a bill of materials (CycloneDX) of that environment is written. Then
a commit and a tag are made. Nothing is sent anywhere: the last lines say what to type.

If a step fails, the files are as they were. ``--dry-run`` stops before the commit, and puts them back.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION_FILE, CHANGELOG = ROOT / "tinykd" / "version.py", ROOT / "CHANGELOG.md"
DIST = ROOT / "dist"
MODEL = ROOT / "tests" / "fixtures" / "digits.tflite"
_VERSION = r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?"
_UNRELEASED = "## [Unreleased]\n"


class RefusedError(Exception):
    """One line for whoever releases."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version")
    parser.add_argument("--dry-run", action="store_true", help="all but the commit and the tag")
    asked = parser.parse_args()
    try:
        release(asked.version, dry_run=asked.dry_run)
    except RefusedError as refused:
        print(f"release: {refused}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as failed:
        print(f"release: {' '.join(map(str, failed.cmd[:6]))} failed ({failed.returncode})", file=sys.stderr)
        return 1
    return 0


def release(version: str, *, dry_run: bool) -> None:
    """All steps, in order."""
    check_clean(output("git", "status", "--porcelain"))
    if output("git", "tag", "--list", f"v{version}").strip():
        raise RefusedError(f"the tag v{version} is there already")
    before = {path: path.read_text(encoding="utf-8") for path in (VERSION_FILE, CHANGELOG, *goldens())}
    after = {
        path: generated_by(text, current(before[VERSION_FILE]), version) for path, text in before.items()
    }
    after[VERSION_FILE] = with_version(before[VERSION_FILE], version)
    after[CHANGELOG] = with_release(before[CHANGELOG], version, datetime.date.today())
    with restored(before, always=dry_run):
        for path, text in after.items():
            path.write_text(text, encoding="utf-8")
        wheel, sdist = built(version)
        say("twine check")
        run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
        try_wheel(wheel, version)
        if not dry_run:
            commit(version, list(after))
    print("\n".join(last_lines(version, dry_run)))


def check_clean(status: str) -> None:
    """Nothing changed and nothing new: what is released is what is committed."""
    if status.strip():
        raise RefusedError(
            f"the working tree has changes ({status.split(chr(10))[0].strip()}): commit or stash them"
        )


def current(text: str) -> str:
    """The version in ``tinykd/version.py``."""
    found = re.search(rf'^__version__ = "({_VERSION})"$', text, re.MULTILINE)
    if not found:
        raise RefusedError("no __version__ in tinykd/version.py")
    return found[1]


def with_version(text: str, version: str) -> str:
    """The file with the new version, which must be above the old one."""
    old = current(text)
    if not re.fullmatch(_VERSION, version):
        raise RefusedError(f"{version} is no version; expected such as 0.2.0 or 0.2.0rc1")
    if order(version) < order(old):
        raise RefusedError(f"{version} is below {old}, which is the version now")
    return text.replace(f'__version__ = "{old}"', f'__version__ = "{version}"')


def goldens() -> list[Path]:
    """Generated files that the tests hold: they name the version that generates them."""
    return sorted(path for path in (ROOT / "tests").glob("*/golden/*") if path.is_file())


def generated_by(text: str, old: str, new: str) -> str:
    """``text`` as the new version generates it."""
    return text.replace(f"by tinykd {old}", f"by tinykd {new}")


def order(version: str) -> tuple[int | str, ...]:
    """What versions are compared by: candidates come before their release."""
    found = re.fullmatch(_VERSION, version)
    assert found
    *numbers, stage, count = found.groups()
    return (*map(int, numbers), stage or "z", int(count or 0))


def with_release(text: str, version: str, day: datetime.date) -> str:
    """The changelog with a heading over what was unreleased, and an empty section above it."""
    before, found, after = text.partition(_UNRELEASED)
    if not found:
        raise RefusedError('CHANGELOG.md has no section "## [Unreleased]"')
    if not re.search(r"^- ", after.split("\n## [")[0], re.MULTILINE):
        raise RefusedError("CHANGELOG.md says of nothing that changed")
    return f"{before}{found}\n## [{version}] - {day.isoformat()}\n{after}"


@contextmanager
def restored(texts: dict[Path, str], *, always: bool) -> Iterator[None]:
    """The files as they were if a step fails, or ``always``."""
    try:
        yield
    except BaseException:
        always = True
        raise
    finally:
        if always:
            for path, text in texts.items():
                path.write_text(text, encoding="utf-8")


def built(version: str) -> tuple[Path, Path]:
    """Wheel and sdist, in ``dist/``."""
    say("sdist and wheel")
    run(sys.executable, "-m", "build", "--outdir", DIST, ROOT)
    wheel, sdist = DIST / f"tinykd-{version}-py3-none-any.whl", DIST / f"tinykd-{version}.tar.gz"
    for path in (wheel, sdist):
        if not path.is_file():
            raise RefusedError(f"{path} was not built")
    return wheel, sdist


def try_wheel(wheel: Path, version: str) -> None:
    """Installed as a user would, outside the checkout, and used; then what is installed is written down."""
    say("the wheel in a new environment")
    with tempfile.TemporaryDirectory(prefix="tinykd-release-") as place:
        home = Path(place) / "venv"
        venv.create(home, with_pip=True)
        python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=place)
        said = output(python, "-m", "tinykd", "--version", cwd=place).strip()
        if said != f"tinykd {version}":
            raise RefusedError(f"the wheel says {said!r} of itself")
        run(python, "-m", "tinykd", "compile", MODEL, "--board", "nucleo_f446re", "--out", "model", cwd=place)
        run(python, "-m", "tinykd", "--quiet", "prove", MODEL, "--board", "host", cwd=place)
        write_bill(python, DIST / f"tinykd-{version}.cdx.json")


def write_bill(python: Path, path: Path) -> None:
    """The bill of materials of what ``python`` has installed."""
    say(f"bill of materials: {path.name}")
    bill = output(sys.executable, "-m", "cyclonedx_py", "environment", python, "--of", "JSON", "-o", "-")
    path.write_text(without_files(bill), encoding="utf-8")


def without_files(bill: str) -> str:
    """The bill of materials without where the wheel lay on this machine."""
    facts = json.loads(bill)
    for part in facts["components"]:
        links = part.pop("externalReferences", [])
        part["externalReferences"] = [link for link in links if not link["url"].startswith("file:")]
    return json.dumps(facts, indent=2) + "\n"


def commit(version: str, changed: list[Path]) -> None:
    run("git", "add", *changed)
    run("git", "commit", "--quiet", "-m", f"chore(release): {version}")
    run("git", "tag", "--annotate", f"v{version}", "-m", f"tinykd {version}")


def last_lines(version: str, dry_run: bool) -> list[str]:
    made = [f"dist/: sdist, wheel and bill of materials of tinykd {version}"]
    if dry_run:
        return [*made, "Nothing was committed: --dry-run."]
    return [
        *made,
        f"Committed, and tagged v{version}.",
        f"Type: git push --follow-tags; twine upload dist/tinykd-{version}*.whl dist/tinykd-{version}.tar.gz",
    ]


def say(text: str) -> None:
    print(f"release: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, cwd: str | Path = ROOT) -> None:
    subprocess.run(words(command), check=True, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL)


def output(*command: str | Path, cwd: str | Path = ROOT) -> str:
    done = subprocess.run(
        words(command), check=True, cwd=cwd, env=environment(), capture_output=True, text=True
    )
    return done.stdout


def words(command: Sequence[str | Path]) -> list[str]:
    return [str(word) for word in command]


def environment() -> dict[str, str]:
    """Without PYTHONPATH, by which the new environment would see the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


if __name__ == "__main__":
    sys.exit(main())
