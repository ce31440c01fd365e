"""The questions that can be asked of an open corpus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus_cli.explore.collocates import CollocateOptions, Collocates
    from corpus_cli.explore.companions import CompanionOptions, Companions
    from corpus_cli.explore.compare import CompareOptions, ValueComparison
    from corpus_cli.explore.dossier import Dossier, DossierOptions
    from corpus_cli.explore.keywords import KeywordOptions, Keywords
    from corpus_cli.explore.kwic import Concordance, KwicOptions
    from corpus_cli.explore.network import Network, NetworkOptions
    from corpus_cli.explore.passage_words import Progress
    from corpus_cli.explore.quotes import Quotes, QuotesOptions
    from corpus_cli.explore.similar import Example
    from corpus_cli.explore.timeline import Timeline, TimelineOptions
    from corpus_cli.model import Results
    from corpus_cli.search.asking import Ask
    from corpus_cli.search.request import SearchRequest


class Questions:
    """The questions beside a search: one method each, which returns a value.

    Queries are those of a search. So are requests; their filters and their time limit count.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def kwic(
        self,
        line: str,
        options: KwicOptions | None = None,
        request: SearchRequest | None = None,
    ) -> Concordance:
        """Return every match of a query in its context."""
        from corpus_cli.explore.kwic import KwicOptions, kwic

        return self._ask(partial(kwic, line, options or KwicOptions()), request)

    def timeline(
        self,
        line: str,
        options: TimelineOptions | None = None,
        request: SearchRequest | None = None,
    ) -> Timeline:
        """Count the passages and articles that match by day, week, month or year."""
        from corpus_cli.explore.timeline import TimelineOptions, timeline

        return self._ask(partial(timeline, line, options or TimelineOptions()), request)

    def quotes(
        self,
        line: str = "",
        options: QuotesOptions | None = None,
        request: SearchRequest | None = None,
        *,
        progress: Progress | None = None,
    ) -> Quotes:
        """Return who said what in the passages that match a query."""
        from corpus_cli.explore.passage_words import ignore_progress
        from corpus_cli.explore.quotes import QuotesOptions, quotes

        question = partial(quotes, line, options or QuotesOptions())
        return self._ask(partial(question, progress=progress or ignore_progress), request)

    def similar(self, example: Example | str, request: SearchRequest | None = None) -> Results:
        """Return the articles that are most like an article or a text."""
        from corpus_cli.explore.similar import similar

        return self._ask(partial(similar, example), request)

    def companions(
        self,
        line: str,
        options: CompanionOptions | None = None,
        request: SearchRequest | None = None,
    ) -> Companions:
        """Count which names are mentioned together with a name or a query."""
        from corpus_cli.explore.companions import CompanionOptions, companions

        return self._ask(partial(companions, line, options or CompanionOptions()), request)

    def network(
        self,
        line: str = "",
        options: NetworkOptions | None = None,
        request: SearchRequest | None = None,
    ) -> Network:
        """Count which names are mentioned together, all with all."""
        from corpus_cli.explore.network import NetworkOptions, network

        return self._ask(partial(network, line, options or NetworkOptions()), request)

    def collocates(
        self,
        line: str,
        options: CollocateOptions | None = None,
        request: SearchRequest | None = None,
        progress: Progress | None = None,
    ) -> Collocates:
        """Count the words near the matches of a query."""
        from corpus_cli.explore.collocates import CollocateOptions, collocates
        from corpus_cli.explore.passage_words import ignore_progress

        question = partial(
            collocates, line, options or CollocateOptions(), progress=progress or ignore_progress
        )
        return self._ask(question, request)

    def keywords(
        self,
        line: str = "",
        options: KeywordOptions | None = None,
        request: SearchRequest | None = None,
        progress: Progress | None = None,
    ) -> Keywords:
        """Compare the words of what matches a query with those of other passages."""
        from corpus_cli.explore.keywords import KeywordOptions, keywords
        from corpus_cli.explore.passage_words import ignore_progress

        question = partial(
            keywords, line, options or KeywordOptions(), progress=progress or ignore_progress
        )
        return self._ask(question, request)

    def compare(
        self,
        line: str = "",
        options: CompareOptions | None = None,
        request: SearchRequest | None = None,
        progress: Progress | None = None,
    ) -> ValueComparison:
        """Compare what matches a query in each source, by each author, or in each year."""
        from corpus_cli.explore.compare import CompareOptions, compare
        from corpus_cli.explore.passage_words import ignore_progress

        question = partial(
            compare, line, options or CompareOptions(), progress=progress or ignore_progress
        )
        return self._ask(question, request)

    def dossier(
        self,
        line: str,
        options: DossierOptions | None = None,
        request: SearchRequest | None = None,
        progress: Progress | None = None,
    ) -> Dossier:
        """Return what the corpus says about a query: the answers to several questions."""
        from corpus_cli.explore.dossier import DossierOptions, dossier
        from corpus_cli.explore.passage_words import ignore_progress

        question = partial(
            dossier, line, options or DossierOptions(), progress=progress or ignore_progress
        )
        return self._ask(question, request)
