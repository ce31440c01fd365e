"""Who said what."""

import csv
import io
import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.engines.clock import Clock
from corpus_cli.explore.answer import Citation
from corpus_cli.explore.quotes import Quote, QuotesOptions, fold_copies
from corpus_cli.model import Header, Passage
from corpus_cli.search.match_query import QueryMatches, match_query
from corpus_cli.text.sketches import near
from corpus_cli.text.speech.quotations import Paragraph, find_quotations
from tests.cli.conftest import Run

ONE = (
    "Defence Minister Mira Olsen came to the harbour on Monday with her staff.\n\n"
    "“The walrus has left the harbour, and the ferry can sail again at last,” Ms. Olsen told"
    " Reuters on Monday.\n\n"
    "Robert Li, who owns the ferry, said the harbour was “closed for far too long this year”."
    " The port office said that the ferry would sail on Friday."
)
TWO = (
    "At the harbour a walrus slept for three days, and nobody could pass it.\n\n"
    "“The walrus has left the harbour, and the ferry can sail again at last,” said Ms. Mira"
    " Olsen, the minister.\n\n"
    "It was a warm day. “Nobody knows when it comes back,” he said."
)
ARTICLES = {
    "one": ("2024-03-02", ONE),
    "two": ("2024-03-01", TWO),
    "three": ("", "“A bear came to the town in the north,” said Bo Lindqvist, a hunter."),
}


HEADER = Header("a" * 32, (), "", (), "", "", "", "", (), "", 1)


@pytest.fixture
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, (day, text) in ARTICLES.items():
        head = f"date: {day}\n" if day else ""
        (tmp_path / "texts" / f"{name}.md").write_text(
            f"---\ntitle: Title of {name}\n{head}---\n\n{text}\n"
        )
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def rows(run: Run, *arguments: str) -> list[dict[str, str]]:
    ran = run("quotes", *arguments, "--format", "csv")
    assert ran.code == 0
    return list(csv.DictReader(io.StringIO(ran.out)))


def speakers(run: Run, *arguments: str) -> list[str]:
    return [row["speaker"] for row in rows(run, *arguments)]


def test_a_row_says_who_said_what_to_whom_and_where(harbour: Path, run: Run) -> None:
    row = rows(run, "--by", "Olsen", "--duplicates")[1]
    assert row["quotation"].startswith("The walrus has left the harbour, and")
    assert (row["speaker"], row["verb"]) == ("Mira Olsen", "told")
    assert (row["agency"], row["kind"]) == ("Reuters", "direct")
    assert (row["published"], row["title"], row["line"]) == ("2024-03-02", "Title of one", "8")


def test_quotations_come_by_date_and_those_without_one_last(harbour: Path, run: Run) -> None:
    assert speakers(run) == ["Mira Olsen", "Robert Li", "the port office", "Bo Lindqvist"]


def test_the_same_words_in_another_article_are_folded(harbour: Path, run: Run) -> None:
    (row,) = rows(run, "--by", "Mira Olsen")
    assert row["published"] == "2024-03-01"
    assert len(row["copies"].split()) == 1
    assert len(rows(run, "--by", "Mira Olsen", "--duplicates")) == 2


def test_a_speaker_who_is_not_clear_is_counted(harbour: Path, run: Run) -> None:
    ran = run("quotes", "walrus")
    assert "1 quotation is left out because it is not clear who speaks" not in ran.err
    assert "1 quotation is left out because it is not clear who speaks" in run("quotes").err


def test_the_query_narrows_the_passages(harbour: Path, run: Run) -> None:
    assert speakers(run, "bear") == ["Bo Lindqvist"]
    assert speakers(run, "ferry", "Friday") == ["Robert Li", "the port office"]
    assert run("quotes", "zebra").code == 1


def test_about_asks_for_words_of_the_quotation(harbour: Path, run: Run) -> None:
    assert speakers(run, "--about", "closing") == ["Robert Li"]
    assert run("quotes", "--about", "hunter").code == 1
    ran = run("quotes", "--about", "bears", "--format", "terminal", "--mark")
    assert "“A [bear] came to the town in the north,”" in ran.out


def test_direct_leaves_out_what_has_no_marks(harbour: Path, run: Run) -> None:
    kinds = {row["kind"] for row in rows(run, "--direct")}
    assert kinds == {"direct", "partial"}


def test_by_takes_any_form_of_a_name(harbour: Path, run: Run) -> None:
    Path("names.toml").write_text("")
    assert run("names", "add", "Mira Olsen", "the Iron Walrus").code == 0
    assert speakers(run, "--by", "the Iron Walrus") == ["Mira Olsen"]
    assert speakers(run, "--by", "olsen") == ["Mira Olsen"]
    assert run("quotes", "--by", "Lindqvist Olsen").code == 1


def test_filters_and_several_corpora(harbour: Path, run: Run) -> None:
    assert speakers(run, "--until", "2024-03-01") == ["Mira Olsen"]
    Path("more").mkdir()
    Path("more/four.txt").write_text(
        "Title\n\n“The walrus has left the harbour, and the ferry can sail again at last,” said"
        " Mira Olsen.\n\n“I saw a seal in the harbour,” said Ida Holm.\n"
    )
    run("ingest", "more", "-i", "second")
    found = rows(run, "harbour", "--direct", "-i", "index", "-i", "second")
    assert [(row["corpus"], row["speaker"]) for row in found] == [
        ("index", "Mira Olsen"),
        ("index", "Robert Li"),
        ("second", "Ida Holm"),
    ]
    assert len(found[0]["copies"].split()) == 2


