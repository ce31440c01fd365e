"""The way in which questions are asked of a corpus."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest

_T = TypeVar("_T")


class Ask(Protocol):
    """Answers a question from one snapshot of a corpus."""

    def __call__(
        self, question: Callable[[Moment, SearchRequest], _T], request: SearchRequest | None
    ) -> _T:
        """Return what the question returns."""
