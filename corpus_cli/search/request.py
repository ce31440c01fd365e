"""The options of a search."""

import os
from pathlib import Path
from typing import Literal, NamedTuple, Self

from corpus_cli.engines.clock import DEADLINE
from corpus_cli.query.all_terms import Scope
from corpus_cli.query.filters import Filters, filter_values

Sort = Literal["score", "date", "-date", "modified", "-modified", "source", "path"]
"""The orders of hits; `date` puts the earliest first, `-date` the latest."""

By = Literal["source", "author", "year", "month", "tag", "name", "lang"]
"""The fields by which matches can be counted."""

BY: tuple[By, ...] = ("source", "author", "year", "month", "tag", "name", "lang")
SORTS: tuple[Sort, ...] = ("score", "date", "-date", "modified", "-modified", "source", "path")


class SearchRequest(NamedTuple):
    """The options of a search, and which of its hits to return.

    At most `limit` hits are returned (None: all), after the first `offset`; at most
    `per_article` of one article (0: any number), each with `context` passages before and
    after it. With `group_by_article` a hit is an article with its best passage, or with its
    best `per_article` passages.

    `literal` switches all operators off. `all_terms` requires every word in the passage or in its
    article, `all_names` requires every name of the filters, not only one of them. Without
    `expand_names` only the typed form of a name is searched. Without `suggest` an unknown
    word matches nothing. With `list_names` each hit has the names in its text, with
    `list_articles` the answer has the ids of all matching articles, with `explain` each hit has
    the parts of its score, and with `duplicates` near-copies are hits of their own. Unless
    `check_files`, only the files of hits are checked for changes. `with_chrome` also searches the
    lines around the texts: their hits come after the others. `seconds` is the time limit, 0 for
    none. `passed_over` is the number of articles without the words of the query, which are not in
    the corpus: an answer says nothing about these.
    """

    limit: int | None = 10
    offset: int = 0
    sort: Sort = "score"
    per_article: int = 0
    group_by_article: bool = False
    context: int = 0
    filters: Filters = Filters()
    literal: bool = False
    all_terms: Scope | None = None
    all_names: bool = False
    expand_names: bool = True
    suggest: bool = True
    list_names: bool = False
    list_articles: bool = False
    explain: bool = False
    duplicates: bool = False
    with_chrome: bool = False
    check_files: bool = True
    seconds: float = DEADLINE
    passed_over: int = 0

    def requiring_words(self, scope: Scope) -> Self:
        """Return the request with all words required in a scope, unless it has a scope already."""
        return self if self.all_terms else self._replace(all_terms=scope)

    def within(self, folder: Path | None) -> Self:
        """Return the request with paths as a corpus in a folder records them.

        Paths below the parent of that folder are relative to the parent.
        """
        if not self.filters.path:
            return self
        base = os.path.dirname(os.path.abspath(folder)) if folder else ""  # noqa: PTH100, PTH120 - it need not exist
        paths = tuple(
            _relative_to(path, f"{base}/" if base else "")
            for path in filter_values(self.filters, "path")
        )
        return self._replace(filters=self.filters._replace(path=paths))


def _relative_to(path: str, base: str) -> str:
    sign = path[:1] if path[:1] in ("-", "!") else ""
    whole = os.path.expanduser(path.removeprefix(sign))  # noqa: PTH111 - there may be no home
    return sign + whole.removeprefix(base)
