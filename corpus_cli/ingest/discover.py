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
from corpus_cli.ingest.saved_files import saved_folders
from corpus_cli.model import STDIN
from corpus_cli.text.globs import Glob, decide, decide_below, parse

Skip = Callable[[str, str], None]
"""Called with a path that is not read, and the reason."""

IGNORE_FILE = ".corpusignore"
"""The name of a file with patterns as in .gitignore, for its folder and the folders below it."""

# Each file is compared with each pattern, and the folder may come from a stranger.
_MAX_IGNORE_BYTES = 100_000
_MAX_IGNORE_PATTERNS = 1_000

# Python raises ValueError for a path with a NUL, which no file can have.
_MISSING = (FileNotFoundError, NotADirectoryError, ValueError)
_IGNORE_FAILED = f"its files are not read, because there is a problem with its {IGNORE_FILE}"


class PathRules(NamedTuple):
    """The patterns that decide which files below `root` are read, as in .gitignore.

    If `include` is not None, only files that it matches are read. `exclude` pairs each list of
    patterns with the folder it applies to, the deepest folder first.
    """

    root: str
    include: Sequence[Glob] | None
    exclude: tuple[tuple[str, Sequence[Glob]], ...]

    @classmethod
    def for_root(cls, root: str, include: Sequence[str], exclude: Sequence[str]) -> Self:
        """Return the rules for everything below a root. Raises `UsageError` for a bad pattern."""

        def refused(pattern: str) -> None:
            raise UsageError(f"{pattern} is not a valid pattern: write it as in .gitignore")

        left_out = ((root, _parse_patterns(exclude, refused)),) if exclude else ()
        return cls(root, _parse_patterns(include, refused) if include else None, left_out)

    def below(self, folder: str, skip: Skip) -> Self:
        """Return the rules of a folder, with those of its own ignore file.

        Raises `SourceError` if that file cannot be read, as it is then unknown what it excludes.
        """
        path = _path(folder, IGNORE_FILE)
        if not os.path.lexists(path):
            return self
        try:
            data = load(path).data
        except SourceError as error:
            raise SourceError(f"{_IGNORE_FAILED}: {error}") from error
        if len(data) > _MAX_IGNORE_BYTES:
            reason = f"it is longer than {_MAX_IGNORE_BYTES:,} bytes: shorten it"
            raise SourceError(f"{_IGNORE_FAILED}: {reason}")
        lines = os.fsdecode(data).split("\n")
        if len(lines) > _MAX_IGNORE_PATTERNS:
            reason = f"it has more than {_MAX_IGNORE_PATTERNS:,} lines: shorten it"
            raise SourceError(f"{_IGNORE_FAILED}: {reason}")
        globs = _parse_patterns(lines, lambda line: skip(path, f"{line} is not a valid pattern"))
        return self._replace(exclude=((folder, globs), *self.exclude))

    def allows(self, path: str, *, folder: bool = False) -> bool:
        """Return whether a file, or a folder and its contents, may be read."""
        # The folders above are allowed already, so only the path itself is checked.
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
    """Return the patterns in some lines; call `refused` with each line that is not valid."""
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
    """Yield the files of the places, each once, as absolute paths in order.

    A place that is a file is always yielded; of the files in a folder only those that have a
    reader. Hidden files, links, pipes and the files that a browser saved with a page are left
    out, and so are those that the globs or an ignore file exclude. `skip` is called for links,
    pipes, files without a reader and bad patterns; `fail` for places and folders that cannot
    be read.
    """
    paths_seen: set[str] = set()
    for place in places:
        root = place if place == STDIN else absolute(place)
        for path in _files(root, PathRules.for_root(root, include, exclude), skip, fail):
            if path not in paths_seen:
                paths_seen.add(path)
                yield path


def is_missing(path: str) -> bool:
    """Return whether it is certain that a path leads to no file or folder."""
    try:
        os.stat(path)  # noqa: PTH116 - need not be valid text
    except _MISSING:
        return True
    except OSError:
        return False
    return False


def absolute(place: str) -> str:
    """Return a path from the root of the file system, without following links."""
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
        saved = frozenset().union(*map(saved_folders, files))
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
    """Return why a file in a folder is skipped; empty if it is not."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""  # The reader will report the error.
    if stat.S_ISLNK(mode):
        return "it is a link"
    if not stat.S_ISREG(mode):
        return NOT_REGULAR
    if file_formats.format_by_suffix(name) or (
        file_formats.has_suffix(name) and file_formats.find_plugin(name)
    ):
        return ""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - need not be valid text
            head = file.read(file_formats.HEAD)
        return "" if file_formats.may_be_read(name, head) else NO_READER
    except OSError:
        # The reader reports the error of a file that may be an article.
        return NO_READER if file_formats.has_suffix(name) else ""
    except SourceError as error:
        return str(error)


def _is_entered(folder: str, name: str, rules: PathRules, skip: Skip) -> bool:
    path = _path(folder, name)
    if os.path.islink(path):  # noqa: PTH114 - need not be valid text
        skip(path, "it is a link")
        return False
    # The folder of a corpus has no articles to read, wherever it is.
    is_corpus = os.path.exists(_path(path, STORE_FILE))  # noqa: PTH110
    return not name.startswith(".") and not is_corpus and rules.allows(path, folder=True)


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - names need not be valid text


def _describe_error(error: OSError) -> str:
    return f"it cannot be read: {error.strerror}"
