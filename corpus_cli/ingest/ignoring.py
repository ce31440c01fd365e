"""Which files of a folder are left out: globs, ignore files."""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.loading import load
from corpus_cli.text.globs import Glob, decide, decide_below, parse

IGNORE_FILE = ".corpusignore"
"""The name of a file with patterns like those of .gitignore, for its folder and those below."""

# Each file is compared with each pattern, and the folder may be anybody's.
_LARGEST = 100_000


class Rules(NamedTuple):
    """Patterns in the language of .gitignore, each list with the folder it holds for.

    `include` alone lets files in; the lists of `exclude` keep files and folders out, the
    deepest folder first.
    """

    root: str
    include: Sequence[Glob] | None
    exclude: tuple[tuple[str, Sequence[Glob]], ...]

    @classmethod
    def of(cls, root: str, include: Sequence[str], exclude: Sequence[str]) -> Self:
        """The rules that hold for a whole place. Raises `UsageError` for what is no pattern."""

        def refused(pattern: str) -> None:
            raise UsageError(f"{pattern} is no pattern: write it as in .gitignore")

        left_out = ((root, _patterns(exclude, refused)),) if exclude else ()
        return cls(root, _patterns(include, refused) if include else None, left_out)

    def below(self, folder: str, skip: Callable[[str, str], None]) -> Self:
        """The rules that hold in a folder, with those of its own ignore file."""
        path = os.path.join(folder, IGNORE_FILE)  # noqa: PTH118 - names need not be valid text
        if not os.path.lexists(path):
            return self
        try:
            data = load(path).data
        except SourceError as error:
            skip(path, str(error))
            return self
        if len(data) > _LARGEST:
            skip(path, f"it is longer than {_LARGEST:,} bytes and leaves nothing out: shorten it")
            return self
        lines = os.fsdecode(data).split("\n")
        globs = _patterns(lines, lambda line: skip(path, f"{line} is no pattern"))
        return self._replace(exclude=((folder, globs), *self.exclude))

    def lets_in(self, path: str, *, folder: bool = False) -> bool:
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


def _patterns(lines: Sequence[str], refused: Callable[[str], None]) -> Sequence[Glob]:
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
