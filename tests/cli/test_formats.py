"""What each format for programs says of the five articles."""

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.model import Facet, Facets, Results
from corpus_cli.output import formats
from corpus_cli.search.request import SearchRequest
from tests.conftest import SEEDS

STYLES = ("plain", "json", "jsonl", "tsv", "csv", "vimgrep", "markdown", "trec")


@pytest.fixture(scope="module")
def held() -> Iterator[Corpus]:
    """The five articles in memory, read from the folder above them."""
    with pytest.MonkeyPatch.context() as patch, Corpus.in_memory() as corpus:
        patch.chdir(SEEDS.parent)
        corpus.ingest(["seeds"])
        yield corpus


@pytest.fixture
def found(held: Corpus, monkeypatch: pytest.MonkeyPatch) -> Results:
    """Two hits, the second of which has a neighbour."""
    monkeypatch.chdir(SEEDS.parent)
    answer = held.search("IS-KP", SearchRequest(limit=2, list_names=True, list_articles=True))
    one, two = answer.hits
    beside = held.store.passages(two.passage.article)[two.passage.n]
    return answer._replace(hits=(one, two._replace(after=(beside,))))


@pytest.mark.parametrize("style", STYLES)
def test_an_answer(found: Results, golden: Callable[[str, str], None], style: str) -> None:
    lines = list(formats.format_results(found, style, mark=True, summary=True))
    golden(f"formats.{style}", "".join(f"{line}\n" for line in lines))


def test_an_answer_is_the_same_whatever_was_read_first(
    held: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SEEDS.parent)
    with Corpus.in_memory() as other:
        for path in sorted(SEEDS.iterdir(), reverse=True):
            other.ingest([str(path)])
        answers = [
            corpus.search("IS-KP", SearchRequest(limit=20, list_names=True))
            for corpus in (held, other)
        ]
    for style in STYLES:
        before, again = (list(formats.format_results(answer, style)) for answer in answers)
        assert before == again
        assert before


@pytest.mark.parametrize("style", STYLES)
def test_each_line_of_a_batch_says_its_query(found: Results, style: str) -> None:
    lines = list(formats.format_results(found._replace(id="q7"), style, first=False))
    assert lines
    if style == "markdown":
        assert lines[0] == "## q7: IS-KP"
    else:
        assert [line for line in lines if "q7" not in line] == ["--", "--"] * (style == "plain")


@pytest.mark.parametrize("style", STYLES)
def test_nothing_found(held: Corpus, style: str) -> None:
    nothing = held.search("nothinghere", SearchRequest(suggest=False))
    lines = list(formats.format_results(nothing, style))
    match style:
        case "json":
            assert json.loads(lines[0])["hits"] == []
        case "csv":
            assert lines[0].startswith("rank,id,")
            assert len(lines) == 1
        case _:
            assert lines == []


def test_fields_come_in_the_order_asked(found: Results) -> None:
    fields = formats.parse_fields("title,authors,spans,rank,page")
    (answer,) = formats.format_results(found, "json", fields=fields)
    hit = json.loads(answer)["hits"][0]
    assert list(hit) == ["v", "title", "authors", "spans", "rank"]
    *lines, summary = formats.format_results(found, "jsonl", fields=fields, summary=True)
    assert json.loads(lines[0]) == hit
    assert json.loads(summary)["total"] == found.total
    row = next(iter(formats.format_results(found, "tsv", fields=fields))).split("\t")
    assert row == [hit["title"], "; ".join(hit["authors"]), json.dumps(hit["spans"]), "1", ""]
    table = "\n".join(formats.format_results(found, "csv", fields=fields))
    assert list(csv.reader(io.StringIO(table)))[:2] == [list(fields), row]


def test_a_place_is_where_the_match_is(found: Results) -> None:
    for hit, line in zip(found.hits, formats.format_results(found, "vimgrep"), strict=True):
        path, row, column, _ = line.split(":", 3)
        text = (SEEDS.parent / path).read_bytes().split(b"\n")[int(row) - 1]
        first = hit.passage.text[hit.spans[0].start : hit.spans[0].end]
        assert text[int(column) - 1 :].decode().startswith(first)


@pytest.mark.parametrize("style", ["plain", "tsv", "csv", "json", "jsonl"])
def test_counted_values(golden: Callable[[str, str], None], style: str) -> None:
    counted = (
        Facet("year", "2026", 5, 2),
        Facet("author", "", 3, 1),
        Facet("author", "=A\tB", 2, 1),
    )
    found = Facets("kabul", "kabul", counted, 8, 3)
    lines = formats.format_facets(found, style)
    golden(f"facets.{style}", "".join(f"{line}\n" for line in lines))


def test_names_of_articles_and_passages(held: Corpus, found: Results) -> None:
    headers = [held.store.header(article) for article in found.article_ids]
    assert list(formats.format_names(headers * 2, ids=True)) == list(found.article_ids)
    paths = list(formats.format_names(headers, ids=False))
    assert paths == [header.sources[0].path.removeprefix(f"{SEEDS.parent}/") for header in headers]
    assert list(formats.format_passage_ids(found)) == [hit.passage.id for hit in found.hits]
