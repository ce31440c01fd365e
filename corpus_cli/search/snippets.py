"""Turn marks into spans, and cut the snippet to show."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from corpus_cli.engines.fields import HEADING, TITLE
from corpus_cli.model import Mark, Snippet, Span
from corpus_cli.text.sentences import sentence_starts
from corpus_cli.text.stem import stem
from corpus_cli.text.tokenise import Token, tokenise

WIDTH = 320
"""The width of a snippet in code points."""


def spans(text: str, marks: Iterable[Mark], base: int = 0) -> tuple[Span, ...]:
    """Return the ranges of a text that marks cover, ascending, without overlaps.

    `base` is the position of its first word: 0 for a passage, `TITLE` for its title.
    """
    return tuple(spans_with_marks(text, marks, base))


def spans_with_marks(text: str, marks: Iterable[Mark], base: int = 0) -> dict[Span, Mark]:
    """Return the same as `spans`, each span with its mark."""
    end_position = {0: HEADING}.get(base, 1 << 32)
    inside = [mark for mark in marks if base <= mark.position < end_position]
    if not inside:
        return {}
    edges = _word_edges(text)
    marks_by_span: dict[Span, Mark] = {}
    previous_end = 0
    for mark in sorted(inside, key=lambda mark: (mark.position, -mark.length)):
        first = mark.position - base
        last = first + max(mark.length, 1) - 1
        if first not in edges or last not in edges:
            continue
        start, end = edges[first].start, edges[last].end if mark.length else edges[last].piece
        if mark.length and (edges[first].parts or edges[last].parts):
            words = _matched_words(mark)
            start = edges[first].narrowed(words[:1]).start
            end = edges[last].narrowed(words[-1:]).end
        span = Span(start, end, mark.why)
        if span.start >= previous_end:
            marks_by_span[span] = mark
            previous_end = end
    return marks_by_span


def title_spans(title: str, marks: Iterable[Mark]) -> tuple[Span, ...]:
    """Return the spans of a title."""
    return spans(title, marks, TITLE)


def snippet(text: str, located: Mapping[Span, Mark], width: int = WIDTH) -> Snippet:
    """Return the window of a text with the best matches, in whole sentences if they fit.

    A window is better if the rarities of its query words have a greater sum, each word counted
    once, then if it has more matches. An ellipsis marks text that is cut off; spans are shifted
    accordingly, and none is cut.
    """
    matched = tuple(located)
    if len(text) <= width + width // 4:
        return Snippet(text, matched)
    start, end = _window(text, located, width)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    inside = tuple(
        Span(span.start + shift, span.end + shift, span.why)
        for span in matched
        if span.start >= start and span.end <= end
    )
    return Snippet(before + text[start:end] + after, inside)


class _WordEdges(NamedTuple):
    """The start and end of a word, the end of its compound, its terms, and its parts."""

    start: int
    end: int
    piece: int
    terms: frozenset[str]
    parts: tuple[Token, ...] = ()

    def narrowed(self, words: Sequence[frozenset[str]]) -> "_WordEdges":
        """Return the edges of the part that is one of the terms that matched, if it is no whole.

        `1989` matches the second part of `1267/1989`, and `Abbé` that of `l'Abbé`.
        """
        for terms in words:
            if terms.isdisjoint(self.terms):
                for part in self.parts:
                    if not terms.isdisjoint(_stems([part])):
                        return self._replace(start=part.start, end=part.end)
        return self


def _word_edges(text: str) -> Mapping[int, _WordEdges]:
    """Return the edges of each word by position."""
    edges: dict[int, _WordEdges] = {}
    for token in tokenise(text):
        before = edges.get(token.position)
        if not before:
            terms = _stems([token])
            edges[token.position] = _WordEdges(token.start, token.end, token.end, terms)
        elif token.span > 1:
            edges[token.position] = before._replace(piece=max(before.piece, token.end))
        elif token.kind in {"number", "unelided"}:
            edges[token.position] = before._replace(parts=(*before.parts, token))
    return edges


def _matched_words(mark: Mark) -> Sequence[frozenset[str]]:
    """Return the terms of each word of the query that a mark is for."""
    positions = groupby(tokenise(mark.word), attrgetter("position"))
    return [_stems(tokens) for _, tokens in positions]


def _stems(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(form for token in tokens for form in (token.term, stem(token.term)))


def _window(text: str, located: Mapping[Span, Mark], width: int) -> tuple[int, int]:
    matched = tuple(located)
    first, last = _best_matches(text, located, width)
    cuts = [*sentence_starts(text), len(text)]
    cuts = [cut for cut in cuts if not any(span.start < cut < span.end for span in matched)]
    start = max(cut for cut in cuts if cut <= first)
    end = min(cut for cut in cuts if cut >= max(last, 1))
    if end - start > width:
        start, end = _cut_at_words(text, matched, width, (first, last), start)
    else:
        # Fill the rest of the width with whole sentences: first those after, then those before.
        end = max(cut for cut in cuts if cut == end or end < cut <= start + width)
        start = min(cut for cut in cuts if cut == start or end - width <= cut < start)
    return start, max(len(text[:end].rstrip()), last)


def _best_matches(text: str, located: Mapping[Span, Mark], width: int) -> tuple[int, int]:
    """Return the start and end of the matches to show."""
    matched = tuple(located)
    best, best_range = (0.0, 0), (0, 0)
    for i, first in enumerate(matched):
        window_spans = [span for span in matched[i:] if span.end <= first.start + width] or [first]
        worth_by_word = {}
        for span in window_spans:
            mark = located[span]
            worth_by_word[mark.word or text[span.start : span.end].casefold()] = mark.worth
        worth = round(sum(worth_by_word.values()), 6)
        if (worth, len(window_spans)) > best:
            best, best_range = (worth, len(window_spans)), (first.start, window_spans[-1].end)
    return best_range


def _cut_at_words(
    text: str, matched: tuple[Span, ...], width: int, match_range: tuple[int, int], sentence: int
) -> tuple[int, int]:
    """Return the window in a sentence that does not fit: from its start if near, else at words."""
    first, last = match_range
    start = sentence
    if last - sentence > width:
        start = max(sentence, first - max(width - (last - first), 0) // 2)
        start = max(text.find(" ", start, first) + 1, start)
    end = min(max(start + width, last), len(text))
    blank = text.rfind(" ", max(last, end - width // 4), end + 1)
    end = blank if blank > 0 and end < len(text) else end
    return (
        max((span.end for span in matched if span.start < start < span.end), default=start),
        min((span.start for span in matched if span.start < end < span.end), default=end),
    )
