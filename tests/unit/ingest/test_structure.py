"""What each line of a text is."""

import tomllib
from typing import Any

import pytest

from corpus_cli.ingest.structure import structure
from corpus_cli.model import Article
from tests.conftest import DATA, SEEDS

TRUTH: dict[str, Any] = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))

PROSE = "The ministry said on Monday that its forces had taken the valley after a week of fighting there."
LONG = " ".join([PROSE] * 4)


def read(*lines: str) -> Article:
    return structure(lines)


def kinds(article: Article) -> list[str]:
    return [line.kind for line in article.lines if line.kind != "blank"]


@pytest.mark.parametrize("name", TRUTH)
def test_the_five_articles(name: str) -> None:
    article = structure((SEEDS / name).read_text("utf-8").split("\n"))
    wanted = {n: kind for kind, lines in TRUTH[name]["kinds"].items() for n in lines}
    found = {
        line.n: line.kind if line.kind == "title:repeat" else line.broad
        for line in article.lines
        if line.kind != "blank"
    }
    assert found == wanted


@pytest.mark.parametrize("name", TRUTH)
def test_the_metadata_of_the_five_articles(name: str) -> None:
    article = structure((SEEDS / name).read_text("utf-8").split("\n"))
    assert list(article.values("title")) == [TRUTH[name]["title"]]
    assert list(article.values("author")) == TRUTH[name]["authors"]
    assert "".join(article.values("published")) == TRUTH[name]["published"]
    assert list(article.values("tag")) == TRUTH[name]["tags"]


def test_every_line_is_kept() -> None:
    lines = ["Title here", "", " indented ", "\u00a0", "© 2020 Site", "a\x1b[31m"]
    article = read(*lines)
    assert [line.text for line in article.lines] == lines
    assert [line.n for line in article.lines] == [1, 2, 3, 4, 5, 6]


def test_a_byline_and_a_date_line() -> None:
    article = read(
        "A title of some words", "By Jane A. Doe and Omar al-Masri", "3 May 2021", LONG, LONG
    )
    assert kinds(article) == ["title", "byline", "metadata", "body", "body"]
    assert article.values("author") == ("Jane A. Doe", "Omar al-Masri")
    assert article.values("published") == ("2021-05-03",)


@pytest.mark.parametrize(
    "line",
    [
        "2021-05-03",
        "May 3, 2021",
        "Published: 3rd May 2021 at 10:00",
        "Posted on May 03 2021",
        "Mon, 3 May 2021",
    ],
)
def test_dates_of_a_header(line: str) -> None:
    assert read("A title of some words", line, LONG, LONG).values("published") == ("2021-05-03",)


@pytest.mark.parametrize(
    "line",
    [
        "KABUL, May 3, 2021 (Agency) - " + LONG,
        LONG
        + " It began on May 3, 2021, and went on for many days after that with no end in sight.",
        "Copyright 2021,",
        "© 2021 The Site",
    ],
)
def test_no_date_from_body_or_copyright(line: str) -> None:
    assert read("A title of some words", LONG, line).values("published") == ()


def test_labels() -> None:
    article = read("Title here now", "Category: War Tags: a, b, and c By: Jane Doe", LONG, LONG)
    assert kinds(article)[:2] == ["title", "metadata"]
    assert article.values("tag") == ("a", "b", "c")
    assert article.values("topic") == ("War",)
    assert article.values("author") == ("Jane Doe",)


def test_a_colon_in_a_sentence_is_no_label() -> None:
    article = read("Title here now", LONG, f"He said: {PROSE}", LONG)
    assert kinds(article) == ["title", "body", "body", "body"]


def test_headings_stand_between_paragraphs() -> None:
    article = read(
        "Title here now", "A dek that says more", LONG, "What Comes Next?", LONG, "He left.", LONG
    )
    assert kinds(article) == ["title", "dek", "body", "heading", "body", "body", "body"]


def test_a_biography_after_the_last_paragraph_names_the_author() -> None:
    bio = "Jane Doe is a professor of history at the University of Somewhere and the author of two books."
    article = read("Title here now", LONG, LONG, bio, "Share", "Leave a Reply")
    assert kinds(article)[-3:] == ["chrome:bio", "chrome:share", "chrome:comments"]
    assert article.values("author") == ("Jane Doe",)


def test_the_same_words_inside_the_text_are_body() -> None:
    about = "Ashraf Ghani is a professor who led the country until the Taliban took Kabul, it was said then."
    article = read("Title here now", LONG, about, LONG)
    assert kinds(article) == ["title", "body", "body", "body"]
    assert article.values("author") == ()


def test_a_line_in_another_script_is_chrome_only_where_it_is_alone() -> None:
    assert kinds(read("Title here now", LONG, "领英推荐", LONG))[2] == "chrome:script"
    russian = "Министерство сообщило в понедельник, что силы заняли долину после недели боев в этом районе."
    assert "chrome:script" not in kinds(read("Title here now", LONG, russian, russian))


def test_a_glued_name_is_a_title() -> None:
    assert kinds(read("McDonald wins in YouTube poll", LONG, LONG))[0] == "title"


def test_the_id_depends_on_the_text_alone() -> None:
    assert read("a b", LONG).id == read("a b", LONG, "", " ").id != read("a c", LONG).id
    assert read("a b", LONG).id != read("a b", "", LONG).id


def test_composed_and_decomposed_letters_are_one() -> None:
    assert read("Ze\u0301 b", LONG).id == read("Z\u00e9 b", LONG).id


def test_hardly_any_text() -> None:
    assert kinds(read("word")) == ["title"]
    assert read().lines == ()
    assert kinds(read("", " ")) == []
