"""Ask several corpora at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus_cli.corpus import Corpus
    from corpus_cli.model import Facets, Results
    from corpus_cli.search.request import By, SearchRequest


def facets_corpora(
    corpora: Sequence[tuple[str, Corpus]],
    line: str,
    by: Sequence[By],
    request: SearchRequest | None = None,
) -> Facets:
    """Count the passages of several corpora that match a query; notes name their corpus."""
    if len(corpora) == 1:
        return corpora[0][1].facets(line, by, request)
    from corpus_cli.search.across_corpora import merge_facets

    answers = [(name, corpus.facets(line, by, request)) for name, corpus in corpora]
    return merge_facets(answers, by)


def search_corpora(
    corpora: Sequence[tuple[str, Corpus]], line: str, request: SearchRequest | None = None
) -> tuple[Results, Sequence[Results]]:
    """Search several corpora, each with the name that its hits and notes are given.

    Returns the merged answer, and the answer of each corpus in their order.
    """
    from corpus_cli.search.request import SearchRequest

    request = request or SearchRequest()
    if len(corpora) == 1:
        results = corpora[0][1].search(line, request)
        return results, [results]
    from corpus_cli.search.across_corpora import merge_answers, request_each

    answers = [corpus.search(line, request_each(request)) for _, corpus in corpora]
    names = [name for name, _ in corpora]
    return merge_answers([*zip(names, answers, strict=True)], request), answers
