"""Near-copies, and lines that recur on a site."""

import random
import time
import zlib
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.search.request import SearchRequest
from corpus_cli.text.sketches import likeness, sketch

WORDS = (Path(__file__).parent.parent.parent / "seeds").glob("*.txt")
POOL = sorted(
    {word for path in WORDS for word in path.read_text("utf-8").split() if "@" not in word}
)


def paragraph(seed: int, size: int = 60) -> str:
    return " ".join(random.Random(seed).choices(POOL, k=size)).rstrip(".,") + "."  # noqa: S311


def text(seed: int, paragraphs: int = 6) -> list[str]:
    return [f"Title of the article {seed}", *(paragraph(100 * seed + n) for n in range(paragraphs))]


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    with Corpus.in_memory() as opened:
        yield opened


def save(path: str, lines: Sequence[str]) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("\n\n".join(lines) + "\n", "utf-8")


def clusters(corpus: Corpus) -> list[list[str]]:
    return [
        [Path(header.sources[0].path).name for header in headers] for headers in corpus.clusters()
    ]


# --- near-copies ---


def test_copies_are_told_from_other_texts() -> None:
    one = " ".join(text(1))
    words = one.split()
    edited = " ".join("edited" if n % 20 == 0 else word for n, word in enumerate(words))
    assert likeness(sketch(one), sketch(one)) == 1
    assert likeness(sketch(one), sketch(edited)) >= 0.6
    assert likeness(sketch(one), sketch(" ".join(words[: len(words) * 7 // 10]))) >= 0.6
    assert likeness(sketch(one), sketch(" ".join(text(2)))) < 0.2
    assert not sketch("Too few words to tell")
    assert sketch("Kabul fell", fewest=1) == sketch("Kabul  fell.", fewest=1)
    assert not sketch("Kabul fell")


def test_a_sketch_has_the_smallest_hashes_of_the_runs_of_words() -> None:
    for count in (4, 9, 60, 400, 3_000):
        random_numbers = random.Random(count)  # noqa: S311
        words = [f"w{random_numbers.randrange(count)}" for _ in range(count)]
        runs = {zlib.crc32(" ".join(words[n : n + 4]).encode()) for n in range(count - 3)}
        assert sketch(" ".join(words), fewest=1) == array("I", sorted(runs)[:128]).tobytes()
    written = "The “fall” of Kabul — says O’Brien, café_owner… Жизнь идёт"
    assert sketch(written, 1) == sketch("the fall of kabul says obrien cafe_owner жизнь идет", 1)


def test_hashes_that_are_all_high_are_a_sketch_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zlib.crc32", lambda run: 2**32 - int(run.split()[0]))
    expected = array("I", range(2**32 - 400, 2**32 - 272)).tobytes()
    assert sketch(" ".join(map(str, range(1, 404)))) == expected


def test_copies_are_one_hit_with_the_earliest_first(corpus: Corpus) -> None:
    body = text(1)
    save("in/later.txt", [body[0], "3 May 2021", *body[1:]])
    save("in/first.txt", [body[0], "1 May 2021", *body[1:], "Another sentence about zebras."])
    save("in/other.txt", text(2))
    corpus.ingest(["in"])
    assert clusters(corpus) == [["first.txt", "later.txt"]]
    words = f'"{" ".join(body[1].split()[:6])}"'
    (hit,) = corpus.search(words).hits
    assert Path(hit.header.sources[0].path).name == "first.txt"
    assert len(hit.copies) == 1
    assert corpus.search(words).total == 2
    assert len(corpus.search(words, SearchRequest(duplicates=True)).hits) == 2
    for limit in (1, 2, 3):
        hit = corpus.search(body[2], SearchRequest(limit=limit)).hits[0]
        assert Path(hit.header.sources[0].path).name == "first.txt"
    # What one of them alone has is not hidden.
    assert corpus.search("zebras").hits


def test_a_near_copy_that_does_not_match_is_not_counted(corpus: Corpus) -> None:
    body = text(1)
    save("in/a.txt", [*body[:3], f"{body[3]} Zebras came.", *body[4:]])
    save("in/b.txt", body)
    corpus.ingest(["in"])
    assert clusters(corpus) == [["a.txt", "b.txt"]]
    answer = corpus.search("zebras")
    assert (answer.total, [len(hit.copies) for hit in answer.hits]) == (1, [0])
    assert len(corpus.search(body[3]).hits[0].copies) == 1


def test_folding_makes_room_for_what_comes_after(corpus: Corpus) -> None:
    body = text(1)
    for n in range(8):
        save(f"in/{n}.txt", [body[0], f"{n + 1} May 2021", *body[1:]])
    save("in/other.txt", ["Other", paragraph(5) + " " + body[1].split()[0]])
    corpus.ingest(["in"])
    hits = corpus.search(body[1], SearchRequest(limit=2)).hits
    assert len(hits) == 2
    assert [len(hit.copies) for hit in hits] == [7, 7]


def test_a_cluster_does_not_depend_on_the_order_nor_outlive_its_members() -> None:
    chain = [text(1)[:1] + [paragraph(n) for n in range(at, at + 12)] for at in range(0, 6, 2)]
    found = []
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        with Corpus.in_memory() as corpus:
            for n in order:
                save(f"in/{n}.txt", chain[n])
                corpus.ingest([f"in/{n}.txt"])
            found.append(clusters(corpus))
            corpus.remove(["in/1.txt"])
            assert clusters(corpus) == []
    assert [sorted(cluster) for (cluster,) in found] == [["0.txt", "1.txt", "2.txt"]] * 3


def test_the_same_text_in_two_files_is_one_article(corpus: Corpus) -> None:
    save("in/a.txt", text(1))
    save("in/b.txt", text(1))
    corpus.ingest(["in"])
    (header,) = corpus.headers()
    assert [Path(source.path).name for source in header.sources] == ["a.txt", "b.txt"]
    assert clusters(corpus) == []


# --- lines that recur ---

CHROME = "The weekly letter brings you more of this than anybody can read in a day."


def page(n: int, *, site: str = "example.org") -> list[str]:
    head, *body = text(n)
    return [head, f"Source: {site}", body[0], CHROME, *body[1:]]


def kinds(corpus: Corpus, name: str) -> dict[str, str]:
    article, _, _ = corpus.article(name)
    return {line.text: line.kind for line in article.lines}


def test_a_line_of_one_site_becomes_chrome_as_articles_arrive(corpus: Corpus) -> None:
    save("a/1.txt", page(1))
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "body"
    assert corpus.search(CHROME).total
    for n in (2, 3, 4):
        save(f"a/{n}.txt", page(n))
    Path("a/1.txt").unlink()
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "chrome:repeated"
    assert not corpus.search(f'"{CHROME}"').total
    assert len([k for k in kinds(corpus, "a/1.txt").values() if k == "body"]) == 6


def test_it_is_an_articles_own_again_when_the_others_go(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        save(f"a/{n}.txt", page(n))
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "chrome:repeated"
    corpus.remove(["a/2.txt", "a/3.txt"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "body"
    assert corpus.search(f'"{CHROME}"').total == 1


def test_two_of_two_to_four_are_enough_and_of_five_are_not(corpus: Corpus) -> None:
    for n in (1, 2):
        save(f"a/{n}.txt", page(n))
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "chrome:repeated"
    for n in (3, 4, 5):
        save(f"a/{n}.txt", [line for line in page(n) if line != CHROME])
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "body"


def test_lines_of_other_sites_and_near_copies_do_not_count(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        save(f"a/{n}.txt", page(n, site=f"site{n}.org"))
    save("b/1.txt", page(4))
    save("b/2.txt", [*page(4), paragraph(900)])
    corpus.ingest(["a", "b"])
    for name in ("a/1.txt", "b/1.txt", "b/2.txt"):
        assert kinds(corpus, name)[CHROME] == "body"


def test_in_a_folder_it_takes_three(corpus: Corpus) -> None:
    for n in (1, 2):
        save(f"a/{n}.txt", [*text(n), CHROME, paragraph(900 + n)])
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "body"
    save("a/3.txt", [*text(3), CHROME, paragraph(903)])
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[CHROME] == "chrome:repeated"


def test_who_writes_often_is_no_chrome(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        save(f"a/{n}.txt", [*page(n), "Peter Bergen", paragraph(900 + n)])
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")["Peter Bergen"] != "chrome:repeated"


def test_a_title_that_recurs_stays_where_there_is_no_other(corpus: Corpus) -> None:
    for n in (1, 2, 3, 4):
        save(f"a/{n}.txt", ["Weekly security briefing", "By Ann Lee", *text(n)[1:]])
        save(f"b/{n}.txt", ["The Daily Site", *text(n + 9)])
    corpus.ingest(["a", "b"])
    header = corpus.article("a/1.txt")[2]
    assert (header.title, header.authors) == ("Weekly security briefing", ("Ann Lee",))
    assert corpus.search("title:briefing").total
    # What else could be one makes the line that recurs the name of the site.
    assert corpus.article("b/1.txt")[2].title == "Title of the article 10"


def test_a_sentence_that_articles_of_a_folder_quote_is_theirs(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        save(f"a/{n}.txt", [*text(n, 2), paragraph(7, 24), *text(n + 9)[1:]])
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.txt")[paragraph(7, 24)] == "body"


def test_a_copy_that_lacks_a_word_does_not_hide_one_that_has_it(corpus: Corpus) -> None:
    body = text(1)
    save("in/a.txt", [body[0], "1 May 2021", *body[1:]])
    save("in/b.txt", [body[0], "3 May 2021", f"{body[1]} It is about wombats.", *body[2:]])
    corpus.ingest(["in"])
    hit = corpus.search(f"{body[1].split()[0]} wombats").hits[0]
    assert Path(hit.header.sources[0].path).name == "b.txt"
    assert corpus.search(body[2]).hits[0].header.published == "2021-05-01"


@pytest.mark.slow
def test_copies_of_very_long_texts_are_folded_soon(corpus: Corpus) -> None:
    save("in/a.txt", text(1))
    for n in (2, 3):
        save(f"in/{n}.txt", [text(1)[0], " ".join(text(1)[1:] * 300), f"Note {n}."])
    corpus.ingest(["in"])
    began = time.process_time()
    assert corpus.search(text(1)[1]).hits
    assert time.process_time() - began < 20


@pytest.mark.slow
def test_many_copies_are_taken_out_soon(corpus: Corpus) -> None:
    for n in range(120):
        save(f"in/{n}.txt", [*text(1), f"Note {n} at the end of it."])
    corpus.ingest(["in"])
    began = time.monotonic()
    for n in range(119):
        Path(f"in/{n}.txt").unlink()
    corpus.ingest(["in"], IngestRequest(prune=True, force=True))
    assert time.monotonic() - began < 15
    assert clusters(corpus) == []


def test_reading_again_changes_nothing(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        save(f"a/{n}.txt", page(n))
    corpus.ingest(["a"])
    before = corpus.store.last_change()
    corpus.ingest(["a"], IngestRequest(checksum=True))
    assert corpus.store.last_change() == before


def test_what_a_format_calls_body_can_recur_as_well(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        title, *body = text(n)
        said = "".join(f"<p>{line}</p>" for line in (*body[:3], CHROME, *body[3:]))
        page = f"<!doctype html><title>{title}</title><body><article><h1>{title}</h1>{said}"
        save(f"a/{n}.html", [f'{page}<a rel="author" href="/x">Jane Doe</a></article>'])
    corpus.ingest(["a/1.html"])
    before = corpus.article("a/1.html")[2]
    assert kinds(corpus, "a/1.html")[CHROME] == "body"
    corpus.ingest(["a"])
    assert kinds(corpus, "a/1.html")[CHROME] == "chrome:repeated"
    assert corpus.article("a/1.html")[2].authors == before.authors


def test_an_article_keeps_some_text(corpus: Corpus) -> None:
    for n in (1, 2, 3):
        Path("a.jsonl").write_text(
            "".join(f'{{"id": "{m}", "text": "Thank you!"}}\n' for m in range(n + 1))
        )
        corpus.ingest(["a.jsonl"])
    assert corpus.search("Thank").total
