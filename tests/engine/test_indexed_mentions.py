"""Mentions in the index: the same as those that are found at query time."""

from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.engines import indexed_mentions
from corpus_cli.engines.mentions import parse_mention_term
from corpus_cli.engines.name_changes import compare_names
from corpus_cli.engines.port import Engine
from corpus_cli.engines.whoosh.engine import WhooshEngine
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import Name
from corpus_cli.model.name_table import NO_NAMES, NameTable
from corpus_cli.names.lookup import NameLookup, compile_names
from corpus_cli.names.merge import merge_packs
from corpus_cli.names.packs import NameEntry
from corpus_cli.query.nodes import Bag
from corpus_cli.search.meant_names import MeantNames
from corpus_cli.search.request import SearchRequest
from tests.conftest import article
from tests.engine.asking import posed
from tests.engine.conftest import passage
from tests.engine.mention_checks import check_mentions, index_of, write
from tests.engine.test_mentions import BOOK, TEXTS, node

NAMED = SearchRequest(list_names=True)
STORED = [passage(name, text) for name, text in TEXTS.items()]


def book(*names: Name) -> NameLookup:
    return NameLookup(compile_names(merge_packs(map(NameEntry, names)), ""))


def test_what_is_indexed_is_what_a_question_finds(engine: Engine) -> None:
    write(engine, STORED, BOOK.table(), "abcdefg")
    assert check_mentions(index_of(engine), BOOK) == 10
    assert engine.names_digest() == BOOK.digest() == BOOK.table().digest
    with engine.snapshot() as snapshot:
        assert snapshot.names() == BOOK.table()
        assert snapshot.names_digest() == BOOK.digest()


def test_a_typed_form_in_a_longer_name_is_told_from_the_name(engine: Engine) -> None:
    texts = [
        passage("a#1", "The Grey Front met; the Eastern Grey Front came"),
        passage("a#2", "The Grey Front, and the Grey Front again"),
    ]
    write(engine, texts, BOOK.table(), "a")
    typed = node("Grey Front", "Grey Front")
    by_words = posed(engine, Bag((typed,)), 20).matches
    assert posed(engine, Bag((typed._replace(is_indexed=True),)), 20).matches == by_words
    marks = {match.passage: [mark.why for mark in match.marks] for match in by_words}
    assert marks == {"a#1": ["name:Grey Front", "word"], "a#2": ["name:Grey Front"] * 2}


def test_a_passage_has_its_names_by_position(engine: Engine) -> None:
    texts = [passage("a#1", "Omar Dunn met the GF-E; Dunn knew the GF", title="On Lowland")]
    write(engine, texts, BOOK.table(), "a")
    (number,) = index_of(engine).passages()
    assert indexed_mentions.names_of(index_of(engine), number) == (
        "omar dunn",
        "grey front east",
        "grey front",
    )


def test_the_place_of_a_mention_tells_its_form(engine: Engine) -> None:
    write(engine, STORED, BOOK.table(), "abcdefg")
    index = index_of(engine)
    (first, second) = index.find(frozenset({"a#1"})), index.find(frozenset({"a#2"}))
    mentions = indexed_mentions.mentions(index, "grey front")
    assert mentions == {
        min(first): [(1, 1, "f", ("=gf",)), (6, 4, "f", ("front of the greys",))],
        min(second): [(1, 1, "s", ("greys",))],
    }


def test_an_article_explains_a_form_otherwise(engine: Engine) -> None:
    name = Name("GF Co", forms=("GF Co", "GF"), elsewhere=(("=gf", ("a",)),))
    lookup = NameLookup(compile_names([name], ""))
    write(engine, STORED, lookup.table(), "abcdefg")
    assert check_mentions(index_of(engine), lookup) == 1
    # What an article explains concerns that article only.
    other = NameLookup(compile_names([name._replace(elsewhere=(("=gf", ("c",)),))], ""))
    write(engine, STORED, other.table())
    assert check_mentions(index_of(engine), other) == 1


