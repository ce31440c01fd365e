"""What people see: nothing dangerous, nothing lost, at any width."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from corpus_cli.model import (
    Article,
    Facet,
    Facets,
    Header,
    Hit,
    Line,
    Passage,
    Place,
    Results,
    Snippet,
    Source,
    Span,
)
from corpus_cli.output import stream
from corpus_cli.output.terminal.page import tail, turns
from corpus_cli.output.terminal.printer import Terminal
from tests.unit.output.conftest import SEQUENCE

Screen = Callable[..., str]

LINK = "file://{path}#{line}"


def header(path: str = "/a/kabul.txt", **known: Any) -> Header:
    """An article in a file, with a title, an author, a date and a site."""
    return Header(
        **{
            "id": "20a045af8b2e",
            "sources": (Source(path),),
            "title": "The fall of Kabul",
            "authors": ("Ann Lee",),
            "published": "2026-01-22",
            "modified": "",
            "source": "The Times",
            "url": "",
            "tags": (),
            "language": "en",
            "passages": 1,
            **known,
        }
    )


def hit(text: str = "They took Kabul at noon.", head: Header | None = None, **more: Any) -> Hit:
    """A hit that matches its third word."""
    head = head or header()
    at = re.search(r"\S+ \S+ (\S+)", text)
    spans = (Span(at.start(1), at.end(1), "word"),) if at else ()
    passage = Passage(head.id, 1, 0, len(text), (17, 17), text, head.title)
    shown = Snippet(text, spans)
    return Hit(1, 1.0, passage, head, Place(17, 11, 11), spans, (), shown, (), **more)


def results(*hits: Hit) -> Results:
    return Results("kabul", "kabul", hits, len(hits), 0)


def test_matches_are_in_colour_or_in_brackets_or_both(screen: Screen) -> None:
    found = results(hit())
    assert "took [Kabul] at" in screen(Terminal(color=False).print_results, found)
    coloured = screen(Terminal(color=True).print_results, found)
    assert "\x1b[1;33mKabul\x1b[0m" in coloured
    assert "\x1b[1;33m[Kabul]\x1b[0m" in screen(
        Terminal(color=True, mark=True).print_results, found
    )


@pytest.mark.parametrize("color", [False, True])
def test_a_path_leads_to_the_line_and_the_link_takes_no_room(
    screen: Screen, *, color: bool
) -> None:
    found = results(hit())
    linked = screen(Terminal(color=color, link=LINK).print_results, found)
    assert "\x1b]8;;file:///a/kabul.txt#17\x1b\\" in linked
    assert linked.count("\x1b]8;;\x1b\\") == 1
    assert SEQUENCE.sub("", linked) == SEQUENCE.sub(
        "", screen(Terminal(color=color).print_results, found)
    )
    part = header(sources=(Source("/a/kabul.zip", "x/y.txt"),))
    assert "kabul.zip#1\x1b" in screen(
        Terminal(color=color, link=LINK).print_results, results(hit(head=part))
    )
    typed = header(sources=(Source("-"),))
    assert "\x1b]8" not in screen(
        Terminal(color=color, link=LINK).print_results, results(hit(head=typed))
    )


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_hit_list_fits_and_keeps_the_line_number(screen: Screen, width: int) -> None:
    head = header(
        "/" + "long-folder/" * 20 + "kabul.txt",
        title="The fall of Kabul, as it was told by those who were there " * 3,
        authors=("Ann Lee", "Bo Di", "Cy Fu Ma"),
        source="The International Herald of the Times of Yesterday",
    )
    lines = screen(
        Terminal(color=False).print_results, results(hit(head=head)), width=width
    ).splitlines()
    assert max(map(cell_len, lines)) <= min(width, 100)
    assert any(line.endswith("kabul.txt:17") and "…" in line for line in lines)
    # No fact is broken where a separator could have been.
    assert any("22 Jan 2026" in line for line in lines)
    whole = " ".join(" ".join(lines).split())
    assert "The International Herald of the Times of Yesterday" in whole
    assert "those who were there" in whole


def test_wide_characters_are_counted_as_two(screen: Screen) -> None:
    head = header(title="领英推荐" * 20, authors=("领英",), source="推荐")
    shown = screen(
        Terminal(color=False).print_results, results(hit("领英 推荐 " * 40, head)), width=60
    )
    assert max(map(cell_len, shown.splitlines())) <= 60
    shown = screen(Terminal(color=False).listed, [head, header()], width=60)
    assert max(map(cell_len, shown.splitlines())) <= 60


def test_letters_from_right_to_left_stand_alone_and_last(screen: Screen) -> None:
    head = header("/a/مقاله", authors=("نویسنده",), source="کابل تایمز")
    lines = screen(
        Terminal(color=False).print_results, results(hit(head=head)), width=100
    ).splitlines()
    assert [line.strip() for line in lines[1:5]] == [
        "22 Jan 2026",
        "line 17 of /a/مقاله",
        "نویسنده",
        "کابل تایمز",
    ]
    listed = screen(Terminal(color=False).listed, [header(title="سقوط کابل")], width=80)
    assert not any(turns(line) and re.search(r"\d", line) for line in listed.splitlines())
    facets = Facets("q", "q", (Facet("source", "کابل", 12, 3),), 12, 3)
    assert screen(Terminal(color=False).print_facets, facets).rstrip().endswith("کابل")


def test_what_there_is_to_know_of_a_hit(screen: Screen) -> None:
    near = Passage("20a0", 2, 0, 4, (19, 19), "And then?", "")
    found = results(
        hit(before=(near,), after=(near,), matches=3, suggested=True, stale="gone", corpus="/c/two")
    )
    lines = [
        line.strip() for line in screen(Terminal(color=False).print_results, found).splitlines()
    ]
    assert lines[1].endswith("/a/kabul.txt:17 in /c/two")
    assert lines[2:] == [
        "And then?",
        "They took [Kabul] at noon.",
        "And then?",
        "3 passages here",
        "not as typed",
        "the file is gone",
    ]
    stale = screen(Terminal(color=False).print_results, results(hit(stale="changed")))
    assert "the file has changed since it was read" in stale


def test_a_list_tells_more_where_there_is_room(screen: Screen) -> None:
    heads = [header(), header("/" + "deep/" * 30 + "end.txt", title="Long title " * 30)]
    narrow = screen(Terminal(color=False).listed, heads, width=80).splitlines()
    assert narrow[0].split() == [
        "20a045af8b2e",
        "2026-01-22",
        "The",
        "fall",
        "of",
        "Kabul",
        "The",
        "Times",
    ]
    assert max(map(cell_len, narrow)) <= 80
    wide = screen(Terminal(color=False, link=LINK).listed, heads, width=140)
    assert "\x1b]8;;file:///a/kabul.txt#1\x1b\\/a/kabul.txt" in wide
    lines = SEQUENCE.sub("", wide).splitlines()
    assert max(map(cell_len, lines)) <= 140
    assert lines[0].index("Ann Lee") == lines[1].index("Ann Lee")
    assert lines[1].endswith("/end.txt")


@pytest.mark.parametrize("width", [60, 200])
def test_facets_are_bars_with_their_values(screen: Screen, width: int) -> None:
    values = (Facet("source", "The Times", 1200, 40), Facet("source", "x" * 300, 300, 9))
    found = Facets("q", "q", (*values, Facet("year", "", 1, 1)), 1501, 50)
    lines = screen(Terminal(color=False).print_facets, found, width=width).splitlines()
    assert lines[0].endswith("source")
    assert "1,200        40  █" in lines[1]
    assert lines[1].endswith("The Times")
    full, quarter = (line.count("█") for line in lines[1:3])
    assert width / 8 < full <= min(width, 100) / 3
    assert quarter == full // 4
    assert lines[2].endswith("x…")
    assert lines[5].endswith("none known")
    assert max(map(cell_len, lines)) <= min(width, 100)


def test_a_table_goes_on_below_where_it_is_narrow(screen: Screen) -> None:
    rows = [("a.txt", "it is no text"), ("b" * 70, "word " * 30), ("",)]
    lines = screen(Terminal(color=False).table, rows, ("file", "why"), width=60).splitlines()
    assert lines[0].split() == ["file", "why"]
    assert lines[1].index("it is no text") == lines[0].index("why")
    assert max(map(cell_len, lines)) <= 60
    assert "".join(lines).count("b") == 70
    assert " ".join(lines).count("word") == 30


def test_an_article_opens_with_its_title_and_leaves_the_rest_out(screen: Screen) -> None:
    kinds = ["metadata", "chrome", "title", "blank", "chrome:share", "blank", "body"]
    texts = ["title: x", "Menu", "The fall of Kabul", "", "Share", "", "They took it."]
    rows = [Line(n, *pair) for n, pair in enumerate(zip(kinds, texts, strict=True), 1)]
    found = Article("20a0", tuple(rows), ())
    lines = screen(Terminal(color=False).print_article, found, header(), None).splitlines()
    assert lines == [
        "3  The fall of Kabul",
        "   Ann Lee · 22 Jan 2026 · The Times",
        "   /a/kabul.txt",
        "",
        "7  They took it.",
    ]
    some = screen(Terminal(color=False).print_article, found, header(), range(1, 4))
    assert some.split() == ["1", "title:", "x", "2", "Menu", "3", "The", "fall", "of", "Kabul"]


def test_no_code_point_of_unicode_does_anything(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in body, title, author, path, query and value, through all that prints."""
    dangerous = {
        char
        for char in map(chr, range(0x110000))
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        or char in "\u061c\u200b\u200e\u200f\u2060\ufeff"
    } - {"\n", "\t"}
    assert len(dangerous) > 2_000
    monkeypatch.setattr(stream, "listening", lambda: True)
    terminal = Terminal(color=True, link=LINK)
    # What is shown of a block without any of these can have none either.
    for first in sorted({ord(char) & ~0xFF for char in dangerous}):
        every = "".join(map(chr, range(first, first + 0x100)))
        head = header("/" + every, title=every, authors=(every,), source=every)
        facet = Facets(every, every, (Facet("tag", every, 1, 1),), 1, 1)
        lines = Article("20a0", (Line(1, "body", every),), ())
        for method, *arguments in (
            (terminal.print_results, results(hit(every, head))),
            (terminal.listed, [head]),
            (terminal.print_facets, facet),
            (terminal.print_article, lines, head, None),
            (terminal.table, [(every, every)], ("name", "value")),
            (stream.talk, every),
        ):
            seen = screen(method, *arguments, width=6_000)
            assert not dangerous & set(SEQUENCE.sub("", seen)), (hex(first), method)


def test_a_command_that_is_said_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "listening", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    command = f"corpus ingest 'a  b' {'folder/' * 9}"
    stream.talk(f"corpus: 2 files are changed since they were read: do: {command}")
    assert capsys.readouterr().err.splitlines() == [
        "corpus: 2 files are changed since they",
        "were read: do:",
        command,
    ]
    stream.talk("corpus: nothing is called x: corpus list")
    assert capsys.readouterr().err == "corpus: nothing is called x: corpus list\n"


def test_the_end_of_a_path_is_kept() -> None:
    assert tail("/a/b.txt", 8) == "/a/b.txt"
    assert tail("/a/b.txt", 5) == "….txt"
    assert tail("领英推荐", 5) == "…推荐"
