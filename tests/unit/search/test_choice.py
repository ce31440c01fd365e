"""Order, windows and groups of hits, in one corpus and in several."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.query.filters import Filters
from corpus_cli.search.across_corpora import merge_answers, request_each
from corpus_cli.search.request import SORTS, SearchRequest
from tests.conftest import article

DAYS = {"a": "2024-05-01", "b": "2023-01-02", "c": "", "d": "2024-03-01"}


def made(folder: Path, days: dict[str, str]) -> Corpus:
    for name, day in days.items():
        front = (
            f"---\ndate: {day}\nmodified: {day}\nsource: Site {name.upper()}\n---\n" if day else ""
        )
        texts = [f"Kabul {name}{n} was quiet" for n in range(3)]
        (folder / f"{name}.md").write_text(front + article(*texts, title=f"Title {name}"))
    corpus = Corpus.in_memory()
    corpus.ingest([str(folder)])
    return corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with made(tmp_path, DAYS) as corpus:
        yield corpus


def names(corpus: Corpus, **options: object) -> list[str]:
    hits = corpus.search("kabul", SearchRequest(duplicates=True, **options)).hits  # type: ignore[arg-type]
    assert [hit.rank for hit in hits] == list(
        range(
            1 + int(str(options.get("offset", 0))),
            len(hits) + 1 + int(str(options.get("offset", 0))),
        )
    )
    return [Path(hit.header.sources[0].path).stem for hit in hits]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("date", "bdac"), ("-date", "adbc"), ("source", "abdc"), ("path", "abcd")],
)
def test_sorted(corpus: Corpus, sort: str, order: str) -> None:
    assert names(corpus, sort=sort, limit=None, per_article=1) == list(order)


def test_sorted_by_the_date_of_modification(corpus: Corpus) -> None:
    days = {"a": "2021-05-01", "b": "2026-05-01", "d": "2023-05-01"}
    for header in list(corpus.headers()):
        if day := days.get(Path(header.sources[0].path).stem):
            corpus.edit(header.id, {"modified": [day]})
    assert names(corpus, sort="modified", limit=None, per_article=1) == list("adbc")
    assert names(corpus, sort="-modified", limit=None, per_article=1) == list("bdac")


def test_what_has_no_date_comes_last(corpus: Corpus) -> None:
    for sort in ("date", "-date"):
        assert names(corpus, sort=sort, limit=None)[-3:] == ["c"] * 3


def test_a_window_is_a_part_of_all(corpus: Corpus) -> None:
    every = corpus.search("kabul", SearchRequest(limit=None)).hits
    for offset in range(0, len(every), 5):
        assert (
            corpus.search("kabul", SearchRequest(limit=5, offset=offset)).hits
            == every[offset : offset + 5]
        )
    assert corpus.search("kabul", SearchRequest(offset=99)).hits == ()


def test_groups_of_articles(corpus: Corpus) -> None:
    every = names(corpus, limit=None)
    best = list(dict.fromkeys(every))
    assert names(corpus, group_by_article=True, limit=None) == best
    assert names(corpus, group_by_article=True, limit=2) == best[:2]
    assert names(corpus, group_by_article=True, limit=1, offset=1) == best[1:2]
    twos = names(corpus, group_by_article=True, limit=2, per_article=2)
    assert twos == [best[0]] * 2 + [best[1]] * 2
    hits = corpus.search("kabul", SearchRequest(group_by_article=True)).hits
    assert {hit.matches for hit in hits} == {every.count(best[0])}


def test_neighbours(corpus: Corpus) -> None:
    hits = corpus.search("kabul", SearchRequest(limit=None, context=1, per_article=9)).hits
    for hit in hits:
        around = [*hit.before, hit.passage, *hit.after]
        assert [one.n for one in around] == list(range(around[0].n, around[-1].n + 1))
        assert {one.article for one in around} == {hit.header.id}
    assert any(hit.before for hit in hits)
    assert any(hit.after for hit in hits)


def test_the_place_of_a_hit_is_where_its_first_match_stands(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Title\n\nÉté à Kaboul, and then Herat fell to them all.\n")
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path)])
        (hit,) = corpus.search("Herat").hits
    assert hit.place == (3, 24, 27)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("grouped", [False, True])
def test_several_corpora_answer_as_one(tmp_path: Path, sort: str, grouped: bool) -> None:  # noqa: FBT001 - drawn
    """Where each has half of the articles, and their counts agree."""
    halves = ({"a": "2024-05-01", "b": "2023-01-02"}, {"c": "2024-02-03", "d": "2022-01-01"})
    corpora = []
    for n, days in enumerate(halves):
        (tmp_path / str(n)).mkdir()
        corpora.append((str(n), made(tmp_path / str(n), days)))
    options = SearchRequest(sort=sort, group_by_article=grouped, limit=3, offset=1)  # type: ignore[arg-type]
    each = [(name, corpus.search("kabul", request_each(options))) for name, corpus in corpora]
    found = merge_answers(each, options)
    assert [hit.rank for hit in found.hits] == [2, 3, 4]
    assert found.total == sum(one.total for _, one in each)
    assert {hit.corpus for hit in found.hits} <= {"0", "1"}
    published = [hit.header.published for hit in found.hits]
    modified = [hit.header.modified for hit in found.hits]
    if sort.endswith("modified"):
        assert modified == sorted(modified, reverse=sort.startswith("-"))
    if sort.endswith("date"):
        assert published == sorted(published, reverse=sort == "-date")
    if sort == "score":
        assert [hit.score for hit in found.hits] == sorted(
            (h.score for h in found.hits), reverse=True
        )
    for _, corpus in corpora:
        corpus.close()


def test_what_is_known_in_bulk_is_what_each_article_tells(corpus: Corpus) -> None:
    corpus.edit(corpus.store.ids()[0], {"author": ["By Hand"], "source": []})
    for field in ("title", "author", "published", "source", "tag", "url"):
        known = corpus.store.metadata.values_of_field(field)
        for one in corpus.store.ids():
            data = corpus.store.metadata.of(one)
            assert list(known.get(one, ())) == [d.value for d in data if d.field == field]


def test_a_filter_alone_is_a_question(corpus: Corpus) -> None:
    found = corpus.search("", SearchRequest(filters=Filters(source=("Site A",)), limit=None))
    assert {hit.header.published for hit in found.hits} == {"2024-05-01"}
    assert found.total == len(found.hits)
