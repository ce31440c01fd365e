"""What `search` and `facets` do beyond finding."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_cli.query.filters import VALUED
from tests.cli.conftest import Run, spawn
from tests.conftest import SEEDS, article


def hits(run: Run, *line: str) -> list[dict[str, object]]:
    return [json.loads(one) for one in run("search", "--jsonl", *line).out.splitlines()]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author", "Touqir Hussain"),
        ("author", "Tou*"),
        ("source", "The National Interest"),
        ("tag", "China"),
        ("lang", "en"),
        ("path", "*/004*"),
        ("path", "seeds/002"),
        ("name", "ISKP"),
    ],
)
def test_a_filter_is_the_same_as_the_field(here: Path, run: Run, field: str, value: str) -> None:
    assert field in VALUED
    every = run("search", "Taliban", "-c").out
    quoted = value if "*" in value else f'"{value}"'
    written = run("search", f"Taliban {field}:{quoted}", "-c").out
    given = run("search", "Taliban", f"--{field}", value, "-c").out
    without = run("search", f"--{field}", f"-{value}", "Taliban", "-c").out
    assert written == given
    assert int(given) > 0
    assert int(given) + int(without) == int(every)


def test_dates_narrow(here: Path, run: Run) -> None:
    for line in (
        ["--since", "2026-01", "--until", "2026"],
        ["date:2026-01-22"],
        ["--since", "2025"],
    ):
        assert {hit["published"] for hit in hits(run, "Taliban", *line)} == {"2026-01-22"}
    assert run("search", "Taliban", "--until", "2025").code == 1


def test_the_date_of_modification(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is beside that of publication: in the output, in queries, as an order."""
    monkeypatch.chdir(tmp_path)
    for name, dates in (
        ("old", "published: 2024-02-03\nmodified: 2024-05-05\n"),
        ("new", "published: 2024-01-01\nmodified: 2025-06-07\n"),
        ("undated", "author: Ann Lee\n"),
        ("changed", "modified: 2023-01-01\n"),
    ):
        Path(f"{name}.md").write_text(f"---\ntitle: {name}\n{dates}---\nKabul fell, {name} says.\n")
    run("ingest", ".")
    found = {hit["title"]: hit for hit in hits(run, "Kabul")}
    assert (found["old"]["published"], found["old"]["modified"]) == ("2024-02-03", "2024-05-05")
    assert "published" not in found["changed"]
    assert run("search", "modified:2024-05..2024-06", "-l").out == "old.md\n"
    assert run("search", "modified:..2023", "-l").out == "changed.md\n"
    assert run("search", "Kabul -modified:2020..", "-l").out == "undated.md\n"
    assert "without a date of modification" in run("search", "Kabul modified:2024").err
    assert "were modified from 2023-01-01 to 2025-06-07" in run("search", "modified:1999").err
    order = ["new.md", "old.md", "changed.md", "undated.md"]
    assert [hit["path"] for hit in hits(run, "Kabul", "--sort", "-modified")] == order
    listed = run("list", "--sort", "-modified").out.splitlines()
    assert [line.split("\t")[2] for line in listed] == order
    listed = run("list", "--sort", "modified", "--format", "csv").out.splitlines()
    assert listed[0].startswith("id,published,modified,title")
    assert ",2023-01-01,changed" in listed[1]
    assert '"modified": "2025-06-07"' in run("show", "new.md", "--format", "json").out
    monkeypatch.setattr("corpus_cli.output.stream.terminal", lambda: True)
    assert "1 Jan 2024 · modified 7 Jun 2025" in run("show", "new.md", "--color", "never").out


