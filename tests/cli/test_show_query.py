"""`show --query` marks in an article what a search marks in its hits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus_cli.corpus import Corpus
from tests.cli.conftest import Run
from tests.cli.test_schema import check
from tests.conftest import article


def marked(run: Run, name: str, query: str, *options: str) -> str:
    ran = run("show", name, "--query", query, *options)
    assert ran.code == 0, ran.err
    return ran.out


def lines_of(run: Run, name: str, query: str) -> dict[int, list[str]]:
    """Return the marked words of each line of an article."""
    shown = json.loads(marked(run, name, query, "--json"))
    return {
        line["n"]: [line["text"][start:end] for start, end, _ in line["spans"]]
        for line in shown["lines"]
        if "spans" in line
    }


def spans_of_hits(run: Run, query: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield the spans of all passages that a search finds, as positions in their articles."""
    ran = run("search", query, "--all", "--duplicates", "--jsonl")
    for line in ran.out.splitlines():
        hit: dict[str, Any] = json.loads(line)
        for start, end, why in hit.get("spans", ()):
            shift = hit["chars"][0]
            yield hit["article"], start + shift, end + shift, why


@pytest.mark.parametrize(
    "query",
    [
        "IS-KP",
        "Taliban regime",
        '"Islamic State"',
        "divisons",
        "terror*",
        "exact:Afghan",
        "Kurilla",
    ],
)
def test_it_marks_what_a_search_marks(run: Run, here: Path, query: str) -> None:
    expected = set(spans_of_hits(run, query))
    assert expected
    found = set()
    for name in {one for one, *_ in expected}:
        shown = json.loads(marked(run, name, query, "--json"))
        start = 0
        for line in shown["lines"]:
            if line["kind"].partition(":")[0] not in ("title", "heading"):
                for first, last, why in line.get("spans", ()):
                    found.add((name, start + first, start + last, why))
            start += len(line["text"]) + 1
    assert found == expected


def test_all_forms_of_a_name_and_of_a_word_are_marked(run: Run, here: Path) -> None:
    words = {word for found in lines_of(run, "20a0", "ISIS-K").values() for word in found}
    assert {"ISKP", "IS-K"} & words
    words = {word for found in lines_of(run, "20a0", "engaged").values() for word in found}
    assert "engagement" in words


def test_a_pipe_has_brackets_and_a_terminal_colour(run: Run, here: Path) -> None:
    assert "[Kurilla]" in marked(run, "70ad", "Kurilla")
    shown = marked(run, "70ad", "Kurilla", "--format", "terminal", "--color", "always")
    assert "\x1b[1;33mKurilla\x1b[0m" in shown
    assert "[Kurilla]" not in shown
    assert "[Kurilla]" in marked(run, "70ad", "Kurilla", "--format", "terminal")


def test_titles_and_headings_are_marked_where_they_stand(run: Run, tmp_path: Path) -> None:
    text = f"# The Zanskar Road\n\n## On Zanskar passes\n\n{article('Snow fell early.')}\n"
    (tmp_path / "road.md").write_text(text)
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path / "road.md")])
    out = marked(run, "road.md", "Zanskar")
    assert "[Zanskar] Road" in out
    assert "On [Zanskar] passes" in out
    assert "[Zanskar] Road" in marked(run, "road.md", "Zanskar", "--format", "terminal")


def test_lines_and_raw_lines_are_marked_too(run: Run, here: Path) -> None:
    (line, *_), *_ = [[*found] for found in [lines_of(run, "70ad", "Kurilla")]]
    assert "Kurilla]" in marked(run, f"70ad:{line}", "Kurilla")
    assert "Kurilla]" in marked(run, f"70ad:{line}", "Kurilla", "--raw")


def test_a_query_without_a_match_shows_the_article_and_says_so(run: Run, here: Path) -> None:
    ran = run("show", "20a0", "--query", "zebra", "--format", "plain")
    assert ran.out == run("show", "20a0", "--format", "plain").out
    assert ran.code == 0
    assert "nothing in this article matches the query" in ran.err


def test_the_json_is_as_the_schema_says(run: Run, here: Path) -> None:
    shown = json.loads(marked(run, "20a0", "ISIS-K", "--json"))
    check("article", shown)
    assert (shown["query"], shown["partial"]) == ("ISIS-K", False)
    assert "query" not in json.loads(run("show", "20a0", "--json").out)


def test_a_bad_date_in_the_query_is_an_error(run: Run, here: Path) -> None:
    assert run("show", "20a0", "--query", "date:2017-13").code == 2


def test_hostile_text_stays_text(run: Run, tmp_path: Path) -> None:
    evil = article("The \x1b[2J[/url] kabul fell.", title="Of \x1b[31mkabul")
    (tmp_path / "evil.txt").write_text(evil)
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(tmp_path / "evil.txt")])
    shown = marked(run, "evil.txt", "kabul", "--format", "terminal", "--color", "always")
    assert "\x1b[2J" not in shown
    assert "\x1b[31m" not in shown
    assert "\\x1b[2J[/url]" in shown
