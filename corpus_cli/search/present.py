"""Turn matches into hits: texts, positions, names, parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus_cli.engines.candidates import DIGITS
from corpus_cli.model import Header, Hit, Match, Part, Passage, Place, Span, article_of
from corpus_cli.search.moment import Moment
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import Selected
from corpus_cli.search.snippets import snippet, spans_with_marks, title_spans


def present(
    selected_matches: Sequence[Selected], moment: Moment, request: SearchRequest
) -> Iterator[Hit]:
    """Yield a hit for each selected match whose passage is still in the store."""
    hits = _present(selected_matches, moment, request)
    if not moment.store.has_annotations():
        return hits
    from corpus_cli.search.hit_notes import add_annotations

    return add_annotations(list(hits), moment.store)


def _present(
    selected_matches: Sequence[Selected], moment: Moment, request: SearchRequest
) -> Iterator[Hit]:
    store = moment.store
    articles = list(
        dict.fromkeys(article_of(selected.match.passage) for selected in selected_matches)
    )
    headers, texts = store.headers(articles), store.texts(articles)
    neighbours = store.passages_of(articles) if request.context else {}
    passages_by_id = store.passages_by_id(selected.match.passage for selected in selected_matches)

    passages = [selected.match.passage for selected in selected_matches]
    names_in = None
    if request.list_names:
        from corpus_cli.search.meant_names import MeantNames

        names_in = MeantNames(moment).names_reader(passages)
    rank = request.offset
    for match, copies, matches in selected_matches:
        # An article that was removed after the index was written has no passages.
        if match.passage in passages_by_id:
            rank += 1
            passage, article = passages_by_id[match.passage], article_of(match.passage)
            article_passages = neighbours.get(article) or (passage,)
            index = article_passages.index(passage)
            yield build_hit(rank, match, passage, headers[article], texts[article])._replace(
                names=names_in(match.passage) if names_in else (),
                copies=copies,
                matches=matches,
                parts=tuple(rounded_parts(match)) if request.explain else (),
                before=tuple(article_passages[max(index - request.context, 0) : index]),
                after=tuple(article_passages[index + 1 : index + 1 + request.context]),
            )


def rounded_parts(match: Match) -> Iterator[Part]:
    """Round the parts of a score; the largest part takes the difference that rounding leaves."""
    shown = [part._replace(score=round(part.score, DIGITS)) for part in match.parts]
    remainder = match.score - sum(part.score for part in shown)
    if abs(remainder) > len(shown) * 10**-DIGITS:
        remainder = 0.0
    largest = max(range(len(shown)), key=lambda n: shown[n].score, default=0)
    for n, part in enumerate(shown):
        correction = remainder if n == largest else 0.0
        yield part._replace(score=round(part.score + correction, DIGITS))


def build_hit(rank: int, match: Match, passage: Passage, header: Header, text: str) -> Hit:
    """Return the hit of a match; `text` is that of the article."""
    matched = spans_with_marks(passage.text, match.marks)
    return Hit(
        rank=rank,
        score=match.score,
        passage=passage,
        header=header,
        place=_locate(text, passage, tuple(matched)),
        spans=tuple(matched),
        title_spans=title_spans(passage.title, match.marks),
        snippet=snippet(passage.text, matched),
        lacks=match.lacks,
        suggested=match.suggested,
        only_in=match.only_in,
    )


def _locate(text: str, passage: Passage, matched: Sequence[Span]) -> Place:
    """Return the line and column of the first match, else of the passage."""
    at = passage.start + (matched[0].start if matched else 0)
    line_start = text.rfind("\n", 0, at) + 1
    before = text[line_start:at].encode("utf-8", "surrogatepass")
    line = passage.line_at(at - passage.start)
    return Place(line, at - line_start + 1, len(before) + 1)
