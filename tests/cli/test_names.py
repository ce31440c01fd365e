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

LLK = {"one", "two", "five", "six"}
"""The articles that mean the Long Lake Kings."""


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
        "five": article("Nets of the Long Lake Kings (LLK) were torn"),
        "six": article("The LLK (Long Lake Kings) sang"),
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
        assert files(run, form) == LLK, form
    assert files(run, "LLK", "--no-names") == LLK
    assert files(run, "Long Lake Kings", "--no-names") == LLK - {"two"} | {"four"}
    assert files(run, '"Long Lake Kings"') == LLK - {"two"}


def test_what_was_looked_for_is_said(field: None, run: Run) -> None:
    ran = run("search", "Long Lake Kings")
    assert "corpus: Long Lake Kings, also LLK (1 more article)" in ran.err
    found = parsed(run, "search", "Long Lake Kings")
    (told,) = found["expanded"]
    assert told == {
        "typed": "Long Lake Kings",
        "name": "Long Lake Kings",
        "origin": "mined",
        "forms": [{"form": "LLK", "passages": 5}],
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


def test_a_name_of_two_people_is_read_alike_in_a_filter_and_as_a_word(run: Run) -> None:
    Path("names.toml").write_text(
        "".join(
            f'["{given} Voro"]\nkind = "person"\nshort = ["Voro"]\n'
            for given in ("Abel", "Kal", "Mira")
        )
    )
    Path("texts").mkdir()
    for name, person in (("one", "Kal Voro"), ("two", "Mira Voro"), ("three", "Tomas Reed")):
        Path("texts", f"{name}.txt").write_text(article(f"In the evening {person} spoke"), "utf-8")
    assert run("ingest", "texts").code == 0
    # Nobody mentions Abel Voro, who is the first of the list.
    assert "Voro may be Kal Voro or Mira Voro; type the full name" in run("search", "Voro").err
    filtered = run("search", "--name", "Voro")
    assert "Voro may be Kal Voro or Mira Voro; each of them counts" in filtered.err
    assert files(run, "--name", "Voro") == files(run, "Voro") == {"one", "two"}
    assert files(run, "spoke", "--name=-Voro") == {"three"}
    Path("texts", "two.txt").unlink()
    assert run("ingest", "texts", "--prune").code == 0
    assert "may be" not in run("search", "Voro").err + run("search", "--name", "Voro").err
    assert files(run, "--name", "Voro") == files(run, "Voro") == {"one"}
    absent = run("search", "--name", "Abel Voro")
    assert "no passage mentions Abel Voro" in absent.err


def test_show_and_list(field: None, run: Run) -> None:
    (name,) = parsed(run, "names", "show", "LLK")["names"]
    assert (name["name"], name["forms"], name["origin"]) == (
        "Long Lake Kings",
        ["Long Lake Kings", "LLK"],
        "mined",
    )
    assert "field/one.txt" in [place["path"] for place in name["mined"][0]["places"]]
    assert (
        "mined\tfield/one.txt:1\tLLK\tLong Lake Kings\tLong Lake Kings\tform\t"
        "everywhere: 3 articles explain it, all alike" in run("names", "show", "LLK").out
    )
    assert run("names", "list", "--origin", "mined").out == "Long Lake Kings\t\tmined\tLLK\n"
    assert len(parsed(run, "names", "list")["names"]) > 1_700
    assert run("names", "show", "Nobody at all").code == 2


def test_mine(field: None, run: Run) -> None:
    (sense,) = parsed(run, "names", "mine")["senses"]
    assert sense["short"] == ["LLK"]
    assert sense["long"] == ["Long Lake Kings"]
    assert sense["as"] == "form"
    assert set(run("names", "mine").out.splitlines()) == {
        f"field/{file}.txt:1\tLLK\tLong Lake Kings\tLong Lake Kings\tform\t{sense['means']}"
        for file in ("one", "five", "six")
    }


@pytest.fixture
def farms(run: Run) -> None:
    """A corpus in which one article explains what two others use for something else."""
    texts = {
        "one": article("The Rural Zoning Plan (RZP) was read", "A clause of the RZP fell"),
        "two": article("Heard on RZP this morning", "RZP Radio plays songs"),
        "three": article("A host of RZP resigned"),
        "four": article("Nobody reads the Rural Zoning Plan", "The R.Z.P. is long"),
    }
    Path("farms").mkdir()
    for name, text in texts.items():
        Path("farms", f"{name}.txt").write_text(text, "utf-8")
    assert run("ingest", "farms").code == 0


def test_what_one_article_explains_means_that_only_there(farms: None, run: Run) -> None:
    assert files(run, "Rural Zoning Plan") == files(run, "name:RZP") == {"one", "four"}
    assert "Rural Zoning Plan, also RZP" in run("search", "Rural Zoning Plan").err
    rows = parsed(run, "names", "mentioned", "RZP")["mentioned"]
    assert [(row["name"], row["mentions"]) for row in rows] == [("Rural Zoning Plan", 5)]
    hits = parsed(run, "search", "RZP")["hits"]
    named = {Path(hit["path"]).stem for hit in hits if "Rural Zoning Plan" in hit.get("names", ())}
    assert named == {"one", "four"}


@pytest.mark.parametrize("typed", ["RZP", "rzp", "R.Z.P."])
def test_its_abbreviation_is_searched_as_a_word(farms: None, run: Run, typed: str) -> None:
    found = parsed(run, "search", typed)
    assert files(run, typed) == {"one", "two", "three", "four"}
    assert (found["expanded"], found["notes"]) == ([], [])
    assert {why for hit in found["hits"] for _, _, why in hit["spans"]} == {"word"}
    plain = parsed(run, "search", typed, "--no-names")["hits"]
    assert [(hit["id"], hit["score"]) for hit in found["hits"]] == [
        (hit["id"], hit["score"]) for hit in plain
    ]


def test_what_one_article_explains_is_shown_as_a_short_form(farms: None, run: Run) -> None:
    (name,) = parsed(run, "names", "show", "RZP")["names"]
    assert (name["forms"], name["short"]) == (["Rural Zoning Plan"], ["RZP"])
    assert run("names", "mine").out == (
        "farms/one.txt:1\tRZP\tRural Zoning Plan\tRural Zoning Plan\tshort\t"
        "only with the long form: only 1 article explains it\n"
    )


def test_mine_says_why_an_abbreviation_means_its_name_only_with_the_long_form(
    farms: None, run: Run
) -> None:
    texts = {
        "five": "The Red Zebra Party (RZP) met; so did the Bold Lake Army (BLA)",
        "six": "The Rural Zoning Plan (RZP) was long",
    }
    for name, text in texts.items():
        Path("farms", f"{name}.txt").write_text(article(text), "utf-8")
    run("ingest", "farms")
    means = {sense["name"]: sense["means"] for sense in parsed(run, "names", "mine")["senses"]}
    assert means == {
        "Bold Lake Army": "only with the long form: security has it as "
        "Balochistan Liberation Army, only 1 article explains it",
        "Red Zebra Party": "only with the long form: 2 explain it as something else, "
        "only 1 article explains it",
        "Rural Zoning Plan": "only with the long form: 1 explains it as something else, "
        "only 2 articles explain it",
    }


def test_a_name_of_one_s_own_may_have_what_one_article_explains(farms: None, run: Run) -> None:
    assert (
        run("names", "add", "RZP", "Radio Zebra Plains").out == "added Radio Zebra Plains to RZP\n"
    )
    assert files(run, "Radio Zebra Plains") == {"one", "two", "three", "four"}
    assert parsed(run, "names", "show", "Rural Zoning Plan")["names"][0]["short"] == ["RZP"]


def test_more_articles_make_it_a_form_and_near_copies_do_not(farms: None, run: Run) -> None:
    text = article("The Rural Zoning Plan (RZP) ends", "Few will miss it", "Some may")
    for name, more in (("five", ""), ("six", " also"), ("seven", " too")):
        Path("farms", f"{name}.txt").write_text(text + more, "utf-8")
    run("ingest", "farms")
    assert run("duplicates").out.count("\n") == 3
    assert parsed(run, "names", "mine")["senses"][0]["as"] == "short"
    Path("farms", "eight.txt").write_text(article("So the Rural Zoning Plan (RZP) won"), "utf-8")
    run("ingest", "farms")
    assert parsed(run, "names", "mine")["senses"][0]["as"] == "form"
    assert parsed(run, "search", "RZP")["expanded"][0]["name"] == "Rural Zoning Plan"


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
    Path("a.txt").write_text(article("Once Hibatullah Akhundzada met Sirajuddin Haqqani"), "utf-8")
    Path("b.txt").write_text(article("Then Sirajuddin Haqqani met Akhundzda in Kabul"), "utf-8")
    run("ingest", "a.txt", "b.txt")
    assert run("names", "suggest").out == (
        "1\tcorpus names add 'Hibatullah Akhundzada' --short Akhundzda\n"
    )


def test_a_name_of_one_s_own_counts_at_once(field: None, run: Run) -> None:
    assert files(run, "Boatmen") == set()
    assert run("names", "add", "LLK", "Boatmen", "--note", "a nickname").code == 0
    assert files(run, "Boatmen") == LLK
    assert "Boatmen" in Path("names.toml").read_text("utf-8")
    assert run("names", "remove", "LLK", "Boatmen").code == 0
    assert files(run, "Boatmen") == set()
    Path("names.toml").write_text('["Zebulon"]\nforms = ["wooden"]\n', "utf-8")
    assert files(run, "Zebulon") == {"two"}


def test_a_form_that_another_name_has_is_added_with_a_note(field: None, run: Run) -> None:
    ran = run("names", "add", "LLK", "Kadyrov")
    assert (ran.code, ran.out) == (0, "added Kadyrov to Long Lake Kings\n")
    assert "Kadyrov is a form of " in ran.err
    assert "too: now it means Long Lake Kings; to undo this: corpus names remove" in ran.err
    assert files(run, "Kadyrov") >= LLK
    # Added once more, it is no news.
    assert not run("names", "add", "LLK", "Kadyrov").err
    undo = ran.err.strip().rpartition("corpus ")[2].replace("'", "")
    assert undo == "names remove Long Lake Kings Kadyrov"
    assert run("names", "remove", "Long Lake Kings", "Kadyrov").code == 0
    assert not files(run, "Kadyrov") & LLK
    short = run("names", "add", "LLK", "--short", "Kadyrov")
    assert "it means the one whose full form an article has" in short.err
    assert not run("names", "add", "LLK", "Boatmen").err


def test_a_name_is_turned_off_and_on(field: None, run: Run) -> None:
    assert run("names", "remove", "Long Lake Kings").code == 0
    assert files(run, "Long Lake Kings", "--no-suggest") >= {"one"}
    assert parsed(run, "search", "Long Lake Kings", "--no-suggest")["expanded"] == []
    assert run("names", "add", "Long Lake Kings", "LLK").code == 0
    assert files(run, "Long Lake Kings") == LLK


def test_test(field: None, run: Run) -> None:
    assert run("names", "test", "Did the llk meet the Pakistani Taliban?").out == (
        "Pakistani Taliban\tTehrik-e-Taliban Pakistan\tgroup\tform\n"
    )
    assert run("names", "test", "nothing").code == 1


def test_mentioned(field: None, run: Run) -> None:
    rows = {row["name"]: row for row in parsed(run, "names", "mentioned")["mentioned"]}
    assert (rows["Long Lake Kings"]["mentions"], rows["Long Lake Kings"]["articles"]) == (8, 4)
    assert rows["Ramzan Kadyrov"]["mentions"] == 2
    assert "Taliban" not in rows
    assert run("names", "mentioned", "LLK", "--per", "article").out.count("\n") == 4
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
    assert run("names", "import", "taken.toml").out == "added 1 name\n"
    assert run("names", "export", "--origin", "names.toml").out == out
    Path("synonyms.txt").write_text("Hafen, Puerto\nKings, Koenige # two\n", "utf-8")
    assert run("names", "import", "synonyms.txt").out == "added 2 names\n"
    (name,) = parsed(run, "names", "show", "Koenige")["names"]
    assert name["name"] == "Kings"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "is not valid TOML"),
        ('["A"]\nforms = "B"', "forms has to be a list"),
        ("\0", "is not valid TOML"),
    ],
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
    Path("field", "seven.txt").write_text(article("Another boat"), "utf-8")
    assert run("ingest", "field").out == "1 added, 6 unchanged\n"


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
    assert files(run, "LLK") == LLK
    assert compiled.stat().st_size > 1_000_000


def test_names_on_media_that_are_only_read(field: None, run: Run) -> None:
    folder = Path("index")
    (folder / "names.db").unlink()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert files(run, "LLK") == LLK
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
        assert files(run, "LLK") == LLK, compiled


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
    assert run("names", "import", "other.toml").out == "added 3 names\n"
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
