"""Plain texts in which several articles are gathered, and those that only have sections."""

import pytest

from corpus_cli.ingest import file_formats
from corpus_cli.ingest.readers.port import Document

FIRST = """Valley falls after a week
By Ann Lee
5 March 2024

The ministry said on Monday that its forces had taken the whole of the valley after a week of
fighting there, and that nobody had been hurt, although people who fled told of many dead.
"""
SECOND = """Prices double at the border

HERAT, March 6 (Reuters) - Traders at the border said that prices had doubled, and that flour could hardly be had at all in the towns of the south.
"""
SECTION = """Nobody could say how many people had left their houses, and the roads to the north were closed for the whole of the week after that.
"""


def read(text: str, name: str = "x.txt") -> list[Document]:
    results = list(file_formats.read(name, text.encode(), "", {}))
    return [result for result in results if isinstance(result, Document)]


@pytest.mark.parametrize("mark", ["---", "***", "* * *", "=" * 40, "____", "  ---  "])
def test_articles_between_lines_of_marks_are_read_by_themselves(mark: str) -> None:
    text = f"{FIRST}\n{mark}\n\n{SECOND}"
    first, second = read(text)
    assert (first.record, second.record) == ("1", "2")
    assert first.lines[0].text == "Valley falls after a week"
    for document in (first, second):
        for n, line in enumerate(document.lines):
            assert text.split("\n")[document.line - 1 + n] == line.text


def test_marks_above_the_first_and_below_the_last_article_separate_nothing() -> None:
    assert [document.line for document in read(f"***\n{FIRST}***\n{SECOND}***\n")] == [2, 9]


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n---\n\n{SECTION}",
        f"{FIRST}\n---\n\n{SECOND}\n---\n\n{SECTION}",
        f"{FIRST}\n***\n\nA heading\n\n{SECTION}",
        f"{FIRST}\n---\n",
        f"---\ntitle: A story\n---\n{FIRST}",
        f"{FIRST}\n--\n{SECOND}",
    ],
)
def test_marks_between_sections_separate_no_articles(text: str) -> None:
    (document,) = read(text)
    assert (document.record, document.line) == ("", 0)


def test_a_file_with_front_matter_is_one_article() -> None:
    assert len(read(f"---\ntitle: All\n---\n{FIRST}\n***\n{SECOND}", "x.md")) == 1