def test_counts_in_json(harbour: Path, run: Run) -> None:
    answer = json.loads(run("quotes", "--about", "walrus", "--json").out)
    assert (answer["quotations"], answer["speakers"], answer["articles"]) == (1, 1, 1)
    assert (answer["query"], answer["about"], answer["by"]) == ("", "walrus", "")


def test_other_languages_are_counted_and_not_read(harbour: Path, run: Run) -> None:
    Path("texts/german.txt").write_text(
        "Der Hafen\n\n„Das Walross hat den Hafen verlassen, und die Fähre kann wieder fahren“,"
        " sagte die Ministerin am Montag im Hafen, als die Leute schon lange warteten.\n"
    )
    run("ingest", "texts")
    assert "1 article is not in English, and not read for quotations" in run("quotes").err


def test_the_time_limit_is_said(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def match(*arguments: Any) -> QueryMatches:
        matches = match_query(*arguments)
        monkeypatch.setattr("corpus_cli.engines.clock.monotonic", lambda: monotonic() + 100)
        return matches

    monkeypatch.setattr("corpus_cli.explore.quotes.match_query", match)
    with Corpus.open(harbour) as corpus:
        answer = corpus.explore.quotes("", QuotesOptions(), SearchRequest(seconds=60))
    assert answer.about.partial
    assert answer.articles == 1
    assert any(note.startswith("the time ended after") for note in answer.about.notes)


def test_an_escape_sequence_is_shown_and_never_sent(harbour: Path, run: Run) -> None:
    Path("texts/evil.txt").write_text(
        "Title\n\n“The \x1b[31m zebra [/url] was\x07 here today,” said Bo [bold]Li.\n"
    )
    run("ingest", "texts")
    ran = run("quotes", "zebra", "--format", "terminal")
    assert "\x1b" not in ran.out
    assert "[/url]" in ran.out


def test_a_quotation_in_a_long_paragraph_has_its_own_passage(harbour: Path, run: Run) -> None:
    filler = "The sea was calm and the boats stayed out all day long in the sun. " * 30
    Path("texts/long.txt").write_text(
        f"Title\n\nIda Holm came late. {filler}“The octopus is a clever animal,” she said."
        f" {filler}\n"
    )
    run("ingest", "texts")
    (row,) = rows(run, "octopus")
    assert (row["speaker"], row["quotation"]) == ("Ida Holm", "The octopus is a clever animal,")


def test_a_quotation_that_is_split_into_passages_is_whole(harbour: Path, run: Run) -> None:
    words = "The sea was calm and the boats stayed out all day long in the sun. " * 40
    Path("texts/speech.txt").write_text(
        f"Title\n\n“The heron spoke first. {words.strip()}” said Ida Holm.\n"
    )
    run("ingest", "texts")
    (row,) = rows(run, "--by", "Holm")
    assert row["quotation"] == f"The heron spoke first. {words.strip()}"


def test_almost_the_same_words_are_folded_too(harbour: Path, run: Run) -> None:
    Path("texts/again.txt").write_text(
        "Title\n\n“The walrus has left the harbour, and the ferry can sail again at last, friends,”"
        " Mira Olsen said.\n"
    )
    run("ingest", "texts")
    (row,) = rows(run, "--by", "Olsen")
    assert len(row["copies"].split()) == 2


def test_a_short_form_in_a_quotation_means_the_name_of_its_article(harbour: Path, run: Run) -> None:
    Path("texts/meeting.txt").write_text(
        "Title\n\nAyman al-Zawahiri was seen in the town.\n\n"
        "“We saw Zawahiri near the old market,” said Ida Holm.\n"
    )
    run("ingest", "texts")
    assert speakers(run, "--about", "Ayman al-Zawahiri") == ["Ida Holm"]


def test_many_quotations_that_resemble_each_other_are_compared_in_time() -> None:
    """Each shares words with all others, and none is a copy."""
    passage = Passage("a" * 32, 1, 0, 0, (1, 1), "")
    citation = Citation(passage, HEADER, 1)
    quotations = [
        Quote(
            f"The needle number {n} of {n * 7} will be here, and we are the people of {n % 13} "
            f"provinces who stand for good {n * n}",
            "Ahmad Khan",
            "said",
            "",
            "direct",
            citation,
        )
        for n in range(300)
    ]
    compared = 0

    def count(one: bytes, other: bytes) -> bool:
        nonlocal compared
        compared += 1
        return near(one, other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus_cli.explore.quotes.near", count)
        assert len(fold_copies(quotations)) == len(quotations)
    assert compared < 100 * len(quotations)


def test_a_long_article_is_read_until_the_time_ends() -> None:
    line = '"We are here," said Ahmad Khan.'
    paragraphs = [Paragraph(n * 100, line) for n in range(50)]
    read = iter(range(1_000))
    found = find_quotations(paragraphs, lambda: next(read) >= 10)
    assert len(list(found)) == 10


def test_after_the_time_only_the_same_words_are_folded() -> None:
    clock = Clock(1e-9)
    citation = Citation(Passage("a" * 32, 1, 0, 0, (1, 1), ""), HEADER, 1)
    words = "we will stand here for good and all of us will remain in this place for ever"
    quotations = [
        Quote(text, "Ahmad Khan", "said", "", "direct", citation)
        for text in (words, words, f"{words} more")
    ]
    assert len(fold_copies(quotations, clock)) == 2
    assert len(fold_copies(quotations)) == 1
