"""corpus saved and corpus new: what is new is shown until it was written."""

import csv
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus_cli.cli import session
from corpus_cli.cli.option_table import FILTER_OPTIONS, QUERY_OPTIONS
from corpus_cli.corpus import Corpus
from corpus_cli.query.filters import FILTERS, Filters
from corpus_cli.saved.options import decode_options, encode_options, option_values
from corpus_cli.search.request import SearchRequest
from tests.cli.conftest import Run, spawn
from tests.cli.test_schema import SCHEMA, check
from tests.conftest import article, change_store
from tests.earlier_corpora import unpack

SIEGE = "The siege of Kunduz went on for a third week"
TALKS = "Talks about Kunduz began in Doha on a rainy Monday"
ROAD = "The road from Kunduz to Baghlan was open again by noon"
PAGE = 4096


@pytest.fixture
def run(run: Run) -> Run:
    """Stand beside a corpus with a saved search, for which there is something new."""
    Path("articles").mkdir()
    Path("articles", "siege.txt").write_text(article(SIEGE))
    assert run("ingest", "articles").code == 0
    ran = run("saved", "add", "kunduz", "Kunduz")
    assert (ran.code, ran.out) == (0, "saved kunduz: 1 passage counts as seen\n")
    assert "corpus new kunduz" in ran.err
    Path("articles", "talks.txt").write_text(article(TALKS))
    run("ingest", "articles", "-q")
    return run


def count_new(name: str = "kunduz") -> int:
    ended = spawn("new", name, "-c")
    assert ended.code in (0, 1)
    return int(ended.out.partition(":")[2])


def start(*arguments: str, out: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "corpus_cli", *arguments], stdout=out, stderr=subprocess.PIPE
    )


# --- what is new, and to whom ---


def test_new_shows_a_passage_once(run: Run) -> None:
    ran = run("new")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"kunduz:articles/talks.txt:1: {TALKS}")
    for line in (["new"], ["new", "kunduz"], ["new", "--since-last"]):
        assert run(*line) == (1, "", "")
    assert run("new", "-q") == (1, "", "")


@pytest.mark.parametrize("option", ["--peek", "-c", "-q"])
def test_what_is_only_looked_at_stays_new(run: Run, option: str) -> None:
    for _ in range(2):
        assert run("new", option).code == 0
    assert count_new() == 1


def test_consumers_do_not_see_for_each_other(run: Run) -> None:
    assert run("new", "--consumer", "cron").code == 0
    assert run("new", "--consumer", "cron").code == 1
    assert run("new").code == 0
    assert run("new", "--since-added", "--consumer", "cron").code == 0
    listed = json.loads(run("saved", "list", "--json", "--consumer", "ann").out)
    assert [one["new"] for one in listed["saved_searches"]] == [1]


def test_each_hit_says_of_which_search_it_is(run: Run) -> None:
    run("saved", "add", "doha", "Doha", "--from-start")
    hits = [json.loads(line) for line in run("new", "--peek", "--jsonl").out.splitlines()]
    assert [hit["query_id"] for hit in hits] == ["doha", "kunduz"]
    for hit in hits:
        check("hit", hit)
    for line in run("new", "--peek", "--json").out.splitlines():
        check("answer", json.loads(line))
    rows = [*csv.DictReader(run("new", "--peek", "--format", "csv").out.splitlines())]
    assert [row["query_id"] for row in rows] == ["doha", "kunduz"]
    assert run("new", "--peek", "--format", "trec").out.splitlines()[1].startswith("kunduz Q0 ")
    ids = run("new", "--ids").out.splitlines()
    assert [line.partition(":")[0] for line in ids] == ["doha", "kunduz"]
    assert run("new").code == 1


def test_a_limit_shows_some_and_leaves_the_others_new(run: Run) -> None:
    Path("articles", "road.txt").write_text(article(ROAD))
    run("ingest", "articles", "-q")
    for rest in (1, 0):
        ran = run("new", "-n", "1")
        assert (ran.code, len(ran.out.splitlines())) == (0, 1)
        assert ("the rest stays new" in ran.err) == bool(rest), ran.err
        assert count_new() == rest


def test_what_there_was_no_time_for_stays_new(run: Run) -> None:
    ran = run("new", "--timeout", "0.000000001")
    assert ran.code == 3
    assert "nothing is new" not in ran.err
    assert count_new() == 1


# --- marks only what was written ---


