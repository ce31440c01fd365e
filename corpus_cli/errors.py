"""The errors of corpus and their exit codes.

CorpusError                2   an error that the user can act on
├─ UsageError              2   a flag, an argument or a setting is wrong
│  └─ InvalidQuery         2   a query has a date that is none
├─ CorpusMissing           2   there is no corpus yet
├─ CorpusUnreadable        2   a file of the corpus cannot be read, but may be undamaged
├─ CorpusDamaged           2   the store or the index is damaged
│  └─ NamesDamaged         2   the compiled names are damaged; they can be compiled again
├─ CorpusLocked            2   another process is writing, and the wait timed out
├─ NotFound                2   the corpus has no such article, passage or source
├─ ReaderLeft              0   the program that reads the output has closed the pipe
├─ SourceError             3   an input cannot be read
│  └─ ReaderMissing        3   the package that reads an input is not installed
└─ Interrupted           130   Ctrl-C
"""

from collections.abc import Iterable

_OTHER_WORDS = {
    "after": ("since",),
    "before": ("until",),
    "date": ("published", "since", "year"),
    "from": ("since",),
    "max-count": ("limit",),
    "to": ("until",),
}
"""Words that other programs have for names of ours that are not spelt like them."""


def closest_name(word: str, names: Iterable[str], min_ratio: float = 0.5) -> str:
    """Return the name that a word most likely means, for a message; empty if none is similar.

    `min_ratio` is the lowest accepted ratio of Ratcliff and Obershelp, from 0 to 1.
    """
    from difflib import get_close_matches

    choices = list(names)
    synonyms = [name for name in _OTHER_WORDS.get(word, ()) if name in choices]
    return next(iter(synonyms or get_close_matches(word, choices, 1, min_ratio)), "")


class CorpusError(Exception):
    """An error that the user can act on; its message says what to do next."""

    exit_code = 2


class UsageError(CorpusError):
    """A flag, an argument or a setting is wrong."""


class InvalidQuery(UsageError):
    """A query has a date that is none; the other queries of a file can still be answered."""


class CorpusMissing(CorpusError):
    """There is no corpus yet."""


class CorpusUnreadable(CorpusError):
    """A file of the corpus cannot be read, but is not known to be missing or damaged."""


class CorpusDamaged(CorpusError):
    """The store or the index is damaged: it cannot be read as it was written."""


class NamesDamaged(CorpusDamaged):
    """The compiled names are damaged; they were removed and can be compiled again."""


class CorpusLocked(CorpusError):
    """Another process is writing to the corpus, and the wait for it timed out."""


class NotFound(CorpusError):
    """The corpus has no article, passage or source of that name."""


class ReaderLeft(CorpusError):
    """The reader of the output has closed the pipe, as `| head` does: end without a message."""

    exit_code = 0


class SourceError(CorpusError):
    """An input cannot be read; the report names it, and the other inputs are still read."""

    exit_code = 3


class ReaderMissing(SourceError):
    """The package that reads an input is not installed."""


class Interrupted(CorpusError):
    """The user pressed Ctrl-C; committed changes are kept, all others are discarded."""

    exit_code = 130
