"""Readers of our index answer as those of a stock index with the same postings.

The stock index is a copy of ours that Whoosh's own codec writes, leaf by leaf, so that its readers
are the judge of each method that Whoosh's tests of reading, matching, sorting, highlighting and
spelling call. These kinds of Whoosh's tests have no counterpart here, because

- tests of writers, codecs in memory and locks write, and this index is only read
  (`test_open_dir` checks that a writer is refused)
- tests of vectors, characters and boosts in postings need formats that the segments do not have;
  highlights and similar passages come from the stored text instead
- tests of numbers, dates, booleans and N-grams need fields of those types
- tests of analyzers, parsers, automata, tables and columns of their own open no index
- tests that count the files of an index or look into a RAM storage know the files of their codec
"""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from whoosh import query, scoring, sorting
from whoosh.index import create_in, open_dir
from whoosh.matching import ReadTooFar
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.query import spans
from whoosh.reading import MultiReader, SegmentReader, TermNotFound

from corpus_cli.corpus import Corpus
from tests.conftest import SEEDS, article

pytestmark = pytest.mark.slow

FIELDS = (
    "article",
    "author",
    "date",
    "file",
    "id",
    "lang",
    "path",
    "source",
    "tag",
    "text",
    "words",
)
INVERTED = tuple(field for field in FIELDS if field not in ("article", "id"))


class Pair(NamedTuple):
    """Our index and the stock copy of it."""

    ours: Any
    stock: Any


def copied(ours: Any, folder: Path) -> Any:
    """Return a stock index with the passages of each of our leaves in a segment of its own."""
    stock = create_in(folder, ours.schema)
    with ours.reader() as reader:
        for leaf, _ in reader.leaf_readers():
            writer = stock.writer()
            writer.add_reader(leaf)
            writer.commit(merge=False)
    return stock


@pytest.fixture(scope="module", params=["one segment", "three segments"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    home = tmp_path_factory.mktemp("pair")
    stock = home / "stock"
    stock.mkdir()
    with Corpus.create(home / "index") as corpus:
        if request.param == "one segment":
            corpus.ingest([str(SEEDS)])
        else:
            files = sorted(SEEDS.iterdir())
            for chosen in (files[:1], files[1:3], files[3:]):
                corpus.ingest(list(map(str, chosen)))
    ours = open_dir(home / "index")
    return Pair(ours, copied(ours, stock))


@pytest.fixture
def readers(pair: Pair) -> Iterator[tuple[Any, Any]]:
    with pair.ours.reader() as ours, pair.stock.reader() as stock:
        yield ours, stock


@pytest.fixture
def searchers(pair: Pair) -> Iterator[tuple[Any, Any]]:
    with pair.ours.searcher() as ours, pair.stock.searcher() as stock:
        yield ours, stock


def described(info: Any) -> tuple[Any, ...]:
    """Return all that is known of a term."""
    return (
        *(info.weight(), info.doc_frequency(), info.min_length(), info.max_length()),
        *(info.max_weight(), info.min_id(), info.max_id()),
    )


def some_terms(reader: Any, *, count: int = 150) -> list[tuple[str, bytes]]:
    """Return random terms, the same in every run."""
    terms = [term for term in reader.all_terms() if term[0] in INVERTED]
    return Random(1).sample(terms, count)  # noqa: S311 - repeatable


def listed(matcher: Any) -> list[tuple[int, float, tuple[int, ...]]]:
    """Return passage, weight and positions of each posting."""
    found = []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), tuple(matcher.value_as("positions"))))
        matcher.next()
    return found


# --- the copy ---


def test_each_leaf_has_the_postings_of_its_copy(readers: tuple[Any, Any]) -> None:
    ours, stock = ([leaf for leaf, _ in reader.leaf_readers()] for reader in readers)
    assert len(ours) == len(stock)
    for leaf, copy in zip(ours, stock, strict=True):
        assert isinstance(leaf, SegmentReader)
        terms = list(copy.all_terms())
        assert list(leaf.all_terms()) == terms
        for field, term in terms:
            if field in INVERTED:
                assert listed(leaf.postings(field, term)) == listed(copy.postings(field, term))
            else:
                assert list(leaf.postings(field, term).all_ids()) == list(
                    copy.postings(field, term).all_ids()
                )


