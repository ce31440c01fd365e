"""A model of a disk that loses power."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")

_SECTOR = 512


class Write(NamedTuple):
    """Bytes that were written into a file at an offset."""

    offset: int
    data: bytes

    def apply(self, content: bytearray) -> None:
        content.extend(bytes(max(0, self.offset - len(content))))
        content[self.offset : self.offset + len(self.data)] = self.data

    def damage(self, random: Random) -> "Write":
        """Return what a power cut may leave of this: a part, or zeros."""
        if random.random() < 0.6:
            sectors = len(self.data) // _SECTOR
            size = random.choice((0, len(self.data) // 2, _SECTOR * random.randint(0, sectors)))
            return Write(self.offset, self.data[:size])
        return Write(self.offset, bytes(len(self.data)))


class Truncate(NamedTuple):
    """A new size of a file."""

    size: int

    def apply(self, content: bytearray) -> None:
        del content[self.size :]
        content.extend(bytes(self.size - len(content)))

    def damage(self, random: Random) -> "Truncate":
        return self


class Step(NamedTuple):
    """One call: its name, its path below the home folder, and what it writes or renames to."""

    call: str
    path: str
    change: Write | Truncate | None = None
    target: str = ""


class File:
    """A file: what is on the disk for certain, and the changes that may not be.

    `path` is where it was created.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._content = bytearray()
        self.changes: list[Write | Truncate] = []

    def sync(self) -> None:
        self._content = bytearray(self.read(self.changes))
        self.changes = []

    def read(self, changes: list[Write | Truncate]) -> bytes:
        content = bytearray(self._content)
        for change in changes:
            change.apply(content)
        return bytes(content)


Names = dict[str, File | None]
"""Files and folders (None) by their paths."""


class NameChange(NamedTuple):
    """A name that a folder gets, one that it loses, or both at once, as a rename does."""

    added: Names
    removed: str = ""

    def apply(self, names: Names) -> None:
        if self.removed:
            names.pop(self.removed, None)
        names.update(self.added)


State = dict[str, bytes | None]
"""Files with their contents, and folders (None), by their paths."""


class Disk:
    """The files below a home folder: as programs see them, and as they are on the disk.

    The content of a file is on the disk when the file is synced, and its name when its folder
    is. What is not synced may be there or not, in any order, in part, or as zeros.
    """

    def __init__(self) -> None:
        self._names: Names = {"": None}
        self._synced_names: Names = {"": None}
        self._name_changes: dict[str, list[NameChange]] = {}

    def apply(self, step: Step) -> None:
        """Let one call happen."""
        path = step.path
        file = self._names.get(path)
        match step.call:
            case "create" if path not in self._names:
                self._change_name(NameChange({path: File(path)}))
            case "mkdir":
                self._change_name(NameChange({path: None}))
            case "write" if file and step.change:
                file.changes.append(step.change)
            case "link":
                self._change_name(NameChange({step.target: file}))
            case "rename":
                self._change_name(NameChange({step.target: file}, path))
            case "unlink" | "rmdir":
                self._change_name(NameChange({}, path))
            case "sync" if file:
                file.sync()
            case "sync":
                for change in self._name_changes.pop(path, []):
                    change.apply(self._synced_names)

    def _change_name(self, change: NameChange) -> None:
        change.apply(self._names)
        folder = _parent(change.removed or next(iter(change.added)))
        self._name_changes.setdefault(folder, []).append(change)

    def cut_power(self, random: Random) -> State:
        """Return files and folders as a power cut may leave them."""

        def read(file: File) -> bytes:
            changes = _choose(file.changes, random)
            return file.read(
                [change.damage(random) if random.random() < 0.2 else change for change in changes]
            )

        return self._assemble(lambda _, changes: _choose(changes, random), read)

    def lose(self, is_lost: Callable[[str], bool]) -> State:
        """Return files and folders after a cut that loses what is not synced of some paths only.

        The path of a file is where it was created.
        """
        return self._assemble(
            lambda folder, changes: [] if is_lost(folder) else changes,
            lambda file: file.read([] if is_lost(file.path) else file.changes),
        )

    def _assemble(
        self,
        choose: Callable[[str, list[NameChange]], list[NameChange]],
        read: Callable[[File], bytes],
    ) -> State:
        names = dict(self._synced_names)
        for folder, changes in self._name_changes.items():
            for change in choose(folder, changes):
                change.apply(names)
        contents: dict[int, bytes] = {}
        state: State = {}
        for path, file in sorted(names.items()):
            if path and _parent(path) not in state:
                continue
            if file and id(file) not in contents:
                contents[id(file)] = read(file)
            state[path] = contents[id(file)] if file else None
        return state


def _parent(path: str) -> str:
    """Return the folder of a path; the home folder is the empty path."""
    return path.rpartition("/")[0]


def _choose(changes: list[_T], random: Random) -> list[_T]:
    """Return all changes, none, the first ones, or any of them in order."""
    match random.choice(("all", "none", "first", "first", "any")):
        case "all":
            return changes
        case "none":
            return []
        case "first":
            return changes[: random.randint(0, len(changes))]
        case _:
            return [change for change in changes if random.random() < 0.5]
