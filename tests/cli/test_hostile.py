"""What must not go wrong, whatever is typed and wherever one stands."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus_cli.query.filters import Filters
from corpus_cli.search.request import SearchRequest
from tests.cli.conftest import Run
from tests.conftest import SEEDS, article
from tests.property.made import soon


@pytest.mark.parametrize(
    ("line", "code"),
    [(["search", "Kurilla", "-c"], 0), (["search"], 2), (["nosuch"], 2), (["search", "zzzz"], 1)],
)
def test_what_cannot_be_said_changes_no_exit_code(here: Path, line: list[str], code: int) -> None:
    command = [sys.executable, "-m", "corpus_cli", *line]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.returncode == code


@pytest.mark.parametrize("line", [["search", "Kurilla"], ["--help"], ["search", "--help"]])
def test_a_full_disk_is_said(here: Path, line: list[str]) -> None:
    command = [sys.executable, "-m", "corpus_cli", *line]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"defect" not in done.stderr


def test_settings_that_are_pipes_are_said_at_once(
    here: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "corpus").mkdir(parents=True)
    os.mkfifo(tmp_path / "config" / "corpus" / "config.toml")
    with soon():
        ran = run("search", "Kurilla")
    assert ran.code == 2
    assert "it is not a regular file" in ran.err


def test_a_folder_that_is_gone_is_no_defect(here: Path, tmp_path: Path) -> None:
    """With a corpus that is named as a whole path nothing of it is needed."""
    (tmp_path / "gone").mkdir()
    program = f"{sys.executable} -m corpus_cli"
    line = f"cd {tmp_path}/gone && rmdir ../gone && {program} search Kurilla -c"
    for index, code in ((f" --index {here}", 0), ("", 2)):
        (tmp_path / "gone").mkdir(exist_ok=True)
        env = {k: v for k, v in os.environ.items() if k != "CORPUS_INDEX"}
        done = subprocess.run(
            ["sh", "-c", line + index],
            capture_output=True,
            text=True,
            check=False,
            env={**env, "PYTHONPATH": str(SEEDS.parent)},
        )
        assert (done.returncode, "defect" in done.stderr) == (code, False), done.stderr


@pytest.mark.parametrize("most", ["99999999999999999999", "9223372036854775807"])
def test_numbers_beyond_all_passages(here: Path, run: Run, most: str) -> None:
    assert run("search", "Kurilla", "-n", most).code == 0
    assert run("search", "Kurilla", "--offset", most).out == ""
    assert run("search", "Kurilla", "-l", "-n", most, "--offset", "1").code == 0
    assert run("search", "Kurilla", "-C", most, "--per-article", most).code == 0
    assert run("show", "20a0:1-999999999999").code == 0
    assert run("show", f"20a0:{'9' * 5_000}").code == 2


def test_after_two_hyphens_there_are_only_words(here: Path, run: Run) -> None:
    for word in ("--in", "-c", "--queries", "--help"):
        ran = run("search", "Kurilla", "--", word)
        assert ran.code == 0
        assert "seeds/" in ran.out


def test_one_corpus_named_twice_is_one(here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(here)
    both = ["-i", str(here), "-i", f"{here}/.", "-i", str(tmp_path / "link")]
    assert run("search", "Kurilla", "-c", *both).out == run("search", "Kurilla", "-c").out


@pytest.mark.parametrize(
    "pattern", ["*[z-a]*", "*[[:alpha:]]*", "*\\", "**/**/**/*a*b*", "#*", "!*"]
)
def test_any_pattern_of_a_path(here: Path, run: Run, pattern: str) -> None:
    ran = run("search", "-c", f"--path={pattern}")
    assert ran.code in (0, 1)
    assert "Warning" not in ran.err


def test_ids_of_a_batch_keep_to_their_line(here: Path, run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": "\ud800", "query": "Kurilla \ud800"},
        {"id": "a\nb", "query": "Kurilla"},
        {"id": "", "query": "Kurilla"},
        {"id": None, "query": "Kurilla"},
        {"id": 1e999, "query": "Kurilla"},
    ]
    (tmp_path / "q").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    counts = run("search", "--queries", str(tmp_path / "q"), "-c")
    assert counts.code == 0
    assert counts.out.splitlines() == ["\ufffd:6", "a b:6", "3:6", "4:6", "5:6"]
    for style in ("csv", "tsv", "trec", "markdown", "vimgrep", "plain", "json"):
        assert run("search", "--queries", str(tmp_path / "q"), "--format", style).code == 0
    table = run("search", "--queries", str(tmp_path / "q"), "--format", "csv", "--fields", "path")
    assert table.out.startswith("query_id,path\n")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["x", "-l", "--json"], "-l, -L and --ids have no formats"),
        (["x", "-l", "-c"], "give one of them"),
        (["x", "-l", "-L"], "give one"),
        (["x", "--fields", "path", "--format", "plain"], "--fields works with json"),
        (["x", "--fields", "path", "-c"], "--fields applies to hits"),
        (["x", "-0"], "-0 works only with"),
        (["x", "--summary"], "--summary works only with"),
        (["--queries", "-", "--in", "-"], "not both"),
        (["x", "--queries", "-"], "either a query or --queries"),
        (["x", "--fields", ","], "--fields takes names"),
        (["x", "--format", "markdwn"], "did you mean markdown?"),
        (["x", "--since", "2025-02-31"], "--since must be a date"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    here: Path, run: Run, line: list[str], says: str
) -> None:
    ran = run("search", *line)
    assert ran.code == 2
    assert says in ran.err
    assert ran.err.startswith("corpus: ")


def test_counts_in_each_format(here: Path, run: Run, tmp_path: Path) -> None:
    assert (
        run("search", "Kurilla", "-c", "--format", "csv").out
        == "query,total,articles\nKurilla,6,2\n"
    )
    assert json.loads(run("search", "Kurilla", "-c", "--json").out)["articles"] == 2
    (tmp_path / "q").write_text("Kurilla\nzzzz\n")
    table = run("search", "--queries", str(tmp_path / "q"), "-c", "--format", "csv")
    assert table.out == "query_id,query,total,articles\n1,Kurilla,6,2\n2,zzzz,0,0\n"


def test_a_list_without_a_query_is_said(here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "q").write_text("\n \n")
    ran = run("search", "--queries", str(tmp_path / "q"))
    assert ran.code == 2
    assert "contains no query" in ran.err


@pytest.mark.parametrize("command", ["search", "facets"])
def test_a_date_that_is_none_is_an_error(here: Path, run: Run, command: str) -> None:
    ran = run(command, "Kurilla date:2017-13")
    assert (ran.code, ran.out) == (2, "")
    assert "date: must be a date like 2023" in ran.err
    assert run("search", "--literal", "Kurilla date:2017-13").code == 0


def test_a_date_that_is_none_fails_one_query_of_a_file(
    here: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "q").write_text("Kurilla date:soon\nKurilla\n")
    ran = run("search", "--queries", str(tmp_path / "q"), "-c")
    assert (ran.code, ran.out) == (3, "2:6\n")
    assert "q: query 1: date: must be a date like 2023" in ran.err


def test_options_inside_a_query_are_said(here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "q").write_text("TTP --since 2030\n")
    assert (
        "--since is not an option inside a query"
        in run("search", "--queries", str(tmp_path / "q")).err
    )


def test_what_a_date_leaves_out_is_said(here: Path, run: Run) -> None:
    assert (
        "excludes 4 articles without a date, of 5 in all"
        in run("search", "Taliban", "--since", "2020").err
    )
    assert "without a date" not in run("search", "Taliban").err
    assert "without a date" not in run("search", "Taliban -date:2023").err


def test_many_failures_of_one_kind_are_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(9):
        (tmp_path / "in" / f"{n}.json").write_text("{")
    (tmp_path / "in" / "good.txt").write_text(article("Kabul fell"))
    ran = run("ingest", "in")
    assert ran.code == 3
    assert len(ran.err.splitlines()) <= 3
    assert "9 failed: " in ran.err
    assert len(run("status", "--failed").out.splitlines()) == 9


def test_what_is_listed_can_be_narrowed_and_sorted(here: Path, run: Run) -> None:
    assert len(run("list", "--author", "Hussain").out.splitlines()) == 1
    assert len(run("list", "Kurilla", "--format", "csv").out.splitlines()) == 3
    assert run("list", "zzzz").code == 1
    every = run("list").out.splitlines()
    assert every[0].startswith("20a045af8b2eac74d09bb1bde6758058\t2026-01-22")
    assert sorted(every) == run("list", "--sort", "id").out.splitlines()


def test_a_narrow_screen_with_long_names_ends(tmp_path: Path) -> None:
    from corpus_cli.output.terminal.page import tail

    began = time.process_time()
    assert [tail("שלום שלום", room) for room in (-3, 0, 1)] == ["…", "…", "…"]
    assert time.process_time() - began < 1


def test_paths_as_they_are_typed(here: Path, run: Run) -> None:
    """Whole paths are known by what they are below the folder of each corpus."""
    folder = here.parent
    asked = SearchRequest(filters=Filters(path=(f"{folder}/a/*", f"!{folder}/a", "a/b"))).within(
        here
    )
    assert asked.filters.path == ("a/*", "!a", "a/b")


def test_the_same_paths_for_each_of_several_corpora(run: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name / "docs").mkdir(parents=True)
        (tmp_path / name / "docs" / f"{name}.txt").write_text(article(f"Kabul {name} fell"))
        run("ingest", str(tmp_path / name / "docs"), "-i", str(tmp_path / name / "index"))
    both = ["-i", "a/index", "-i", "b/index"]
    for line in (both, [*both[2:], *both[:2]]):
        assert run("search", "Kabul", "-c", "--path", f"{tmp_path}/b/docs", *line).out == "1\n"


def test_an_answer_of_several_corpora_says_only_what_is_true(run: Run, tmp_path: Path) -> None:
    for name, word in (("a", "Kurilla"), ("b", "Kurrilla")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(article(f"General {word} went", title=name))
        run("ingest", name, "-i", f"{name}/index")
    both = ["-i", "a/index", "-i", "b/index"]
    found = json.loads(run("search", "Kurilla", "--json", *both).out)
    assert (found["total"], found["hints"], found["suggested"]) == (1, [], [])
    (tmp_path / "q").write_text("zzzz\nKurilla\n")
    table = run("search", "--queries", "q", "--format", "csv", "--no-suggest", *both).out
    assert {line.count(",") for line in table.splitlines()} == {15}


def test_a_passage_is_shown_once_beside_its_near_copies(run: Run, tmp_path: Path) -> None:
    """Where the later article has the paragraph twice."""
    same = article("The Chaman frontier was closed again and again").partition("\n\n")[2]
    rest = [article(f"Town{n} fell to them {n}").partition("\n\n")[2] for n in range(6)]
    for name, year, texts in (("a", 2020, [same]), ("b", 2021, [same, *rest, same])):
        head = f"---\ndate: {year}-01-01\n---\nOn {name}\n\n"
        (tmp_path / f"{name}.md").write_text(head + "\n\n".join([*texts, *rest]))
    run("ingest", "a.md", "b.md")
    shown = [
        json.loads(line)["id"]
        for line in run("search", "Chaman frontier", "--jsonl").out.splitlines()
    ]
    assert len(shown) == len(set(shown))


def test_a_name_too_long_is_no_trace(run: Run) -> None:
    ran = run("search", "x", "-i", "a" * 300)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_what_to_bring_in_is_named_and_no_more(run: Run, tmp_path: Path) -> None:
    for name in ("my docs", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(article(f"Kabul {name} fell"))
        os.utime(tmp_path / name / "x.txt", (1, 1))
    run("ingest", "my docs", "other/x.txt")
    for name in ("my docs", "other"):
        (tmp_path / name / "x.txt").write_text("changed")
    assert "corpus ingest 'my docs/x.txt' other/x.txt" in run("search", "Kabul").err


def test_a_group_without_a_command_tells_its_help(run: Run) -> None:
    for line in ([], ["names"], ["config"]):
        ran = run(*line)
        assert ran.code == 2
        assert ran.err.startswith("Usage: ")


def test_a_link_that_is_none_is_not_set(here: Path, run: Run) -> None:
    ran = run("config", "set", "hyperlink", "vscoed", "--user")
    assert ran.code == 2
    assert "vscode" in ran.err