def test_a_repaired_line_is_shown_as_it_was(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Obamaâ€™s visit\n\nHe came to a cafÃ© in Kabul.\n")
    run("ingest", ".")
    assert run("search", "café", "-l").out == "a.txt\n"
    assert run("show", "a.txt").out == "Obama’s visit\n\nHe came to a café in Kabul.\n"
    assert "\tObamaâ€™s visit\n" in run("show", "--raw", "a.txt").out
    assert "repaired\t2 lines\ttext in a wrong encoding\tinferred" in run("edit", "a.txt").out
    record = json.loads(run("show", "a.txt", "--format", "json").out)
    assert record["lines"][2]["raw"] == "He came to a cafÃ© in Kabul."


def test_several_values_are_any_of_them(here: Path, run: Run) -> None:
    two = run("search", "Taliban", "--author", "Touqir", "--author", "Jalali", "-l").out
    assert len(two.splitlines()) == 2


def test_lists(here: Path, run: Run) -> None:
    every = run("list", "--jsonl").out.splitlines()
    having = run("search", "Kurilla", "-l").out.splitlines()
    others = run("search", "Kurilla", "-L").out.splitlines()
    assert len(having) + len(others) == len(every)
    assert not set(having) & set(others)
    assert run("search", "Taliban", "-L").code == 1
    assert run("search", "nothinghere", "-L").code == 0
    ids = run("search", "Kurilla", "-l", "--ids").out.splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)
    passages = run("search", "Kurilla", "--ids", "-n", "2", "-0").out.split("\0")
    assert [one.partition("#")[0] in ids for one in passages] == [True, True, False]


def test_all_and_offset(here: Path, run: Run) -> None:
    every = hits(run, "Taliban", "--all")
    assert len(every) == int(run("search", "Taliban", "-c").out) > 10
    assert hits(run, "Taliban", "--offset", "10") == every[10:20]


def test_a_batch(here: Path, run: Run, tmp_path: Path) -> None:
    lines = 'ISIS-K\n\n  \n{"id": "q2", "query": "Kurilla"}\n{"_id": 7, "text": "nothinghere"}\n'
    (tmp_path / "q").write_text("\ufeff" + lines)
    ran = run("search", "--queries", str(tmp_path / "q"), "--jsonl", "-n", "1")
    assert [json.loads(line)["query_id"] for line in ran.out.splitlines()] == ["1", "q2"]
    assert ran.code == 0
    assert "7: nothing found" in ran.err
    for n, query in (("1", "ISIS-K"), ("q2", "Kurilla")):
        (alone,) = hits(run, query, "-n", "1")
        assert {**alone, "query_id": n, "query": query} in [
            json.loads(line) for line in ran.out.splitlines()
        ]
    assert run("search", "--queries", str(tmp_path / "q"), "word").code == 2
    assert run("search", "--queries", "nowhere").code == 2


def test_a_query_of_a_batch_that_is_none_stops_no_other(
    here: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "q").write_bytes(
        b'{"id": 1}\n{no\nKurilla\n{"query": 5}\n' + b"[" * 90_000 + b"\n\xff\xfe\n"
    )
    ran = run("search", "--queries", str(tmp_path / "q"), "-c")
    assert ran.code == 3
    assert ran.out.splitlines()[0] == "3:6"
    assert len(ran.out.splitlines()) == 3
    assert ran.err.count("has no query") == 2
    assert "line 2 is not valid JSON" in ran.err


def test_a_batch_answers_as_it_comes(here: Path) -> None:
    """A pipe that stays open gets the first answer before the second question."""
    command = [sys.executable, "-m", "corpus_cli", "search", "--queries", "-", "-c"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        for query, answer in (("Kurilla", "1:6\n"), ("nothinghere", "2:0\n")):
            child.stdin.write(query + "\n")
            child.stdin.flush()
            assert child.stdout.readline() == answer
        child.stdin.close()
        assert child.wait() == 0


@pytest.mark.slow
def test_a_thousand_queries_do_not_grow(here: Path) -> None:
    words = sorted(
        {
            word
            for path in SEEDS.glob("*.txt")
            for word in re.findall(r"\w{4,}", path.read_text("utf-8"))
        }
    )
    code = (
        "import resource, sys\nfrom corpus_cli.cli import main\n"
        "main(sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    peaks = []
    for count in (100, 1_000):
        lines = "\n".join(
            f"{one} {two}" for one, two in zip(words * 2, words[7:] * 2, strict=False)
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "search", "--queries", "-", "--jsonl"],
            input="\n".join(lines.splitlines()[:count]),
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr.splitlines()[-1]))
        assert len(done.stdout.splitlines()) > count
    assert peaks[1] < 1.15 * peaks[0]


