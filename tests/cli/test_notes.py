"""Notes and tags of a person, from the outside."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from corpus_cli.config import STORE_FILE
from tests.cli.conftest import Run, spawn
from tests.cli.test_schema import check
from tests.conftest import article, change_store

KABUL = ("Kabul hospital strike kills doctors", "Kunduz bridge reopens", "Herat power returns")


@pytest.fixture(autouse=True)
def _read(run: Run) -> None:
    Path("texts").mkdir()
    Path("texts/a.txt").write_text(article(*KABUL, title="News of the week"))
    Path("texts/b.txt").write_text(article("Ghazni road closed", title="Other news"))
    run("ingest", "texts")


def passage(run: Run, words: str) -> str:
    return run("search", words, "--ids", "-n", "1").out.strip()


def noted(run: Run, words: str = "bridge", note: str = "call the engineer") -> str:
    """Write a note on a passage and return the id of that."""
    name = passage(run, words)
    assert run("note", name, *note.split()).code == 0
    return name


def listed(run: Run, *options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("notes", "--jsonl", *options).out.splitlines()]


def test_a_note_is_written_shown_replaced_and_removed(run: Run) -> None:
    name = passage(run, "bridge")
    assert run("note", name).code == 1
    assert run("note", name, "call", "the engineer").out == f"noted {name[:12]}#2\n"
    assert run("note", name).out == "call the engineer\n"
    again = run("note", f"{name[:6]}#2", "done")
    assert "it was: call the engineer" in again.err
    assert run("note", name).out == "done\n"
    removed = run("note", name, "--remove")
    assert removed.code == 0
    assert "it was: done" in removed.err
    assert run("note", name).code == run("note", name, "--remove").code == 1
    assert run("notes").code == 1


def test_a_line_names_its_passage_and_an_article_itself(run: Run) -> None:
    name = passage(run, "bridge")
    line = json.loads(run("search", "bridge", "--jsonl", "-n", "1").out)["line"]
    run("note", f"{name[:12]}:{line}", "by its line")
    run("note", name[:12], "on all of it")
    assert run("note", name).out == "by its line\n"
    assert run("note", "texts/a.txt").out == "on all of it\n"
    assert [row["on"] for row in listed(run)] == ["article", "passage"]
    assert run("note", f"{name[:12]}:1000", "x").code == 2


def test_a_note_from_standard_input(run: Run) -> None:
    name = passage(run, "bridge")
    done = subprocess.run(
        [sys.executable, "-m", "corpus_cli", "note", name, "-"],
        input=b"first line\nsecond line\n",
        check=True,
        capture_output=True,
    )
    assert done.stdout
    assert run("note", name).out == "first line\nsecond line\n"
    assert [line for line in run("search", "note:second").out.splitlines() if "(note)" in line]


def test_tags_are_added_and_removed(run: Run) -> None:
    name = passage(run, "bridge")
    assert run("tag", name).code == 1
    assert run("tag", name, "star").code == 0
    assert run("tag", name, "to-check", "star").out.endswith(": star, to-check\n")
    assert run("tag", name).out == "star\nto-check\n"
    assert run("tag", name, "STAR", "--remove").code == 0
    assert run("tag", name).out == "to-check\n"
    assert run("tag", name, "--remove").code == 0
    assert run("tag", name).code == 1


def test_tags_and_notes_do_not_touch_each_other(run: Run) -> None:
    name = noted(run)
    run("tag", name, "star")
    run("note", name, "new")
    assert run("tag", name).out == "star\n"
    run("note", name, "--remove")
    assert run("tag", name).out == "star\n"
    run("note", name, "newer")
    run("tag", name, "--remove")
    assert run("note", name).out == "newer\n"


def test_a_persons_tag_is_no_tag_of_the_page(run: Run) -> None:
    name = passage(run, "bridge")
    run("tag", name, "star")
    run("edit", name[:12], "--tag", "rivers")
    record = json.loads(run("search", "bridge", "--jsonl", "-n", "1").out)
    assert (record["tags"], record["my_tags"]) == (["rivers"], ["star"])
    assert run("search", "tag:star").code == run("search", "mytag:rivers").code == 1
    assert run("search", "--tag", "star").code == run("search", "--mytag", "rivers").code == 1
    assert run("search", "mytag:star tag:rivers", "-c").out == "1\n"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("note:engineer", 1),
        ("note:ENGINEERS", 1),
        ('note:"the engineer"', 1),
        ("note:eng*", 1),
        ("note:enginer~", 1),
        ("note:(engineer nobody)", 1),
        ("note:*", 1),
        ("note:bridge", 0),
        ("note:engineer bridge", 1),
        ("note:engineer Kabul", 0),
        ("Kunduz -note:*", 0),
        ("Kabul -note:*", 1),
        ("note:engineer OR mytag:star", 2),
        ("note:engineer mytag:star", 0),
        ("mytag:star", 1),
        ("mytag:to-check", 1),
        ("mytag:*", 1),
        ("-mytag:* -note:*", 2),
        ("article:note:engineer hospital", 1),
    ],
)
def test_queries(run: Run, query: str, count: int) -> None:
    noted(run)
    run("tag", passage(run, "hospital"), "star", "to-check")
    assert run("search", query, "-c").out == f"{count}\n"


def test_filters_as_options(run: Run) -> None:
    noted(run)
    run("tag", passage(run, "hospital"), "star")
    assert run("search", "--note", "engineer", "-c").out == "1\n"
    assert run("search", "--note", "*", "--mytag", "star", "-c").out == "0\n"
    assert run("search", "bridge", "--note=-engineer").code == 1
    assert run("search", "hospital", "--note=-engineer", "-c").out == "1\n"
    assert run("list", "--note", "*").out.count("\n") == 1
    assert run("search", "--mytag", "...").code == 2


def test_a_note_on_an_article_counts_for_all_its_passages(run: Run) -> None:
    run("note", "texts/a.txt", "trustworthy")
    assert run("search", "note:trustworthy", "-c").out == "3\n"
    assert run("search", "bridge").out.splitlines()[1].endswith("(note on the article) trustworthy")


@pytest.mark.parametrize(
    "line",
    [
        ["kwic", "note:engineer bridge"],
        ["timeline", "note:engineer"],
        ["facets", "note:engineer", "--by", "source"],
        ["keywords", "note:engineer", "--min", "1"],
        ["list", "note:engineer"],
        ["search", "note:engineer", "--with", "chrome"],
    ],
)
def test_all_that_take_a_query(run: Run, line: list[str]) -> None:
    name = noted(run)
    ran = run(*line, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)
    run("note", name, "--remove")
    assert run(*line, "--json").code == 1


def test_why_nothing_was_found(run: Run) -> None:
    noted(run)
    assert "note:nobody matches no note; corpus notes lists all" in run("search", "note:nobody").err
    assert "there is no tag of yours: corpus tag ID TAG writes one" in run("search", "mytag:*").err


def test_notes_are_shown_beside_passages(run: Run) -> None:
    name = noted(run)
    run("tag", name, "star")
    found = json.loads(run("search", "bridge", "--jsonl", "-n", "1").out)
    assert (found["note"], found["my_tags"]) == ("call the engineer", ["star"])
    plain = run("search", "bridge", "-n", "1").out.splitlines()
    assert [line.partition(" ")[2] for line in plain[1:]] == [
        "(note) call the engineer",
        "(my tags) star",
    ]
    assert "Note: call the engineer" in run("search", "bridge", "--format", "markdown").out
    shown = run("search", "bridge", "--format", "terminal").out
    assert "note: call the engineer" in shown
    assert "my tags: star" in shown
    assert run("search", "bridge", "--format", "tsv", "--fields", "note,my_tags").out.startswith(
        "call the engineer\tstar\n"
    )


def test_show_prints_notes_after_their_passage(run: Run) -> None:
    name = noted(run)
    run("note", "texts/a.txt", "whole")
    lines = run("show", name[:12]).out.splitlines()
    assert lines[0] == "(note on the article) whole"
    at = next(n for n, line in enumerate(lines) if "Kunduz" in line)
    assert lines[at + 1] == "(note) call the engineer"
    assert "note: call the engineer" in run("show", name, "--format", "terminal").out
    assert "note: call" not in run("show", f"{name[:12]}#1", "--format", "terminal").out
    assert "(note)" not in run("show", name[:12], "--raw").out
    record = json.loads(run("show", name[:12], "--json").out)
    assert [one["note"] for one in record["annotations"]] == ["whole", "call the engineer"]


def test_references_carry_notes(run: Run) -> None:
    name = noted(run, note="100% & sure")
    run("tag", name, "star")
    for command in (["search", "bridge", "-n", "1"], ["cite", name], ["list", "bridge"]):
        (item,) = json.loads(run(*command, "--format", "csl-json").out)
        assert item["annote"] == "100% & sure; my tags: star"
        assert "annote = {100\\% \\& sure; my tags: star}" in (
            run(*command, "--format", "bibtex").out
        )
        assert "N1  - 100% & sure; my tags: star" in run(*command, "--format", "ris").out


# --- kept like corrections ---


def test_it_survives_what_happens_to_an_index(run: Run, tmp_path: Path) -> None:
    name = noted(run)
    assert run("reindex").code == run("ingest", "texts").code == 0
    os.utime("texts/a.txt", (1, 1))
    run("ingest", "texts")
    run("edit", name[:12], "--title", "New title")
    run("backup", str(tmp_path / "all.tar"))
    run("restore", str(tmp_path / "all.tar"), "-i", str(tmp_path / "other" / "index"))
    for index in ("index", str(tmp_path / "other" / "index")):
        assert run("note", name, "-i", index).out == "call the engineer\n"
        assert run("search", "note:engineer", "-c", "-i", index).out == "1\n"


def test_it_moves_with_its_passage(run: Run) -> None:
    noted(run)
    changed = article("A new beginning", *KABUL, title="News of the week")
    Path("texts/a.txt").write_text(changed.replace("Kunduz bridge reopens", "Kunduz bridge opens"))
    run("ingest", "texts")
    (row,) = listed(run)
    assert row["on"] == "passage"
    assert str(row["id"]).endswith("#3")
    assert run("note", str(row["id"])).out == "call the engineer\n"
    assert "Kunduz bridge opens" in run("search", "note:engineer").out
    assert str(row["written_on"]).endswith("#2")


def test_the_article_has_it_if_its_passage_is_gone(run: Run) -> None:
    name = noted(run)
    Path("texts/a.txt").write_text(article(KABUL[0], KABUL[2], title="News of the week"))
    run("ingest", "texts")
    (row,) = listed(run)
    assert (row["on"], row["path"]) == ("lost passage", "texts/a.txt")
    assert "Kunduz bridge reopens" in str(row["quote"])
    assert "on what is gone" in run("notes").err
    assert run("search", "note:engineer", "-c").out == "2\n"
    assert "(note on a passage that is gone) call the engineer" in run("show", "texts/a.txt").out
    # A note on the article does not replace it.
    run("note", "texts/a.txt", "new")
    assert len(listed(run)) == 2
    # It goes back to its passage when that returns, whatever happened meanwhile.
    Path("texts/a.txt").write_text(article(*KABUL, "Later news", title="News of the week"))
    run("ingest", "texts")
    assert [one["on"] for one in listed(run)] == ["article", "passage"]
    assert run("note", name).code == 2


def test_what_is_on_a_lost_passage_can_be_removed(run: Run) -> None:
    name = noted(run)
    Path("texts/a.txt").write_text(article(KABUL[0], KABUL[2], title="News of the week"))
    run("ingest", "texts")
    assert run("note", name).out == "call the engineer\n"
    refused = run("note", name, "other")
    assert refused.code == 2
    assert "can be shown and removed, not changed" in refused.err
    assert run("note", name, "--remove").code == 0
    assert run("notes").code == 1


@pytest.mark.parametrize("how", ["remove", "prune"])
def test_a_note_on_an_article_that_is_gone_is_kept(run: Run, how: str) -> None:
    name = noted(run)
    text = Path("texts/a.txt").read_text()
    if how == "remove":
        run("remove", name[:12])
    else:
        Path("texts/a.txt").unlink()
        run("ingest", "texts", "--prune")
    (row,) = listed(run)
    assert (row["on"], row["id"], row["title"]) == ("lost article", name, "News of the week")
    assert run("search", "note:engineer").code == 1
    assert "1 of these is on what is gone" in run("notes").err
    assert run("note", name).out == "call the engineer\n"
    Path("texts/c.txt").write_text(text)
    run("ingest", "texts", "--again")
    assert [one["on"] for one in listed(run)] == ["passage"]
    assert run("search", "note:engineer", "-c").out == "1\n"


def test_two_notes_that_come_to_one_passage_both_stay(run: Run) -> None:
    noted(run, "bridge", "one")
    noted(run, "Herat", "two")
    text = Path("texts/a.txt").read_text()
    joined = text.replace(".\n\nHerat", ". Herat")
    assert joined != text
    Path("texts/a.txt").write_text(joined)
    run("ingest", "texts")
    (name,) = {str(row["id"]) for row in listed(run)}
    assert run("note", name).out == "one\ntwo\n"
    assert json.loads(run("search", "bridge", "--jsonl", "-n", "1").out)["note"] == "one\n\ntwo"
    replaced = run("note", name, "three")
    assert "it was: one" in replaced.err
    assert "it was: two" in replaced.err
    assert [row["note"] for row in listed(run)] == ["three"]


def test_a_killed_ingest_leaves_it_where_it_was_or_is(run: Run) -> None:
    noted(run)
    Path("texts/a.txt").write_text(article("First", *KABUL, title="News of the week"))
    for number in range(300):
        Path(f"texts/{number}.txt").write_text(article(f"Text {number}", f"Part {number}"))
    child = subprocess.Popen(
        [sys.executable, "-m", "corpus_cli", "ingest", "texts"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.7)
    child.send_signal(signal.SIGKILL)
    child.wait()
    # It is on the article as the store has it, whether that is indexed yet or not.
    assert [row["note"] for row in listed(run)] == ["call the engineer"]
    run("ingest", "texts")
    (row,) = listed(run)
    assert row["on"] == "passage"
    assert str(row["id"]).endswith("#3")


def test_it_goes_back_to_the_text_that_it_was_written_on(run: Run) -> None:
    name = noted(run)
    text = Path("texts/a.txt").read_text()
    Path("texts/a.txt").write_text(article(KABUL[0], "New", title="News of the week"))
    run("ingest", "texts")
    assert [row["on"] for row in listed(run)] == ["lost passage"]
    Path("texts/c.txt").write_text(text)
    run("ingest", "texts")
    assert [(row["id"], row["on"]) for row in listed(run)] == [(name, "passage")]


def test_repair_keeps_it(run: Run) -> None:
    for number in range(9):
        run("edit", "texts/b.txt", "--title", f"Title {number}")
    name = noted(run)
    run("tag", name, "star")
    store = Path("index") / STORE_FILE
    content = bytearray(store.read_bytes())
    # Damage the table of articles, not those of the notes.
    with closing(change_store(Path("index"))) as opened:
        (row,) = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles'")
    page_size = int.from_bytes(content[16:18], "big")
    start = (row[0] - 1) * page_size
    content[start + 100 : start + 110] = b"\xff" * 10
    store.write_bytes(content)
    assert run("verify").code != 0
    assert run("repair").code == 3
    run("ingest", "texts")
    assert run("note", name).out == "call the engineer\n"
    assert run("tag", name).out == "star\n"
    assert [one["on"] for one in listed(run)] == ["passage"]
    assert run("search", "note:engineer mytag:star", "-c").out == "1\n"
    # The changes of the repaired store have lower numbers.
    Path("texts/a.txt").write_text(article("First", *KABUL, title="News of the week"))
    run("ingest", "texts")
    (row,) = listed(run)
    assert str(row["id"]).endswith("#3")


# --- lists, and reading them back ---


def test_the_formats_of_a_list(run: Run) -> None:
    noted(run, note="=cmd one\ttwo")
    run("note", "texts/b.txt", "[link](x) *bold*")
    rows = list(csv.DictReader(io.StringIO(run("notes", "--format", "csv").out)))
    assert {row["note"] for row in rows} == {"'=cmd one two", "[link](x) *bold*"}
    assert [len(line.split("\t")) for line in run("notes").out.splitlines()] == [8, 8]
    markdown = run("notes", "--format", "markdown").out
    assert "Note: =cmd one two" in markdown
    assert "Note on the article: \\[link\\](x) \\*bold\\*" in markdown
    assert "`texts/b.txt`" in markdown
    check("notes", json.loads(run("notes", "--json").out))
    for row in listed(run):
        check("listed_note", row)
    check("noted", json.loads(run("note", "texts/b.txt", "--json").out))
    check("article", json.loads(run("show", "texts/b.txt", "--json").out))
    shown = run("notes", "--format", "terminal").out
    assert "News of the week" in shown
    assert "texts/a.txt:" in shown


def test_an_export_is_read_back(run: Run) -> None:
    name = noted(run)
    run("tag", name, "star")
    run("note", "texts/b.txt", "whole")
    exported = run("notes", "--jsonl").out
    Path("notes.jsonl").write_text(exported)
    assert run("note", "--import", "notes.jsonl").out == "2 unchanged\n"
    shutil.rmtree("index")
    run("ingest", "texts")
    assert run("notes").code == 1
    assert run("note", "--import", "notes.jsonl").out == "2 added\n"
    assert run("notes", "--jsonl").out == exported
    assert run("search", "note:engineer mytag:star", "-c").out == "1\n"


def test_an_import_keeps_what_was_changed_later(run: Run) -> None:
    name = noted(run)
    exported = json.loads(run("notes", "--jsonl").out)
    older = exported | {"note": "older", "changed": "2001-01-01T00:00:00+00:00"}
    newer = exported | {"note": "newer", "changed": "2101-01-01T02:00:00+02:00"}
    Path("older.jsonl").write_text(json.dumps(older))
    Path("newer.jsonl").write_text(json.dumps(newer))
    kept = run("note", "--import", "older.jsonl")
    assert (kept.code, kept.out) == (0, "1 older\n")
    assert "changed here later" in kept.err
    assert run("note", name).out == "call the engineer\n"
    assert run("note", "--import", "newer.jsonl").out == "1 replaced\n"
    assert run("note", name).out == "newer\n"


def test_an_import_for_articles_that_are_not_there_waits_for_them(run: Run) -> None:
    name = noted(run)
    Path("notes.jsonl").write_text(run("notes", "--jsonl").out)
    run("ingest", "texts/b.txt", "-i", "other/index")
    assert run("note", "--import", "notes.jsonl", "-i", "other/index").out == "1 added\n"
    assert [row["on"] for row in listed(run, "-i", "other/index")] == ["lost article"]
    run("ingest", "texts", "-i", "other/index")
    assert run("note", name, "-i", "other/index").out == "call the engineer\n"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("{", "it is not valid JSON"),
        ("[1]", "no JSON object"),
        ('{"note": "x"}', "is not the id"),
        ('{"id": "../x#1", "note": "x"}', "is not the id"),
        ('{"id": 7, "note": "x"}', "id is no text"),
        ('{"id": "0123456789ab", "note": ["x"]}', "note is no text"),
        ('{"id": "0123456789ab"}', "neither a note nor tags"),
        ('{"id": "0123456789ab", "my_tags": "star"}', "my_tags is no list"),
        ('{"id": "0123456789ab", "my_tags": ["a b"]}', "a tag is one word"),
        ('{"id": "0123456789ab", "note": "x", "changed": "soon"}', "no date and time"),
        (json.dumps({"id": "0123456789ab", "note": "x" * 9_000}), "at most 8,000 characters"),
        (json.dumps({"id": "0123456789ab", "my_tags": ["x"] * 101}), "at most 100"),
    ],
)
def test_a_line_that_is_no_note_is_named_and_the_others_are_read(
    run: Run, record: str, reason: str
) -> None:
    good = '{"id": "0123456789ab", "note": "good"}'
    Path("notes.jsonl").write_text(f"{record}\n\n{good}\n")
    ran = run("note", "--import", "notes.jsonl")
    assert ran.code == 3
    assert "notes.jsonl:1: " in ran.err
    assert reason in ran.err
    assert [row["note"] for row in listed(run)] == ["good"]


# --- bounds and errors ---


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (["note"], "ID of a passage or an article is missing"),
        (["note", "texts/a.txt", " "], "the note is empty"),
        (["note", "texts/a.txt", "x" * 8_001], "at most 8,000 characters"),
        (["note", "texts/a.txt", "\udcff"], "text in UTF-8"),
        (["note", "texts/a.txt", "x", "--remove"], "either a text or --remove"),
        (["note", "texts/a.txt", "--import", "x"], "--import takes only a file"),
        (["note", "--import", "missing"], "missing cannot be read"),
        (["note", "0000ffff0000#1", "x"], "no article is called"),
        (["note", "texts/a.txt:9-2", "x"], "ends before it begins"),
        (["tag", "texts/a.txt", "a b"], "write a-b"),
        (["tag", "texts/a.txt", "!"], "a letter or a digit"),
        (["tag", "texts/a.txt", "x" * 61], "at most 60 characters"),
        (["tag", "texts/a.txt", "a\x1b[0m"], "text in UTF-8"),
        (["tag", "texts/a.txt", *(f"t{n}" for n in range(101))], "at most 100"),
    ],
)
def test_bad_input_changes_nothing(run: Run, line: list[str], reason: str) -> None:
    ran = run(*line)
    assert ran.code == 2
    assert reason in ran.err
    assert run("notes").code == 1


def test_no_character_of_a_note_reaches_a_terminal_as_a_command(run: Run) -> None:
    name = passage(run, "bridge")
    run("note", name, "a\x1b]0;owned\x07\u202eb [red]c[/url]")
    for line in (
        ["notes", "--format", "terminal"],
        ["search", "bridge", "--format", "terminal"],
        ["show", name, "--format", "terminal"],
    ):
        out = run(*line).out
        assert "\x1b]0" not in out
        assert "\u202e" not in out
        assert "\\x1b]0;owned" in out
        assert "[red]c[/url]" in out
    assert "\x1b" not in run("notes", "--json").out


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE annotations SET note = x'ff'",
        "UPDATE annotations SET note = printf('%.*c', 9000, 'x')",
        "UPDATE annotations SET quote = printf('%.*c', 9000, 'x')",
        "UPDATE annotations SET now_passage = 'x'",
        "UPDATE annotations SET now_passage = -5",
        "UPDATE annotations SET passage = 1.5",
        "UPDATE annotations SET changed = x'00'",
        "UPDATE annotation_tags SET tag = x'ff'",
        "UPDATE annotation_tags SET tag = printf('%.*c', 900, 'x')",
    ],
)
def test_a_corpus_of_a_stranger(run: Run, change: str) -> None:
    name = noted(run)
    run("tag", name, "star")
    with closing(change_store(Path("index"))) as store:
        store.execute(change)
    for line in (["notes"], ["search", "bridge"], ["search", "note:*"], ["show", name]):
        ran = run(*line)
        assert ran.code == 2, line
        assert "index" in ran.err
        assert "defect" not in ran.err


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE annotations SET now_article = 'zz', article = '../x'",
        "UPDATE annotations SET now_passage = 99999999999",
        "UPDATE annotations SET placed = -1, id = 1 << 60",
        "UPDATE annotation_tags SET annotation = 99",
        "UPDATE articles SET state = 'replaced', successor = id",
    ],
)
def test_a_corpus_of_a_stranger_with_odd_values(run: Run, change: str) -> None:
    name = noted(run)
    run("tag", name, "star")
    with closing(change_store(Path("index"))) as store:
        store.execute(change)
    for line in (
        ["notes"],
        ["notes", "--format", "terminal"],
        ["search", "bridge OR note:*"],
        ["note", name, "other"],
        ["ingest", "texts"],
        ["notes", "--format", "markdown"],
    ):
        ran = run(*line)
        assert ran.code in (0, 1, 2, 3), line
        assert "defect" not in ran.err, line


def test_a_corpus_that_can_only_be_read(run: Run) -> None:
    name = noted(run)
    if os.geteuid() == 0:  # pragma: no cover - as in containers
        pytest.skip("root may write everywhere")
    Path("index").chmod(0o500)
    try:
        ran = spawn("note", name, "other")
        assert ran.code == 2
        assert "Traceback" not in ran.err
        assert run("note", name).out == "call the engineer\n"
    finally:
        Path("index").chmod(0o700)


def test_of_several_corpora_that_is_changed_which_has_the_id(run: Run) -> None:
    run("ingest", "texts/b.txt", "-i", "other/index")
    both = ["-i", "index", "-i", "other/index"]
    name = passage(run, "bridge")
    assert run("note", name, "here", *both).code == 0
    assert run("note", name).out == run("note", name, *both).out == "here\n"
    ambiguous = run("note", "texts/b.txt", "x", *both)
    assert ambiguous.code == 2
    assert "choose one with -i" in ambiguous.err
    run("note", "texts/b.txt", "there", "-i", "other/index")
    assert {(row["corpus"], row["note"]) for row in listed(run, *both)} == {
        ("index", "here"),
        ("other/index", "there"),
    }
    assert run("search", "note:*", "-c", *both).out == "2\n"


def test_a_search_beside_an_ingest_sees_one_moment(run: Run) -> None:
    noted(run)
    for number in range(200):
        Path(f"texts/{number}.txt").write_text(article(f"Text {number}", f"Part {number}"))
    child = subprocess.Popen(
        [sys.executable, "-m", "corpus_cli", "ingest", "texts"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while child.poll() is None:
            assert run("search", "note:engineer", "-c").out == "1\n"
    finally:
        child.wait()
    assert run("note", passage(run, "bridge")).out == "call the engineer\n"


def test_a_note_waits_for_a_writer(run: Run) -> None:
    from corpus_cli.store import lock

    name = passage(run, "bridge")
    with lock.hold_lock(Path("index"), wait=0, doing="corpus ingest", waiting=print):
        ran = spawn("note", name, "x", "--wait", "0")
    assert ran.code == 2
    assert "corpus ingest" in ran.err
