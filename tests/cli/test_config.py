"""corpus config: which files, what is set, by what."""

import json
from pathlib import Path

import pytest

from corpus_cli.config import DECLARATIONS
from corpus_cli.search.request import SORTS
from tests.cli.conftest import Run
from tests.cli.test_imports import loaded


@pytest.fixture
def near() -> Path:
    """Stand beside a corpus: as far as settings go, a store is all it needs."""
    Path("index").mkdir()
    Path("index/store.db").touch()
    return Path.cwd() / "index"


USER = Path("config/corpus/config.toml")


def settings(run: Run, *options: str) -> dict[str, tuple[object, str]]:
    told = json.loads(run("config", "get", "--json", *options).out)
    assert told["v"] == 1
    return {one["name"]: (one["value"], one["origin"]) for one in told["settings"]}


def test_all_settings_and_what_set_each(
    near: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("config", "set", "limit", "20")
    run("config", "set", "mark", "1", "--user")
    monkeypatch.setenv("CORPUS_SORT", "-date")
    ran = run("config", "get")
    rows = dict(line.split("\t", 1) for line in ran.out.splitlines())
    assert (ran.code, ran.err) == (0, "")
    assert rows["limit"] == f"20\t{near}/corpus.toml"
    assert rows["mark"] == f"true\t{USER.absolute()}"
    assert rows["sort"] == "-date\tCORPUS_SORT"
    assert rows["color"] == "auto\tdefault"
    assert rows["index"] == f"{near}\tnearest"
    assert settings(run)["limit"] == (20, f"{near}/corpus.toml")
    assert settings(run, "-i", "other")["index"] == ("other", "--index")


def test_one_value_alone_for_scripts(near: Path, run: Run) -> None:
    assert run("config", "get", "limit") == (0, "10\n", "corpus: limit: default\n")
    assert json.loads(run("config", "get", "limit", "--json").out)["settings"] == [
        {"name": "limit", "value": 10, "origin": "default"}
    ]
    assert "did you mean limit?" in run("config", "get", "limt").err


def test_path_tells_files_and_the_corpus_that_is_meant(near: Path, run: Run) -> None:
    run("config", "set", "limit", "3")
    rows = [line.split("\t") for line in run("config", "path").out.splitlines()]
    assert rows == [
        ["corpus", str(near), "there", "nearest"],
        ["project file", f"{near}/corpus.toml", "there", ""],
        ["user file", str(USER.absolute()), "missing", ""],
    ]
    told = json.loads(run("config", "path", "--json", "-i", "other").out)["files"]
    assert told[0] == {"what": "corpus", "path": "other", "state": "missing", "origin": "--index"}


def test_without_a_corpus_the_users_file_is_all_there_is(run: Run) -> None:
    ran = run("config", "path")
    assert ran.out == f"user file\t{USER.absolute()}\tmissing\t\n"
    assert "corpus ingest PATH" in ran.err
    assert str(USER) in run("config", "set", "limit", "5").out
    assert USER.read_text() == "limit = 5\n"
    for named in (["--project"], ["-i", "other"]):
        assert "corpus ingest PATH" in run("config", "set", "limit", "5", *named).err


def test_what_is_the_users_own_goes_to_the_users_file(near: Path, run: Run) -> None:
    assert str(USER) in run("config", "set", "pager", "less -R").out
    assert "leave out --project" in run("config", "set", "pager", "x", "--project").err
    run("config", "set", "index", "there")
    assert USER.read_text() == f'pager = "less -R"\nindex = "{Path.cwd()}/there"\n'
    assert not (near / "corpus.toml").exists()


def test_set_says_what_goes_before(near: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("config", "set", "limit", "3")
    ran = run("config", "set", "limit", "4", "--user")
    assert f"limit is still 3 here: {near}/corpus.toml overrides the file" in ran.err
    monkeypatch.setenv("CORPUS_LIMIT", "2")
    assert "CORPUS_LIMIT overrides the file" in run("config", "set", "limit", "3").err


def test_a_value_may_begin_with_a_hyphen(near: Path, run: Run) -> None:
    assert run("config", "set", "sort", "-date").code == 0
    assert "a whole number, 0 or more" in run("config", "set", "limit", "-5").err
    assert "one of score, date" in run("config", "set", "sort", "--bogus").err


def test_unset_goes_from_the_strongest_to_none(near: Path, run: Run) -> None:
    run("config", "set", "limit", "3")
    run("config", "set", "limit", "4", "--user")
    assert "limit is now 4" in run("config", "unset", "limit").err
    assert run("config", "unset", "limit", "--project").err.endswith("does not set limit\n")
    assert "limit is now 10: default" in run("config", "unset", "limit").err
    assert run("config", "unset", "limit") == (0, "", "corpus: no file sets limit\n")
    assert run("config", "unset", "limt").code == 2


def test_a_wrong_file_stops_others_but_can_be_mended(near: Path, run: Run) -> None:
    file = near / "corpus.toml"
    file.write_text("limt = 3\nmark = 'x'\n[fields]\ntext = 'prose'\n")
    ran = run("config", "get")
    assert ran.code == 3
    assert "did you mean limit?" in ran.err
    assert 'mark is "x": it has to be true or false' in ran.err
    assert settings(run)["mark"] == ("x", str(file))
    assert run("config", "path").code == 3
    ran = run("config", "set", "mark", "true")
    assert (ran.code, "limt" in ran.err) == (0, True)
    assert run("config", "unset", "fields").code == 2
    assert run("config", "unset", "limt").code == 0
    assert file.read_text() == "mark = true\n[fields]\ntext = 'prose'\n"
    assert run("config", "get") == (0, run("config", "get").out, "")
    USER.parent.mkdir(parents=True)
    USER.write_text("index = [")
    assert run("config", "set", "limit", "5").code == 0
    assert "correct it by hand" in run("config", "set", "limit", "5", "--user").err
    assert run("config", "get").code == 3


def test_nothing_in_a_file_reaches_the_terminal(near: Path, run: Run) -> None:
    (near / "corpus.toml").write_text('"\\u001b[31m\\n" = 1\nlimit = "\\u001b]0;x\\u0007"\n')
    ran = run("config", "get", "color")
    assert len(ran.err.splitlines()) == 3
    assert "\x1b" not in ran.err


def test_toml_is_loaded_only_for_a_file() -> None:
    code = """
import os
from pathlib import Path
from corpus_cli.config import DECLARATIONS, find_corpus, read_pack_settings, read_setting
find_corpus(None, os.environ, Path.cwd())
read_pack_settings(os.environ)
for name in DECLARATIONS: read_setting(name, os.environ, Path('nowhere'))
"""
    assert not loaded(code) & {"tomllib", "tomlkit", "click", "shlex", "difflib", "json"}


def test_a_wrong_look_does_not_hide_the_settings(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_COLOR", "purple")
    ran = run("config", "get", "--format", "terminal")
    assert ran.code == 3
    assert "limit" in ran.out
    assert 'CORPUS_COLOR: color is "purple"' in ran.err


def test_the_orders_are_those_of_a_search() -> None:
    assert DECLARATIONS["sort"].choices == SORTS
