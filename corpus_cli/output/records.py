"""Turn values into JSON records (docs/answer.schema.json)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from corpus_cli.model import (
    Article,
    Expansion,
    Facets,
    Header,
    Hit,
    Line,
    Name,
    Passage,
    Results,
    Span,
)
from corpus_cli.text.printable import escape_json

if TYPE_CHECKING:
    from corpus_cli.model.annotations import Annotation
    from corpus_cli.model.report import Report
    from corpus_cli.names.senses import Sense
    from corpus_cli.search.article_marks import ArticleMarks
    from corpus_cli.store.name_words import SpellingPair

Record = dict[str, object]

VERSION = 1

FIELDS = (
    "v",
    "query_id",
    "query",
    "rank",
    "score",
    "id",
    "article",
    "corpus",
    "path",
    "record",
    "record_line",
    "sources",
    "title",
    "authors",
    "published",
    "modified",
    "source",
    "url",
    "tags",
    "language",
    "heading",
    "kind",
    "lines",
    "line",
    "column",
    "page",
    "chars",
    "text",
    "spans",
    "snippet",
    "note",
    "my_tags",
    "names",
    "lacks",
    "suggested",
    "only_in",
    "parts",
    "near_copies",
    "matches",
    "partial",
    "stale",
    "before",
    "after",
)
"""The fields of a hit, in the order they are printed."""


def dumps(record: Mapping[str, object]) -> str:
    """Return a record as JSON on one line, with unsafe characters escaped."""
    return escape_json(json.dumps(record, ensure_ascii=False))


def shown(path: str) -> str:
    """Return a path as the user would type it in the current folder."""
    try:
        here = os.getcwd()  # noqa: PTH109 - a name is no path
    except OSError:
        return path
    return "." if path == here else path.removeprefix(here if here == os.sep else here + os.sep)


def summary(results: Results) -> Record:
    """Return the record of an answer without its hits."""
    return {
        "v": VERSION,
        "query": results.query,
        **({"query_id": results.id} if results.id else {}),
        "parsed": results.parsed,
        "expanded": [_expansion(name) for name in results.expanded],
        "suggested": [{"typed": typed, "instead": other} for typed, other in results.suggested],
        "notes": list(results.notes),
        "hints": list(results.hints),
        "suggestions": list(results.suggestions),
        "total": results.total,
        "articles": results.articles,
        **({} if results.chrome is None else {"chrome": results.chrome}),
        "partial": results.partial,
    }


def count(results: Results) -> Record:
    """Return the record of the counts of an answer."""
    return {
        "v": VERSION,
        **({"query_id": results.id} if results.id else {}),
        "query": results.query,
        "total": results.total,
        "articles": results.articles,
        "partial": results.partial,
    }


def hit(one: Hit, results: Results | None = None) -> Record:
    """Return the record of a hit without empty fields.

    In a batch it contains the query. In a partial answer it has `partial`, because `matches`
    is no final count there.
    """
    batch = results if results and results.id else None
    return _full(
        {
            "v": VERSION,
            **({"query_id": batch.id, "query": batch.query} if batch else {}),
            "rank": one.rank,
            "score": one.score,
            "id": one.passage.id,
            "article": one.passage.article,
            "corpus": shown(one.corpus) if one.corpus else "",
            **_header(one.header),
            **({"language": one.passage.language} if one.passage.language else {}),
            "heading": one.passage.heading,
            "kind": one.kind,
            "lines": list(one.passage.lines),
            "line": one.place.line,
            "column": one.place.column,
            "page": one.passage.page or None,
            "chars": [one.passage.start, one.passage.end],
            "text": one.passage.text,
            "spans": [list(span) for span in one.spans],
            "snippet": one.snippet.text,
            "note": "\n\n".join(note for _, note in one.notes),
            "my_tags": list(one.my_tags),
            "names": list(one.names),
            "lacks": list(one.lacks),
            "suggested": one.suggested or None,
            "only_in": one.only_in,
            "parts": [part._asdict() for part in one.parts],
            "near_copies": list(one.copies),
            "matches": one.matches or None,
            "partial": (results and results.partial) or None,
            "stale": one.stale,
            "before": list(map(_neighbour, one.before)),
            "after": list(map(_neighbour, one.after)),
        }
    )


def facets(facets_counted: Facets) -> Iterator[Record]:
    """Yield a record per value: how many passages and articles have it, at least if partial."""
    more = {"partial": True} if facets_counted.partial else {}
    return ({"v": VERSION, **facet._asdict(), **more} for facet in facets_counted.facets)


def facet_summary(facets_counted: Facets) -> Record:
    """Return the record of all facets with the query and how it was parsed."""
    return {
        "v": VERSION,
        "query": facets_counted.query,
        "parsed": facets_counted.parsed,
        "notes": list(facets_counted.notes),
        "total": facets_counted.total,
        "articles": facets_counted.articles,
        "partial": facets_counted.partial,
        "facets": [facet._asdict() for facet in facets_counted.facets],
    }


def _neighbour(passage: Passage) -> Record:
    return {"id": passage.id, "lines": list(passage.lines), "text": passage.text}


def name(one: Name, mined: Sequence[Record] = ()) -> Record:
    """Return the record of a name with its forms, without empty fields."""
    return _full(
        {
            "name": one.canonical,
            "kind": one.kind,
            "origin": one.origin,
            "forms": list(one.forms),
            "short": list(one.short),
            "adjectives": list(one.adjectives),
            "note": one.note,
            "mined": list(mined),
        }
    )


def spellings(form: str, pairs: Iterable[SpellingPair]) -> Record:
    """Return the record of a word with its other spellings in the corpus, and the evidence."""
    return {
        "name": form,
        "origin": "spelling",
        "spellings": [
            {
                "form": pair.other.capitalize(),
                "searched": pair.is_certain,
                "cost": pair.cost,
                "company": pair.company,
                "companions": [name.capitalize() for name in pair.companions],
            }
            for pair in pairs
        ],
    }


def sense(
    one: Sense, name: Name | None, other_names: Iterable[Name], header: Callable[[str], Header]
) -> Record:
    """Return the record of a mined sense: its forms, its name, and where articles explain it."""
    from corpus_cli.names.senses import describe_reach
    from corpus_cli.text.tokenise import exact

    return {
        "name": name.canonical if name else "",
        "short": list(one.short),
        "long": list(one.long),
        "as": "form" if name and {*map(exact, one.short)} & {*map(exact, name.forms)} else "short",
        "means": describe_reach(one, name, other_names),
        "places": [_locate(header(article), line) for article, line in one.locations],
    }


def _locate(header: Header, line: int) -> Record:
    """Return where a line of an article is in its file: a record at the line it begins in."""
    path = shown(header.sources[0].path) if header.sources else ""
    return {"article": header.id, "path": path, "line": header.find_file_line(line)}


def _expansion(one: Expansion) -> Record:
    forms = [{"form": form, "passages": count} for form, count in one.forms]
    return _full(
        {
            "typed": one.typed,
            "name": one.name,
            "kind": one.kind,
            "origin": one.origin,
            "forms": forms,
            "articles": one.articles,
            "note": one.note,
        }
    )


def article(  # noqa: PLR0913 - what a record has
    article_read: Article,
    passages: Sequence[Passage],
    header: Header,
    lines: range | None = None,
    *,
    marks: ArticleMarks | None = None,
    annotations: Sequence[Annotation] = (),
) -> Iterator[str]:
    """Yield the record of an article: metadata with origins, lines with kinds, passages.

    `lines` limits it to a range of lines and the passages that overlap it. With `marks` it has the
    query, and each line what matches in it. `annotations` are the notes and tags to list.
    """
    picked = range(1, len(article_read.lines) + 1) if lines is None else lines
    yield dumps(
        {
            "v": VERSION,
            "id": article_read.id,
            **_full(_header(header)),
            "metadata": [datum._asdict() for datum in article_read.metadata],
            **(_marks(marks) if marks else {}),
            "lines": [
                _line(line, marks.by_line.get(line.n, ()) if marks else ())
                for line in article_read.lines
                if line.n in picked
            ],
            "passages": [
                _full(
                    {
                        "id": passage.id,
                        "lines": list(passage.lines),
                        "page": passage.page or None,
                        "chars": [passage.start, passage.end],
                        "language": passage.language,
                        "text": passage.text,
                    }
                )
                for passage in passages
                if passage.lines[0] < picked.stop and passage.lines[1] >= picked.start
            ],
            **({"annotations": list(map(annotation, annotations))} if annotations else {}),
        }
    )


def annotation(one: Annotation) -> Record:
    """Return the record of a note with tags; `written_on` and `quote` let it be read back."""
    return _full(
        {
            "id": one.id,
            "on": one.place,
            "note": one.note,
            "my_tags": list(one.tags),
            "changed": one.changed,
            "written_on": one.anchor.id,
            "quote": one.anchor.quote,
            "title": one.anchor.title,
        }
    )


def _marks(marks: ArticleMarks) -> Record:
    return {
        "query": marks.query,
        "parsed": marks.parsed,
        "notes": list(marks.notes),
        "partial": marks.partial,
    }


def _line(line: Line, spans: Sequence[Span] = ()) -> Record:
    record = _full({"n": line.n, "kind": line.kind, "page": line.page or None})
    matched = _full({"raw": line.raw, "spans": [list(span) for span in spans]})
    return record | {"text": line.text} | matched


def report(done: Report, new: Sequence[Mapping[str, object]] = ()) -> Iterator[str]:
    """Yield the record of an ingest, path by path, with what is `new` of saved searches."""
    yield dumps(
        {
            "v": VERSION,
            "added": list(map(shown, done.added)),
            "replaced": list(map(shown, done.replaced)),
            "unchanged": len(done.unchanged),
            "removed": list(map(shown, done.removed)),
            "withheld": list(map(shown, done.withheld)),
            "gone": list(map(shown, done.deleted_kept)),
            "skipped": {shown(path): reason for path, reason in done.skipped.items()},
            "failed": {shown(path): reason for path, reason in done.failed.items()},
            "ambiguous_dates": {shown(p): text for p, text in done.ambiguous_dates.items()},
            "interrupted": done.interrupted,
            **({"new": new} if new else {}),
        }
    )


def cluster(headers: Sequence[Header]) -> Record:
    """Return the record of a cluster of near-copies."""
    return {"articles": list(map(entry, headers))}


def entry(header: Header) -> Record:
    """Return the record of an article in a list."""
    corpus = {"corpus": shown(header.corpus)} if header.corpus else {}
    return {"id": header.id, **corpus, **_full(_header(header)), "passages": header.passages}


def _header(header: Header) -> Record:
    paths = [shown(source.path) for source in header.sources]
    return {
        "path": paths[0] if paths else "",
        "record": header.sources[0].record if header.sources else "",
        "record_line": header.record_line or None,
        "sources": [shown(source.name) for source in header.sources],
        "title": header.title,
        "authors": list(header.authors),
        "published": header.published,
        "modified": header.modified,
        "source": header.site,
        "url": header.url,
        "tags": list(header.tags),
        "language": header.language,
    }


def _full(record: Record) -> Record:
    return {name: value for name, value in record.items() if value not in ("", [], None)}
