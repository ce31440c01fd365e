"""Exit codes, streams, and what scripts rely on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spawn
from tests.conftest import SEEDS, article


def test_found_and_nothing_found(here: Path, run: Run) -> None:
    assert run("search", "ISIS-K").code == 0
    nothing = run("search", "nothinghere")
    assert (nothing.code, nothing.out) == (1, "")
    assert "nothing found" in nothing.err


def test_quiet_says_nothing(here: Path, run: Run) -> None:
    assert run("search", "-q", "ISIS-K") == (0, "", "")
    assert run("search", "-q", "nothinghere") == (1, "", "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ([], ""),
        (["serch", "x"], "did you mean search"),
        (["search"], "the query is missing"),
        (["search", "x", "--formt", "json"], "--formt"),
        (["search", "x", "-n", "many"], "many"),
        (["search", "x", "--in"], "--in needs files"),
        (["ingest", "nowhere"], "nowhere does not exist"),
        (["ingest"], "name files or folders"),
        (["show", "ffffffffffff"], "corpus list"),
        (["show", "af24:9-7"], "ends before it begins"),
        (["show", "af24:900"], "lines 1 to 14"),
        (["show", "af24#77"], "passages 1 to 9"),
        (["remove", "ffffffffffff"], "no article"),
        (["search", "x", "--index", "elsewhere"], "corpus ingest"),
    ],
)
def test_errors_are_2_and_say_what_to_do(here: Path, run: Run, line: list[str], says: str) -> None:
    ran = run(*line)
    assert ran.code == 2
    assert says in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_no_corpus_here_names_the_command(run: Run) -> None:
    ran = run("search", "x")
    assert ran.code == 2
    assert "corpus ingest PATH" in ran.err


@pytest.mark.parametrize(
    "word",
    ["-x", "-Pakistan", "-nope", "-lq-", "-", '"', "[/url]", "\x1b[31m", "--", "(", "*", "\\"],
)
def test_no_query_is_an_error(here: Path, run: Run, word: str) -> None:
    assert run("search", "Taliban", word).code in (0, 1)
    assert run("search", "--", word, "Taliban").code in (0, 1)


def test_a_word_with_a_hyphen_excludes(here: Path, run: Run) -> None:
    every = int(run("search", "Taliban", "-c").out)
    some = int(run("search", "-c", "Taliban", "-Pakistan").out)
    assert 0 < some < every


def test_flags_may_stand_anywhere(here: Path, run: Run) -> None:
    assert run("search", "-n1", "Kurilla", "-l") == run("search", "-l", "Kurilla", "-n", "1")
    assert run("search", "-lq", "Kurilla").out == ""
    assert len(run("search", "Kurilla", "--limit=2").out.splitlines()) == 2


def test_literal(here: Path, run: Run) -> None:
    assert (
        run("search", "Taliban -Pakistan", "-c").out
        != run("search", "--literal", "Taliban -Pakistan", "-c").out
    )


def test_all_terms(here: Path, run: Run) -> None:
    some = run("search", "Kurilla Jalali", "-c").out
    assert run("search", "--all-terms", "Kurilla Jalali").code == 1
    assert int(some) > 0


def test_count_is_the_total_whatever_the_limit(here: Path, run: Run) -> None:
    assert run("search", "-c", "-n", "1", "Taliban").out == run("search", "-c", "Taliban").out


def test_data_goes_to_stdout_and_talk_to_stderr(here: Path, run: Run) -> None:
    ran = run("search", "the Kurilla", "--jsonl")
    assert all(json.loads(line)["v"] == 1 for line in ran.out.splitlines())
    assert "too common to rank by: the" in ran.err


def test_a_question_is_answered_as_its_matter_and_that_is_said(here: Path, run: Run) -> None:
    asked = run("search", "what did Kurilla say?")
    assert asked.out == run("search", "Kurilla").out
    assert "read as a question, without these words: what, did, say" in asked.err
    assert run("search", "terroris?", "-c").out != run("search", "terroris", "-c").out


def test_a_misspelling_is_answered_and_counted_as_not_found(here: Path, run: Run) -> None:
    ran = run("search", "divisons")
    assert ran.code == 1
    assert ran.out
    assert "divisons does not occur: divisions was searched for as well" in ran.err
    found = json.loads(run("search", "divisons", "--json").out)
    assert found["suggested"] == [{"typed": "divisons", "instead": "divisions"}]
    assert (found["total"], found["articles"]) == (0, 0)
    assert all(hit["suggested"] for hit in found["hits"])
    assert all("suggested:divisions" in span for hit in found["hits"] for span in hit["spans"])
    assert run("search", "-l", "divisons").out == ""
    assert run("search", "-c", "divisons").out == "0\n"


def test_a_misspelling_beside_words_that_are_known(here: Path, run: Run) -> None:
    ran = run("search", "Akhundzada Taliban divisons", "--jsonl", "-n", "1")
    hit = json.loads(ran.out)
    assert ran.code == 0
    assert "suggested" not in hit
    assert "suggested:divisions" in {why for _, _, why in hit["spans"]}


def test_a_name_is_read_as_the_corpus_spells_it(here: Path, run: Run) -> None:
    ran = run("search", "Kurila")
    assert ran.code == 0
    assert "no passage contains Kurila; it was read as Kurilla" in ran.err
    assert ran.out == run("search", "Kurilla").out
    found = json.loads(run("search", "Kurila", "--json").out)
    assert found["parsed"] == "Kurilla"
    assert found["suggested"] == []
    assert found["total"] == json.loads(run("search", "Kurilla", "--json").out)["total"]


@pytest.mark.parametrize("line", ["Kurila", '"Kurila"', "ISKQ", "-- -Kurila", "ISIS-Z", "B3st"])
def test_what_is_never_replaced(here: Path, run: Run, line: str) -> None:
    ran = (
        run("search", *line.split(), "--no-suggest")
        if line == "Kurila"
        else run("search", *line.split())
    )
    assert (ran.code, ran.out) == ((1, "") if line != "-- -Kurila" else (0, ran.out))


def test_a_suggestion_of_what_to_type(here: Path, run: Run) -> None:
    assert "try: corpus search kurilla" in run("search", "Kurila", "--no-suggest").err
    found = json.loads(run("search", "Kurila", "--json", "--no-suggest").out)
    assert found["suggestions"] == ["kurilla"]
    assert found["hits"] == []


def test_an_empty_corpus_lists_nothing(run: Run, tmp_path: Path) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    assert run("ingest", "a.txt").code == 0
    name = json.loads(run("list", "--jsonl").out)["id"]
    assert run("remove", name).code == 0
    assert run("list") == (0, "", "")
    assert run("search", "kabul").code == 1


def test_ingest_makes_an_index_and_says_so(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    ran = run("ingest", "a.txt")
    assert (ran.code, ran.out) == (0, "1 added\n")
    assert "made a corpus in index" in ran.err
    assert Path("index/CURRENT").exists()
    assert run("ingest", "a.txt").out == "1 unchanged\n"


def test_the_nearest_index_above_is_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep/down").mkdir(parents=True)
    Path("deep/a.txt").write_text(article("Kabul fell"))
    run("ingest", "deep")
    monkeypatch.chdir("deep/down")
    assert run("search", "kabul", "-l").out.endswith("deep/a.txt\n")
    monkeypatch.chdir("..")
    assert run("search", "kabul", "-l").out == "a.txt\n"
    assert not Path("index").exists()


def test_the_users_configuration_names_a_corpus(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CORPUS_INDEX")
    monkeypatch.chdir(tmp_path)
    Path("config/corpus").mkdir(parents=True)
    Path("config/corpus/config.toml").write_text(f'index = "{here}"')
    assert run("search", "Kurilla").code == 0
    Path("config/corpus/config.toml").write_text("index = [")
    assert "config.toml cannot be read" in run("search", "Kurilla").err


def test_ingest_does_not_move_into_a_folder_of_other_things(run: Run) -> None:
    Path("index").mkdir()
    Path("index/page.html").write_text("x")
    Path("a.txt").write_text(article("Kabul fell"))
    ran = run("ingest", "a.txt")
    assert ran.code == 2
    assert "--index" in ran.err
    assert sorted(path.name for path in Path("index").iterdir()) == ["page.html"]


def test_one_unreadable_file_stops_no_other(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("in/b.exe").write_bytes(b"\x00\x01")
    Path("in/c.txt").write_bytes(b"\x00\x01")
    ran = run("ingest", "in")
    assert (ran.code, ran.out) == (3, "1 added, 1 skipped, 1 failed\n")
    assert "in/c.txt failed: it is not a text file" in ran.err
    assert run("search", "kabul").code == 0
    assert run("status", "--failed").out == "in/c.txt\tit is not a text file\n"
    assert run("ingest", "in").code == 3
    Path("in/c.txt").write_text(article("Herat fell"))
    assert run("ingest", "in/c.txt").code == 0
    assert not run("status", "--failed").out


def test_what_failed_is_tried_again_when_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_bytes(b"\x00")
    assert run("ingest", "a.txt").code == 3
    os.utime("a.txt", (1, 1))
    assert run("ingest", "a.txt").code == 3
    tried: list[str] = []
    monkeypatch.setattr("corpus_cli.ingest.child.load", lambda path, _: tried.append(path))
    run("ingest", "a.txt")
    assert not tried
    run("ingest", "a.txt", "--retry-failed")
    assert tried


def test_replace_prune_remove_and_again(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("in/b.txt").write_text(article("Herat fell"))
    run("ingest", "in")
    old = json.loads(run("search", "kabul", "--jsonl").out)["article"]
    Path("in/a.txt").write_text(article("Kunduz fell"))
    assert run("ingest", "in").out == "1 replaced, 1 unchanged\n"
    assert run("search", "kabul").code == 1
    new = json.loads(run("search", "kunduz", "--jsonl").out)["article"]
    assert f"replaced: see {new[:12]}" in run("show", old).err
    Path("in/b.txt").unlink()
    assert run("ingest", "in", "--dry-run", "--prune").out == "1 unchanged, 1 removed\n"
    assert run("search", "herat").code == 0
    assert run("ingest", "in", "--prune", "-v").out == "removed\tin/b.txt\n1 unchanged, 1 removed\n"
    assert run("search", "herat").code == 1
    assert run("remove", "--dry-run", "in/a.txt").out.startswith(f"would remove\t{new}")
    assert run("remove", "in/a.txt").code == 0
    assert run("search", "kunduz").code == 1
    assert "removed" in run("show", new).err
    assert "--again" in run("ingest", "in", "-v").err
    assert run("search", "kunduz").code == 1
    assert run("ingest", "in", "--again").code == 0
    assert run("search", "kunduz").code == 0


def test_the_same_text_twice_is_one_article_with_two_sources(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    Path("b.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt", "b.txt")
    (listed,) = map(json.loads, run("list", "--jsonl").out.splitlines())
    assert listed["sources"] == ["a.txt", "b.txt"]
    Path("a.txt").unlink()
    run("ingest", ".", "--prune")
    assert run("search", "kabul", "-l").out == "b.txt\n"


def test_nothing_to_ingest(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.exe").write_bytes(b"%PDF")
    ran = run("ingest", "in")
    assert ran.code == 2
    assert "nothing to ingest in in: corpus reads none of the formats there" in ran.err
    Path("empty").mkdir()
    assert "nothing to ingest in empty: no file is there" in run("ingest", "empty").err


def test_a_deleted_file_that_is_kept_is_not_called_unreadable(run: Run) -> None:
    records = (json.dumps({"id": n, "text": f"Kabul fell on day {n}"}) for n in range(20))
    Path("a.jsonl").write_text("\n".join(records))
    run("ingest", "a.jsonl")
    Path("a.jsonl").unlink()
    ran = run("ingest", "a.jsonl", "--prune")
    assert ran.code == 2
    assert "1 file is gone, but its articles are kept" in ran.err
    assert "formats" not in ran.err


def test_reindex_from_the_store_alone(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    Path("a.txt").unlink()
    before = run("search", "kabul", "--jsonl").out
    Path("index/CURRENT").unlink()
    broken = run("search", "kabul")
    assert (broken.code, broken.out) == (2, "")
    assert "corpus reindex" in broken.err
    assert run("reindex").out == "indexed 1 article\n"
    assert run("search", "kabul", "--jsonl").out == before


def test_search_in_files_needs_no_index(run: Run) -> None:
    ran = run("search", "Kurilla", "-l", "--in", *map(str, sorted(SEEDS.iterdir())))
    assert len(ran.out.splitlines()) == 2
    assert run("search", "--in", str(SEEDS), "--", "ISIS-K").code == 0
    assert run("search", "nothinghere", "--in", str(SEEDS)).code == 1
    Path("bad.txt").write_bytes(b"\xff\x00")
    assert run("search", "Kurilla", "--in", str(SEEDS), "bad.txt").code == 3
    assert not Path("index").exists()


def test_both_engines_answer_alike(here: Path, run: Run) -> None:
    line = ["search", "Taliban attacks in Pakistan", "--jsonl"]
    assert run(*line).out == run(*line, "--in", str(SEEDS)).out


def test_standard_input_can_be_searched() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "corpus_cli", "search", "kabul", "--in", "-"],
        input=article("Kabul fell").encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"-:1: Kabul fell")


def test_a_reader_that_leaves_ends_us_quietly(here: Path) -> None:
    for line in (
        ["search", "Taliban", "-n", "500"],
        ["list", "--jsonl"],
        ["show", "20a0"],
        ["--help"],
        ["search", "Taliban", "-n", "500", "--format", "terminal"],
    ):
        command = f"{sys.executable} -m corpus_cli {' '.join(line)}"
        done = subprocess.run(
            ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"],
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, (line, done)
        assert "rror" not in done.stderr, (line, done)


def test_an_output_that_cannot_be_written(here: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m corpus_cli search Taliban > /dev/full"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert "No space left" in done.stderr
    closed = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m corpus_cli search Taliban >&-"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert closed.returncode == 2
    assert "Traceback" not in closed.stderr


def test_an_interrupt_is_130_and_keeps_what_was_committed(tmp_path: Path) -> None:
    Path("in").mkdir()
    for n in range(2_000):
        Path(f"in/{n}.txt").write_text(article(*(f"Number {n} {word}" for word in "ab")))
    process = subprocess.Popen(
        [sys.executable, "-m", "corpus_cli", "ingest", "in"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A shell's background job ignores the signal, and its children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    while not (Path("index/store.db-wal").exists() and Path("index/LOCK").read_text()):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"interrupted" in said
    assert b"Traceback" not in said
    assert spawn("search", "number").code in (0, 1)


def test_a_defect_is_told_in_a_line_and_traced_with_debug(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("corpus_cli.corpus.Corpus.search", broken)
    ran = run("search", "x")
    assert ran.code == 2
    assert "--debug" in ran.err
    assert "Traceback" not in ran.err
    with pytest.raises(ZeroDivisionError):
        run("search", "x", "--debug")


def test_hostile_text_reaches_no_terminal(run: Run) -> None:
    name = "evil\x1b]0;title\x07.txt"
    Path(name).write_text(
        article("Kabul \x1b[31mfell\x9b \u202e [/url] [red]x[/red]", title="\x1b[2JTitle of it all")
    )
    run("ingest", name)
    for line in (["search", "kabul"], ["list"], ["show", name]):
        out = run(*line, "--format", "terminal", "--color", "never").out
        assert out
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(out)
    shown = run("search", "kabul", "--format", "terminal").out
    assert "[/url] [red]x[/red]" in shown
    hit = json.loads(run("search", "kabul", "--jsonl").out)
    assert hit["path"] == name
    assert "\x1b[31mfell\x9b" in hit["text"]
    assert run("search", "\x1b[2J", "nothinghere").err.count("\x1b") == 0


def test_a_name_that_is_no_text_is_kept_byte_for_byte() -> None:
    name = os.fsdecode(b"n\xff.txt")
    Path(name).write_text(article("Kabul fell"))
    spawn("ingest", name)
    done = subprocess.run(
        [sys.executable, "-m", "corpus_cli", "search", "kabul", "-l"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"n\xff.txt\n"
    assert json.loads(spawn("list", "--jsonl").out)["path"] == "n\udcff.txt"


@pytest.mark.parametrize("name", [b"n\xff.txt", b"a#\xff"])
def test_every_command_takes_a_name_that_is_no_text(name: bytes) -> None:
    path = os.fsdecode(name)
    Path(path).write_text(article("Kabul fell"))
    Path("list").write_bytes(name + b"\n")
    assert spawn("ingest", "--files-from", "list").out == "1 added\n"
    assert spawn("show", path).out == article("Kabul fell")
    assert "Kabul" in spawn("show", f"{path}:1").out
    assert "author\tJane Doe" in spawn("edit", path, "--author", "Jane Doe").out
    assert "language\ten" in spawn("edit", path, "--reset", "author").out
    for pattern in (path, f"*{path[-5:]}", "!*.md"):
        assert spawn("search", f"--path={pattern}", "Kabul", "-c").out == "1\n"
    assert spawn("search", f'path:"{path}"', "-l").out == f"{path}\n"
    assert spawn("search", "Kabul", "--format", "vimgrep").out.startswith(f"{path}:1:1:Kabul")
    assert json.loads(spawn("list", "--jsonl").out)["path"] == path
    for command in ("show", "edit", "remove"):
        for other in (f"{path}#\udcff", f"{path}x"):
            ran = spawn(command, other)
            assert ran.code == 2
            assert "no article is called" in ran.err
    assert spawn("remove", "--dry-run", path).out.startswith("would remove\t")
    assert spawn("remove", path).code == 0
    assert "was removed" in spawn("show", path).err
    assert "--again" in spawn("ingest", path).err
    assert spawn("search", "Kabul \udcff", '"Kabul \udcff"', "exact:\udcff", "-c").code == 1


def test_what_is_kept_as_text_has_to_be_text(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    for option in ("--author", "--tag", "--title"):
        ran = run("edit", "a.txt", option, "J\udce9")
        assert ran.code == 2
        assert f"{option} must be text in UTF-8" in ran.err


def test_colour_is_for_terminals_unless_asked_for(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["search", "Kurilla", "-n", "1", "--format", "terminal"]
    assert "[Kurilla]" in run(*line).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run(*line).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(*line).out
    assert "\x1b[" in run(*line, "--color", "always").out


def ingest(data: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "corpus_cli", "ingest", *options]
    return subprocess.run(command, input=data, capture_output=True, check=False)


def test_standard_input_is_a_document_or_json_lines(run: Run) -> None:
    assert ingest(article("Kabul fell").encode(), "-").stdout == b"1 added\n"
    assert ingest(article("Kabul fell").encode(), "-").stdout == b"1 unchanged\n"
    text = b"[Editor's note] Ghazni fell.\n"
    assert ingest(text, "-").stdout == b"1 added\n"
    lines = b'{"id": "x", "text": "Herat fell"}\n{"id": "y", "text": "Farah fell"}\n'
    assert ingest(lines, "-").stdout == b"2 added\n"
    assert run("search", "Farah").out == "-:1: Farah fell\n"


def test_paths_come_from_a_pipe(run: Run) -> None:
    names = ["a b.txt", "c\nd.txt"]
    for name in names:
        Path(name).write_text(article(Path(name).stem))
    assert ingest("\0".join(names).encode(), "--files-from", "-", "-0").stdout == b"2 added\n"
    assert ingest(b"a b.txt\n", "--files-from", "-").stdout == b"1 unchanged\n"


def test_a_mistyped_place_makes_nothing(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    for line in (["inn"], ["inn", "--prune"], ["inn", "ina"]):
        ran = run("ingest", *line)
        assert ran.code == 2
        assert "inn does not exist" in ran.err
        assert not Path("index").exists()


def test_the_quarantine_empties(run: Run) -> None:
    Path("in").mkdir()
    good = article("Kabul fell")
    Path("in/a.txt").write_text(good)
    run("ingest", "in")
    Path("in/a.txt").write_bytes(b"\x00")
    Path("in/b.txt").write_bytes(b"\x00")
    assert run("ingest", "in").code == 3
    assert "failed\t2" in run("status").out
    Path("in/a.txt").write_text(good)
    Path("in/b.txt").unlink()
    assert run("ingest", "in", "--prune").out == "1 unchanged\n"
    assert "failed\t0" in run("status").out


def test_what_was_removed_is_withheld_until_asked_for(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    run("remove", "a.txt")
    assert "was removed" in run("show", "a.txt").err
    ran = run("ingest", "a.txt")
    assert (ran.code, ran.out) == (0, "1 withheld\n")
    assert "--again" in ran.err
    assert run("ingest", "a.txt", "--again").out == "1 added\n"


def test_a_corpus_above_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    Path("sub").mkdir()
    monkeypatch.chdir("sub")
    assert "adding to " in run("ingest", "../a.txt").err
    assert run("show", "../a.txt").code == 0


def test_a_long_title_is_a_passage_and_no_evidence(run: Run) -> None:
    title = " ".join(f"word{n}" for n in range(300))
    Path("a.txt").write_text(article("Kabul fell", "Herat fell", title=title))
    run("ingest", "a.txt")
    assert run("search", "word299", "-c").out == "1\n"


def test_suggestions_find_something(here: Path, run: Run) -> None:
    assert "try:" not in run("search", "title:Kurila").err
    assert "try: corpus search 'zzz Kurilla'" in run("search", "+zzz Kurila").err
    assert "-Kurilla" not in run("search", "--", "Kurila -Kurilla").err
    ran = run("search", "Kurila AND Afghanistann", "--no-suggest")
    assert "'kurilla AND afghanistan'" in ran.err


def test_no_suggestion_replaces_a_word_that_the_corpus_has(here: Path, run: Run) -> None:
    tried = [line for line in run("search", "+border +Xyzzyq").err.splitlines() if "try:" in line]
    assert tried == ["corpus: try: corpus search 'border Xyzzyq'"]


def test_lines_pick_from_json_too(here: Path, run: Run) -> None:
    found = json.loads(run("show", "--json", "20a0:13-14").out)
    assert [line["n"] for line in found["lines"]] == [13, 14]
    assert [passage["lines"] for passage in found["passages"]] == [[13, 13], [14, 14]]


def test_flags_in_a_bundle(here: Path, run: Run) -> None:
    assert run("search", "-qn1", "Kurilla").out == ""
    assert (
        run("search", "-ln", "1", "Kurilla").out
        == run("search", "-l", "Kurilla").out.splitlines(keepends=True)[0]
    )


def test_all_terms_reach_into_brackets(here: Path, run: Run) -> None:
    assert run("search", "--all-terms", "(Kurilla zzzz)").code == 1


def test_damage_is_told_and_healed(run: Run) -> None:
    Path("a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    (segment,) = Path("index/whoosh-2").glob("*.segment")
    segment.write_bytes(segment.read_bytes()[:-1] + bytes([segment.read_bytes()[-1] ^ 255]))
    assert "unindexed\t1" in run("status").out
    run("ingest", "a.txt")
    assert "unindexed\t0" in run("status").out
