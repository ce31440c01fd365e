"""Lines become articles and passages, and none is lost."""

import unicodedata
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.ingest.passages import split_passages
from corpus_cli.ingest.readers.port import DocumentLine
from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.structure import structure
from corpus_cli.ingest.structure.written_dates import find_dates, read_date_line, split_dates
from corpus_cli.model import BLANK, BODY, BYLINE, CHROME, DEK, HEADING, METADATA, TITLE
from tests.property.made import ANY_TEXT, articles, soon

KINDS = {BLANK, BODY, BYLINE, CHROME, DEK, HEADING, METADATA, TITLE}
PROSE = "word " * 24 + "end."

one_line = ANY_TEXT.map(lambda text: text.replace("\n", " "))
long_lines = st.builds(
    lambda word, times, end: (word * times)[:6_000] + end,
    st.sampled_from(["word ", "Word. ", "1234", "领英。", "领，", "1-", "\u00a0 x", "U.S. was. "]),
    st.integers(1, 2_000),
    st.sampled_from(["", ".", "!”", "。"]),
)
sources = st.one_of(
    articles, st.lists(one_line, max_size=8), st.lists(st.one_of(one_line, long_lines), max_size=5)
)


@settings(max_examples=72)
@given(sources)
def test_every_line_is_kept_with_its_kind(lines: list[str]) -> None:
    article = structure(list(map(DocumentLine, lines)))
    assert [line.n for line in article.lines] == list(range(1, len(lines) + 1))
    assert [line.text for line in article.lines] == [
        unicodedata.normalize("NFC", line) for line in lines
    ]
    assert {line.broad for line in article.lines} <= KINDS
    assert all((line.kind == BLANK) == (not line.text.strip()) for line in article.lines)


@settings(max_examples=90)
@given(sources)
def test_passages_are_ranges_of_their_article(lines: list[str]) -> None:
    article = structure(list(map(DocumentLine, lines)))
    text, end = article.text, 0
    starts = [0]
    for line in article.lines:
        starts.append(starts[-1] + len(line.text) + 1)
    for n, passage in enumerate(split_passages(article), 1):
        assert passage.id == f"{article.id}#{n}"
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert end <= passage.start < passage.end
        assert len(passage.text) <= 2_000
        assert len(passage.text.split()) <= 250
        first, last = passage.lines
        assert starts[first - 1] <= passage.start < starts[first]
        assert starts[last - 1] < passage.end < starts[last]
        end = passage.end


@settings(max_examples=90)
@given(sources)
def test_passages_cover_the_body(lines: list[str]) -> None:
    article = structure(list(map(DocumentLine, lines)))
    covered: set[int] = set()
    for passage in split_passages(article):
        covered.update(range(passage.start, passage.end))
    start = 0
    for line in article.lines:
        if line.broad in (BODY, DEK):
            for at, char in enumerate(line.text, start):
                assert char.isspace() or at in covered
        start += len(line.text) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([f"Line nr {n}" for n in range(20_000)] + [PROSE], id="short lines"),
        pytest.param(["Title", *["", "x"] * 20_000, PROSE], id="blank lines between"),
        pytest.param(["Title", *[""] * 20_000, "x"] + [""] * 20_000 + [PROSE], id="blank lines"),
        pytest.param(["The quick fox ran home. " * 25_000], id="one line of sentences"),
        pytest.param(["word " * 120_000 + "end."], id="one line of words"),
        pytest.param(["领" * 800_000 + "。"], id="one line without blanks"),
        pytest.param(["Title", "a" + " " * 60_000 + "b", PROSE], id="a line of blanks"),
        pytest.param(["Title", "Tags: a" + " " * 60_000 + "b", PROSE], id="a label and blanks"),
        pytest.param(["Title", "a" * 400 + "!", PROSE], id="a long word"),
        pytest.param(["Title", PROSE, "a" * 400 + "!"], id="a long word at the end"),
        pytest.param(["Title", "A" + "a-" * 400 + "/", PROSE], id="an address"),
    ],
)
def test_long_texts_are_read_soon(lines: Sequence[str]) -> None:
    with soon():
        list(split_passages(structure(list(map(DocumentLine, lines)))))


@pytest.mark.parametrize(
    "line",
    ["ſep 5, 2021", "5 ſept 2021", "Tags: a Big\tTopic: b", "Tags: a Big\u00a0Topic: b"],
    ids=ascii,
)
def test_an_odd_line_is_read(line: str) -> None:
    article = structure(list(map(DocumentLine, ["Title", line, PROSE])))
    assert article.lines[1].text == line


@pytest.mark.parametrize(
    "clue",
    [
        clues.phrase,
        clues.glued,
        clues.byline,
        clues.affiliation,
        clues.bio,
        clues.breadcrumb,
        read_date_line,
        split_dates,
        find_dates,
    ],
    ids=lambda clue: str(clue.__name__),
)
def test_a_clue_is_found_soon(clue: Callable[[str], object]) -> None:
    with soon():
        for piece in ("a", "é", "A ", "may ", "1 may ", "By ", "12 ", ". ", '."', "a. ", " ", ", "):
            clue(piece * 2_000)
            clue(f"A {piece * 2_000}!")
