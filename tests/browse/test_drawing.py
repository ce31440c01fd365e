"""What is drawn of hits, facets, articles and the state."""

import pytest

from corpus_cli.browse import drawing, state
from corpus_cli.browse.open_article import ArticleKey, OpenArticle
from corpus_cli.model import Facet, Line, Snippet, Span
from corpus_cli.search.request import SearchRequest
from tests.unit.output.made import HEADER, hit, results

FIRST = state.start("kabul", SearchRequest())
ANSWERED = state.receive_results(FIRST, FIRST.question, results(hit(), notes=("a note",)))


def open_article(*texts: str, lines_left: int = 0) -> OpenArticle:
    """Return an article in which `Kabul` is matched."""
    lines = tuple(Line(n, "body" if text else "blank", text) for n, text in enumerate(texts, 1))
    spans = {
        line.n: (Span(line.text.index("Kabul"), line.text.index("Kabul") + 5, "word"),)
        for line in lines
        if "Kabul" in line.text
    }
    matches = tuple((n, span) for n, some in spans.items() for span in some)
    key = ArticleKey("", HEADER.id)
    facts = (("file", "a.txt"),)
    return OpenArticle(
        key, HEADER, "0123", lines, spans, (), matches, lines_left=lines_left, facts=facts
    )


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (FIRST, "Searching …"),
        (FIRST._replace(line=" "), "Type what to search for; ? shows the keys."),
        (ANSWERED, "reading … · 1 passage in 1 article · by score · a note"),
        (ANSWERED._replace(is_waiting=True), "1 passage in 1 article · searching …"),
        (ANSWERED._replace(error="it is\x1b[2J damaged"), "it is\\x1b[2J damaged"),
        (
            ANSWERED._replace(reading=open_article("Kabul", "Kabul"), match=1, all_terms="article"),
            "match 2 of 2 · 1 passage in 1 article · all words in the article · by score · a note",
        ),
        (
            ANSWERED._replace(reading=open_article("Herat")),
            "no match in this text · 1 passage in 1 article · by score · a note",
        ),
    ],
)
def test_the_state_is_described_in_a_line(shown: state.State, said: str) -> None:
    assert drawing.describe(shown) == said


def test_a_hit_has_date_source_and_remarks() -> None:
    one = hit()._replace(matches=3, copies=("x",), stale="gone", corpus="index", only_in="title")
    rows = str(drawing.draw_hit(one, 90, brackets=True)).splitlines()
    assert rows == [
        "A title",
        "2024-03-31 · The Paper · 3 passages · only in the title · +1 near-copy · file gone",
        "in index",
        "[Kabul] fell",
    ]
    untitled = hit(title="")
    assert str(drawing.draw_hit(untitled, 80, brackets=False)).startswith("a.txt\n")


def test_a_snippet_is_cut_around_its_first_match() -> None:
    text = f"{'before ' * 30}Kabul {'after ' * 60}Kabul"
    spans = tuple(Span(at, at + 5, "word") for at in (210, text.rindex("Kabul")))
    one = hit()._replace(snippet=Snippet(text, spans))
    row = str(drawing.draw_hit(one, 80, brackets=True)).splitlines()[-1]
    assert row.startswith("…before ")
    assert row.count("[Kabul]") == 1
    assert row.endswith("after…")
    assert len(row) < 180
    long_word = hit()._replace(snippet=Snippet("x" * 400, (Span(0, 400, "word"),)))
    assert len(str(drawing.draw_hit(long_word, 80, brackets=True)).splitlines()[-1]) < 180


def test_a_facet_has_its_count_at_the_end() -> None:
    assert str(drawing.draw_facet(Facet("source", "BBC", 9, 1234), 14)) == "BBC      1,234"
    assert str(drawing.draw_facet(Facet("source", "A very long name", 9, 3), 10)) == "A very … 3"
    assert str(drawing.draw_facet(Facet("source", "", 9, 3), 10)) == "unknown  3"


def test_an_article_has_numbers_in_its_margin_and_its_matches_in_rows() -> None:
    opened = open_article("Kabul fell " * 3, "", "Herat held. Then Kabul", lines_left=7)
    rows = drawing.draw_article(opened, 20, brackets=True)
    texts = [str(row.content).rstrip() for row in rows]
    start = texts.index("1  [Kabul] fell") if "1  [Kabul] fell" in texts else -1
    assert start > 0, texts
    assert rows[start].matches == (0,)
    # A blank line has no number.
    assert not any(text.strip() == "2" for text in texts)
    assert [row.matches for row in rows if row.matches] == [(0,), (1,)]
    assert "7 more lines:" in " ".join(texts)
    assert "corpus show 0123" in " ".join(" ".join(texts).split())
    assert max(len(text) for text in texts) <= 20
