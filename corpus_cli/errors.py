"""The errors of corpus and their exit codes.

CorpusError                2   anything the user can act on
├─ UsageError              2   a flag, an argument or a setting is wrong
├─ CorpusMissing           2   nothing was ingested here yet
├─ CorpusUnreadable        2   a file of the corpus cannot be read; it may be whole
├─ CorpusDamaged           2   the store or the index does not read back as written
│  └─ NamesDamaged         2   the compiled names do not; they are made again
├─ CorpusLocked            2   another process is writing and the wait is over
├─ NotFound                2   no article, passage or source of that name
├─ ReaderLeft              0   nobody reads the output any more
├─ SourceError             3   an input that cannot be read; the others go on
│  └─ ReaderMissing        3   it could be, with a package that is not installed
└─ Interrupted           130   Ctrl-C
"""

from collections.abc import Iterable


def closest_name(word: str, names: Iterable[str], min_ratio: float = 0.5) -> str:
    """The known word that was probably meant, for a message; empty where none is near.

    `min_ratio` is the least ratio of Ratcliff and Obershelp.
    """
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(names), 1, min_ratio)), "")


class CorpusError(Exception):
    """An error the user can act on: its message says what to do next."""

    exit_code = 2


class UsageError(CorpusError):
    """A flag, an argument or a setting is wrong."""


class CorpusMissing(CorpusError):
    """There is no corpus here yet."""


class CorpusUnreadable(CorpusError):
    """A file of the corpus cannot be read now; nothing says that it is gone or damaged."""


class CorpusDamaged(CorpusError):
    """The store or the index does not read back as it was written."""


class NamesDamaged(CorpusDamaged):
    """The compiled names do not read back; they were removed and can be made again."""


class CorpusLocked(CorpusError):
    """Another process is writing, and the wait for it is over."""


class NotFound(CorpusError):
    """No article, passage or source of that name is in the corpus."""


class ReaderLeft(CorpusError):
    """Whoever read our output is gone: `| head` has enough. No error, and nothing to say."""

    exit_code = 0


class SourceError(CorpusError):
    """One input cannot be read; the report names it and the others go on."""

    exit_code = 3


class ReaderMissing(SourceError):
    """A package that reads such inputs is not installed."""


class Interrupted(CorpusError):
    """Ctrl-C: what was committed stays, what was not is dropped."""

    exit_code = 130
