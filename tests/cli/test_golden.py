"""What each command prints in each format, at fixed widths."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus_cli.cli.commands import COMMANDS
from corpus_cli.cli.option_table import FORMATS
from corpus_cli.cli.pages import PAGES
from tests.cli.conftest import Run
from tests.conftest import DATA

ID = "20a045af8b2e"
PROGRAMS = ("plain", "json", "jsonl", "tsv", "csv", "vimgrep", "markdown", "trec")
REFERENCES = ("csl-json", "ris", "bibtex")
WIDTHS = (60, 80, 200)

LINES = {
    "search.files": ["search", "Kurilla", "-l"],
    "search.others": ["search", "Kurilla", "-L"],
    "search.ids": ["search", "Kurilla", "--ids", "-n", "3"],
    "search.count": ["search", "Kurilla", "-c"],
    "search.fields": ["search", "Kurilla", "--fields", "rank,path,line,column,authors", "-n", "2"],
    "search.context": ["search", "Kurilla", "-C", "1", "-n", "2", "--mark"],
    "search.group": [
        "search",
        "Taliban",
        "--group",
        "article",
        "--jsonl",
        "--fields",
        "id,matches",
    ],
    "search.summary": ["search", "zzzz", "--jsonl", "--summary"],
    "facet.tsv": ["facets", "Taliban", "--by", "author,year", "--format", "tsv"],
    "facet.csv": ["facets", "Taliban", "--by", "author,year", "--format", "csv"],
    "facet.json": ["facets", "Taliban", "--by", "tag,lang", "--json"],
    "facet.jsonl": ["facets", "Taliban", "--by", "month", "--jsonl"],
    "kwic.plain": ["kwic", "Taliban", "--sort", "R1"],
    "kwic.csv": ["kwic", "Taliban", "--sentence", "--format", "csv"],
    "kwic.json": ["kwic", "ISIS-K", "--json"],
    "with.plain": ["with", "Taliban", "-n", "5"],
    "with.csv": ["with", "Taliban", "--per", "article", "-n", "5", "--format", "csv"],
    "with.json": ["with", "border", "--kind", "state", "--json"],
    "network.plain": ["network", "--min", "4"],
    "network.csv": ["network", "Taliban", "-n", "3", "--format", "csv"],
    "network.json": ["network", "--per", "article", "--min", "4", "-n", "5", "--json"],
    "network.graphml": ["network", "--min", "4", "--format", "graphml"],
    "collocates.plain": ["collocates", "Taliban", "-n", "5"],
    "collocates.csv": ["collocates", "border", "--window", "2/1", "--min", "1", "--format", "csv"],
    "collocates.json": ["collocates", "Taliban", "--sort", "near", "-n", "3", "--json"],
    "keywords.plain": ["keywords", "Taliban", "-n", "5"],
    "keywords.csv": ["keywords", "--since", "2025", "-n", "5", "--format", "csv"],
    "keywords.json": ["keywords", "Taliban", "--against", "border", "-n", "3", "--json"],
    "compare.plain": ["compare", "Taliban", "--by", "year"],
    "compare.csv": ["compare", "Taliban", "--by", "author", "--format", "csv"],
    "compare.json": ["compare", "border", "--words", "2", "--json"],
    "timeline.plain": ["timeline", "Taliban"],
    "timeline.csv": [
        "timeline",
        "Taliban",
        "--by",
        "year",
        "--dates",
        "mentioned",
        "--format",
        "csv",
    ],
    "timeline.json": ["timeline", "ISIS-K", "--by", "week", "--json"],
    "quotes.plain": ["quotes", "--by", "Kurilla"],
    "quotes.csv": ["quotes", "--about", "emirate", "--direct", "--format", "csv"],
    "quotes.json": ["quotes", "Taliban", "--since", "2025", "--json"],
    "cite.plain": ["cite", "20a0#4"],
    "similar.plain": ["similar", ID],
    "list.plain": ["list"],
    "list.json": ["list", "--json"],
    "list.jsonl": ["list", "--jsonl"],
    "show.plain": ["show", "af2499f1ec15"],
    "show.lines": ["show", "af24:7-9"],
    "show.passage": ["show", "af2499f1ec15#9"],
    "show.raw": ["show", "70addad9a168", "--raw"],
    "show.json": ["show", "seeds/003_0f1311225ae28e07.txt", "--json"],
    "edit.plain": ["edit", ID],
    "edit.json": ["edit", ID, "--json"],
    "remove.plain": ["remove", "--dry-run", ID],
    "eval.plain": ["eval", str(DATA / "judged.json"), "--operators"],
    "eval.queries": ["eval", str(DATA / "judged.json"), "--per-query", "--format", "csv"],
    "names.list": ["names", "list", "--kind", "agreement"],
    "names.show": ["names", "show", "SCO"],
    "names.show.json": ["names", "show", "SCO", "--json"],
    "names.test": ["names", "test", "US and IS-K fighters"],
    "names.mine": ["names", "mine"],
    "names.mentioned": ["names", "mentioned", "ISKP", "TTP", "--per", "article"],
} | {f"search.{style}": ["search", "IS-KP", "-n", "2", "--format", style] for style in PROGRAMS}

TERMINAL = {
    "search": ["search", "TTP attacks", "-n", "3"],
    "search.context": ["search", "Kurilla", "-n", "1", "-C", "1", "--mark"],
    "search.group": ["search", "Taliban", "-n", "2", "--group", "article"],
    "facets": ["facets", "Taliban", "--by", "author,year"],
    "kwic": ["kwic", "Taliban", "--since", "2025"],
    "kwic.sorted": ["kwic", "ISIS-K", "--sort", "L1"],
    "timeline": ["timeline", "Taliban"],
    "with": ["with", "Taliban", "-n", "4"],
    "network": ["network", "-n", "6"],
    "collocates": ["collocates", "Taliban", "-n", "4"],
    "keywords": ["keywords", "Taliban", "-n", "4"],
    "compare": ["compare", "Taliban"],
    "timeline.mentioned": ["timeline", "Taliban", "--dates", "mentioned", "--by", "year"],
    "quotes": ["quotes", "--about", "Taliban OR emirate"],
    "list": ["list"],
    "show": ["show", "af2499f1ec15"],
    "edit": ["edit", ID],
    "eval": ["eval", str(DATA / "judged.json"), "--per-query"],
    "names.list": ["names", "list", "--kind", "agreement"],
    "names.show": ["names", "show", "SCO"],
    "names.mentioned": ["names", "mentioned", "ISKP", "TTP"],
}


@pytest.mark.parametrize("name", LINES)
def test_for_programs(here: Path, run: Run, golden: Callable[[str, str], None], name: str) -> None:
    ran = run(*LINES[name])
    golden(name, ran.out)
    assert ran.code == (1 if name == "search.summary" else 0)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TERMINAL)
def test_for_people(  # noqa: PLR0913, PLR0917 - fixtures
    here: Path,
    run: Run,
    golden: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    width: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    ran = run(*TERMINAL[name], "--format", "terminal")
    golden(f"{name}.terminal.{width}", ran.out)
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= width


def test_in_colour_with_links(here: Path, run: Run, golden: Callable[[str, str], None]) -> None:
    line = ["search", "Taliban regime", "-n", "1", "--format", "terminal", "--color", "always"]
    golden("search.color", run(*line, "--hyperlink", "x://{path}:{line}:{column}").out)


@pytest.mark.parametrize("name", ["corpus", *COMMANDS])
def test_help(run: Run, golden: Callable[[str, str], None], name: str) -> None:
    golden(f"{name}.help", run(*([] if name == "corpus" else [name]), "--help").out)


@pytest.mark.parametrize("topic", PAGES)
def test_pages(run: Run, topic: str) -> None:
    out = run("help", topic).out
    assert out == PAGES[topic].read_text("utf-8")
    assert max(map(len, out.splitlines())) <= 72


def test_every_format_is_held(golden: Callable[[str, str], None]) -> None:
    assert {"terminal", *PROGRAMS, *REFERENCES} == set(FORMATS)


def test_every_command_is_held() -> None:
    held = {line[0] for line in (*LINES.values(), *TERMINAL.values())}
    # What these print depends on the folder or the day, is said in a line, or is a file of the
    # package.
    rest = {"ingest", "duplicates", "status", "reindex", "config", "completion", "help", "mcp"}
    rest |= {"verify", "repair", "backup", "restore", "saved", "new", "dossier", "browse"}
    rest |= {"note", "tag", "notes"}
    assert set(COMMANDS) - held == rest
