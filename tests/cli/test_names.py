"""corpus names, and names in a search: from the command line."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.conftest import article


@pytest.fixture
def field(run: Run) -> None:
    """A small corpus of its own, beside which names may be kept."""
    texts = {
        "one": article("The Long Lake Kings (LLK) crossed the river", "LLK boats were seen"),
        "two": article("Boats of the L.L.K. are wooden", "The Lower Lenten Kitchen is not meant"),
        "three": article("Some met Ramzan Kadyrov in Grozny", "Then Kadyrov left"),
        "four": article(
            "The Pakistani Taliban struck", "Nobody else did, the Long Lake Kyngs said"
        ),
    }
    Path("field").mkdir()
    for name, text in texts.items():
        Path("field", f"{name}.txt").write_text(text, "utf-8")
    assert run("ingest", "field").code == 0


def parsed(run: Run, *line: str) -> Any:
    ran = run(*line, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def files(run: Run, *line: str) -> set[str]:
    return {Path(line).stem for line in run("search", *line, "-l").out.splitlines()}


def test_every_form_finds_the_others(field: None, run: Run) -> None:
    for form in ("LLK", "L.L.K.", "Long Lake Kings", "long-lake kings", "llk"):
        assert files(run, form) == {"one", "two"}, form
    assert files(run, "LLK", "--no-names") == {"one", "two"}
    assert files(run, "Long Lake Kings", "--no-names") == {"one", "four"}
    assert files(run, '"Long Lake Kings"') == {"one"}


def test_what_was_looked_for_is_said(field: None, run: Run) -> None:
    ran = run("search", "Long Lake Kings")
    assert "corpus: Long Lake Kings, also LLK (1 article more)" in ran.err
    found = parsed(run, "search", "Long Lake Kings")
    (told,) = found["expanded"]
    assert told == {
        "typed": "Long Lake Kings",
        "name": "Long Lake Kings",
        "origin": "mined",
        "forms": [{"form": "LLK", "passages": 3}],
        "articles": 1,
    }
    assert {why for hit in found["hits"] for _, _, why in hit["spans"]} == {"name:Long Lake Kings"}
    assert found["hits"][0]["names"] == ["Long Lake Kings"]


def test_explain(field: None, run: Run) -> None:
    said = run("search", "Kadyrov", "--explain").err
    assert "Kadyrov is the name Ramzan Kadyrov (person, security)" in said
    assert "Kadyrov as name:Ramzan Kadyrov (Ramzan Kadyrov), in stems" in said
    hit = json.loads(run("search", "Kadyrov", "--explain", "--jsonl", "-n", "1").out)
    assert round(sum(part["score"] for part in hit["parts"]), 6) == hit["score"]
    assert "parts" not in json.loads(run("search", "Kadyrov", "--jsonl", "-n", "1").out)


def test_a_filter(field: None, run: Run) -> None:
    assert files(run, "name:LLK boats") == {"one", "two"}
    assert files(run, "boats -name:LLK") == set()
    assert files(run, "name:Taliban") == set()
    assert files(run, "Taliban") == {"four"}
    assert run("search", "name:Zebulon").code == 1


def test_show_and_list(field: None, run: Run) -> None:
    (name,) = parsed(run, "names", "show", "LLK")["names"]
    assert (name["name"], name["forms"], name["origin"]) == (
        "Long Lake Kings",
        ["Long Lake Kings", "LLK"],
        "mined",
    )
    assert name["mined"][0]["places"][0]["path"] == "field/one.txt"
    assert (
        "mined\tfield/one.txt:1\tLLK\tLong Lake Kings\tLong Lake Kings"
        in run("names", "show", "LLK").out
    )
    assert run("names", "list", "--origin", "mined").out == "Long Lake Kings\t\tmined\tLLK\n"
    assert len(parsed(run, "names", "list")["names"]) > 1_700
    assert run("names", "show", "Nobody at all").code == 2


def test_mine(field: None, run: Run) -> None:
    (sense,) = parsed(run, "names", "mine")["senses"]
    assert sense["short"] == ["LLK"]
    assert sense["long"] == ["Long Lake Kings"]
    assert run("names", "mine").out == "field/one.txt:1\tLLK\tLong Lake Kings\tLong Lake Kings\n"


def test_suggest_proposes_and_takes_nothing_in(field: None, run: Run) -> None:
    assert parsed(run, "names", "suggest")["proposals"] == [
        {
            "form": "Long Lake Kyngs",
            "name": "Long Lake Kings",
            "passages": 1,
            "command": "corpus names add 'Long Lake Kings' 'Long Lake Kyngs'",
        }
    ]
    assert not Path("names.toml").exists()


def test_suggest_knows_a_lost_letter(run: Run) -> None:
    Path("a.txt").write_text(article("Hibatullah Akhundzada met Hibatullah Akhundzda"), "utf-8")
    run("ingest", "a.txt")
    assert run("names", "suggest").out == (
        "1\tcorpus names add 'Hibatullah Akhundzada' --short Akhundzda\n"
    )


def test_a_name_of_one_s_own_counts_at_once(field: None, run: Run) -> None:
    assert files(run, "Boatmen") == set()
    assert run("names", "add", "LLK", "Boatmen", "--note", "a nickname").code == 0
    assert files(run, "Boatmen") == {"one", "two"}
    assert "Boatmen" in Path("names.toml").read_text("utf-8")
    assert run("names", "remove", "LLK", "Boatmen").code == 0
    assert files(run, "Boatmen") == set()
    Path("names.toml").write_text('["Zebulon"]\nforms = ["wooden"]\n', "utf-8")
    assert files(run, "Zebulon") == {"two"}


def test_a_name_is_turned_off_and_on(field: None, run: Run) -> None:
    assert run("names", "remove", "Long Lake Kings").code == 0
    assert files(run, "Long Lake Kings", "--no-suggest") >= {"one"}
    assert parsed(run, "search", "Long Lake Kings")["expanded"] == []
    assert run("names", "add", "Long Lake Kings", "LLK").code == 0
    assert files(run, "Long Lake Kings") == {"one", "two"}


def test_test(field: None, run: Run) -> None:
    assert run("names", "test", "Did the llk meet the Pakistani Taliban?").out == (
        "Pakistani Taliban\tTehrik-e-Taliban Pakistan\tgroup\tform\n"
    )
    assert run("names", "test", "nothing").code == 1


def test_mentioned(field: None, run: Run) -> None:
    rows = {row["name"]: row for row in parsed(run, "names", "mentioned")["mentioned"]}
    assert (rows["Long Lake Kings"]["mentions"], rows["Long Lake Kings"]["articles"]) == (4, 2)
    assert rows["Ramzan Kadyrov"]["mentions"] == 2
    assert "Taliban" not in rows
    assert run("names", "mentioned", "LLK", "--per", "article").out.count("\n") == 2
    assert run("names", "mentioned", "Taliban").code == 1
    assert run("names", "mentioned", "Nobody").code == 2


def test_mentions_by_month(here: Path, run: Run) -> None:
    rows = parsed(run, "names", "mentioned", "ISIS-K", "--per", "date")["mentioned"]
    assert sum(row["mentions"] for row in rows) == 14
    assert {row["date"] for row in rows} <= {"", "2026-01", "2025-03", "2025-06"} | {
        row["date"] for row in rows
    }


def test_export_and_import(field: None, run: Run, tmp_path: Path) -> None:
    run("names", "add", "Harbour", "Hafen", "--short", "Port", "--kind", "place")
    out = run("names", "export", "--origin", "names.toml").out
    Path("taken.toml").write_text(out, "utf-8")
    Path("names.toml").unlink()
    assert run("names", "import", "taken.toml").out == "took in 1 name\n"
    assert run("names", "export", "--origin", "names.toml").out == out
    Path("synonyms.txt").write_text("Hafen, Puerto\nKings, Koenige # two\n", "utf-8")
    assert run("names", "import", "synonyms.txt").out == "took in 2 names\n"
    (name,) = parsed(run, "names", "show", "Koenige")["names"]
    assert name["name"] == "Kings"


@pytest.mark.parametrize(
    ("text", "said"),
    [("[", "is no TOML"), ('["A"]\nforms = "B"', "forms is not understood"), ("\0", "is no TOML")],
)
def test_a_broken_file_is_an_error_that_says_where(
    field: None, run: Run, text: str, said: str
) -> None:
    Path("names.toml").write_text(text, "utf-8")
    for line in (["search", "LLK"], ["names", "list"], ["names", "add", "A", "B"]):
        ran = run(*line)
        assert ran.code == 2
        assert said in ran.err
        assert "names.toml" in ran.err
    assert Path("names.toml").read_text("utf-8") == text
    Path("field", "five.txt").write_text(article("Another boat"), "utf-8")
    assert run("ingest", "field").out == "1 added, 4 unchanged\n"


@pytest.mark.slow
def test_packs_are_chosen(field: None, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("names.toml").write_text('packs = ["world"]\n', "utf-8")
    assert "security" not in {name["origin"] for name in parsed(run, "names", "list")["names"]}
    monkeypatch.setenv("CORPUS_PACKS", "none")
    assert [name["origin"] for name in parsed(run, "names", "list")["names"]] == ["mined"]


@pytest.mark.slow
def test_a_pack_of_one_s_own(field: None, run: Run) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"], "corpus", "names")
    folder.mkdir(parents=True)
    (folder / "lakes.toml").write_text(
        '["Long Lake Kings"]\nkind = "group"\nforms = ["Boatmen"]\n', "utf-8"
    )
    (name,) = parsed(run, "names", "show", "Boatmen")["names"]
    assert (name["origin"], name["forms"]) == ("lakes", ["Long Lake Kings", "Boatmen", "LLK"])


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0", b"no database at all " * 99])
def test_compiled_names_that_do_not_read_back_are_made_again(
    field: None, run: Run, damage: bytes
) -> None:
    compiled = Path("index", "names.db")
    compiled.write_bytes(damage)
    assert files(run, "LLK") == {"one", "two"}
    assert compiled.stat().st_size > 1_000_000


def test_names_on_media_that_are_only_read(field: None, run: Run) -> None:
    folder = Path("index")
    (folder / "names.db").unlink()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert files(run, "LLK") == {"one", "two"}
    finally:
        folder.chmod(stat.S_IRWXU)


@pytest.mark.slow
def test_compiled_names_that_are_damaged_inside_are_made_again(field: None, run: Run) -> None:
    kept = Path("index", "names.db")
    shared = list(Path(os.environ["XDG_CACHE_HOME"], "corpus").glob("names-*.db"))
    assert shared
    for compiled in (kept, *shared):
        whole = compiled.read_bytes()
        kept.unlink()
        compiled.write_bytes(whole[:8192] + bytes(len(whole) - 8192))
        assert files(run, "LLK") == {"one", "two"}, compiled


def test_names_added_at_once_are_all_kept(field: None) -> None:
    command = [sys.executable, "-m", "corpus_cli", "names", "add"]
    started = [
        subprocess.Popen([*command, f"Made {n}", f"Form {n}"], stdout=subprocess.DEVNULL)
        for n in range(6)
    ]
    assert [process.wait() for process in started] == [0] * 6
    held = Path("names.toml").read_text("utf-8")
    assert [n for n in range(6) if f'["Made {n}"]' not in held] == []


def test_a_form_is_removed_however_it_is_written(field: None, run: Run) -> None:
    assert run("names", "remove", "ISIS-K", "ISKP").code == 0
    assert run("names", "show", "ISKP").code == 2
    Path("names.toml").unlink()
    run("names", "add", "Some Group", "ISKP")
    assert [name["name"] for name in parsed(run, "names", "show", "Iskp")["names"]] == [
        "Some Group"
    ]


def test_adding_and_removing_leaves_nothing(field: None, run: Run) -> None:
    run("names", "add", "LLK", "Boatmen")
    run("names", "remove", "LLK", "Boatmen")
    assert "\nwithout" not in Path("names.toml").read_text("utf-8")


def test_a_file_of_another_corpus(field: None, run: Run) -> None:
    text = '# mine\n["Kabul"]\noff = true\n["ISIS-K"]\nwithout = ["IS-K"]\n["Zig Zag"]\nforms = ["Zigg, Zagg", "ZZG"]\n'
    Path("other.toml").write_text("\ufeff" + text, "utf-8")
    assert run("names", "import", "other.toml").out == "took in 3 names\n"
    out = run("names", "export", "--origin", "names.toml").out
    Path("names.toml").write_text(out, "utf-8")
    for form in ("Kabul", "IS-K"):
        assert run("names", "show", form).code == 2, form
    assert run("names", "show", "ZZG").code == 0


def test_a_pack_that_is_not_there_is_said(
    field: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("names.toml").write_text('packs = ["wrold"]\n', "utf-8")
    ran = run("search", "LLK")
    assert (ran.code, "there is no pack wrold, only security, world" in ran.err) == (2, True)
    monkeypatch.setenv("CORPUS_PACKS", "World")
    assert "CORPUS_PACKS: there is no pack World" in run("search", "LLK").err


def test_a_file_brought_back_counts_at_once(field: None, run: Run) -> None:
    path = Path("names.toml")
    for word in ("boats", "river"):
        path.write_text(f'["Zebulon"]\nforms = ["{word}"]\n', "utf-8")
        os.utime(path, (1, 1))
        (name,) = parsed(run, "names", "show", "Zebulon")["names"]
        assert name["forms"] == ["Zebulon", word]


def test_what_is_excluded_is_not_suggested_for(here: Path, run: Run) -> None:
    assert "Kurilla" not in run("search", "--", "-Kurila visit").err
    assert run("search", "Kurila's", "-n", "1").out
    assert len(parsed(run, "search", "--no-names", "Kurila Kurila Taliban")["suggested"]) == 1


def test_every_subcommand_is_documented(run: Run) -> None:
    shown = run("names", "--help").out
    page = (Path(__file__).parents[2] / "docs" / "names.md").read_text("utf-8")
    for name in (
        "list",
        "show",
        "test",
        "add",
        "remove",
        "mine",
        "suggest",
        "mentioned",
        "export",
        "import",
    ):
        assert f"  {name} " in shown
        assert f"names {name}" in page or f"| {name} " in page
        assert run("names", name, "--help").code == 0