def test_a_reader_of_several_segments_is_a_multi_reader(pair: Pair) -> None:
    with pair.ours.reader() as reader:
        count = len(list(reader.leaf_readers()))
        assert count in (1, 3)
        assert isinstance(reader, MultiReader) is (count > 1)


# --- terms ---


def test_terms_have_the_same_statistics(readers: tuple[Any, Any]) -> None:
    ours, stock = ({term: described(info) for term, info in reader} for reader in readers)
    for term, found in stock.items():
        # A stock codec rounds nothing here; lengths of both are of the same 256 steps.
        assert ours[term] == pytest.approx(found), term
    assert list(ours) == list(stock)


@pytest.mark.parametrize("field", FIELDS)
def test_the_terms_of_a_field(readers: tuple[Any, Any], field: str) -> None:
    ours, stock = readers
    assert list(ours.lexicon(field)) == list(stock.lexicon(field))
    assert list(ours.field_terms(field)) == list(stock.field_terms(field))
    for start in ("", "a", "=", "terror", "zz", "2", "é"):
        assert list(ours.expand_prefix(field, start)) == list(stock.expand_prefix(field, start))
        for method in ("iter_prefix", "iter_field"):
            found, wanted = (
                [(term, described(info)) for term, info in getattr(reader, method)(field, start)]
                for reader in readers
            )
            assert found == wanted
        for method in ("terms_from", "iter_from"):
            # A stock segment loses the first term of the next field.
            found, wanted = (
                list(takewhile(lambda term: term[0] == field, map(_term_of, terms)))
                for terms in (getattr(reader, method)(field, start) for reader in readers)
            )
            assert found == wanted
    assert set(ours.indexed_field_names()) >= set(stock.indexed_field_names())


def _term_of(item: Any) -> Any:
    return item[0] if isinstance(item[0], tuple) else item


