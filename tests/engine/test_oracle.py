"""Whoosh's own searcher over our index, as the judge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import query, scoring
from whoosh.index import open_dir
from whoosh.qparser import OrGroup, QueryParser
from whoosh.query import Phrase, Term

from corpus_cli.corpus import Corpus
from corpus_cli.engines.matching import LENGTH_SHARE
from corpus_cli.engines.scoring import inexpb2
from corpus_cli.engines.whoosh import generations, writing
from corpus_cli.engines.whoosh.engine import WhooshEngine
from corpus_cli.query.parse import parse
from corpus_cli.text.stem import stem
from tests.conftest import SEEDS, article
from tests.engine.asking import posed

WORDS = [
    "taliban",
    "pakistan",
    "terrorism",
    "attacks",
    "russia",
    "kurilla",
    "security",
    "=us",
    "=ttp",
]


class InExpB2(scoring.WeightingModel):  # type: ignore[misc] # Whoosh is untyped
    """Our formula, where Whoosh wants its own."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: float = 1) -> Any:
        return _Scorer(searcher, fieldname, text)


class _Scorer(scoring.WeightLengthScorer):  # type: ignore[misc] # Whoosh is untyped
    def __init__(self, searcher: Any, fieldname: str, text: bytes) -> None:
        whole = searcher.get_parent()
        info = whole.term_info(fieldname, text)
        self._score = inexpb2(
            passages=whole.doc_count_all(),
            average=whole.avg_field_length(fieldname),
            document_frequency=info.doc_frequency(),
            count=info.weight(),
            length_share=LENGTH_SHARE,
        )
        self.setup(searcher, fieldname, text)


@pytest.fixture(scope="module")
def searcher(seeded: Path) -> Iterator[Any]:
    with open_dir(seeded).searcher(weighting=InExpB2()) as opened:
        yield opened


def asked(searcher: Any, node: Any) -> dict[str, float]:
    ids = searcher.reader().column_reader("id")
    return {ids[hit.docnum]: hit.score for hit in searcher.search(node, limit=None)}


def ours(seeded: Path, line: str) -> dict[str, float]:
    engine = WhooshEngine(seeded)
    try:
        found = posed(engine, parse(line).query, 1_000)
        return {
            match.passage: sum(part.score for part in match.parts if part.why == "word")
            for match in found.matches
        }
    finally:
        engine.close()


def check(folder: Path, line: str, wanted: dict[str, float]) -> None:
    """Compare the base scores; passages with the words in their title alone are left out."""
    found = ours(folder, line)
    assert found
    assert found == pytest.approx({name: wanted[name] for name in found}, abs=1e-5)
    # Whoosh cannot tell the title from the text.
    titled = ours(folder, " OR ".join(f"title:{word}" for word in line.split()))
    assert wanted.keys() - found.keys() <= titled.keys()


@pytest.mark.parametrize("word", WORDS)
def test_base_scores_of_a_word(seeded: Path, searcher: Any, word: str) -> None:
    written = word.upper().removeprefix("=") if word.startswith("=") else word
    stemmed = asked(searcher, Term("text", word if word.startswith("=") else stem(word)))
    unstemmed = asked(searcher, Term("words", word))
    wanted = {
        name: stemmed.get(name, 0) + 0.3 * unstemmed.get(name, 0) for name in stemmed | unstemmed
    }
    assert wanted
    check(seeded, written, wanted)


@pytest.mark.parametrize(
    "line",
    [
        *("taliban", "security", "attacks", "peace", "US", "TTP", "pakistan's", "U.S. NGOs"),
        *("Pakistan security", "Russia Taliban terrorism", "isis peace dialogue"),
    ],
)
def test_a_query_that_whoosh_parses_has_the_base_scores_of_ours(
    seeded: Path, searcher: Any, line: str
) -> None:
    wanted = parsed(searcher, line)
    assert wanted
    check(seeded, line, wanted)


def parsed(searcher: Any, line: str) -> dict[str, float]:
    """Return the base scores of a query that Whoosh parses, all words joined by OR."""
    stemmed, unstemmed = (
        asked(searcher, QueryParser(field, searcher.schema, group=OrGroup).parse(line))
        for field in ("text", "words")
    )
    return {
        name: stemmed.get(name, 0) + 0.3 * unstemmed.get(name, 0) for name in stemmed | unstemmed
    }


def test_a_word_and_its_capitals_count_as_one_term(tmp_path: Path) -> None:
    texts = [
        article("One force here", "FORCE and force there", title="The FORCE comes"),
        article("Forces of nature", "No other", title="A force of nature"),
        article("The FORCE alone", "The IRON and iron alone", title="Iron FORCE"),
        article("A town fell", "A FORCE fell and the force fell"),
    ]
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.txt").write_text(text)
    with Corpus.create(tmp_path / "index") as corpus:
        for n in range(len(texts)):
            corpus.ingest([str(tmp_path / f"{n}.txt")])
    with open_dir(tmp_path / "index").searcher(weighting=InExpB2()) as searcher:
        assert not searcher.is_atomic()
        for line in ("force", "iron", "forces", "iron force", "FORCE"):
            check(tmp_path / "index", line, parsed(searcher, line))