def test_several_corpora(here: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "kabul.txt").write_text(article("Kurilla went to Kabul", title="More"))
    other = str(tmp_path / "other")
    run("ingest", str(tmp_path / "more"), "-i", other)
    both = ["-i", str(here), "-i", other]
    found = hits(run, "Kurilla", *both)
    assert {hit["corpus"] for hit in found} == {str(here), other}
    assert [hit["rank"] for hit in found] == list(range(1, len(found) + 1))
    assert "corpus" not in hits(run, "Kurilla")[0]
    counts = [int(run("search", "Kurilla", "-c", "-i", one).out) for one in (str(here), other)]
    assert int(run("search", "Kurilla", "-c", *both).out) == sum(counts)
    assert len(run("search", "Kurilla", "-l", *both).out.splitlines()) == 3
    assert len(run("search", "Kurilla", "-L", *both).out.splitlines()) == 3


# --- never silent ---


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            ["Taliban", "--author", "Hussian"],
            "no article has the author Hussian; did you mean Touqir Hussain?",
        ),
        (
            ["Taliban", "--author", "Hussian"],
            'without author:"Hussian" the query matches 36 passages',
        ),
        (
            ["Taliban", "--lang", "portuguese"],
            "no article has the language portuguese; the corpus has en",
        ),
        (
            ["(author:Hussain AND tag:nukes)"],
            "nothing found\ncorpus: no article has the tag nukes; the corpus has",
        ),
        (["Taliban", "--since", "2027"], "the articles are dated from 2026-01-22"),
        (["Kurilla", "AND", "zzzz"], "no passage contains zzzz"),
        (["Kurilla", "AND", "cricket"], "no passage contains"),
        (["+Kurilla", "+Beijing"], "the whole query: Kurilla matches 6 passages, Beijing matches"),
        (['"the case for us engagement"'], 'title:"the case for us engagement"'),
        (['"carrot stick"'], "try: corpus search 'carrot stick'"),
        (["Hussain"], "try: corpus search author:Hussain"),
        (
            ["-n1", '"leave a reply"'],
            "search them too with: corpus search --with chrome '\"leave a reply\"'",
        ),
    ],
)
def test_nothing_found_says_why(here: Path, run: Run, line: list[str], says: str) -> None:
    ran = run("search", *line)
    assert ran.code == 1
    assert says in ran.err
    assert run("search", *line, "-q").err == ""
    told = json.loads(run("search", "--json", *line).out)
    assert told["hints"] or told["suggestions"]


def test_what_is_suggested_finds_something(here: Path, run: Run) -> None:
    for line in ('"carrot stick"', "Hussain", "+Kurilla +Beijing", "Kurila"):
        for other in json.loads(run("search", line, "--json").out)["suggestions"]:
            assert run("search", other).code == 0


def test_an_empty_corpus_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article("Kabul fell"))
    run("ingest", "a.txt")
    run("remove", "a.txt")
    assert "the corpus is empty" in run("search", "Kabul").err


@pytest.mark.parametrize("folder", ["", "texts"])
def test_files_of_a_copied_corpus_are_not_called_deleted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    for place in ("here", "there"):
        Path(place, folder).mkdir(parents=True)
    for name in "ab":
        Path("here", folder, f"{name}.txt").write_text(article(f"Kabul {name} fell"))
    monkeypatch.chdir("here")
    run("ingest", folder or ".")
    shutil.copytree("index", "../there/index")
    monkeypatch.chdir("../there")
    ran = run("search", "Kabul")
    assert "2 files were not found: deleted, moved, or on a disk that is not mounted" in ran.err
    assert "gone" not in ran.err
    assert {hit["stale"] for hit in hits(run, "Kabul")} == {"missing"}
    assert run("status").out.splitlines()[-2:] == ["gone\t0", "missing\t2"]
    command = ran.err.splitlines()[-1].rpartition("corpus ")[2].split()
    assert command[:1] == ["ingest"]
    assert run(*command).out == "2 removed\n"