def test_frequencies(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    for field, term in [*some_terms(stock), ("text", b"nowhere"), ("author", b"\xff")]:
        assert ((field, term) in ours) is ((field, term) in stock)
        assert ours.frequency(field, term) == stock.frequency(field, term)
        assert ours.doc_frequency(field, term) == stock.doc_frequency(field, term)
        if (field, term) in stock:
            assert ours.first_id(field, term) == stock.first_id(field, term)
    for call in ("term_info", "postings", "first_id"):
        for reader in readers:
            with pytest.raises(TermNotFound):
                getattr(reader, call)("text", "nowhere")
            with pytest.raises(TermNotFound):
                getattr(reader, call)("nofield", "taliban")


@pytest.mark.parametrize("field", ["text", "words", "author"])
def test_frequent_and_distinctive_terms(readers: tuple[Any, Any], field: str) -> None:
    ours, stock = readers
    for prefix in ("", "t"):
        assert list(ours.most_frequent_terms(field, 9, prefix)) == list(
            stock.most_frequent_terms(field, 9, prefix)
        )
        assert list(ours.most_distinctive_terms(field, 9, prefix)) == list(
            stock.most_distinctive_terms(field, 9, prefix)
        )


def test_a_cursor_goes_through_the_terms(pair: Pair) -> None:
    """Terms of words in capitals are left out: a cursor looks for suggestions."""
    with pair.ours.reader() as reader:
        for leaf, _ in reader.leaf_readers():
            for field in ("words", "text", "author"):
                terms = [term.decode() for term in leaf.lexicon(field) if not term.startswith(b"=")]
                if not terms:
                    continue
                cursor = leaf.cursor(field)
                found = []
                while cursor.is_valid():
                    assert cursor.term_info().doc_frequency() == leaf.doc_frequency(
                        field, cursor.text()
                    )
                    found.append(cursor.text())
                    cursor.next()
                assert found == terms
                assert cursor.text() is cursor.term_info() is None
                assert cursor.first() == terms[0]
                assert cursor.find(terms[-1]) == cursor.text() == terms[-1]
                assert cursor.find(f"{terms[-1]}~") is None


def test_similar_terms(readers: tuple[Any, Any]) -> None:
    for word, distance in (("talibam", 1), ("pakistn", 2), ("nowhere", 1)):
        found, wanted = (
            sorted(set(reader.terms_within("words", word, distance))) for reader in readers
        )
        assert found == [term for term in wanted if not term.startswith("=")]


# --- postings ---


def test_a_matcher_moves_as_a_stock_one(readers: tuple[Any, Any]) -> None:
    for field, term in some_terms(readers[1], count=60):
        ours, stock = (reader.postings(field, term) for reader in readers)
        assert list(ours.all_ids()) == list(stock.all_ids())
        ours, stock = (reader.postings(field, term) for reader in readers)
        assert list(ours.items_as("positions")) == list(stock.items_as("positions"))
        ours, stock = (reader.postings(field, term) for reader in readers)
        for target in range(0, readers[0].doc_count_all(), 7):
            if not stock.is_active():
                break
            ours.skip_to(target)
            stock.skip_to(target)
            assert ours.is_active() is stock.is_active()
            if stock.is_active():
                assert (ours.id(), ours.weight()) == (stock.id(), stock.weight())
                copy = ours.copy()
                assert (copy.id(), copy.value()) == (ours.id(), ours.value())
                copy.next()
                assert ours.id() == stock.id()


def test_a_matcher_at_its_end(pair: Pair) -> None:
    with pair.ours.reader() as reader:
        for leaf, _ in reader.leaf_readers():
            matcher = leaf.postings("words", "taliban")
            first = matcher.id()
            while matcher.is_active():
                matcher.next()
            for move in (matcher.next, lambda matcher=matcher: matcher.skip_to(1)):
                with pytest.raises(ReadTooFar):
                    move()
            matcher.reset()
            assert matcher.id() == first


def test_limits_of_blocks_hold(pair: Pair) -> None:
    """A collector skips what a limit says is too weak."""
    with pair.ours.searcher(weighting=scoring.BM25F()) as searcher:
        for leaf, _ in searcher.leaf_searchers():
            for word in ("taliban", "pakistan", "the", "=us"):
                if ("words", word) not in leaf.reader():
                    continue
                matcher = leaf.postings("words", word)
                highest = matcher.max_quality()
                while matcher.is_active():
                    assert matcher.score() <= matcher.block_quality() <= highest
                    assert (
                        matcher.block_min_length()
                        <= leaf.doc_field_length(matcher.id(), "words")
                        <= matcher.block_max_length()
                    )
                    matcher.next()
                matcher.reset()
                assert matcher.skip_to_quality(highest) > 0
                assert not matcher.is_active()


# --- passages ---


def test_passages_are_the_same(readers: tuple[Any, Any]) -> None:
    ours, stock = readers
    assert ours.doc_count() == stock.doc_count() == ours.doc_count_all()
    assert list(ours.all_doc_ids()) == list(stock.all_doc_ids())
    assert list(ours.all_stored_fields()) == list(stock.all_stored_fields())
    assert list(ours.iter_docs()) == list(stock.iter_docs())
    assert not ours.has_deletions()
    for field in ("text", "words", "author"):
        assert ours.field_length(field) == stock.field_length(field)
        if field != "author":
            # A stock reader fails for a field without lengths.
            assert ours.min_field_length(field) == stock.min_field_length(field)
            assert ours.max_field_length(field) == stock.max_field_length(field)
        for passage in ours.all_doc_ids():
            assert ours.doc_field_length(passage, field) == stock.doc_field_length(passage, field)
    assert not ours.has_vector(0, "text")


@pytest.mark.parametrize("field", ["id", "article", "author", "date", "lang", "path", "source"])
def test_columns_are_the_same(readers: tuple[Any, Any], field: str) -> None:
    ours, stock = (reader.column_reader(field) for reader in readers)
    assert readers[0].has_column(field)
    assert list(ours) == list(stock)
    assert [ours[n] for n in range(len(ours))] == [stock[n] for n in range(len(stock))]
    assert not readers[0].has_column("text")


# --- searches ---

QUERIES = [
    *("taliban", "ISIS-K attack", "Taliban Pakistan security", "terror*", "t?liban", "the"),
    *('"united states"', 'words:"intelligence sharing"', "lang:en taliban", "author:khan OR peace"),
    *("date:2026 afghanistan", "date:[2025 TO 2026]", "words:[tali TO talk]", "us NOT taliban"),
    *("pakistan ANDMAYBE us", "taliban^3 OR russia", "nowhere", "US"),
]


@pytest.mark.parametrize("line", QUERIES)
def test_a_query_finds_the_same(searchers: tuple[Any, Any], line: str) -> None:
    """A stock index does not have the key of a word and its capitals: it scores them as two."""
    parser = QueryParser("text", searchers[0].schema)
    for node in (parser.parse(line), QueryParser("words", searchers[0].schema).parse(line)):
        found, wanted = (
            {hit["id"]: hit.score for hit in searcher.search(plain(node), limit=None)}
            for searcher in searchers
        )
        assert found == pytest.approx(wanted)
        assert {hit["id"] for hit in searchers[0].search(node, limit=None)} == set(wanted)
        best = [hit.score for hit in searchers[0].search(node, limit=5)]
        every = [hit.score for hit in searchers[0].search(node, limit=None)]
        assert best == pytest.approx(every[:5]) or "^" in line
        assert len(searchers[0].search(node, limit=5)) == len(wanted)


def plain(node: Any) -> Any:
    """Return a query with the terms that it shows, each a term of its own."""
    if type(node) is query.Term:
        return query.Term(node.fieldname, str(node.text), node.boost)
    if type(node) is query.Phrase:
        return query.Phrase(node.fieldname, list(map(str, node.words)), node.slop, node.boost)
    return node.apply(plain) if node.children() else node


def test_spans_and_nested_queries(searchers: tuple[Any, Any]) -> None:
    words = [query.Term("words", word) for word in ("taliban", "pakistan", "security")]
    for node in (
        spans.SpanNear(words[0], words[1], slop=10, ordered=False),
        spans.SpanFirst(words[0], limit=10),
        spans.SpanOr(words),
        spans.SpanBefore(words[0], words[1]),
        query.Phrase("words", ["united", "states"], slop=2),
        query.FuzzyTerm("words", "pakistam", maxdist=2),
        query.Variations("words", "attack"),
        query.Regex("words", "tal.b.n"),
        query.DisjunctionMax(words),
        query.Every("author"),
        query.Every(),
    ):
        found, wanted = (
            {hit["id"]: hit.score for hit in searcher.search(node, limit=None)}
            for searcher in searchers
        )
        assert found == pytest.approx(wanted)
        assert found


def test_sorting_grouping_and_collapsing(searchers: tuple[Any, Any]) -> None:
    orders: list[Any] = [
        "date",
        "source",
        [sorting.FieldFacet("date", reverse=True), "id"],
        sorting.MultiFacet(["lang", sorting.ScoreFacet()]),
    ]
    node = query.Or([query.Term("text", "taliban"), query.Term("text", "pakistan")])
    for order in orders:
        found, wanted = (
            [hit["id"] for hit in searcher.search(node, limit=None, sortedby=order)]
            for searcher in searchers
        )
        assert found == wanted
        assert found
    for field in ("source", "article", "author", "date", "lang"):
        found, wanted = (
            searcher.search(node, limit=None, groupedby=field).groups(field)
            for searcher in searchers
        )
        assert found == wanted
        overlapping, all_of_stock = (
            searcher.search(
                node, groupedby=sorting.FieldFacet(field, allow_overlap=True), limit=None
            ).groups()
            for searcher in searchers
        )
        assert overlapping == all_of_stock
    found, wanted = (
        [hit["id"] for hit in searcher.search(node, limit=None, collapse="article")]
        for searcher in searchers
    )
    assert found == wanted
    filtered, all_filtered = (
        {
            hit["id"]
            for hit in searcher.search(node, filter=query.Prefix("date", "2026"), limit=None)
        }
        for searcher in searchers
    )
    assert filtered == all_filtered != set()


def test_highlights_and_matched_terms(searchers: tuple[Any, Any]) -> None:
    parser = MultifieldParser(["text", "words"], searchers[0].schema)
    for line in ("taliban attacks", '"united states"', "terror*", "US"):
        for terms in (False, True):
            marked = []
            for searcher in searchers:
                results = searcher.search(plain(parser.parse(line)), limit=None, terms=terms)
                marked.append({hit["id"]: hit.highlights("text") for hit in results})
            assert marked[0] == marked[1]
            assert any("<b class=" in text for text in marked[0].values())


def test_similar_passages_and_key_terms(searchers: tuple[Any, Any]) -> None:
    node = query.Term("text", "taliban")
    found, wanted = (searcher.search(node, limit=3) for searcher in searchers)
    assert dict(found.key_terms("text")) == pytest.approx(dict(wanted.key_terms("text")))
    for ours, stock in zip(found, wanted, strict=True):
        similar, all_similar = (
            {hit["id"]: hit.score for hit in one.more_like_this("text", top=99)}
            for one in (ours, stock)
        )
        assert similar == pytest.approx(all_similar)
        assert similar or ours.rank
    text = "The Taliban attacked a hospital in Afghanistan"
    found, wanted = (dict(one.key_terms_from_text("text", text)) for one in searchers)
    assert found == pytest.approx(wanted)


def test_corrections(searchers: tuple[Any, Any]) -> None:
    for searcher in searchers:
        assert searcher.suggest("words", "talibam")[0] == "taliban"
        node = QueryParser("words", searcher.schema).parse("talibam pakistn")
        assert searcher.correct_query(node, "talibam pakistn").string == "taliban pakistan"


def test_documents_by_their_keys(searchers: tuple[Any, Any]) -> None:
    for searcher in searchers:
        first = next(iter(searcher.all_stored_fields()))
        assert searcher.document(id=first["id"]) == first
        assert searcher.document_number(id=first["id"]) == 0
        assert all(
            one["article"] == first["article"]
            for one in searcher.documents(article=first["article"])
        )
        for key in ("", "#", "nowhere", "nowhere#1", f"{first['article']}#x", f"{first['id']}0000"):
            assert searcher.document(id=key) is None
        assert searcher.document(article=first["id"]) is None


# --- removed articles ---


def test_removed_articles_are_gone_in_a_copy_too(tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(article(f"Town{n} fell", f"River{n} rose"))
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path / f"{n}.txt") for n in range(5)])
        corpus.ingest([str(tmp_path / "5.txt")])
        corpus.remove(["0.txt"])
        corpus.remove(["3.txt"])
    (tmp_path / "stock").mkdir()
    ours = open_dir(tmp_path / "index")
    with ours.searcher() as searcher, copied(ours, tmp_path / "stock").searcher() as stock:
        assert ours.doc_count() == searcher.doc_count() == stock.doc_count()
        assert searcher.reader().has_deletions()
        deleted = set(range(searcher.doc_count_all())) - set(searcher.reader().all_doc_ids())
        assert deleted
        assert all(map(searcher.reader().is_deleted, deleted))
        for word in ("fell", "rose", "report"):
            node = query.Term("words", word)
            found, wanted = (
                {hit["id"] for hit in one.search(node, limit=None)} for one in (searcher, stock)
            )
            assert found == wanted
            assert found
        assert not searcher.search(query.Term("words", "town3"))
        assert searcher.document(path="0.txt") is None
        assert len(list(searcher.all_stored_fields())) == ours.doc_count()
