"""Cite one passage for each row of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from corpus_cli.explore.answer import Citation
from corpus_cli.model import Mark, Passage, Snippet, Span, article_of, parse_passage_id
from corpus_cli.names.recognise import recognise_names
from corpus_cli.search.match_query import QueryMatches
from corpus_cli.search.moment import Moment
from corpus_cli.search.snippets import snippet, spans_with_marks
from corpus_cli.text.tokenise import tokenise

_WIDTH = 240

FindSpans = Callable[[str, Passage], Mapping[Span, Mark]]
"""Row, passage → the spans to mark in the passage."""


class CitedExample(NamedTuple):
    """A passage as an example, with the part of it to show."""

    snippet: Snippet
    citation: Citation

    def within(self, corpus: str) -> CitedExample:
        """Return the example with the name of its corpus."""
        return self._replace(citation=self.citation._replace(corpus=corpus))


def read_examples(
    passage_by_row: Mapping[str, str],
    moment: Moment,
    find_spans: FindSpans,
    width: int = _WIDTH,
) -> dict[str, CitedExample]:
    """Return an example for each row; a passage that is gone from the store is left out.

    `width` is that of the snippets, in code points.
    """
    passages = moment.store.passages_by_id({*passage_by_row.values()})
    headers = moment.store.headers([*{article_of(passage): None for passage in passages}])
    examples: dict[str, CitedExample] = {}
    # A text is cut into words once for all rows that it is the example of.
    for row, passage_id in sorted(passage_by_row.items(), key=itemgetter(1)):
        if passage_id not in passages:
            continue
        passage = passages[passage_id]
        located = _without_overlaps(find_spans(row, passage))
        first = next(iter(located), Span(0, 0, ""))
        header, line = headers[article_of(passage_id)], passage.line_at(first.start)
        citation = Citation(passage, header, line)
        examples[row] = CitedExample(snippet(passage.text, located, width), citation)
    return examples


def read_citations(passages: Iterable[str], moment: Moment) -> dict[str, Citation]:
    """Return the citation of each passage, at its first line, by its id."""
    by_id = moment.store.passages_by_id({*passages})
    headers = moment.store.headers([*{article_of(passage): None for passage in by_id}])
    return {
        passage_id: Citation(passage, headers[article_of(passage_id)], passage.lines[0])
        for passage_id, passage in by_id.items()
    }


def find_matches(matches: QueryMatches) -> FindSpans:
    """Return a function that finds the spans of a passage that match a query."""

    def find_spans(_row: str, passage: Passage) -> Mapping[Span, Mark]:
        match = matches.candidates.match(passage.id)
        return spans_with_marks(passage.text, match.marks if match else ())

    return find_spans


def find_names(passage: Passage, worths: Mapping[str, float], moment: Moment) -> dict[Span, Mark]:
    """Return where the text of a passage has a form of these names.

    They are canonical forms. If there is no room for all, the name of more worth is shown.
    """
    words = (token for token in tokenise(passage.text) if token.span == 1 and token.kind == "word")
    places = {token.position: token for token in words}
    located: dict[Span, Mark] = {}
    for spot in recognise_names(moment.names, passage.text):
        names_here = {moment.names.name(meaning.name).canonical for meaning in spot.meanings}
        for canonical in sorted(names_here & worths.keys()):
            span = Span(places[spot.start].start, places[spot.end - 1].end, "name")
            located[span] = Mark(
                spot.start, spot.end - spot.start, "name", canonical, worths[canonical]
            )
    return located


def in_order(passages: Iterable[str]) -> list[str]:
    """Return the ids of passages in the order of articles and of the text of each."""
    return sorted(passages, key=parse_passage_id)


def _without_overlaps(located: Mapping[Span, Mark]) -> dict[Span, Mark]:
    kept: dict[Span, Mark] = {}
    end = 0
    for span in sorted(located, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept[span] = located[span]
            end = span.end
    return kept