def test_base_scores_of_several_words(seeded: Path, searcher: Any) -> None:
    words = ["pakistan", "taliban", "security"]
    stemmed = asked(searcher, query.Or([Term("text", stem(word)) for word in words]))
    unstemmed = asked(searcher, query.Or([Term("words", word) for word in words]))
    wanted = {
        name: stemmed.get(name, 0) + 0.3 * unstemmed.get(name, 0) for name in stemmed | unstemmed
    }
    check(seeded, " ".join(words), wanted)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"intelligence sharing"', ["intelligence", "sharing"]),
        ('"al Qaeda"', ["al", "qaeda"]),
        ('"war on terror"', ["war", "on", "terror"]),
        ('"carrot and stick"', ["carrot", "and", "stick"]),
    ],
)
def test_the_set_of_a_phrase(seeded: Path, searcher: Any, line: str, words: list[str]) -> None:
    anywhere = set(asked(searcher, Phrase("words", words)))
    own = set(ours(seeded, line))
    assert own
    assert own <= anywhere
    # Whoosh cannot keep to the passage's own text: what it has more stands in a heading.
    assert anywhere - own == set(ours(seeded, f"heading:{line} OR title:{line}")) - own


def test_the_set_of_words_that_must_all_stand_somewhere(seeded: Path, searcher: Any) -> None:
    both = query.And([Term("text", "pakistan"), Term("text", "border")])
    either = {
        name for region in ("", "title:", "heading:") for name in ours(seeded, f"{region}border")
    }
    # A bare word is only a match if text or heading has it, or the first passage stands for both.
    assert set(asked(searcher, both)) >= either & set(ours(seeded, "pakistan"))
    assert set(ours(seeded, "pakistan AND border")) <= set(asked(searcher, both))


def test_removal_is_whooshs_too(tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(SEEDS)])
        gone = corpus.search("Kurilla").hits[0].passage.article
        corpus.remove([gone])
    with open_dir(tmp_path / "index").searcher() as searcher:
        left = set(asked(searcher, Term("words", "kurilla")))
    assert left == set(ours(tmp_path / "index", "kurilla"))
    assert left
    assert not any(name.startswith(gone) for name in left)


def test_metadata_is_whooshs_too(seeded: Path, searcher: Any) -> None:
    found = set(asked(searcher, query.ConstantScoreQuery(Term("lang", "en"))))
    assert found
    assert found == set(ours(seeded, "lang:en"))


@pytest.mark.slow
@pytest.mark.parametrize("removed", [0, 5])
def test_segments_that_are_merged_hold_what_they_held(tmp_path: Path, removed: int) -> None:
    """Copied as they are, and written anew where something is gone."""
    texts = [article(f"Town{n} fell", f"River{n} rose") for n in range(14)]
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.txt").write_text(text)
    with Corpus.create(tmp_path / "index") as held, Corpus.in_memory() as reference:
        for n in range(14):
            held.ingest([str(tmp_path / f"{n}.txt")])
            reference.ingest([str(tmp_path / f"{n}.txt")])
            if n < removed:
                held.remove([f"{n}.txt"])
                reference.remove([str(tmp_path / f"{n}.txt")])
        manifest = generations.read_manifest(tmp_path / "index")
        assert manifest
        assert len(manifest.segments) <= writing.MAX_SEGMENTS
        for line in ("fell", "Town7 fell", '"River8 rose"', "report goes", "lang:en fell"):
            found, wanted = (
                [(hit.passage.id, hit.score, hit.spans) for hit in corpus.search(line).hits]
                for corpus in (held, reference)
            )
            assert found == wanted
            assert found
        with open_dir(tmp_path / "index").searcher() as searcher:
            assert set(asked(searcher, Term("words", "fell"))) == set(
                ours(tmp_path / "index", "fell")
            )


def test_large_segments_are_left_as_they_are(tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as held:
        for n in range(40):
            (tmp_path / f"{n}.txt").write_text(article(f"Town{n} fell", f"River{n} rose"))
        held.ingest([str(tmp_path / f"{n}.txt") for n in range(30)])
        before = generations.read_manifest(tmp_path / "index")
        for n in range(30, 40):
            held.ingest([str(tmp_path / f"{n}.txt")])
        after = generations.read_manifest(tmp_path / "index")
        assert before
        assert after
        assert before.segments.items() <= after.segments.items()
