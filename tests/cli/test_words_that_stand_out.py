"""corpus collocates and corpus keywords."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, log2
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.explore.collocates import CollocateOptions, Window
from corpus_cli.explore.keywords import KeywordOptions
from corpus_cli.model import Passage
from corpus_cli.query.filters import Filters
from corpus_cli.text.tokenise import terms
from tests.cli.conftest import Run

ARTICLES = {
    "one.txt": (
        "Title of one\n\nThe red bridge fell on Monday. Nobody crossed the red bridge at night.\n"
        "\nA second paragraph has a bridge, a red one, and a small boat below the old bridge.\n"
    ),
    "two.txt": "Title of two\n\nOver the old bridge came the red cart of the old miller.\n",
    "three.txt": "Title of three\n\nThe old miller sold the mill, the cart and the red boat.\n",
}
BODIES = [text.split("\n\n", 1)[1] for text in ARTICLES.values()]


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "texts" / name).write_text(text)
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def split(text: str) -> list[str]:
    """Split a made text into words, without the program's tokeniser."""
    return re.findall(r"[a-z]+", text.lower())


def g2(together: int, first: int, second: int, total: int) -> float:
    """Return the log-likelihood by entropies, not by expected counts."""
    cells = [together, first - together, second - together, total - first - second + together]
    margins = [first, total - first, second, total - second]
    return 2 * (
        sum(one * log(one) for one in (*cells, total) if one)
        - sum(one * log(one) for one in margins if one)
    )


def near(words: Sequence[str], node: str, left: int, right: int) -> list[str]:
    places = [n for n, word in enumerate(words) if word == node]
    return [
        word
        for n, word in enumerate(words)
        if word != node and any(-left <= n - place <= right for place in places)
    ]