def test_a_closed_pipe_leaves_it_new(run: Run) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = start("new", out=write)
    os.close(write)
    assert (ended.communicate()[1], ended.returncode) == (b"", 0)
    assert count_new() == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_it_new(run: Run) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = start("new", out=full.fileno())
        assert b"cannot be written" in ended.communicate()[1]
    assert ended.returncode == 2
    assert count_new() == 1


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_what_ends_it_between_output_and_mark_leaves_it_new(
    run: Run, sent: signal.Signals, code: int
) -> None:
    with Path("index", "LOCK").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = start("new")
        assert ended.stdout
        assert ended.stderr
        line = ended.stdout.readline()
        assert TALKS.encode() in line
        # Now it waits for the lock to record that.
        assert b"waiting for" in ended.stderr.readline()
        ended.send_signal(sent)
        ended.communicate()
    assert ended.returncode == code
    assert count_new() == 1


def test_another_writer_leaves_it_new_and_that_is_said(run: Run) -> None:
    with Path("index", "LOCK").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = spawn("new", "--wait", "0")
    assert (ran.code, TALKS in ran.out) == (2, True)
    assert "what was shown stays new" in ran.err
    assert "--wait" in ran.err
    assert count_new() == 1


def test_a_slow_reader_gets_all_before_it_counts_as_seen(run: Run) -> None:
    for n in range(40):
        Path("articles", f"{n}.txt").write_text(article(f"{ROAD} {n} {f'word{n} ' * 200}"))
    run("ingest", "articles", "-q")
    # A pipe holds 64 KB, and --json is longer.
    with start("new", "--json") as ended:
        assert ended.stdout
        begun = ended.stdout.read(10)
        time.sleep(0.5)
        assert count_new() == 41
        whole = begun + ended.stdout.read()
    assert ended.returncode == 0
    assert len(whole) > 70_000
    assert json.loads(whole)["total"] == 41
    assert count_new() == 0


