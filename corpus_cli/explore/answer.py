"""What all answers to a question have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, Self, TypeVar

from corpus_cli.model import Header, Passage
from corpus_cli.search.match_query import QueryMatches, match_notes
from corpus_cli.search.moment import Moment


class Citation(NamedTuple):
    """A passage with its article, by which what is said of it can be looked up.

    `line` is the line of the article that is cited; `corpus` names the corpus if there are several.
    """

    passage: Passage
    header: Header
    line: int
    corpus: str = ""


class About(NamedTuple):
    """The query of an answer and what there is to say about it.

    `parsed` is the query as it was parsed, empty if there was none. `partial`: the time ended
    before all passages were read, so the counts are too low.
    """

    query: str
    parsed: str = ""
    notes: tuple[str, ...] = ()
    partial: bool = False

    def with_note(self, note: str) -> Self:
        """Return the same with one more note."""
        return self._replace(notes=(*self.notes, note))


def about_matches(line: str, matches: QueryMatches, moment: Moment, read: int, total: int) -> About:
    """Return the query of an answer for which `read` of `total` passages could be read in time."""
    is_cut = matches.clock.is_over and read < total
    cut = f"the time ended after {read:,} of {total:,} passages; --timeout 0 reads all"
    notes = (*match_notes(matches, moment), *((cut,) if is_cut else ()))
    return About(line, matches.parsed, notes, partial=matches.partial or is_cut)


class RowOptions(Protocol):
    """Options that say which rows of an answer are shown."""

    def _replace(self, *, minimum: int, limit: int) -> Self: ...


_Options = TypeVar("_Options", bound=RowOptions)
_Row = TypeVar("_Row")


def options_for_each(options: _Options, corpora: Sequence[object]) -> _Options:
    """Return the options with which each of the corpora is asked, so that answers can be merged.

    What is rare in each of several corpora may be frequent in all, so each returns all rows.
    """
    return options if len(corpora) == 1 else options._replace(minimum=1, limit=0)


def limit_rows(rows: Sequence[_Row], limit: int) -> tuple[tuple[_Row, ...], int]:
    """Return the first rows, all if the limit is 0, and how many are left out."""
    shown = tuple(rows[: limit or None])
    return shown, len(rows) - len(shown)


def merge_about(parts: Iterable[tuple[str, About]]) -> About:
    """Merge what several corpora say about the same query; notes name their corpus."""
    named: Sequence[tuple[str, About]] = list(parts)
    if len(named) == 1:
        return named[0][1]
    return named[0][1]._replace(
        notes=tuple(f"{name}: {note}" for name, about in named for note in about.notes),
        partial=any(about.partial for _, about in named),
    )
