"""Files without the words of a query are passed over, and the others answer as all would."""

import json
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model import Name
from corpus_cli.search.needed_words import needed_words, simplify
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.word_filter import (
    ANYTHING,
    AllOf,
    AnyOf,
    Clue,
    NeededWords,
    WordFilter,
)
from corpus_cli.text.stem import stem
from corpus_cli.text.tokenise import tokenise
from tests.property.made import TRICKY

_ALL = SearchRequest(limit=None, suggest=False, seconds=0.0)
SEEDS = Path(__file__).parent.parent.parent.parent / "seeds"


def _may_match(line: str, *texts: str, request: SearchRequest = _ALL) -> bool:
    with Corpus.in_memory() as corpus:
        needed = needed_words([line], corpus.names.lookup(), request)
    if not (encoded := needed.encode()):
        return True
    # Which texts are read as samples is another matter.
    return WordFilter(NeededWords.decode(encoded)._replace(samples=())).may_match(texts)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("kadyrov", "KADYROV’S men"),
        ("policy", "many policies"),
        ("ISIS-K", "the Islamic State Khorasan Province"),
        ("counterterrorism", "counter-terrorism"),
        ("counterterrorism", "counter terrorism"),
        ("counter terrorism", "counterterrorism"),
        ("Erdogan", "Erdoğan"),
        ("U.S.", "US"),
        ("us", "U.S."),
        ("1000", "1,000 men"),
        ("O'Brien", "O’Brien"),
        ("zerowidth", "zero\u200bwidth"),
        ("Kabul fell", "it fell"),
        ("kabul AND fell", "it fell in Kabul"),
        ('"state of the union"', "State of the Union"),
        ('exact:"state of the un"', "a state of the union"),
        ("kad*", "Kadyrov"),
        ("*rov", "Kadyrov"),
        ("k?dyrov", "Kadyrov"),
        ("kadirov~1", "Kadyrov"),
        ("akdyrov~1", "Kadyrov"),
        ("name:TTP", "Tehrik-i-Taliban Pakistan"),
        ("title:kabul", "Kabul"),
        ("-kabul", "Herat"),
        ("author:smith", "Herat"),
        ("date:2021", "Herat"),
        ("terroris?", "terrorist"),
        ("title:(isisk kabul)", "Kabul"),
        # Whether it is an abbreviation depends on how many texts have it in capitals.
        ("+ttp +Grozny", "the ttp"),
        ("what of (what say)", "say"),
        ("the", "the"),
        ("领英", "领英推荐"),
        ("pakistanbased", "Pakistan's-based"),
        ("pakistanbased", "Pakistan’s‑based"),
        ("Kadyrov", "Ｋadyrov"),
        ("Kadyrov", "Kady\u00adrov"),
        ("resume", "re\u0301sume\u0301"),
        ("Кадыров", "КАДЫРОВ"),
        ('exact:"“Kabul”"', "“Kabul”"),
        ("1989", "١٩٨٩"),
    ],
)
def test_a_text_that_may_match_is_read(line: str, text: str) -> None:
    assert _may_match(line, text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("isis", "a crisis"),
        ("US", "use the bus"),
        ("kabul AND fell", "it fell"),
        ("+kabul fell", "it fell"),
        ('"kabul fell"', "it fell"),
        ("kabul NEAR/5 fell", "Kabul"),
        ("ISIS-K", "ISIS is in K street"),
        ("kabul author:smith", "Herat by Smith"),
        ("What did Kadyrov say?", "what did he say"),
        # Only in capitals are these the World Health Organization, Islamic State and the states.
        ("who is Kadyrov", "he who is here"),
        ("us Kadyrov", "with us"),
        ("the kabul", "the city"),
        ('exact:"Kabul"', "kabul"),
        ("kad*", "Akad"),
        ("kadirov~1", "Kadyrow"),
        ("!!!", "Kabul"),
    ],
)
def test_a_text_that_cannot_match_is_passed_over(line: str, text: str) -> None:
    assert not _may_match(line, text)