def rows(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    ran = run(*arguments, "--min", "1", "-n", "0", "--stop-words", "--json")
    assert ran.code == 0
    answer = json.loads(ran.out)
    return {row["word"]: row for row in answer[arguments[0]]}


@pytest.mark.parametrize(("window", "left", "right"), [("5", 5, 5), ("2/0", 2, 0), ("0/1", 0, 1)])
def test_collocates_are_those_of_a_regular_expression(
    bridges: Path, run: Run, window: str, left: int, right: int
) -> None:
    texts = [split(body) for body in BODIES]
    totals = Counter(word for text in texts for word in text)
    together = Counter(word for text in texts for word in near(text, "bridge", left, right))
    matches, in_windows, total = totals["bridge"], together.total(), totals.total()
    got = rows(run, "collocates", "bridge", "--window", window)
    assert {word: row["near"] for word, row in got.items()} == together
    for word, row in got.items():
        assert row["total"] == totals[word]
        dice = 14 + log2(2 * together[word] / (matches + totals[word]))
        assert row["log_dice"] == pytest.approx(dice, abs=0.006)
        likelihood = g2(together[word], in_windows, totals[word], total)
        assert abs(row["log_likelihood"]) == pytest.approx(likelihood, abs=0.006)


def test_keywords_are_those_of_a_regular_expression(bridges: Path, run: Run) -> None:
    texts = [split(body) for body in BODIES]
    target = Counter(word for text in texts if "miller" in text for word in text)
    rest = Counter(word for text in texts if "miller" not in text for word in text)
    check_keywords(rows(run, "keywords", "miller"), target, rest)
    check_keywords(rows(run, "keywords", "miller", "--against", "corpus"), target, target + rest)
    boats = Counter(word for text in texts if "boat" in text for word in text)
    check_keywords(rows(run, "keywords", "miller", "--against", "boat"), target, boats)


def check_keywords(
    got: dict[str, dict[str, Any]], target: Counter[str], reference: Counter[str]
) -> None:
    sizes = target.total(), reference.total()
    more = {word for word in target if target[word] / sizes[0] > reference[word] / sizes[1]}
    assert set(got) == more
    for word, row in got.items():
        assert (row["frequency"], row["reference_count"]) == (target[word], reference[word])
        rates = target[word] / sizes[0], (reference[word] or 0.5) / sizes[1]
        assert row["log_ratio"] == pytest.approx(log2(rates[0] / rates[1]), abs=0.006)
        likelihood = g2(target[word], sizes[0], target[word] + reference[word], sum(sizes))
        assert row["log_likelihood"] == pytest.approx(likelihood, abs=0.006)


def stored(corpus: Corpus) -> Iterator[Passage]:
    for article in corpus.store.ids():
        yield from corpus.store.passages(article)


def counts(passages: Sequence[Passage]) -> Counter[str]:
    """Count the terms of stored texts, without the index."""
    return Counter(
        word
        for passage in passages
        for _, word in {(at, term.word) for at, term in terms(passage.text)}
        if not word.startswith("=")
    )


def test_counts_are_those_of_the_stored_texts(here: Path) -> None:
    with Corpus.open(here) as corpus:
        passages = list(stored(corpus))
        everything = counts(passages)
        found = {hit.passage.id for hit in corpus.search("Taliban", every()).hits}
        collocates = corpus.explore.collocates("Taliban", CollocateOptions(with_stop_words=True))
        keywords = corpus.explore.keywords("Taliban", KeywordOptions(with_stop_words=True))
    target = counts([passage for passage in passages if passage.id in found])
    assert target
    assert collocates.totals == everything
    assert collocates.words == everything.total()
    assert keywords.words == target.total()
    assert keywords.reference_counts == everything - target
    assert {row.word: row.frequency for row in keywords.rows}.items() <= target.items()


def every() -> SearchRequest:
    return SearchRequest(limit=None, all_terms="passage", duplicates=True)


def test_filters_limit_what_is_compared(here: Path) -> None:
    request = SearchRequest(filters=Filters(since=("2025",)))
    with Corpus.open(here) as corpus:
        dated = {
            article
            for article in corpus.store.ids()
            if corpus.store.header(article).published[:4] >= "2025"
        }
        later = [passage for passage in stored(corpus) if passage.id.split("#")[0] in dated]
        collocates = corpus.explore.collocates("Taliban", CollocateOptions(), request)
        keywords = corpus.explore.keywords("Taliban", KeywordOptions(against="date:2025.."))
    assert later
    assert collocates.totals == counts(later)
    assert keywords.reference_counts == counts(later)


def test_removed_articles_do_not_count(bridges: Path, run: Run) -> None:
    with Corpus.open(bridges) as corpus:
        before = corpus.explore.collocates("bridge", CollocateOptions(minimum=1)).words
        (article,) = (hit.header.id for hit in corpus.search("cart bridge", every()).hits)
    assert run("remove", article).code == 0
    with Corpus.open(bridges) as corpus:
        after = corpus.explore.collocates("bridge", CollocateOptions(minimum=1))
        assert after.totals == counts(list(stored(corpus)))
    assert before - after.words == len(split(BODIES[1]))


def test_words_of_the_match_are_no_collocates(bridges: Path, run: Run) -> None:
    got = rows(run, "collocates", '"red bridge"', "--window", "1")
    assert set(got) == {"the", "fell", "at"}


def test_a_compound_is_no_collocate_of_itself(bridges: Path, run: Run) -> None:
    Path("texts/four.txt").write_text("Title\n\nThe counter-terrorism unit was there in time.\n")
    run("ingest", "texts")
    got = rows(run, "collocates", "counterterrorism", "--window", "1")
    assert set(got) == {"the", "unit"}
    got = rows(run, "collocates", "terrorism", "--window", "1")
    assert set(got) == {"counter", "unit"}


def test_stop_words_are_left_out(bridges: Path, run: Run) -> None:
    answer = json.loads(run("collocates", "bridge", "--min", "1", "--json").out)
    shown = {row["word"] for row in answer["collocates"]}
    assert "red" in shown
    assert not shown & {"the", "at", "of"}


def test_single_letters_are_left_out(bridges: Path, run: Run) -> None:
    Path("texts/four.txt").write_text("Title\n\nThe walrus x 桥 was there in time again.\n")
    run("ingest", "texts")
    answer = json.loads(run("collocates", "walrus", "--min", "1", "--json").out)
    assert "桥" in {row["word"] for row in answer["collocates"]}
    assert "x" not in {row["word"] for row in answer["collocates"]}
    assert "x" in rows(run, "collocates", "walrus")


def test_collocates_are_sorted(bridges: Path, run: Run) -> None:
    for sort, field in (("dice", "log_dice"), ("likelihood", "log_likelihood"), ("near", "near")):
        answer = json.loads(
            run("collocates", "bridge", "--sort", sort, "--min", "1", "-n", "0", "--json").out
        )
        scores = [row[field] for row in answer["collocates"]]
        assert scores == sorted(scores, reverse=True)


def test_an_example_marks_the_match_and_the_word(bridges: Path) -> None:
    with Corpus.open(bridges) as corpus:
        answer = corpus.explore.collocates("miller", CollocateOptions(Window(1, 0), minimum=2))
        (word,) = answer.rows
        keywords = corpus.explore.keywords("miller", KeywordOptions(minimum=2))
    assert word.example
    text, spans = word.example.snippet
    assert [text[span.start : span.end] for span in spans] == ["old", "miller"]
    for row in keywords.rows:
        assert row.example
        text, spans = row.example.snippet
        assert {text[span.start : span.end].lower() for span in spans} == {row.word}


@pytest.mark.parametrize("window", ["0", "0/0", "five", "1/2/3", "-1", "100"])
def test_a_wrong_window_is_an_error(bridges: Path, run: Run, window: str) -> None:
    ran = run("collocates", "bridge", f"--window={window}")
    assert ran.code == 2
    assert "--window takes" in ran.err


def test_keywords_need_a_query_or_a_filter(bridges: Path, run: Run) -> None:
    ran = run("keywords")
    assert ran.code == 2
    assert "give a query or a filter" in ran.err


def test_collocates_need_a_query(bridges: Path, run: Run) -> None:
    ran = run("collocates", " ", "--since", "2020")
    assert ran.code == 2
    assert "give a query" in ran.err


def test_a_comparison_with_nothing_is_an_error(bridges: Path, run: Run) -> None:
    ran = run("keywords", "miller", "--against", "walrus")
    assert ran.code == 2
    assert "nothing matches 'walrus'" in ran.err


def test_passages_on_both_sides_are_said(bridges: Path, run: Run) -> None:
    assert "1 passage is on both sides" in run("keywords", "miller", "--against", "boat").err


def test_nothing_found(bridges: Path, run: Run) -> None:
    for command in ("collocates", "keywords"):
        ran = run(command, "walrus")
        assert ran.code == 1
        assert "nothing found" in ran.err


@pytest.mark.parametrize("command", ["collocates", "keywords"])
def test_several_corpora_are_added_up(bridges: Path, run: Run, command: str) -> None:
    Path("parts/b").mkdir(parents=True)
    Path("parts/b/four.txt").write_text("Title\n\nThe bridge of the blue miller is a new one.\n")
    run("ingest", "parts/b", "-i", "second")
    run("ingest", "texts", "parts/b", "-i", "whole")
    both = rows(run, command, "miller", "-i", "index", "-i", "second")
    whole = rows(run, command, "miller", "-i", "whole")
    of_text = {"text", "id", "path", "line", "published", "title", "authors", "source", "url"}
    assert {word: {**row, "corpus": ""} for word, row in both.items()}.keys() == whole.keys()
    for word, row in both.items():
        numbers = {name: value for name, value in row.items() if name not in of_text | {"corpus"}}
        assert numbers.items() <= whole[word].items()


@pytest.mark.parametrize("command", ["collocates", "keywords"])
def test_the_time_limit_is_said(here: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def read_late(*arguments: Any) -> Iterator[Passage]:
        passages = iter(read(*arguments))
        yield next(passages)
        monkeypatch.setattr("corpus_cli.engines.clock.monotonic", lambda: monotonic() + 100)
        yield from passages

    from corpus_cli.explore.passage_words import read_passages as read

    monkeypatch.setattr("corpus_cli.explore.passage_words._PASSAGES_PER_READ", 1)
    monkeypatch.setattr(f"corpus_cli.explore.{command}.read_passages", read_late)
    with Corpus.open(here) as corpus:
        answer = getattr(corpus.explore, command)("Taliban", request=SearchRequest(seconds=60))
    assert answer.about.partial
    assert any("the time ended after 1 of" in note for note in answer.about.notes)


def test_progress_is_told(here: Path) -> None:
    told: list[tuple[int, int]] = []
    with Corpus.open(here) as corpus:
        corpus.explore.keywords(
            "Taliban", progress=lambda _title, done, total: told.append((done, total))
        )
    assert told[0][0] == 0
    assert told[0][1] > 0


def test_hostile_text_is_shown_and_never_sent(bridges: Path, run: Run) -> None:
    Path("texts/evil.txt").write_text("Title\n\nThe \x1b[31m walrus [/url] was\x07 here today.\n")
    run("ingest", "texts")
    for command in ("collocates", "keywords"):
        ran = run(command, "walrus", "--min", "1", "--format", "terminal")
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert "[/url]" in ran.out
