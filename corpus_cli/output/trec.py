"""Runs as trec_eval reads them."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from corpus_cli.model import Hit, Results

_STEP, _PART = 1e-5, 2e-7
"""What two scores differ in at least, and as a part of them: trec_eval holds them in 32 bits."""


def run(found: Results) -> Iterator[str]:
    """`query Q0 document rank score corpus`, one a hit; the query is `0` where none has an id.

    A document is a passage, or where hits are articles the article by the id of its record,
    else by its file's name without the ending. Evaluators sort by score: each is lower than
    the one before, whatever the hits were sorted by.
    """
    asked, score = _word(found.id) or "0", math.inf
    documents: dict[str, Hit] = {}
    for hit in found.hits:
        # An evaluator refuses a document that comes twice: its first place counts.
        documents.setdefault(_document(hit), hit)
    for document, hit in documents.items():
        score = min(hit.score, score - max(_STEP, abs(hit.score) * _PART))
        yield f"{asked} Q0 {_word(document)} {hit.rank} {score:.6f} corpus"


def _document(hit: Hit) -> str:
    if not hit.matches:
        return hit.passage.id
    if not hit.header.sources:
        return hit.header.id
    source = hit.header.sources[0]
    return source.record or Path(source.path).stem


def _word(name: str) -> str:
    """A name in one word: blanks percent-encoded, and the percent sign."""
    return re.sub(r"[\s%]", lambda match: quote(match[0]), name)
