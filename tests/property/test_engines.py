"""Whoosh answers as the reference in memory does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.corpus import Corpus
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import Results, Span
from corpus_cli.search.request import SearchRequest
from tests.engine.asking import current
from tests.property.made import UNSHRUNK, articles, queries, soon, written

ALL = SearchRequest(limit=1_000, list_articles=True)


def reference(corpus: Corpus) -> Corpus:
    """The same store, asked through the engine in memory."""
    other = Corpus(corpus.folder, corpus.store, MemoryEngine)
    other.reindex()
    return other


def well_marked(text: str, spans: tuple[Span, ...]) -> bool:
    """Whether spans are ascending, disjoint, and inside the text."""
    edges = [edge for span in spans for edge in (span.start, span.end)]
    inside = not edges or (edges[0] >= 0 and edges[-1] <= len(text))
    return inside and edges == sorted(edges) and all(span.start < span.end for span in spans)


def check(found: Results) -> None:
    """What holds of every answer."""
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(found.hits) == found.total
    assert {hit.header.id for hit in found.hits} == set(found.article_ids)
    for hit in found.hits:
        text = hit.passage.text
        assert well_marked(text, hit.spans)
        assert well_marked(hit.passage.title, hit.title_spans)
        assert well_marked(hit.snippet.text, hit.snippet.spans)
        marked = {text[span.start : span.end] for span in hit.spans}
        assert {hit.snippet.text[s.start : s.end] for s in hit.snippet.spans} <= marked


@contextmanager
def both(files: list[list[str]]) -> Iterator[tuple[Path, Corpus]]:
    """Made files, and a corpus of them on the disk."""
    with TemporaryDirectory() as folder, Corpus.create(Path(folder, "index")) as corpus:
        written(Path(folder, "files"), files)
        corpus.ingest([str(Path(folder, "files"))])
        yield Path(folder, "files"), corpus


@settings(max_examples=9, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=5), st.lists(queries, min_size=12, max_size=16))
def test_both_engines_answer_alike(files: list[list[str]], lines: list[str]) -> None:
    with both(files) as (_, corpus):
        other = reference(corpus)
        for line in lines:
            found = corpus.search(line, ALL)
            check(found)
            assert found == other.search(line, ALL)


@settings(max_examples=8, phases=UNSHRUNK)
@given(
    st.lists(articles, min_size=4, max_size=8),
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
    st.lists(queries, min_size=8, max_size=8),
)
def test_both_engines_answer_alike_after_changes(
    files: list[list[str]], gone: list[int], lines: list[str]
) -> None:
    with both(files) as (folder, corpus):
        for n in gone:
            (folder / f"{n}.txt").unlink()
        (folder / "0.txt").write_text("Replaced\n\nalpha beta US policies.", "utf-8")
        corpus.ingest([str(folder)], IngestRequest(prune=True))
        other = reference(corpus)
        for line in lines:
            assert corpus.search(line, ALL) == other.search(line, ALL)


def test_a_word_that_went_away_is_unknown() -> None:
    plain = [["Title", "", f"Plain words for us all, nr {n}."] for n in range(40)]
    with both([*plain, ["Title", "", "US only"]]) as (folder, corpus):
        (folder / "40.txt").unlink()
        corpus.ingest([str(folder)], IngestRequest(prune=True))
        other = reference(corpus)
        plainly = ALL._replace(expand_names=False)
        assert other.search("US", plainly).total == 40
        assert corpus.search("US", plainly) == other.search("US", plainly)
        assert corpus.search("US", ALL) == other.search("US", ALL)
        assert corpus.search("onl", ALL) == other.search("onl", ALL)
        assert list(current(corpus.engine).words("")) == list(current(other.engine).words(""))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        pytest.param("a*" * 12 + "b", id="many stars"),
        pytest.param("b " * 600, id="one word often"),
        pytest.param('"' + "b " * 200 + '"~9', id="one word near itself"),
        pytest.param('"' + "b " * 20 + '"~9', id="one word near itself, not too often"),
        pytest.param("b-" * 20_000 + "b", id="one compound"),
        pytest.param(" ".join(f"w{n}" for n in range(8_000)), id="many words"),
        pytest.param("b* " * 1_000, id="one pattern often"),
        pytest.param("bb~2 " * 1_000, id="one fuzzy word often"),
    ],
)
def test_a_long_query_is_answered_soon(line: str, tmp_path: Path) -> None:
    text = ["the b bb " + "a" * 60 + " " + "b " * 150 + "and so on.", *["b " * 200 + "end."] * 39]
    with Corpus.in_memory() as corpus:
        written(tmp_path / "files", [["Title", *text]])
        corpus.ingest([str(tmp_path / "files")])
        with soon():
            corpus.search(line, ALL)


def test_a_field_keeps_what_stands_in_its_brackets(tmp_path: Path) -> None:
    with Corpus.in_memory() as corpus:
        written(tmp_path / "files", [["Title", "", "alpha beta gamma."]])
        corpus.ingest([str(tmp_path / "files")])
        for line in ('author:(zz "alpha beta"~3)', 'title:(zz exact:"alpha")'):
            assert "must be followed by words" in " ".join(corpus.search(line).notes)


@pytest.mark.parametrize("line", ["한*", "が*", "パキ*", "한국어~1"])
def test_patterns_know_every_script(line: str, tmp_path: Path) -> None:
    with Corpus.in_memory() as corpus:
        written(tmp_path / "files", [["Title", "", "Here 한국 and が and パキ are."]])
        corpus.ingest([str(tmp_path / "files")])
        assert corpus.search(line).total


@pytest.mark.parametrize("line", ['exact:"counter-terr"', 'exact:"lph"'])
def test_exact_compares_characters(line: str, tmp_path: Path) -> None:
    with Corpus.in_memory() as corpus:
        written(tmp_path / "files", [["Title", "", "Here alpha does counter-terrorism."]])
        corpus.ingest([str(tmp_path / "files")])
        assert corpus.search(line).total
