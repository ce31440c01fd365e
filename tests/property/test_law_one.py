"""Law 1: a run of whole words finds its article."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.corpus import Corpus
from corpus_cli.model import BODY, DEK, HEADING, TITLE
from corpus_cli.query.nodes import Word
from corpus_cli.query.parse import parse
from corpus_cli.search.pipeline import Options
from corpus_cli.text.tokenise import tokenise
from tests.conftest import SEEDS
from tests.property.made import UNSHRUNK, articles, written

PROSE = "word " * 24 + "end."
TOLD = (TITLE, DEK, HEADING, BODY)


@contextmanager
def holding(*files: Sequence[str]) -> Iterator[tuple[Corpus, list[Path]]]:
    """A corpus in memory of made files."""
    with TemporaryDirectory() as folder, Corpus.in_memory() as corpus:
        paths = written(Path(folder), files)
        corpus.ingest([folder])
        yield corpus, paths


def finds(corpus: Corpus, run: str, article: str) -> bool:
    """Whether a run of words finds its article, as they stand and as a query if it is plain."""
    if not tokenise(run):
        return True
    ways = [True]
    if all(isinstance(node, Word) for node in parse(run).query.nodes):
        ways.append(False)
    return all(
        article in corpus.search(run, Options(limit=0, literal=literal)).articles
        for literal in ways
    )


@settings(max_examples=30, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=3), st.data())
def test_a_run_of_words_finds_its_article(files: list[list[str]], data: st.DataObject) -> None:
    with holding(*files) as (corpus, paths):
        for path, held in zip(paths, files, strict=True):
            article, _, _ = corpus.article(str(path))
            told = [line.n for line in article.lines if line.broad in TOLD]
            for _ in range(4):
                found = held[data.draw(st.sampled_from(told)) - 1].split()
                start = data.draw(st.integers(0, len(found) - 1))
                end = data.draw(st.integers(start + 1, min(len(found), start + 6)))
                assert finds(corpus, " ".join(found[start:end]), article.id)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_runs_of_the_five_articles_find_them(path: Path, corpus: Corpus) -> None:
    article, _, _ = corpus.article(str(path))
    raw = path.read_text("utf-8").split("\n")
    for line in article.lines:
        if line.broad in TOLD:
            found = raw[line.n - 1].split()
            for start, length in ((0, len(found)), (len(found) // 2, 1), (len(found) // 3, 3)):
                assert finds(corpus, " ".join(found[start : start + length]), article.id)


@pytest.mark.parametrize("word", ["한국", "が", "パキスタン", "étude", "Ναι", "й"])
def test_a_word_is_found_however_its_marks_are_encoded(word: str) -> None:
    for form in ("NFC", "NFD"):
        with holding(["Title", "", f"Here is {word} and more.", PROSE]) as (corpus, paths):
            article = corpus.article(str(paths[0]))[0].id
            assert finds(corpus, unicodedata.normalize(form, word), article)


@pytest.mark.parametrize("run", ["foo-\u0640-bar", "\u0640 the", "\u0640-foo", "\u0640 foo"])
def test_a_lone_tatweel_hides_no_word(run: str) -> None:
    with holding(["Title", "", f"Here is {run} to be found.", PROSE]) as (corpus, paths):
        assert finds(corpus, run, corpus.article(str(paths[0]))[0].id)


def test_the_title_is_found_as_its_line_is_written() -> None:
    other = ["Other", "", "The WHO is here."]
    says = "The post Who Warns of Virus appeared first on The Site."
    with holding(["WHO WARNS OF VIRUS", "", PROSE, "", says], other) as (corpus, paths):
        assert finds(corpus, "WHO", corpus.article(str(paths[0]))[0].id)


def test_the_end_of_a_long_title_is_found() -> None:
    with holding(["T" + " word" * 8_000 + " zebra", "", PROSE]) as (corpus, paths):
        assert finds(corpus, "zebra", corpus.article(str(paths[0]))[0].id)


def test_a_compound_longer_than_a_passage_is_found() -> None:
    compound = "a-" * 1_100 + "zz"
    with holding(["Title", "", f"{compound} and more.", PROSE]) as (corpus, paths):
        assert finds(corpus, compound, corpus.article(str(paths[0]))[0].id)
