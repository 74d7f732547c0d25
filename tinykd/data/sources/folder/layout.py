"""What the folders at the top of a source are: classes, splits with classes in them, or groups with classes.

By ``[data] folders``, ``test_folders``, ``validation_folders`` and ``classes`` where these say so, else by
names and by what is in the folders: splits hold the same folders, one for each class. What is ambiguous is
refused in one line that names the readings and the keys. Folders that only wrap others are passed over.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.split_names import Role, hint_of, parts_of, role_of
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

Place = tuple[Path, tuple[str, ...]]  # a file, and the names of the folders it is in, below the source


@dataclass(frozen=True)
class LabelledFile:
    """One file; ``label`` is "" where the file itself says what is in it."""

    path: Path
    label: str
    group: str | None = None
    part: int | None = None


@dataclass(frozen=True)
class LabelledFiles:
    """The files of a source, and what its user should know of how they were read."""

    entries: tuple[LabelledFile, ...]
    notes: tuple[str, ...] = ()


def arranged(folder: Path, places: Sequence[Place], section: DataSection) -> LabelledFiles:
    """``places`` with their classes, and their groups or parts where the folders are those."""
    return _Layout(folder, _unwrapped(places, section), section).found()


def arranged_by_file(folder: Path, places: Sequence[Place], section: DataSection) -> LabelledFiles:
    """The same of files that say themselves what is in them, such as ``train.csv`` and ``test/a.csv``.

    ``places`` end with the file's own name.
    """
    return _Layout(folder, _unwrapped(places, section), section).by_file()


def _unwrapped(places: Sequence[Place], section: DataSection) -> list[Place]:
    """Without the folders that hold nothing but one folder, unless they are a class by name."""
    named = {*(section.classes or ()), *(section.normal or ()), *section.test_folders}
    left = list(places)
    while left and all(len(names) > 1 for _, names in left):
        tops = {names[0] for _, names in left}
        if len(tops) > 1 or tops & named:
            break
        left = [(path, names[1:]) for path, names in left]
    return left


@dataclass(frozen=True)
class _Layout:
    folder: Path
    places: list[Place]
    section: DataSection

    def found(self) -> LabelledFiles:
        for path, names in self.places:
            if not names:
                raise DataError(path, "is in no class", f"a folder for each class, such as yes/{path.name}")
        found = self._as_configured() or self._as_named() or self._as_built() or self._as_classes()
        return self._without_unlabelled(found)

    def by_file(self) -> LabelledFiles:
        """Parts or groups by what is at the top; classes are in the files."""
        parts = self._named_parts()
        if parts is None and self.section.folders == "groups":
            return LabelledFiles(tuple(LabelledFile(path, "", names[0]) for path, names in self.places))
        if parts is None:
            roles = {top: role for top in self.tops if (role := hint_of(top)) is not None}
            known = parts_of(roles.values()) if len(roles) == len(self.tops) else None
            parts = {top: known[role] for top, role in roles.items() if role in known} if known else None
        if parts is None or len(set(parts.values())) < 2:
            return LabelledFiles(tuple(LabelledFile(path, "") for path, _ in self.places))
        entries = [LabelledFile(path, "", None, parts[n[0]]) for path, n in self.places if n[0] in parts]
        return LabelledFiles(
            tuple(entries), self._left_out([t for t in self.tops if t not in parts], "no labels")
        )

    @property
    def tops(self) -> list[str]:
        return sorted({names[0] for _, names in self.places})

    def _below(self) -> dict[str, list[Place]]:
        """What is in each of the folders at the top, without a wrapper around its classes."""
        below: dict[str, list[Place]] = {top: [] for top in self.tops}
        for path, names in self.places:
            below[names[0]].append((path, names[1:]))
        known = {n[0] for places in below.values() if _several(places) for _, n in places if n}
        return {top: _inside(places, known) for top, places in below.items()}

    def _subfolders(self) -> dict[str, set[str]]:
        """Of each folder at the top; none where files lie in it directly."""
        return {top: _first_names(places) for top, places in self._below().items()}

    # --- by the project file --------------------------------------------------------------------------------

    def _as_configured(self) -> LabelledFiles | None:
        parts = self._named_parts()
        if parts is not None:
            return self._splits(parts)
        if self.section.folders == "groups":
            return self._groups()
        names = {*(self.section.classes or ()), *(self.section.normal or ())}
        are_classes = self.section.folders == "classes" or (names and names <= set(self.tops))
        return self._as_classes() if are_classes else None

    def _named_parts(self) -> dict[str, int] | None:
        """By ``test_folders`` and ``validation_folders``; the others are learnt from."""
        tests, validations, tops = self.section.test_folders, self.section.validation_folders, self.tops
        for key, named in (("test_folders", tests), ("validation_folders", validations)):
            for name in named:
                if name not in tops:
                    raise DataError(
                        f"[data] {key}", f"no folder {name} in {self.folder}", f"of {_list(tops)}"
                    )
        if not tests and not validations:
            return None
        parts = dict.fromkeys(tops, TRAIN) | dict.fromkeys(validations, VALIDATION)
        return parts | dict.fromkeys(tests, TEST)

    # --- by names -------------------------------------------------------------------------------------------

    def _as_named(self) -> LabelledFiles | None:
        subs = self._subfolders()
        roles = {top: role for top in self.tops if (role := role_of(top)) is not None}
        parts = parts_of(roles.values())
        if parts is None:
            return None
        labelled = [top for top, role in roles.items() if role in parts]
        with_classes = any(subs[top] for top in labelled)
        if len(roles) == len(self.tops):
            if with_classes:
                return self._splits({top: parts[roles[top]] for top in labelled})
            if len(labelled) > 1:
                raise self._no_classes(labelled)
        elif len(parts) > 1:
            if with_classes and not self._hinted(subs):
                raise self._beside([top for top in self.tops if top not in roles])
            if not any(subs.values()):
                raise self._no_classes(labelled)
        return None

    def _hinted(self, subs: dict[str, set[str]]) -> dict[str, Role] | None:
        """Roles of all folders at the top, of names that say more than that, where they hold the same."""
        roles = {top: role for top in self.tops if (role := hint_of(top)) is not None}
        labelled = {top: names for top, names in subs.items() if roles.get(top) is not Role.UNLABELLED}
        return roles if len(roles) == len(self.tops) and _alike(labelled) else None

    # --- by what is in them ---------------------------------------------------------------------------------

    def _as_built(self) -> LabelledFiles | None:
        subs = self._subfolders()
        hinted = self._hinted(subs)
        parts = parts_of(hinted.values()) if hinted else None
        if hinted and parts:
            found = self._splits({top: parts[role] for top, role in hinted.items() if role in parts})
            note = 'are read as splits by their names (folders = "classes" says otherwise)'
            return LabelledFiles(found.entries, (*found.notes, f"folders {_list(self.tops)} {note}"))
        if not _alike(subs):
            self._check_moved(subs)
            return None
        inner = {name: role_of(name) for name in set().union(*subs.values())}
        inner_parts = parts_of(role for role in inner.values() if role is not None)
        if inner_parts and len(inner_parts) > 1 and None not in inner.values():
            return self._classes_of_splits({n: inner_parts.get(r) for n, r in inner.items() if r is not None})
        depth = self._depth_of_groups()
        if depth is None:
            raise self._ambiguous(subs)
        return self._groups() if depth == 0 else None

    def _depth_of_groups(self) -> int | None:
        """In which folder below the source ``[data] group_pattern`` finds a group."""
        path, names = self.places[0]
        place = path.relative_to(self.folder).as_posix()
        try:
            found = re.search(self.section.group_pattern or "(?!)", place)
            depth = place[: found.start(1)].count("/") if found else None
        except (re.error, IndexError):
            return None  # the search for groups reports it
        return None if depth is None else depth - (place.count("/") - len(names))

    def _check_moved(self, subs: dict[str, set[str]]) -> None:
        """A folder called as a split that holds folders which stand beside it too."""
        for top, names in subs.items():
            both = sorted(names & set(self.tops) - {top})
            if both and role_of(top) is not None:
                found = f"{_list(both)} in it, and beside it"
                wanted = "each class once: in splits such as train, or beside one another"
                raise DataError(
                    self.folder / top, found, wanted, 'Move it, or say [data] folders = "classes"'
                )

    # --- entries --------------------------------------------------------------------------------------------

    def _as_classes(self) -> LabelledFiles:
        """The folders at the top."""
        return LabelledFiles(tuple(LabelledFile(path, names[0]) for path, names in self.places))

    def _without_unlabelled(self, found: LabelledFiles) -> LabelledFiles:
        """What is called unlabelled is no class, unless it is asked for."""
        asked = {*(self.section.classes or ()), *(self.section.normal or ())}
        labels = {entry.label for entry in found.entries}
        left = {label for label in labels - asked if role_of(label) is Role.UNLABELLED}
        if not left or left == labels or self.section.folders == "classes":
            return found
        kept = tuple(entry for entry in found.entries if entry.label not in left)
        paths = [(entry.path, entry.label) for entry in found.entries if entry.label in left]
        return LabelledFiles(kept, (*found.notes, *self._told_left_out(paths, "no class by its name")))

    def _splits(self, parts: dict[str, int]) -> LabelledFiles:
        """``parts`` of the folders at the top; those that have none are left out."""
        entries = []
        for top, places in self._below().items():
            for path, names in places if top in parts else ():
                if not names:
                    fix = "" if len({n[:1] for _, n in places}) > 1 else f"Or call it _{top} to leave it out"
                    raise DataError(path, "is in no class", f"{top}/CLASS/{path.name}", fix)
                part = parts[top] if len(set(parts.values())) > 1 else None
                entries.append(LabelledFile(path, names[0], None, part))
        return LabelledFiles(
            tuple(entries), self._left_out([t for t in self.tops if t not in parts], "no labels")
        )

    def _groups(self) -> LabelledFiles:
        entries = []
        for top, places in self._below().items():
            for path, names in places:
                if not names:
                    raise DataError(path, "is in no class", f"{top}/CLASS/{path.name}")
                entries.append(LabelledFile(path, names[0], top))
        return LabelledFiles(tuple(entries))

    def _classes_of_splits(self, parts: dict[str, int | None]) -> LabelledFiles:
        """``CLASS/train/FILE`` beside ``CLASS/test/FILE``."""
        entries = [
            LabelledFile(path, top, None, parts[names[0]])
            for top, places in self._below().items()
            for path, names in places
            if parts[names[0]] is not None
        ]
        return LabelledFiles(tuple(entries))

    def _left_out(self, tops: Sequence[str], why: str) -> tuple[str, ...]:
        return self._told_left_out([(path, names[0]) for path, names in self.places if names[0] in tops], why)

    def _told_left_out(self, files: Sequence[tuple[Path, str]], why: str) -> tuple[str, ...]:
        """A line for each folder, or file, of the name that stands beside a path."""
        counts = Counter(_up_to(path.relative_to(self.folder), name) for path, name in files)
        return tuple(
            f"{count} {'file' if count == 1 else 'files'} in {place} left out: {why} "
            f'([data] unlabelled = "{self.section.source}/{place}" teaches on them too)'
            for place, count in counts.items()
        )

    # --- ambiguous layouts ----------------------------------------------------------------------------------

    def _no_classes(self, splits: Sequence[str]) -> DataError:
        wanted = f"{splits[0]}/CLASS/FILE if they are splits, or a key that says that they are classes"
        found = f"folders {_list(self.tops)} hold files and no folders"
        return DataError(self.folder, found, wanted, 'Then say [data] folders = "classes"')

    def _beside(self, others: Sequence[str]) -> DataError:
        splits = _list([top for top in self.tops if top not in others])
        found = f"{_list(others)} beside {splits}"
        fix = (
            f'Say [data] test_folders = ["{others[-1]}"] or folders = "classes", '
            f"or call it _{others[-1]} to leave it out"
        )
        return DataError(self.folder, found, "splits only, or classes only", fix)

    def _ambiguous(self, subs: dict[str, set[str]]) -> DataError:
        inner = _list(sorted(set().union(*subs.values())))
        found = f"folders {_list(self.tops)} hold the same ({inner})"
        wanted = "to know whether they are splits or groups with these as classes, or the classes"
        likely = next((t for t in self.tops if role_of(t) not in (None, Role.TRAIN)), None)
        test = likely or next(t for t in reversed(self.tops) if role_of(t) is not Role.TRAIN)
        fix = f'Say [data] test_folders = ["{test}"], folders = "groups" or folders = "classes"'
        return DataError(self.folder, found, wanted, fix)


def _up_to(path: Path, name: str) -> str:
    """``path`` as far as the folder ``name``; all of it where only the file is called so."""
    folders = path.parts[:-1]
    return "/".join(folders[: folders.index(name) + 1]) if name in folders else path.as_posix()


def _several(places: Sequence[Place]) -> bool:
    return len({names[:1] for _, names in places}) > 1


def _inside(places: list[Place], known: set[str]) -> list[Place]:
    """Without folders that only wrap others; one that is a class elsewhere is none."""
    left = places
    while not _several(left) and all(len(names) > 1 and names[0] not in known for _, names in left):
        left = [(path, names[1:]) for path, names in left]
    return left


def _first_names(places: Sequence[Place]) -> set[str]:
    return {names[0] for _, names in places} if all(names for _, names in places) else set()


def _alike(subs: dict[str, set[str]]) -> bool:
    """Whether all hold the same folders, or some of them."""
    largest: set[str] = max(subs.values(), key=len, default=set())
    same = all(names and names <= largest for names in subs.values())
    return same and len(subs) > 1 and len(largest) > 1 and bool(set.intersection(*subs.values()))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