def test_a_name_of_common_words_is_a_name(tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.names.add(Name("The Who", forms=("Who band",)))
        needed = needed_words(["The Who Kadyrov"], corpus.names.lookup(), _ALL)
    words = WordFilter(NeededWords.decode(needed.encode())._replace(samples=()))
    assert words.may_match(["The Who sang"])


def test_all_terms_are_needed_together() -> None:
    request = _ALL._replace(all_terms="passage")
    assert not _may_match("herat fell", "it fell", request=request)
    assert _may_match("herat fell", "it fell", "in Herat", request=request)


@pytest.mark.parametrize("word", [*TRICKY, "dying", "lying", "tying", "skies", "sensibility"])
def test_letters_of_a_clue_are_letters_of_its_word(word: str) -> None:
    for token in tokenise(word):
        assert WordFilter(NeededWords(Clue("term", token.term))).may_match([f"“{word}”"])
        if not token.term.startswith("="):
            assert WordFilter(NeededWords(Clue("stem", stem(token.term)))).may_match([f"({word})"])


def test_words_of_articles_have_the_letters_of_their_stems() -> None:
    text = " ".join(path.read_text("utf-8") for path in SEEDS.iterdir())
    for term in {token.term for token in tokenise(text)}:
        if not term.startswith("="):
            assert WordFilter(NeededWords(Clue("stem", stem(term)))).may_match([term]), term


def test_most_texts_lack_the_letters_of_a_word() -> None:
    words = WordFilter(NeededWords(Clue("term", "kabul")))
    joined = WordFilter(NeededWords(Clue("term", "pakistanbased")))
    for text in ("Pakistan's-based", "Pakistan`S-based", "Pakistan’s‑based"):
        assert joined.may_match([text])
    assert words.lacks_letters("“Herat”, that café — Žižek’s — fell in 2021…")
    assert not words.lacks_letters("kab; ul")
    assert not words.lacks_letters("Кабул")
    assert not words.lacks_letters("Herat \ud83d")


def test_a_filter_forgets_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus_cli.search.word_filter._MAX_CHUNKS", 3)
    words = WordFilter(NeededWords(Clue("term", "kabul")))
    for _ in range(2):
        assert words.may_match(["Kabul fell"])
        assert not words.may_match(["a b c d e f"])


def test_needless_parts_of_a_condition_are_left_out() -> None:
    kabul = Clue("term", "kabul")
    assert simplify(AllOf((ANYTHING, AnyOf((kabul, kabul))))) == kabul
    assert simplify(AnyOf((kabul, AllOf((ANYTHING,))))) == ANYTHING


def _passages(corpus: Corpus, line: str, request: SearchRequest) -> list[str]:
    return sorted(hit.passage.id for hit in corpus.search(line, request).hits)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        # Which man it means, others say; and whether it is read as an abbreviation or a word.
        ("+Kadyrov +Grozny", 1),
        ("+US +Grozny", 0),
        ("+ttp +Grozny", 1),
        ("who is in Grozny", 2),
        ("Grozny -US", 2),
        ("+(Ramzan Kadyrov) +Grozny", 0),
        # Three articles explain it, and others have only the abbreviation.
        ("Zanbar Rural Council", 4),
    ],
)
def test_what_others_decide_is_known(line: str, count: int, tmp_path: Path) -> None:
    texts = [
        "Kadyrov came to Grozny, and told us so.",
        "Akhmad Kadyrov was the father.",
        "Ramzan Kadyrov is the son.",
        "The US left.",
        "TTP, TTP and TTP.",
        "A ttp is in Grozny.",
        *(f"The Zanbar Rural Council (ZRC) met for the {n}th time." for n in range(4, 7)),
        "The ZRC did not meet.",
    ]
    for n, text in enumerate(texts):
        folder = tmp_path / f"{n}"
        folder.mkdir()
        (folder / "a.txt").write_text(f"Report {n}\n\n{text}\n")
    with Corpus.in_memory() as whole, Corpus.in_memory() as corpus:
        whole.ingest([str(tmp_path)])
        report = corpus.ingest_matching([str(tmp_path)], [line], _ALL)
        assert report.passed_over
        expected = _passages(whole, line, _ALL)
        assert _passages(corpus, line, _ALL) == expected
        assert len(expected) == count


def test_records_of_a_file_are_passed_over_one_by_one(tmp_path: Path) -> None:
    records = [{"title": f"Report {n}", "text": f"City {n} fell."} for n in range(9)]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    with Corpus.in_memory() as corpus:
        report = corpus.ingest_matching([str(file)], ["city 7"], _ALL._replace(all_terms="passage"))
        assert (report.passed_over, len(report.added)) == (8, 1)


def test_a_line_of_two_articles_of_a_large_site_is_text(tmp_path: Path) -> None:
    records = [
        {
            "url": f"https://www.example.org/{n}",
            "title": f"Report {n}",
            "text": f"{city} is quiet, and nobody came there on that day in the spring of {n}.\n\n"
            + ("Kadyrov in his office\n\n" if n in {2011, 2014} else "")
            + f"The men of the town {city} were glad of it, and said so to all who asked them.",
        }
        for n, city in enumerate(("Herat", "Kabul", "Grozny", "Mosul", "Homs", "Quetta"), 2010)
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    with Corpus.in_memory() as whole, Corpus.in_memory() as corpus:
        whole.ingest([str(file)])
        assert corpus.ingest_matching([str(file)], ["Kadyrov"], _ALL).passed_over
        expected = _passages(whole, "Kadyrov", _ALL)
        assert len(expected) == 2
        assert _passages(corpus, "Kadyrov", _ALL) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_children_pass_over_too(jobs: int, tmp_path: Path) -> None:
    for n in range(4):
        word = "Kabul" if n == 2 else "Herat"
        (tmp_path / f"{n}.html").write_text(f"<html><body><p>{word} &eacute;t&eacute;.</p></html>")
    with Corpus.in_memory() as corpus:
        options = IngestRequest(jobs=jobs)
        report = corpus.ingest_matching([str(tmp_path)], ["kabul"], _ALL, options)
        assert (report.passed_over, report.failed) == (3, {})
        assert corpus.search("kabul ete", _ALL).total == 1
