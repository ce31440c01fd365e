"""Paragraphs as passages."""

from corpus_cli.ingest.passages import MAX_PASSAGE_WORDS, split_passages
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.model import Passage
from tests.conftest import SEEDS

SENTENCE = (
    "The ministry said on Monday that its forces had taken the valley after a week of fighting."
)
PARAGRAPH = " ".join([SENTENCE] * 4)


def cut(*lines: str) -> list[Passage]:
    article = structure(list(map(DocumentLine, lines)))
    found = list(split_passages(article))
    for passage in found:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip()
        rows = article.text.split("\n")[passage.lines[0] - 1 : passage.lines[1]]
        assert passage.text in "\n".join(rows)
    return found


def test_one_a_paragraph_under_its_heading() -> None:
    found = cut("A title here", "", PARAGRAPH, "", "First Heading", "", PARAGRAPH, "", PARAGRAPH)
    assert [(passage.n, passage.lines, passage.heading) for passage in found] == [
        (1, (3, 3), ""),
        (2, (7, 7), "First Heading"),
        (3, (9, 9), "First Heading"),
    ]
    assert {passage.title for passage in found} == {"A title here"}


def test_tiny_lines_are_joined_but_not_across_a_heading() -> None:
    found = cut(
        "A title here", PARAGRAPH, "“No.”", "“Why?” he asked.", PARAGRAPH, "Next Heading", PARAGRAPH
    )
    assert [passage.lines for passage in found] == [(2, 2), (3, 4), (5, 5), (7, 7)]


def test_hard_wrapped_lines_are_joined_until_the_sentence_ends() -> None:
    wrapped = [PARAGRAPH[i : i + 70] for i in range(0, len(PARAGRAPH), 70)]
    found = cut("A title here", PARAGRAPH, *wrapped)
    assert found[1].lines == (3, 2 + len(wrapped))


def test_a_long_paragraph_is_split_at_a_sentence() -> None:
    found = cut("A title here", " ".join([SENTENCE] * 40))
    assert len(found) > 1
    assert all(len(passage.text.split()) <= MAX_PASSAGE_WORDS for passage in found)
    assert all(passage.text.endswith(".") for passage in found)
    assert {passage.lines for passage in found} == {(2, 2)}


def test_a_word_without_end_is_split_too() -> None:
    assert max(len(passage.text) for passage in cut("A title", "x" * 9_000)) <= 2_000


def test_what_heads_nothing_is_a_passage() -> None:
    assert [passage.text for passage in cut("Only a title")] == ["Only a title"]


def test_a_dek_is_a_passage_of_its_own() -> None:
    found = cut("A title here", "A dek that says more", PARAGRAPH)
    assert [passage.lines for passage in found] == [(2, 2), (3, 3)]


def test_the_five_articles_are_cut_where_their_paragraphs_are() -> None:
    for path in sorted(SEEDS.iterdir()):
        article = structure(list(map(DocumentLine, path.read_text("utf-8").split("\n"))))
        lines = [line.n for line in article.lines if line.broad in ("body", "dek")]
        assert [passage.lines for passage in split_passages(article)] == [(n, n) for n in lines]