def test_a_corpus_that_cannot_be_written_is_only_looked_at(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    ran = run("new")
    assert (ran.code, ran.out) == (2, "")
    assert "--peek" in ran.err
    for option in ("--peek", "-c"):
        assert run("new", option).code == 0


# --- saved searches ---


def test_options_are_saved_and_run(run: Run) -> None:
    words = ["Kunduz", "-Doha", "--lang", "en", "--lang", "-ur", "--since", "30d"]
    options = ["--all-terms=article", "--no-names", "--no-suggest", "--literal", "--all-names"]
    assert run("saved", "add", "all of it", *words, *options).code == 0
    (first, _) = json.loads(run("saved", "list", "--json").out)["saved_searches"]
    check("saved_search", first)
    assert (first["name"], first["query"]) == ("all of it", "Kunduz -Doha")
    assert first["options"] == {
        "since": ["30d"],
        "lang": ["en", "-ur"],
        "all_terms": "article",
        "all_names": True,
        "literal": True,
        "no_names": True,
        "no_suggest": True,
    }
    (row, _) = run("saved", "list").out.splitlines()
    typed = row.split("\t")[2]
    assert typed == (
        "--since 30d --lang en --lang -ur --all-terms=article --all-names --literal --no-names "
        "--no-suggest"
    )
    (second, _) = [*csv.reader(run("saved", "list", "--format", "csv").out.splitlines())][1:]
    assert second[:2] == ["all of it", "Kunduz -Doha"]


def test_every_option_of_a_query_is_saved_but_the_time_limit() -> None:
    options = {spec.parameter for spec in (*FILTER_OPTIONS, *QUERY_OPTIONS)} - {"timeout"}
    filters = Filters(**dict.fromkeys(FILTERS, ("a",)))
    request = SearchRequest(filters=filters, literal=True, all_terms="article", all_names=True)
    request = request._replace(expand_names=False, suggest=False)
    assert set(option_values(request)) == options
    assert set(SCHEMA["$defs"]["saved_search"]["properties"]["options"]["properties"]) == options
    assert decode_options(encode_options(request)) == request
    assert decode_options(encode_options(SearchRequest())) == SearchRequest()


@pytest.mark.parametrize(
    "more", [[], ["--jsonl"], ["-c"], ["-l"], ["--sort", "-date", "-n", "1"], ["--ids"]]
)
def test_run_is_the_search_itself(run: Run, more: list[str]) -> None:
    run("saved", "add", "no-doha", "Kunduz", "-Doha", "--lang", "en")
    searched = run("search", "Kunduz", "-Doha", "--lang", "en", *more)
    assert searched.code == 0
    assert run("saved", "run", "no-doha", *more) == searched
    assert count_new() == 1


def test_a_saved_filter_without_words(run: Run) -> None:
    assert run("saved", "add", "english", "--lang", "en", "--from-start").code == 0
    assert run("saved", "run", "english", "-c").out == "2\n"
    assert len(run("new", "english").out.splitlines()) == 2


@pytest.mark.parametrize(
    "line", [["date:2017-13"], ["x", "--since", "2017-13"], ["x", "--author", "!"], []]
)
def test_a_query_that_search_refuses_is_refused(run: Run, line: list[str]) -> None:
    searched = run("search", *line)
    assert searched.code == 2
    assert run("saved", "add", "wrong", *line) == searched
    assert "wrong" not in run("saved", "list").out


def test_a_name_is_taken_until_it_is_replaced(run: Run) -> None:
    ran = run("saved", "add", "kunduz", "Doha")
    assert (ran.code, ran.out) == (2, "")
    assert "there is a saved search kunduz already: --replace" in ran.err
    assert run("saved", "add", "kunduz", "Doha", "--replace").code == 0
    assert run("saved", "list").out.split("\t")[1] == "Doha"
    assert run("new").code == 1
    assert run("saved", "remove", "kunduz").out == "removed kunduz\n"
    for command in (["saved", "remove"], ["saved", "run"], ["new"]):
        ran = run(*command, "kunduz")
        assert (ran.code, "there is no saved search kunduz" in ran.err) == (2, True)
    ran = run("new")
    assert (ran.code, "no search is saved: corpus saved add NAME QUERY" in ran.err) == (1, True)
    assert json.loads(run("saved", "list", "--json").out)["saved_searches"] == []


def test_several_corpora_are_refused(run: Run) -> None:
    for command in (["new"], ["saved", "list"], ["saved", "run", "kunduz"]):
        ran = run(*command, "-i", "index", "-i", "index")
        assert (ran.code, "uses one corpus at a time" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "options",
    [
        "",
        "[]",
        "{" * 100_000,
        '{"since": "2024"}',
        '{"since": [1]}',
        '{"all_terms": "page"}',
        '{"literal": 1}',
        '{"limit": 5}',
        '{"since": ["\\u001b[2J"]}',
    ],
)
def test_what_a_stranger_saved_is_checked(run: Run, options: str) -> None:
    run("saved", "add", "doha", "Doha", "--from-start")
    store = change_store(Path("index"))
    store.execute("UPDATE saved_searches SET options = ? WHERE name = 'kunduz'", (options,))
    store.close()
    for command in (["saved", "run"], ["new"]):
        ran = run(*command, "kunduz")
        assert (ran.code, ran.out) == (2, "")
        assert "Traceback" not in ran.err
    # The others are shown, and it can be removed.
    ran = run("new", "--peek", "--ids")
    assert (ran.code, ran.out[:5]) == (3, "doha:")
    assert "kunduz" in ran.err
    listed = run("saved", "list")
    assert [line.split("\t")[0] for line in listed.out.splitlines()] == ["doha", "kunduz"]
    assert listed.code == 3
    for line in run("saved", "list", "--jsonl").out.splitlines():
        check("saved_search", json.loads(line))
    assert run("ingest", "articles").code == 0
    assert run("saved", "remove", "kunduz").code == 0
    assert run("new").code == 0


def test_a_hostile_name_is_printed_as_one_line(run: Run) -> None:
    store = change_store(Path("index"))
    store.execute("UPDATE saved_searches SET name = ? WHERE name = 'kunduz'", ("a\x1b[2J\nb",))
    store.close()
    for line in (["new"], ["saved", "list"], ["ingest", "articles"]):
        ran = run(*line)
        assert "\x1b" not in ran.err
        assert "\x1b[2J\nb" not in ran.out
        assert "Traceback" not in ran.err
    assert run("saved", "remove", "a\x1b[2J\nb").code == 0


def test_what_was_seen_is_checked_when_it_is_read(run: Run) -> None:
    store = change_store(Path("index"))
    store.execute("UPDATE seen SET sentences = x'010203'")
    store.close()
    Path("articles", "siege.txt").write_text(article(SIEGE, ROAD))
    run("ingest", "articles", "-q")
    ran = run("new", "kunduz")
    assert (ran.code, ran.out) == (2, "")
    assert "is damaged" in ran.err


# --- ingest ---


def test_ingest_says_what_is_new(run: Run) -> None:
    Path("articles", "road.txt").write_text(article(ROAD))
    run("saved", "add", "nothing", "zebra")
    assert run("ingest", "articles", "--dry-run").out == "1 added, 2 unchanged\n"
    ran = run("ingest", "articles")
    assert ran.out == "1 added, 2 unchanged\nkunduz: 2 new passages: corpus new kunduz\n"
    report = json.loads(run("ingest", "articles", "--json").out)
    check("report", report)
    assert report["new"] == [{"name": "kunduz", "passages": 2}]
    assert run("ingest", "articles", "-q").out == ""
    run("new")
    assert run("ingest", "articles").out == "3 unchanged\n"
    assert "new" not in json.loads(run("ingest", "articles", "--json").out)


def test_ingest_has_no_more_time_for_it_than_a_search(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = session.setting
    monkeypatch.setattr(
        session, "setting", lambda name, *more: 1e-9 if name == "timeout" else before(name, *more)
    )
    ran = run("ingest", "articles")
    assert (ran.code, ran.out) == (0, "2 unchanged\n")
    assert "there was no time to look for what is new: corpus new kunduz" in ran.err


def test_without_saved_searches_ingest_loads_nothing_for_them(run: Run) -> None:
    run("saved", "remove", "kunduz")
    script = (
        "import sys\nfrom corpus_cli.cli import main\nmain(['ingest', 'articles'])\n"
        "print(*(name for name in sys.modules if 'saved' in name or 'match_query' in name))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[1:] == [
        "corpus_cli.ingest.saved_files corpus_cli.store.saved_searches"
    ]


# --- kept in the corpus ---


def test_a_backup_has_them(run: Run) -> None:
    run("new", "--consumer", "cron")
    assert run("backup", "all.tar.gz").code == 0
    assert run("restore", "all.tar.gz", "-i", "elsewhere/index").code == 0
    assert run("new", "-i", "elsewhere/index", "--consumer", "cron").code == 1
    assert run("new", "-i", "elsewhere/index", "--ids").code == 0
    assert (
        run("saved", "list").out.split("\t")[:4]
        == (run("saved", "list", "-i", "elsewhere/index").out.split("\t")[:4])
    )


def damage_page_of(table: str) -> None:
    store = change_store(Path("index"))
    ((page,),) = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    store.close()
    content = bytearray(Path("index/store.db").read_bytes())
    content[(page - 1) * PAGE + 100] ^= 1
    Path("index/store.db").write_bytes(content)


@pytest.mark.parametrize("table", ["recurring", "saved_searches", "consumers", "seen"])
def test_a_repair_keeps_what_can_be_read(run: Run, table: str) -> None:
    run("new", "--consumer", "cron")
    damage_page_of(table)
    assert run("verify", "--quick").code == 2
    ran = run("repair")
    assert run("verify").code == 0
    if table == "recurring":
        assert (ran.code, "lost" in ran.err) == (0, False)
        assert run("new", "--consumer", "cron").code == 1
        assert count_new() == 1
        return
    assert ran.code == 3
    assert "some of this is lost" in ran.err
    listed = run("saved", "list").out
    assert bool(listed) == (table != "saved_searches")
    if listed:
        # What cannot be read of what was seen is shown again.
        assert count_new() >= 1


def test_an_older_corpus_is_read_as_it_is_and_brought_over_by_a_writer(run: Run) -> None:
    home = unpack("store-6-analysis-6", Path("older"))
    option = ["-i", str(home / "index")]
    before = (home / "index" / "store.db").read_bytes()
    for line in (["saved", "list"], ["new"]):
        assert run(*line, *option).code in (0, 1)
    ran = run("saved", "run", "ibex", *option)
    assert (ran.code, "there is no saved search ibex" in ran.err) == (2, True)
    assert (home / "index" / "store.db").read_bytes() == before
    ran = run("saved", "add", "ibex", "ibex", "--from-start", *option)
    assert (ran.code, "corpus reindex" in ran.err) == (2, True)
    assert run("reindex", *option).code == 0
    assert run("saved", "add", "ibex", "ibex", "--from-start", *option).code == 0
    assert len(run("new", *option).out.splitlines()) == 2
    assert run("verify", *option).code == 0


def test_names_are_completed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CORPUS_COMPLETE", "fish")
    for line in ("corpus new ku", "corpus saved run ku", "corpus saved remove ku"):
        monkeypatch.setenv("COMP_LINE", line)
        monkeypatch.setenv("COMP_WORD", "")
        assert run().out.splitlines()[-1:] == ["kunduz\tKunduz"], line


@pytest.mark.parametrize("width", [60, 80, 200])
def test_for_people(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run("saved", "add", "a long name of some words", *"Kunduz and more words " * 9, "--lang", "en")
    for line in (["new", "--peek"], ["saved", "list"]):
        ran = run(*line, "--format", "terminal")
        assert ran.code == 0
        assert max(map(len, ran.out.splitlines())) <= width


def test_a_python_user_has_the_same(run: Run) -> None:
    with Corpus.open() as corpus:
        news = corpus.saved.new("kunduz")
        assert [hit.passage.text[:5] for hit in news.results.hits] == ["Talks"]
        corpus.saved.mark_seen(news)
    assert count_new() == 0
