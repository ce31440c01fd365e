"""Say which matches an order by date leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from corpus_cli.engines.port import Candidates
from corpus_cli.text.plurals import plural


def relevance_notes(candidates: Candidates, shown: Candidates) -> Iterator[str]:
    """Yield a note on the candidates that are not among those `shown`, and how to see them.

    By score, the passages that have little of the query come last. In every other order they would
    come between the others: a passage with one frequent word of four does not belong to a timeline.
    """
    if left_out := candidates.counts.total - shown.counts.total:
        have = plural(left_out, "passage has", "passages have")
        yield (
            f"{have} less than half of the query (rare words count more), so this order leaves "
            "them out; --sort score shows all, --all-terms only those with every word"
        )


def share_notes(candidates: Candidates) -> Iterator[str]:
    """Yield a note on the passages that are counted but have little of the query."""
    total = candidates.counts.total
    if weak := total - candidates.relevant().counts.total:
        have = plural(weak, "passage has", "passages have")
        yield (
            f"{have} less than half of the query (rare words count more); --all-terms counts only "
            "those with every word"
        )