def test_a_deleted_file_beside_others_is_gone_and_one_in_a_missing_folder_is_not(run: Run) -> None:
    for name in ("in/a", "in/b", "in/away/c"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(f"{name}.txt").write_text(article(f"Kabul {name[-1]} fell"))
    run("ingest", "in")
    Path("in/a.txt").unlink()
    shutil.rmtree("in/away")
    err = run("search", "Kabul").err
    assert "1 file is gone since it was read" in err
    assert "1 file was not found" in err
    Path("in/away").mkdir()
    assert "1 file was not found" in run("search", "Kabul").err


def test_files_that_are_not_as_they_were_are_said(run: Run, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(article(f"Kabul {name} fell", title=f"T {name}"))
        os.utime(tmp_path / f"{name}.txt", (1, 1))
    run("ingest", ".")
    assert "update the corpus" not in run("search", "Kabul").err
    (tmp_path / "a.txt").write_text("changed")
    (tmp_path / "b.txt").unlink()
    ran = run("search", "Kabul")
    assert (
        "1 file has changed and 1 file is gone since they were read; update the corpus" in ran.err
    )
    assert ran.err.endswith(
        "the articles of deleted files with: corpus ingest a.txt b.txt --prune\n"
    )
    states = {hit["path"]: hit.get("stale") for hit in hits(run, "Kabul")}
    assert states == {"a.txt": "changed", "b.txt": "gone", "c.txt": None}
    assert run("search", "Kabul", "-q").err == ""
    run("ingest", ".", "--prune")
    assert "update the corpus" not in run("search", "Kabul").err


def pasted(err: str, folder: Path = Path()) -> subprocess.CompletedProcess[bytes]:
    """What bash makes of the command that a note ends with."""
    (command,) = re.findall(r"with: (corpus ingest .*)", err)
    corpus = f"{shlex.quote(sys.executable)} -m corpus_cli"
    line = command.replace("corpus", corpus, 1)
    environment = os.environ | {"PYTHONPATH": str(SEEDS.parent)}
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, check=True, cwd=folder, env=environment
    )


NAMES = [
    b"in/plain.txt",
    b"in/a b.txt",
    b"in/it's.txt",
    b'in/"$HOME`id`!.txt',
    b"in/lat\xe9'\\.txt",
    b"in/a\tb\x1b.txt",
    b"in/a\nb.txt",
    "in/é\u202e\u00a0.txt".encode(),
    b"-i",
    b"~",
    b"#.txt",
]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        *((name, []) for name in NAMES),
        (b"in/a b.txt", ["-i", "my 'corpus'"]),
        (b"in/a b.txt", ["-i", "-c"]),
    ],
)
def test_the_command_that_is_said_can_be_pasted(
    run: Run, name: bytes, index: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(os.fsdecode(name))
    path.parent.mkdir(exist_ok=True)
    path.write_text(article("Kabul fell"))
    Path("kept.txt").write_text(article("Kabul stood"))
    run("ingest", f"./{path}", "kept.txt", *index)
    path.write_text(article("Kabul fell again"))
    assert b"1 replaced" in pasted(run("search", "-c", "Kabul", *index).err).stdout
    assert not run("search", "-c", "Kabul", *index).err
    path.unlink()
    said = run("search", "-c", "Kabul", *index).err
    if not index:
        Path("elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        said = run("search", "-c", "Kabul").err
    assert b"1 removed" in pasted(said, Path.cwd()).stdout


def test_the_command_names_folders_where_the_files_are_many(run: Run) -> None:
    for n in range(12):
        path = Path(f"in {n % 2}/sub/{n}.txt") if n > 5 else Path(f"in {n % 2}/{n}.txt")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(article(f"Kabul fell {n}"))
    run("ingest", "in 0", "in 1")
    for path in (*Path("in 0").rglob("*.txt"), *Path("in 1").rglob("*.txt")):
        path.write_text(path.read_text() + "\nMore.\n")
    said = run("search", "-c", "Kabul").err
    assert "12 files have changed since they were read; update the corpus with: corpus" in said
    assert pasted(said).stdout == b"12 replaced\n"
    for n in range(5):
        Path(f"of/{n}").mkdir(parents=True)
        Path(f"of/{n}/a.txt").write_text(article(f"Herat fell {n}"))
    run("ingest", "of")
    for path in Path("of").rglob("*.txt"):
        path.write_text(path.read_text() + "\nMore.\n")
    said = run("search", "-c", "Kabul").err
    assert "update the corpus from 3 of 5 folders with: corpus ingest of/0 of/1 of/2\n" in said
    assert pasted(said).stdout == b"3 replaced\n"


def test_a_command_that_is_said_means_the_corpus_that_was_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_text("Kabul fell\n\n" + article("It did"))
    run("ingest", "a.txt", "-i", "one")
    run("ingest", "a.txt", "-i", "two")
    Path("a.txt").write_text("Kabul fell again\n\n" + article("It did"))
    said = run("search", "Kabul", "-c", "-i", "one", "-i", "two").err.splitlines()
    assert [line.rpartition("a.txt ")[2] for line in said] == ["-i one", "-i two"]
    monkeypatch.setenv("CORPUS_INDEX", "one")
    assert run("search", "Kabul", "-c").err.endswith("corpus ingest a.txt\n")


def test_time_that_ran_out_is_said(here: Path, run: Run) -> None:
    ran = run("search", "Taliban", "--timeout", "0.000001", "--json")
    assert json.loads(ran.out)["partial"]
    assert "--timeout 0 waits for all" in ran.err


# --- facets ---


def test_facets_count_what_is_found(here: Path, run: Run) -> None:
    total = int(run("search", "Taliban", "-c").out)
    found = json.loads(
        run("facets", "Taliban", "--by", "source,author,year,month,tag,lang,name", "--json").out
    )
    for by in ("source", "year", "month", "lang"):
        rows = [row for row in found["facets"] if row["by"] == by]
        assert sum(row["passages"] for row in rows) == total == found["total"]
    for row in found["facets"]:
        if row["by"] in VALUED and row["value"]:
            narrowed = json.loads(
                run("search", "Taliban", f"--{row['by']}", row["value"], "--json", "-n", "1").out
            )
            if row["by"] != "name":
                assert (narrowed["total"], narrowed["articles"]) == (
                    row["passages"],
                    row["articles"],
                )
            else:
                assert narrowed["total"] >= row["passages"]


def test_facets_of_everything(here: Path, run: Run) -> None:
    rows = [line.split("\t") for line in run("facets", "--by", "lang").out.splitlines()]
    status = json.loads(run("status", "--json").out)
    assert rows == [["lang", "en", str(status["passages"]), str(status["articles"])]]


def test_facets_say_what_they_leave_out(here: Path, run: Run) -> None:
    ran = run("facets", "Taliban", "--by", "tag", "-n", "2")
    assert len(ran.out.splitlines()) == 2
    assert "more values by tag: -n 0 shows all" in ran.err
    assert run("facets", "nothinghere").code == 1
    assert "did you mean author?" in run("facets", "x", "--by", "auther").err


def test_words_that_look_like_options_are_words(here: Path) -> None:
    for line in (["-Pakistan", "Taliban"], ["Taliban", "-iran"], ["--", "--help"]):
        assert spawn("search", *line).code in (0, 1)


@pytest.mark.parametrize(
    "line", [["x", "-n"], ["--sort"], ["x", "--author"], ["-lqn"], ["x", "-C"]]
)
def test_an_option_without_its_value_is_said(here: Path, run: Run, line: list[str]) -> None:
    ran = run("search", *line)
    assert ran.code == 2
    assert "requires an argument" in ran.err


def test_one_corpus_at_a_time(here: Path, run: Run) -> None:
    ran = run("show", "x", "-i", "a", "-i", "b")
    assert ran.code == 2
    assert "give -i once" in ran.err


def test_lines_to_the_end(here: Path, run: Run) -> None:
    every = run("show", "af24", "--raw").out.splitlines()
    last = int(every[-1].split("\t")[0])
    assert run("show", f"af24:{last - 2}-", "--raw").out.splitlines() == every[-3:]
    assert run("show", "af24:1-99999999999", "--raw").out.splitlines() == every
