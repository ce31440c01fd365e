"""Thousands of random questions: each is answered, soon, and both engines agree."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from jsonschema import Draft202012Validator

from corpus_cli.corpus import Corpus
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.errors import InvalidQuery, UsageError
from corpus_cli.model import Facets, Hit, Place, Results, Span
from corpus_cli.output import formats, plain
from corpus_cli.output.terminal.printer import Terminal
from corpus_cli.query.filters import Filters
from corpus_cli.query.nodes import unparse
from corpus_cli.query.parse import parse
from corpus_cli.search.request import BY, By, SearchRequest
from tests.conftest import SEEDS
from tests.faults.questions import line, options
from tests.property.made import soon

pytestmark = pytest.mark.slow

_T = TypeVar("_T")

COUNT = int(os.environ.get("CORPUS_QUERIES", "5000"))
ROUNDS = 10
GRACE = 1.0
"""Seconds an answer may take beyond its deadline."""

STYLES = ("plain", "json", "jsonl", "tsv", "csv", "vimgrep", "markdown", "trec")
SCHEMA = json.loads((SEEDS.parent / "docs" / "answer.schema.json").read_text("utf-8"))


def _marked(text: str, spans: Sequence[Span]) -> bool:
    """Whether spans are ascending, disjoint, and inside the text."""
    edges = [edge for span in spans for edge in (span.start, span.end)]
    inside = not edges or (edges[0] >= 0 and edges[-1] <= len(text))
    return inside and edges == sorted(edges) and all(span.start < span.end for span in spans)


def _hit(hit: Hit, text: str) -> None:
    passage, (row, column, byte) = hit.passage, hit.place
    assert _marked(passage.text, hit.spans)
    assert _marked(passage.title, hit.title_spans)
    assert _marked(hit.snippet.text, hit.snippet.spans)
    assert text[passage.start : passage.end] == passage.text
    assert passage.lines[0] <= row <= passage.lines[1]
    before = text.split("\n")[row - 1][: column - 1]
    assert len(before) == column - 1
    assert len(before.encode("utf-8", "surrogatepass")) == byte - 1
    if hit.spans:
        begin = passage.start + hit.spans[0].start
        assert Place(row, column, byte).line == text.count("\n", 0, begin) + 1
    for hidden in hit.snippet.spans:
        assert hit.snippet.text[hidden.start : hidden.end] in passage.text


def check(found: Results, chosen: SearchRequest, text: Callable[[str], str]) -> None:
    """What holds of every answer."""
    most = float("inf") if chosen.limit is None else chosen.limit
    articles = [hit.header.id for hit in found.hits]
    if chosen.group_by_article:
        assert len(set(articles)) <= most
        assert all(articles.count(one) <= (chosen.per_article or 1) for one in articles)
    else:
        assert len(found.hits) <= most
        assert all(articles.count(one) <= (chosen.per_article or 999) for one in articles)
    ranks = [hit.rank for hit in found.hits]
    assert ranks == list(range(chosen.offset + 1, chosen.offset + 1 + len(ranks)))
    typed = [hit for hit in found.hits if not hit.suggested]
    assert len(typed) <= found.total
    assert {hit.header.id for hit in typed} <= set(found.article_ids)
    assert len(set(found.article_ids)) == len(found.article_ids) <= found.total
    for hit in found.hits:
        _hit(hit, text(hit.header.id))
        if chosen.explain:
            assert round(sum(part.score for part in hit.parts), 6) == hit.score
    if not chosen.literal:
        read = parse(found.query).query
        assert parse(unparse(read)).query == read
    parse(found.parsed)


def printed(found: Results, counted: Facets) -> None:
    """Every format can be printed, and the JSON is as promised."""
    for style in STYLES:
        told = list(formats.format_results(found, style, mark=True, summary=True))
        if style == "json":
            _valid("answer", *told)
        if style == "jsonl":
            _valid("hit", *told[:-1])
    for style in ("plain", "csv", "json", "jsonl"):
        told = list(formats.format_facets(counted, style))
        if style == "json":
            _valid("facets", *told)
    for _ in (
        *plain.expansion_notes(found),
        *plain.result_notes(found),
        *plain.explain_results(found),
    ):
        pass
    Terminal(color=True, mark=True, link="file://{path}#{line}", pager="never").print_results(found)
    Terminal(color=False, pager="never").print_facets(counted)


def _valid(kind: str, *told: str) -> None:
    validator = Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{kind}"}]})
    for one in told:
        validator.validate(json.loads(one))
        one.encode("utf-8", "surrogateescape")


def asked(corpus: Corpus, random: Random) -> Iterator[tuple[str, SearchRequest, Results]]:
    """Random questions with their answers, each in time; a filter or date that is none is said."""
    while True:
        written, chosen = line(random), options(random)
        try:
            yield written, chosen, _timed(chosen, lambda: corpus.search(written, chosen))  # noqa: B023 - called at once
        except InvalidQuery:
            assert re.search("(date|modified):", written)
        except UsageError:
            assert chosen.filters != Filters()
        except Exception as error:
            error.add_note(f"{written!r} {chosen}")
            raise


def _timed(chosen: SearchRequest, question: Callable[[], _T]) -> _T:
    # Of the processor, for the machine may be busy; what waits is stopped by `soon`.
    began = time.process_time()
    with soon(60):
        answer = question()
    assert not chosen.seconds or time.process_time() - began < chosen.seconds + GRACE
    return answer


def agree(other: Corpus, found: Results, chosen: SearchRequest) -> None:
    """Both engines answer alike, where they had the time."""
    again = other.search(found.query, chosen)
    assert any(map(_hurried, (found, again))) or again == found


def _hurried(found: Results) -> bool:
    return found.partial or any("there was no time" in hint for hint in found.hints)


def count_facets(corpus: Corpus, found: Results, chosen: SearchRequest, by: Sequence[By]) -> Facets:
    """What is counted of a question is what is found, suggestions aside."""
    counted = _timed(chosen, lambda: corpus.facets(found.query, by, chosen))
    wanted = corpus.search(found.query, chosen._replace(limit=0))
    if wanted.parsed or found.query.strip():
        assert counted.partial or wanted.partial or counted.total == wanted.total
    return counted


def test_what_exact_finds_is_counted_in_hints(corpus: Corpus) -> None:
    found = corpus.search('exact:"Kurilla" date:1900')
    assert any(hint.startswith("without date:1900 the query matches ") for hint in found.hints), (
        found.hints
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_any_question_is_answered_soon_and_alike(
    seeded: Path, seed: int, counts: Callable[..., None]
) -> None:
    random = Random(seed)  # noqa: S311 - the same each time
    with Corpus.open(seeded) as corpus:
        other = Corpus(None, corpus.store, MemoryEngine)
        other.reindex()
        for n, (written, chosen, found) in enumerate(asked(corpus, random)):
            try:
                check(found, chosen, corpus.store.text)
                agree(other, found, chosen)
                if n % 10 == 0:
                    printed(found, count_facets(corpus, found, chosen, random.sample(BY, 2)))
            except AssertionError as error:
                error.add_note(f"{written!r} {chosen}")
                raise
            if n >= COUNT // ROUNDS:
                break
        counts(queries=n + 1)
