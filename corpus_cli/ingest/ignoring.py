"""Which files of a folder are left out: globs, ignore files."""

import os
import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from pathspec import GitIgnoreSpec

from corpus_cli.errors import SourceError, UsageError
from corpus_cli.ingest.loading import load

IGNORE_FILE = ".corpusignore"
"""The name of a file with patterns like those of .gitignore, for its folder and those below."""


class Rules(NamedTuple):
    """Patterns in the language of .gitignore, each list with the folder it holds for.

    `include` alone lets files in; the lists of `exclude` keep files and folders out, the
    deepest folder first.
    """

    root: str
    include: GitIgnoreSpec | None
    exclude: tuple[tuple[str, GitIgnoreSpec], ...]

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
            lines = os.fsdecode(load(path).data).split("\n")
        except SourceError as error:
            skip(path, str(error))
            return self
        spec = _patterns(lines, lambda line: skip(path, f"{line} is no pattern"))
        return self._replace(exclude=((folder, spec), *self.exclude))

    def lets_in(self, path: str, *, folder: bool = False) -> bool:
        """Whether a file, or a folder and what is in it, may be read."""
        for root, spec in self.exclude:
            verdict = spec.check_file(_relative(path, root, folder=folder)).include
            if verdict is not None:
                if verdict:
                    return False
                break
        if self.include is None or folder:
            return True
        return self.include.match_file(_relative(path, self.root, folder=False))


def _patterns(lines: Sequence[str], refused: Callable[[str], None]) -> GitIgnoreSpec:
    """The patterns among some lines; git passes over those that are none, and so do we, aloud."""
    good = []
    with warnings.catch_warnings():
        # Of Python's, on brackets that its own patterns may read otherwise one day.
        warnings.simplefilter("ignore", FutureWarning)
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                refused(line)
            else:
                good.append(line)
        return GitIgnoreSpec.from_lines(good)


def _relative(path: str, root: str, *, folder: bool) -> str:
    return os.path.relpath(path, root) + ("/" if folder else "")
