"""What of a saved search is new, and to whom."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_cli import Corpus
from corpus_cli.errors import NotFound, UsageError
from corpus_cli.query.filters import Filters
from corpus_cli.saved.new_passages import find_new
from corpus_cli.saved.searches import NewCount
from corpus_cli.search.request import SearchRequest
from corpus_cli.store.saved_searches import EVERYBODY
from tests.conftest import article

SIEGE = "The siege of Kunduz went on for a third week"
TALKS = "Talks about Kunduz began in Doha on a rainy Monday"
ROAD = "The road from Kunduz to Baghlan was open again by noon"


def write(name: str, *paragraphs: str, title: str = "") -> None:
    Path("articles").mkdir(exist_ok=True)
    Path("articles", name).write_text(article(*paragraphs, title=title), "utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    write("siege.txt", SIEGE, "A paragraph on nothing of note", title="Siege")
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest(["articles"])
        yield corpus


def first_words(texts: list[str]) -> list[str]:
    return [" ".join(text.split()[:2]) for text in texts]


def look(corpus: Corpus, consumer: str = "default", *, marks: bool = True) -> list[str]:
    """Return the first words of what is new of the search `kunduz`."""
    news = corpus.saved.new("kunduz", consumer)
    if marks:
        corpus.saved.mark_seen(news)
    assert news.results.total >= len(news.results.hits)
    return first_words([hit.passage.text for hit in news.results.hits])


def test_what_was_there_is_not_new_and_what_comes_is_until_it_is_seen(corpus: Corpus) -> None:
    assert corpus.saved.add("kunduz", "Kunduz").total == 1
    assert look(corpus) == []
    write("talks.txt", TALKS, title="Talks")
    corpus.ingest(["articles"])
    assert look(corpus, marks=False) == ["Talks about"]
    assert look(corpus) == ["Talks about"]
    assert look(corpus) == []


def test_each_consumer_has_seen_other_passages(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    write("talks.txt", TALKS)
    corpus.ingest(["articles"])
    assert look(corpus, "cron") == ["Talks about"]
    write("road.txt", ROAD)
    corpus.ingest(["articles"])
    assert look(corpus, "cron") == ["The road"]
    assert sorted(look(corpus, "ann")) == ["Talks about", "The road"]
    assert look(corpus, "ann") == look(corpus, "cron") == []


def test_from_the_start_everything_is_new(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz", from_start=True)
    assert look(corpus) == ["The siege"]
    assert look(corpus) == []


def test_an_article_that_is_read_again_has_only_its_new_passages(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    # All ids change, and the numbers of the passages move.
    write("siege.txt", "A new paragraph in front", SIEGE, ROAD, title="Siege again")
    report = corpus.ingest(["articles"])
    assert report.replaced
    assert look(corpus) == ["The road"]
    write("siege.txt", ROAD, "Something else that nobody asks for", SIEGE, title="Siege at last")
    corpus.ingest(["articles"])
    assert look(corpus) == []


def test_a_word_that_is_corrected_is_no_news_but_another_text_at_the_path_is(
    corpus: Corpus,
) -> None:
    long = article(f"{SIEGE}. {ROAD}. The governor spoke to reporters in the town after dark")
    Path("articles", "siege.txt").write_text(long)
    corpus.ingest(["articles"])
    corpus.saved.add("kunduz", "Kunduz")
    Path("articles", "siege.txt").write_text(long.replace("third", "fourth"))
    assert corpus.ingest(["articles"]).replaced
    assert look(corpus) == []
    write("siege.txt", TALKS)
    corpus.ingest(["articles"])
    assert look(corpus) == ["Talks about"]


def test_several_readings_between_two_looks(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    for title in ("One", "Two", "Three"):
        write("siege.txt", SIEGE, title=title)
        corpus.ingest(["articles"])
    assert look(corpus) == []
    write("siege.txt", SIEGE, ROAD, title="Four")
    corpus.ingest(["articles"])
    assert look(corpus) == ["The road"]
    assert look(corpus, "late") == ["The road"]


def test_a_near_copy_of_what_was_seen_is_no_news(corpus: Corpus) -> None:
    paragraphs = [f"{SIEGE} {n} {word}" for n, word in enumerate(("wind", "rain", "snow", "fog"))]
    write("siege.txt", *paragraphs, title="Siege")
    corpus.ingest(["articles"])
    corpus.saved.add("kunduz", "Kunduz")
    write("agency.txt", *paragraphs, "By an agency of the press", title="Siege, by an agency")
    corpus.ingest(["articles"])
    assert len(list(corpus.clusters())) == 1
    assert look(corpus) == []


def test_the_same_words_in_two_short_articles_are_two_events(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    for name in ("monday.txt", "tuesday.txt"):
        Path("articles", name).write_text(f"{name}\n\nAttack in Kunduz, three dead.\n")
        corpus.ingest(["articles"])
        assert len(look(corpus)) == 1, name


def test_an_edit_is_no_news_unless_it_makes_the_article_match(corpus: Corpus) -> None:
    write("talks.txt", TALKS, title="Talks")
    corpus.ingest(["articles"])
    corpus.saved.add("kunduz", "Kunduz", SearchRequest(filters=Filters(author=("Ada",))))
    corpus.edit("articles/talks.txt", {"title": ["Other"]})
    assert look(corpus) == []
    corpus.edit("articles/talks.txt", {"author": ["Ada"]})
    assert look(corpus) == ["Talks about"]
    corpus.edit("articles/talks.txt", {"title": ["Another"]})
    assert look(corpus) == []


def test_with_a_limit_the_rest_stays_new(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    for name, text in (("talks", TALKS), ("road", ROAD)):
        write(f"{name}.txt", text)
    corpus.ingest(["articles"])
    seen = []
    for total in (2, 1):
        news = corpus.saved.new("kunduz", request=SearchRequest(limit=1))
        assert (news.results.total, len(news.results.hits)) == (total, 1)
        corpus.saved.mark_seen(news)
        seen += first_words([hit.passage.text for hit in news.results.hits])
    assert sorted(seen) == ["Talks about", "The road"]
    assert look(corpus) == []


def test_what_there_was_no_time_for_stays_new(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    write("talks.txt", TALKS)
    corpus.ingest(["articles"])
    news = corpus.saved.new("kunduz", request=SearchRequest(limit=None, seconds=1e-9))
    assert news.results.partial
    assert not news.change
    corpus.saved.mark_seen(news)
    assert look(corpus) == ["Talks about"]
    assert [*corpus.saved.count_new(seconds=1e-9)] == [NewCount("kunduz", 0)]


def test_what_came_between_an_answer_and_its_mark_stays_new(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    write("talks.txt", TALKS, title="Talks")
    corpus.ingest(["articles"])
    news = corpus.saved.new("kunduz")
    write("road.txt", ROAD)
    write("talks.txt", TALKS, title="Talks go on")
    corpus.ingest(["articles"])
    corpus.saved.mark_seen(news)
    assert look(corpus) == ["The road"]


def test_a_mark_never_goes_back(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    write("talks.txt", TALKS)
    corpus.ingest(["articles"])
    early = corpus.saved.new("kunduz")
    write("road.txt", ROAD)
    corpus.ingest(["articles"])
    corpus.saved.mark_seen(corpus.saved.new("kunduz"))
    last = corpus.store.last_change()
    corpus.saved.mark_seen(early)
    assert corpus.store.saved_searches.last_change("kunduz", "default") == last
    assert look(corpus) == []


def test_nothing_is_marked_of_a_search_that_was_replaced_or_removed(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz", from_start=True)
    news = corpus.saved.new("kunduz")
    corpus.saved.add("kunduz", "siege", replace=True, from_start=True)
    corpus.saved.mark_seen(news)
    assert look(corpus, marks=False) == ["The siege"]
    corpus.saved.remove("kunduz")
    corpus.saved.mark_seen(news)
    assert corpus.saved.names() == []


def test_what_is_recorded_is_bounded_by_what_is_there(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    for n in range(5):
        write("siege.txt", SIEGE, f"{TALKS} {n}", title=f"Siege {n}")
        write(f"{n}.txt", f"{ROAD} {n} times")
        corpus.ingest(["articles"])
        assert look(corpus)
        corpus.remove([f"articles/{n}.txt"])
    corpus.saved.mark_seen(corpus.saved.new("kunduz"))
    recorded = corpus.store._db.rows("SELECT article, length(sentences) FROM seen")  # noqa: SLF001 - what is stored
    assert {article for article, _ in recorded} == {corpus.resolve("articles/siege.txt")}
    # Of everybody one sentence, and of this consumer the two that there are.
    assert sorted(size for _, size in recorded) == [8, 16]
    corpus.saved.remove("kunduz")
    for table in ("seen", "consumers", "saved_searches"):
        assert corpus.store._db.number(f"SELECT count(*) FROM {table}") == 0  # noqa: S608, SLF001
    assert corpus.saved.names() == []


def test_since_it_was_added(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    for name, text in (("talks", TALKS), ("road", ROAD)):
        write(f"{name}.txt", text)
        corpus.ingest(["articles"])
        assert len(look(corpus)) == 1
    news = corpus.saved.new("kunduz", since_added=True)
    assert news.results.total == 2


def test_passages_with_little_of_the_query_are_no_news(corpus: Corpus) -> None:
    corpus.saved.add("kunduz", "Kunduz siege governor")
    write("other.txt", "The governor of another place spoke for an hour")
    write("talks.txt", f"{SIEGE} said the governor")
    corpus.ingest(["articles"])
    assert look(corpus) == ["The siege"]


def test_an_index_that_lags_has_nothing_seen_of_what_it_lacks(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    write("talks.txt", TALKS)
    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "_catch_up", lambda *_, **__: None)
        corpus.ingest(["articles"])
    assert corpus.status()["unindexed"] == 1
    assert look(corpus) == []
    corpus.reindex()
    assert look(corpus) == ["Talks about"]


def test_paths_are_those_of_the_corpus_wherever_it_is(corpus: Corpus, tmp_path: Path) -> None:
    path = str(tmp_path / "articles")
    request = SearchRequest(filters=Filters(path=(path,)))
    corpus.saved.add("kunduz", "Kunduz", request, from_start=True)
    assert corpus.saved.get("kunduz").request.filters.path == ("articles",)
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copytree(tmp_path / "index", other / "index")
    with Corpus.open(other / "index") as copied:
        assert look(copied) == ["The siege"]


def test_in_memory(tmp_path: Path) -> None:
    write("siege.txt", SIEGE)
    with Corpus.in_memory() as corpus:
        corpus.ingest(["articles"])
        corpus.saved.add("kunduz", "Kunduz")
        write("talks.txt", TALKS)
        corpus.ingest(["articles"])
        assert look(corpus) == ["Talks about"]
        assert look(corpus) == []


@pytest.mark.parametrize("name", ["", " a", "a  b", "-a", "a\nb", "\x1b[1m", "a" * 101, "\u202ea"])
def test_a_name_is_one_line(corpus: Corpus, name: str) -> None:
    with pytest.raises(UsageError, match="up to 100 characters"):
        corpus.saved.add(name, "Kunduz")
    corpus.saved.add("kunduz", "Kunduz")
    with pytest.raises(UsageError, match="the name of a consumer"):
        corpus.saved.new("kunduz", name)


def test_a_missing_search_is_said(corpus: Corpus) -> None:
    for call in (corpus.saved.get, corpus.saved.remove, corpus.saved.new):
        with pytest.raises(NotFound, match="there is no saved search kabul"):
            call("kabul")


def test_nothing_is_read_if_nothing_changed(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.saved.add("kunduz", "Kunduz")
    monkeypatch.setattr("corpus_cli.saved.searches.find_new", pytest.fail)
    assert list(corpus.saved.count_new()) == [NewCount("kunduz", 0)]
    assert find_new is not None
    assert corpus.store.saved_searches.last_change("kunduz", EVERYBODY) == 1
