"""The commands that bring articles in and put them right."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import article, deny

SOON = 30.0


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command at work."""
    with subprocess.Popen(
        [sys.executable, "-m", "corpus_cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def waited(ready: Callable[[], object]) -> bool:
    """Whether something comes true soon."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.1)
    return False


def test_edit_tells_and_corrects(run: Run) -> None:
    Path("a.txt").write_text("A title of some words\n\nBy Jane Doe\n\n" + article("Kabul fell"))
    run("ingest", "a.txt")
    assert "author\tJane Doe\tline 3: byline\tinferred" in run("edit", "a.txt").out
    ran = run("edit", "a.txt", "--author", "Ali Shah", "--author", "Omar Khan", "--tag", "war")
    assert "author\tOmar Khan\tby hand\tstated" in ran.out
    assert run("search", "Kabul", "author:Khan", "tag:war", "-c").out == "1\n"
    found = json.loads(run("edit", "a.txt", "--author", "", "--json").out)
    assert "authors" not in found
    assert "Jane Doe" in run("edit", "a.txt", "--reset", "author").out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["--published", "yesterday"], "2024-03-31"),
        (["--published", "2026-13-99"], "2024-03-31"),
        (["--title", "a", "--title", "b"], "one value"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_a_wrong_correction_says_so(run: Run, line: list[str], says: str) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    ran = run("edit", "a.txt", *line)
    assert ran.code == 2
    assert says in ran.err


def test_quiet_prints_only_failures(run: Run) -> None:
    Path("in").mkdir()
    for name in "ade":
        Path(f"in/{name}.txt").write_text(article(f"Kabul fell {name}"))
    Path("in/b.png").write_bytes(b"no text")
    assert run("ingest", "-q", "in") == (0, "", "")
    assert run("ingest", "-q", "in") == (0, "", "")
    Path("in/c.txt").write_bytes(b"\0\1\2")
    ran = run("ingest", "-q", "in")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("corpus: in/c.txt failed: ")
    assert ran.err.count("\n") == 1
    Path("in/c.txt").unlink()
    Path("in/a.txt").unlink()
    assert run("ingest", "-q", "in") == (0, "", "")
    Path("in").rename("away")
    ran = run("ingest", "-q", "--prune", "in")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "--prune --force" in ran.err
    assert run("ingest", "-q", "nowhere").code == 2
    for option in ("-v", "--json", "--format=plain"):
        ran = run("ingest", "-q", "in", option)
        assert (ran.code, "-q prints no report" in ran.err) == (2, True)


def test_duplicates_are_listed_and_folded(run: Run) -> None:
    Path("in").mkdir()
    text = article(*(f"Town{n} fell" for n in range(8)))
    Path("in/a.txt").write_text("A title of some words\n\n2 May 2021\n\n" + text)
    Path("in/b.txt").write_text("A title of some words\n\n1 May 2021\n\n" + text)
    assert run("ingest", "in").out == "2 added\n"
    assert [line.split("\t")[2] for line in run("duplicates").out.splitlines()] == [
        "in/b.txt",
        "in/a.txt",
    ]
    assert len(json.loads(run("duplicates", "--json").out)["clusters"][0]["articles"]) == 2
    ran = run("search", "Town3", "--jsonl")
    assert [json.loads(line)["path"] for line in ran.out.splitlines()] == ["in/b.txt"]
    assert len(json.loads(ran.out)["near_copies"]) == 1
    assert "1 near-copy is not shown; --duplicates shows it" in ran.err
    assert len(run("search", "Town3", "--duplicates").out.splitlines()) == 2
    assert "+1 near-copy" in run("search", "Town3", "--format", "terminal").out
    with pytest.MonkeyPatch.context() as patched:
        # All ids are shortened at once.
        patched.delattr("corpus_cli.store.store.Store.short_id")
        assert len(run("duplicates", "--format", "terminal").out.splitlines()) >= 2
    run("remove", "in/a.txt")
    assert run("duplicates") == (1, "", "")


def test_records_are_cited_and_shown_by_their_ids(run: Run) -> None:
    lines = [{"key": n, "headline": f"News {n}", "prose": article(f"Town{n} fell")} for n in "ab"]
    Path("a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert "--field text=prose" in run("ingest", "a.jsonl").err
    Path("index/corpus.toml").write_text('[fields]\ntext = "prose"\n')
    ran = run("ingest", "a.jsonl", "--field", "id=key", "--retry-failed")
    assert (ran.code, ran.out) == (0, "2 added\n")
    assert run("search", "Townb").out.startswith("a.jsonl#b:2: Townb fell")
    assert "Townb fell" in run("show", "a.jsonl#b").out
    found = json.loads(run("search", "Townb", "--jsonl").out)
    assert (found["path"], found["record"], found["title"]) == ("a.jsonl", "b", "News b")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["a.txt", "--max-size", "much"], "50MB"),
        (["a.txt", "--field", "title"], "title=headline"),
        (["--files-from", "nowhere"], "nowhere cannot be read"),
        (["--files-from", "/dev/null"], "--files-from contains no path"),
        (["a.txt", "--jobs", "0"], "jobs"),
        (["-", "--watch"], "not standard input"),
    ],
)
def test_wrong_options_say_what_is_right(run: Run, line: list[str], says: str) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    ran = run("ingest", *line)
    assert ran.code == 2
    assert says in ran.err


def test_files_that_are_gone_are_said(run: Run) -> None:
    Path("in").mkdir()
    for name in ("a", "b"):
        Path(f"in/{name}.txt").write_text(article(f"Town{name} fell"))
    run("ingest", "in")
    Path("in/a.txt").rename("in/c.txt")
    ran = run("ingest", "in")
    assert (ran.out, ran.code) == ("1 added, 1 unchanged\n", 0)
    assert "1 file is gone" in ran.err
    assert "gone\tin/a.txt" in run("ingest", "in", "-v").out
    assert run("ingest", "in/b.txt").err == ""
    assert run("ingest", "in", "--prune").out == "2 unchanged, 1 removed\n"
    assert run("ingest", "in").err == ""


def test_a_folder_that_cannot_be_read_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("in/sub").mkdir(parents=True)
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("in/sub/b.txt").write_text(article("Herat fell"))
    run("ingest", "in")
    deny(monkeypatch, "in/sub")
    for line in (["in"], ["in", "--prune", "--force"]):
        ran = run("ingest", *line)
        assert (ran.code, ran.out) == (3, "1 unchanged, 1 failed\n")
        assert "in/sub failed: it cannot be read: Permission denied" in ran.err
        assert "gone" not in ran.err
    assert run("search", "Herat").code == 0
    ran = run("search", "--in", "in", "--", "Kabul")
    assert (ran.code, len(ran.out.splitlines())) == (3, 1)
    assert "in/sub: it cannot be read" in ran.err
    assert run("ingest", "in/sub").code == 2


def test_a_place_that_is_missing_or_empty_is_pruned_by_force(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("b.txt").write_text(article("Herat fell"))
    run("ingest", "in", "b.txt")
    Path("in/a.txt").unlink()
    for how in ("is empty", "does not exist"):
        ran = run("ingest", "in", "--prune")
        assert (ran.code, ran.out) == (2, "1 failed\n")
        assert f"in failed: it {how}" in ran.err
        assert "--prune --force" in ran.err
        assert run("ingest", "in", "b.txt", "--prune").code == 3
        assert run("search", "Kabul").code == 0
        if Path("in").exists():
            Path("in").rmdir()
    assert "give both" in run("ingest", "in", "--force").err
    assert run("ingest", "in", "--prune", "--force").out == "1 removed\n"
    assert run("search", "Kabul").code == 1


def test_a_missing_place_stops_no_other(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    Path("list").write_text("a.txt\nnone.txt\n")
    for line in (["a.txt", "none.txt"], ["--files-from", "list"], ["a.txt", "none.txt", "--prune"]):
        ran = run("ingest", *line)
        assert ran.code == 3
        assert "none.txt failed: it does not exist" in ran.err
    ran = run("search", "--in", "none.txt", "a.txt", "--", "Kabul")
    assert (ran.code, len(ran.out.splitlines())) == (3, 1)
    for line in (["none.txt", "other.txt"], ["none.txt", "a.txt", "--watch"]):
        ran = run("ingest", *line)
        assert ran.code == 2
        assert "none.txt does not exist" in ran.err
    assert run("search", "--in", "none.txt", "--", "Kabul").code == 2
    Path("list").write_bytes(b"a.txt\0none.txt\0")
    assert "give -0" in run("ingest", "--files-from", "list").err


def test_much_is_pruned_only_by_force(run: Run) -> None:
    Path("in").mkdir()
    for n in range(12):
        Path(f"in/{n}.txt").write_text(article(f"Kabul fell {n}"))
    run("ingest", "in")
    for n in range(11):
        Path(f"in/{n}.txt").unlink()
    ran = run("ingest", "in", "--prune")
    assert (ran.code, ran.out) == (2, "1 unchanged\n")
    assert "11 files are gone, but their articles are kept, because more than a tenth" in ran.err
    assert "--force removes the articles" in ran.err
    assert run("ingest", "in", "--prune", "--force").out == "1 unchanged, 11 removed\n"


def test_a_pipe_is_passed_over(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    os.mkfifo("in/pipe.txt")
    for did in ("added", "unchanged"):
        ran = run("ingest", "in")
        assert (ran.code, ran.out) == (0, f"1 {did}, 1 skipped\n")
        assert "gone" not in ran.err


@pytest.mark.slow
def test_jobs_change_nothing(run: Run, tmp_path: Path) -> None:
    Path("in").mkdir()
    for n in range(9):
        Path(f"in/{n}.jsonl").write_text(json.dumps({"text": article(f"Town{n} fell")}))
    found = []
    for jobs in "123":
        run("ingest", "in", "-j", jobs, "--index", f"index{jobs}")
        found.append(run("search", "Town3 fell", "--jsonl", "--index", f"index{jobs}").out)
    assert found[0] == found[1] == found[2]
    assert found[0]


@pytest.mark.slow
def test_an_interrupt_says_what_is_in(run: Run) -> None:
    Path("in").mkdir()
    for n in range(2_000):
        Path(f"in/{n:04}.txt").write_text(article(*(f"Town{n}{m} fell" for m in range(9))))
    with running("ingest", "in") as process:
        assert waited(Path("index/CURRENT").exists)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SOON * 2)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted: " in err
    added = int(out.split(" added")[0].replace(",", ""))
    assert f"articles\t{added}\n" in run("status").out
    assert 0 < added < 2_000
    assert "unindexed\t0" in run("status").out


@pytest.mark.slow
def test_a_folder_that_is_watched_is_kept_in_step(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    with running("ingest", "--watch", "in") as process:
        assert waited(
            lambda: Path("index/CURRENT").exists() and run("search", "-q", "Kabul").code == 0
        )
        time.sleep(1)
        Path("in/b.txt").write_text(article("Herat fell"))
        assert waited(lambda: run("search", "-q", "Herat").code == 0)
        Path("in/a.txt").unlink()
        assert waited(lambda: run("search", "-q", "Kabul").code == 1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SOON)
    assert process.returncode == 130
    assert "watching" in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    Path("a.txt").chmod(0)
    assert "Permission denied" in run("ingest", "a.txt").err


def test_a_damaged_row_is_named_and_the_others_are_read(run: Run) -> None:
    Path("a.csv").write_text('title,text,date\nA,"Kabul fell,\nB,Herat fell,2020-04\n')
    ran = run("ingest", "a.csv")
    assert ran.code == 3
    assert "a.csv#line 2 failed: a quotation mark in it is never closed" in ran.err
    assert ran.out == "2 added, 1 failed\n"
    assert "a.csv#line 2" in run("status", "--failed").out
    assert (
        run("search", "fell", "--since", "2020-04", "--until", "2020-04", "-l").out == "a.csv#2\n"
    )
    assert run("search", "fell", "--until", "2020-03", "-l").code == 1
