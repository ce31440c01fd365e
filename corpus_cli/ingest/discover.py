"""Find the files to read in folders."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

from corpus_cli.config import STORE_FILE
from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.loading import NOT_REGULAR, load
from corpus_cli.ingest.readers.record_ids import NO_READER
from corpus_cli.model import STDIN
from corpus_cli.text.globs import Glob, decide, decide_below, parse

Skip = Callable[[str, str], None]
"""Told a path that was passed over, and why."""

IGNORE_FILE = ".corpusignore"
"""The name of a file with patterns like those of .gitignore, for its folder and those below."""

# Each file is compared with each pattern, and the folder may be anybody's.
_MAX_IGNORE_BYTES = 100_000

# No path has a NUL in it.
_MISSING = (FileNotFoundError, NotADirectoryError, ValueError)
_HEAD_BYTES = 512
_SAVED_SUFFIX = "_files"


class PathRules(NamedTuple):
    """Patterns in the language of .gitignore, each list with the folder it holds for.

    `include` alone lets files in; the lists of `exclude` keep files and folders out, the
    deepest folder first.
    """

    root: str
    include: Sequence[Glob] | None
    exclude: tuple[tuple[str, Sequence[Glob]], ...]

    @classmethod
    def for_root(cls, root: str, include: Sequence[str], exclude: Sequence[str]) -> Self:
        """The rules that hold for a whole place. Raises `UsageError` for what is no pattern."""

        def refused(pattern: str) -> None:
            raise UsageError(f"{pattern} is no pattern: write it as in .gitignore")

        left_out = ((root, _parse_patterns(exclude, refused)),) if exclude else ()
        return cls(root, _parse_patterns(include, refused) if include else None, left_out)

    def below(self, folder: str, skip: Skip) -> Self:
        """Return the rules of a folder, with those of its own ignore file.

        Raises `SourceError` where that cannot be read: then it is unknown what it excludes.
        """
        path = _path(folder, IGNORE_FILE)
        if not os.path.lexists(path):
            return self
        try:
            data = load(path).data
        except SourceError as error:
            raise SourceError(
                f"no file in it is read, because of its {IGNORE_FILE}: {error}"
            ) from error
        if len(data) > _MAX_IGNORE_BYTES:
            reason = f"it is longer than {_MAX_IGNORE_BYTES:,} bytes: shorten it"
            raise SourceError(f"no file in it is read, because of its {IGNORE_FILE}: {reason}")
        lines = os.fsdecode(data).split("\n")
        globs = _parse_patterns(lines, lambda line: skip(path, f"{line} is no pattern"))
        return self._replace(exclude=((folder, globs), *self.exclude))

    def allows(self, path: str, *, folder: bool = False) -> bool:
        """Whether a file, or a folder and what is in it, may be read."""
        # The folders above were let in before, so the path itself decides.
        for root, globs in self.exclude:
            decision = decide(globs, _relative(path, root, folder=folder))
            if decision is not None:
                if decision:
                    return False
                break
        if self.include is None or folder:
            return True
        return bool(decide_below(self.include, _relative(path, self.root, folder=False)))


def _parse_patterns(lines: Sequence[str], refused: Callable[[str], None]) -> Sequence[Glob]:
    """The patterns among some lines; git passes over those that are none, and so do we, aloud."""
    globs: list[Glob] = []
    for line in lines:
        try:
            glob = parse(line)
        except ValueError:
            refused(line)
        else:
            globs += [glob] if glob else []
    return globs


def _relative(path: str, root: str, *, folder: bool) -> str:
    return os.path.relpath(path, root) + ("/" if folder else "")


def discover(
    places: Sequence[str],
    skip: Skip,
    fail: Skip,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Iterator[str]:
    """The files of the places, each once, absolute and in order.

    A file that is named is always one; in a folder only those a reader is known for. Hidden
    files, links, pipes, and what a browser saved beside a page are passed over, and so is what
    the globs or an ignore file leave out. `fail` takes the places and folders that could not
    be looked at.
    """
    paths_seen: set[str] = set()
    for place in places:
        root = place if place == STDIN else absolute(place)
        for path in _files(root, PathRules.for_root(root, include, exclude), skip, fail):
            if path not in paths_seen:
                paths_seen.add(path)
                yield path


def is_missing(path: str) -> bool:
    """Whether it is certain that a path leads to nothing."""
    try:
        os.stat(path)  # noqa: PTH116 - need not be valid text
    except _MISSING:
        return True
    except OSError:
        return False
    return False


def absolute(place: str) -> str:
    """A path from the root, its links as they are."""
    return os.path.abspath(place)  # noqa: PTH100 - resolve() would follow links


def _files(place: str, rules: PathRules, skip: Skip, fail: Skip) -> Iterator[str]:
    if place == STDIN:
        yield place
        return
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 - need not be valid text
    except _MISSING:
        fail(place, "it does not exist: name a file or a folder")
        return
    except OSError as error:
        fail(place, _describe_error(error))
        return
    if not stat.S_ISDIR(mode):
        yield place
        return
    rules_by_folder = {place: rules}
    for folder, names, files in os.walk(
        place, onerror=lambda error: fail(str(error.filename), _describe_error(error))
    ):
        try:
            folder_rules = rules_by_folder.pop(folder).below(folder, skip)
        except SourceError as error:
            fail(folder, str(error))
            names.clear()
            continue
        saved = {os.path.splitext(name)[0] + _SAVED_SUFFIX for name in files}  # noqa: PTH122
        names[:] = sorted(
            n for n in names if n not in saved and _is_entered(folder, n, folder_rules, skip)
        )
        rules_by_folder |= {_path(folder, name): folder_rules for name in names}
        for name in sorted(files):
            path = _path(folder, name)
            if name.startswith(".") or not folder_rules.allows(path):
                continue
            if reason := _unreadable(path, name):
                skip(path, reason)
            else:
                yield path


def _unreadable(path: str, name: str) -> str:
    """Why a file in a folder is passed over; empty if it is not."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""  # Who reads it says what is wrong.
    if stat.S_ISLNK(mode):
        return "it is a link"
    if not stat.S_ISREG(mode):
        return NOT_REGULAR
    if file_formats.format_by_suffix(name) or (
        file_formats.has_suffix(name) and file_formats.find_plugin(name)
    ):
        return ""
    if file_formats.has_suffix(name):
        return NO_READER
    return "" if _reads_as_text_or_known(path, name) else NO_READER


def _reads_as_text_or_known(path: str, name: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - need not be valid text
            head = file.read(_HEAD_BYTES)
        file_format = file_formats.detect_format(name, head)
    except (OSError, SourceError):
        return True
    return file_format is not None and not (file_format.text and b"\0" in head)


def _is_entered(folder: str, name: str, rules: PathRules, skip: Skip) -> bool:
    path = _path(folder, name)
    if os.path.islink(path):  # noqa: PTH114 - need not be valid text
        skip(path, "it is a link")
        return False
    # Our own folder is no article, wherever it stands.
    is_corpus = os.path.exists(_path(path, STORE_FILE))  # noqa: PTH110
    return not name.startswith(".") and not is_corpus and rules.allows(path, folder=True)


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - names need not be valid text


def _describe_error(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"