def test_other_names_change_only_what_they_concern(engine: Engine) -> None:
    names = book(Name("Grey Front", forms=("Grey Front", "GF"), short=("Greys",)))
    write(engine, STORED, names.table(), "abcdefg")
    more = book(
        Name("Grey Front", forms=("Grey Front", "GF"), short=("Greys",)),
        Name("Eastern Grey Front", forms=("Eastern Grey Front", "EGF"), short=("wall",)),
    )
    changes = compare_names(names.table(), more.table())
    assert changes.stale_names == {"grey front", "eastern grey front"}
    check_mentions(index_of(engine), more, changes.stale_names)
    write(engine, STORED, more.table(), "a")
    check_mentions(index_of(engine), more)


def test_the_seeds(corpus: Corpus) -> None:
    lookup = corpus.names.lookup()
    assert corpus.engine.names_digest() == lookup.digest()
    assert check_mentions(index_of(corpus.engine), lookup) > 500


def test_a_merge_keeps_mentions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus_cli.engines.whoosh.writing.MAX_SEGMENTS", 2)
    engine = WhooshEngine(tmp_path)
    stored = [
        one._replace(article=f"{one.article}{n}", title=title)
        for n, title in enumerate(["", "The GF", "Omar Dunn"])
        for one in STORED
    ]
    names = [one.article for one in stored]
    with engine.writer(0):
        pass
    for start in range(0, len(names), 4):
        write(engine, stored, BOOK.table(), names[start : start + 4])
    with engine.writer(9) as writer:
        writer.remove("a1")
    for _ in range(2):
        check_mentions(index_of(engine), BOOK)
        write(engine, stored, BOOK.table(), ["b0"])
    engine.close()


def count_all(corpus: Corpus) -> set[tuple[str, int, int]]:
    return {(one.name.canonical, one.mentions, one.articles) for one in corpus.count_names()}


def test_the_names_of_a_corpus_follow_its_file(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(article("The Quondam Front fell", title="A"))
    (texts / "b.txt").write_text(article("The QF rose with the QF", title="B"))
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(texts)])
        digest = corpus.engine.names_digest()
        corpus.names.add(Name("Quondam Front", forms=("Quondam Front", "QF")))
        assert corpus.engine.names_digest() == digest != corpus.names.lookup().digest()
        with corpus.snapshot() as moment:
            assert MeantNames(moment).stale_names == {"quondam front"}
        assert count_all(corpus) == {("Quondam Front", 3, 2)}
        assert [hit.names for hit in corpus.search("rose", NAMED).hits] == [("Quondam Front",)]
        corpus.ingest([str(texts)])
        assert corpus.engine.names_digest() == corpus.names.lookup().digest()
        with corpus.snapshot() as moment:
            assert not MeantNames(moment).stale_names
            counts = moment.index.mention_counts(["quondam front"])
        assert sorted(counts["quondam front"].values()) == [1, 2]
        assert count_all(corpus) == {("Quondam Front", 3, 2)}
        assert [hit.names for hit in corpus.search("rose", NAMED).hits] == [("Quondam Front",)]


def test_an_ingest_in_batches_ends_with_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus_cli.ingest.batches._MAX_ARTICLES", 2)
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(4):
        (texts / f"{n}.txt").write_text(article(f"The Quondam Front{n}", "It fell", title=f"{n}"))
        (texts / f"x{n}.txt").write_text(
            article(f"The Quondam National Front (QNF) of town{n} fell", title=f"x{n}")
        )
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(texts)], IngestRequest(jobs=1))
        lookup = corpus.names.lookup()
        assert corpus.engine.names_digest() == lookup.digest()
        check_mentions(index_of(corpus.engine), lookup)


def test_a_table_can_be_read_back() -> None:
    table = BOOK.table()
    assert NameTable.from_json(table.to_json()) == table
    assert NameTable.from_json(NO_NAMES.to_json()) == NO_NAMES
    for wrong in ("", "{}", "[1, 2]", "[[[1]], []]", "[[], [[]]]"):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is that of the parser
            NameTable.from_json(wrong)


def test_a_term_can_be_read_back() -> None:
    for term in ("f:grey front|=gf|gf", "u:grey front", "a:lowland|lowlander"):
        assert str(parse_mention_term(term)) == term
    assert parse_mention_term("f:a|b c").span == 2
