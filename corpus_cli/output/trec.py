"""Format runs for trec_eval."""

import math
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from corpus_cli.model import Hit, Results

_STEP, _PART = 1e-5, 2e-7
"""The least difference of two scores, absolute and relative; trec_eval reads them as 32 bits."""


def format_run(results: Results) -> Iterator[str]:
    """Yield `query Q0 document rank score corpus` per document; a query without id is `0`.

    A document is a passage, named by its id, or an article if the hits are articles. An article
    is named by the id of its record, else by the stem of its file; one with several sources is
    several documents.
    """
    documents: dict[str, float] = {}
    for hit in results.hits:
        for document in _documents(hit):
            # Evaluators refuse a document that occurs twice, so only its first rank is kept.
            documents.setdefault(document, hit.score)
    first = results.hits[0].rank if results.hits else 1
    ranked = ((name, n, score) for n, (name, score) in enumerate(documents.items(), first))
    return format_lines(results.id or "0", ranked)


def format_lines(query: str, ranked: Iterable[tuple[str, int, float]]) -> Iterator[str]:
    """Yield the lines of one query, from documents with their ranks and scores.

    Evaluators sort by score, so each score is made lower than the one before.
    """
    query_word, last = _word(query), math.inf
    for document, rank, score in ranked:
        last = min(score, last - max(_STEP, abs(score) * _PART))
        yield f"{query_word} Q0 {_word(document)} {rank} {last:.6f} corpus"


def _documents(hit: Hit) -> list[str]:
    if not hit.matches:
        return [hit.passage.id]
    return [source.document for source in hit.header.sources] or [hit.header.id]


def _word(name: str) -> str:
    """Return a name as one word, with blanks and percent signs percent-encoded."""
    return re.sub(r"[\s%]", lambda match: quote(match[0]), name)
