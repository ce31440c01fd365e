"""Questions of one to three words, as people type them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.search.request import SearchRequest

FILLER = (
    "The council met on Monday and went through the budget for the year, line by line, until it "
    "was late and the members left for home."
)


@contextmanager
def papers(articles: Mapping[str, str]) -> Iterator[Corpus]:
    # A name that stands in half of the articles would tell nothing.
    others = {f"other-{n}": f"Meeting {n}\n\n{FILLER} Number {n}.\n" for n in range(20)}
    for name, text in {**articles, **others}.items():
        Path(f"{name}.txt").write_text(text, "utf-8")
    with Corpus.in_memory() as corpus:
        corpus.ingest([f"{name}.txt" for name in (*articles, *others)])
        yield corpus


def order(corpus: Corpus, line: str, options: SearchRequest | None = None) -> list[str]:
    return [hit.header.sources[0].document for hit in corpus.search(line, options).hits]


def test_words_of_an_unknown_name_side_by_side_come_first() -> None:
    apart = (
        f"Zarmina said so, and said it again: Zarmina. {FILLER} Her cousin Yusufi was not there."
    )
    beside = f"{FILLER} {FILLER} Then Zarmina Yusufi said no more."
    with papers({"apart": f"News\n\n{apart}\n", "beside": f"News too\n\n{beside}\n"}) as corpus:
        assert order(corpus, "Zarmina Yusufi")[0] == "beside"
        assert order(corpus, "who is Zarmina Yusufi?")[0] == "beside"


def test_titles_and_headings_help() -> None:
    body = f"{FILLER} It was about Zarmina."
    with papers(
        {
            "none": f"On other things\n\n{body}\n\n{FILLER}\n",
            "title": f"What Zarmina wants\n\n{body}\n\n{FILLER}\n",
        }
    ) as corpus:
        assert order(corpus, "Zarmina")[0] == "title"
        assert order(corpus, "Zarmina", SearchRequest(group_by_article=True, duplicates=True)) == [
            "title",
            "none",
        ]


def test_tags_and_chrome_never_win() -> None:
    chrome = "Tags: Zarmina, Yusufi, Zarmina Yusufi\n\nLeave a Reply"
    with papers(
        {
            "tags": f"On other things\n\n{FILLER}\n\n{FILLER}\n\n{chrome}\n",
            "text": f"More things\n\n{FILLER} {FILLER} Once, Zarmina Yusufi was there.\n",
        }
    ) as corpus:
        hits = corpus.search("Zarmina Yusufi").hits
        assert hits[0].header.sources[0].document == "text"
        assert not any("Zarmina Yusufi," in hit.passage.text for hit in hits)


@pytest.mark.parametrize("line", ["Taliban", "TTP", "ISIS-K", "Kurilla"])
def test_no_line_around_the_text_is_among_the_hits(corpus: Corpus, line: str) -> None:
    for hit in corpus.search(line, SearchRequest(limit=None)).hits:
        lines = corpus.article(hit.header.id)[0].lines
        kinds = {one.kind for one in lines[hit.passage.lines[0] - 1 : hit.passage.lines[1]]}
        assert not any(kind.startswith(("chrome", "tags", "topics")) for kind in kinds), kinds
