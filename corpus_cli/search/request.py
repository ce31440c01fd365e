"""How to search."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, NamedTuple, Self

from corpus_cli.engines.port import DEADLINE
from corpus_cli.query.filters import Filters, filter_values

Sort = Literal["score", "date", "-date", "source", "path"]
"""What hits are ordered by; `date` puts the earliest first, `-date` the latest."""

By = Literal["source", "author", "year", "month", "tag", "name", "lang"]
"""What is found can be counted by."""

BY: tuple[By, ...] = ("source", "author", "year", "month", "tag", "name", "lang")
SORTS: tuple[Sort, ...] = ("score", "date", "-date", "source", "path")


class SearchRequest(NamedTuple):
    """How to search, and how much of what is found to show.

    At most `limit` hits (None: all) after the first `offset`; `per_article` at most of one
    article (0: any number), with `context` passages before and after each. `grouped` counts
    articles instead, each with its best passages together: one, or `per_article`.

    `literal` reads no operator, `all_terms` requires all words. Without `names` a name is
    only what was typed, without `suggest` a word that the corpus does not have finds nothing.
    `semantic` ranks by meaning as well as by words. With `mentioned` each hit tells the names
    in its text, with `explained` the parts of its score; with `duplicates` near-copies are
    hits of their own. Unless `check`, files are not looked at, but those of hits. `seconds` is
    the deadline, 0 for none.
    """

    limit: int | None = 10
    offset: int = 0
    sort: Sort = "score"
    per_article: int = 0
    grouped: bool = False
    context: int = 0
    filters: Filters = Filters()
    literal: bool = False
    all_terms: bool = False
    names: bool = True
    semantic: bool = False
    suggest: bool = True
    mentioned: bool = False
    explained: bool = False
    duplicates: bool = False
    check: bool = True
    seconds: float = DEADLINE

    def within(self, folder: Path | None) -> Self:
        """The same with paths as a corpus in a folder knows them.

        Below the folder it stands in they are relative to that.
        """
        if not self.filters.path:
            return self
        here = os.path.dirname(os.path.abspath(folder)) if folder else ""  # noqa: PTH100, PTH120 - need not be there
        paths = tuple(
            _within(path, f"{here}/" if here else "")
            for path in filter_values(self.filters, "path")
        )
        return self._replace(filters=self.filters._replace(path=paths))


def _within(path: str, base: str) -> str:
    sign = path[:1] if path[:1] in ("-", "!") else ""
    whole = os.path.expanduser(path.removeprefix(sign))  # noqa: PTH111 - may lack a home
    return sign + whole.removeprefix(base)
