"""Which corpus is meant, what is set and by what."""

import errno
import re
import tomllib
from pathlib import Path

import pytest

from corpus_cli.config import (
    DECLARATIONS,
    check_usable,
    find_corpus,
    find_existing_corpus,
    find_problems,
    parse_value,
    read_field_names,
    read_pack_settings,
    read_setting,
    use_color,
)
from corpus_cli.config.editing import remove_key, set_value
from corpus_cli.errors import CorpusMissing, UsageError
from corpus_cli.system.files import read_text


def corpus(folder: str) -> Path:
    path = Path(folder)
    path.mkdir(parents=True)
    (path / "store.db").touch()
    return path.absolute()


def test_flag_before_environment_before_nearest_before_configuration() -> None:
    here = Path.cwd() / "a" / "b"
    home = {"XDG_CONFIG_HOME": str(Path.cwd() / "config")}
    Path("config/corpus").mkdir(parents=True)
    Path("config/corpus/config.toml").write_text('index = "/users"')
    assert find_corpus(None, home, here) == (
        Path("/users"),
        str(Path.cwd() / "config/corpus/config.toml"),
    )
    top = corpus("index")
    assert find_corpus(None, home, here) == (top, "nearest")
    near = corpus("a/index")
    assert find_corpus(None, home, here) == (near, "nearest")
    assert find_corpus(None, {**home, "CORPUS_INDEX": "/env"}, here) == (
        Path("/env"),
        "CORPUS_INDEX",
    )
    assert find_corpus("flag", {**home, "CORPUS_INDEX": "/env"}, here) == (Path("flag"), "--index")


def test_an_index_folder_that_is_no_corpus_is_passed_over(tmp_path: Path) -> None:
    Path("index").mkdir()
    assert find_corpus(None, {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path) is None
    with pytest.raises(CorpusMissing, match="corpus ingest"):
        find_existing_corpus(None, {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)


def test_an_empty_folder_or_a_hidden_file_is_no_hindrance() -> None:
    Path("index").mkdir()
    Path("index/.gitignore").touch()
    Path("index/corpus.toml").touch()
    check_usable(Path("index"))
    check_usable(Path("nowhere"))
    Path("index/other").touch()
    with pytest.raises(UsageError, match="other files"):
        check_usable(Path("index"))
    with pytest.raises(UsageError, match="cannot be used as the corpus"):
        check_usable(Path("index/other"))


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(choice: str, environment: dict[str, str], terminal: bool, wanted: bool) -> None:  # noqa: FBT001
    assert use_color(choice, environment, terminal=terminal) is wanted  # type: ignore[arg-type]


def home(text: str | None = None) -> dict[str, str]:
    """An environment with a file of the user's that says this."""
    folder = Path("config/corpus")
    folder.mkdir(parents=True, exist_ok=True)
    if text is not None:
        (folder / "config.toml").write_text(text)
    return {"XDG_CONFIG_HOME": str(Path("config").absolute())}


def project(text: str) -> Path:
    """The folder of a corpus whose file says this."""
    folder = Path("index")
    folder.mkdir(exist_ok=True)
    (folder / "corpus.toml").write_text(text)
    return folder


def test_environment_before_project_before_user_before_default() -> None:
    user = home()
    assert read_setting("limit", user, None) == (10, "default")
    home("limit = 20")
    path = f"{Path.cwd()}/config/corpus/config.toml"
    assert read_setting("limit", user, None) == (20, path)
    folder = project("mark = true")
    assert read_setting("limit", user, folder) == (20, path)
    project("limit = 30")
    assert read_setting("limit", user, folder) == (30, "index/corpus.toml")
    assert read_setting("limit", {**user, "CORPUS_LIMIT": ""}, folder) == (30, "index/corpus.toml")
    assert read_setting("limit", {**user, "CORPUS_LIMIT": "40"}, folder) == (40, "CORPUS_LIMIT")


@pytest.mark.parametrize("name", DECLARATIONS)
def test_every_default_is_a_value_that_may_be_set(name: str) -> None:
    kind = DECLARATIONS[name]
    assert kind.default in ("", None) or kind.parse(kind.default) == kind.default
    assert all(str(kind.parse(choice)).lower() == choice for choice in kind.choices)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("limit", ["0", 7, "12"], ["-1", "many", 1.5, True, [5], {}]),
        ("format", ["", "trec"], ["xml", 3]),
        ("color", ["never"], ["blue", True]),
        ("hyperlink", ["vscode", "x://{path}"], [1, "a\0b"]),
        ("pager", ["less -R", "never"], ["less 'x", 5]),
        ("mark", [True, "FALSE", "1", 0], ["maybe", 2, []]),
        ("timeout", ["0", 2.5, "1e3"], ["-1", "nan", "inf", "soon", True]),
        ("sort", ["-date"], ["size"]),
        ("index", ["~/x"], [5, "a\0b"]),
        ("packs", ["world, mine", [], "none"], [5, [5], True]),
    ],
)
def test_values_are_checked_and_the_file_named(
    name: str, good: list[object], bad: list[object]
) -> None:
    for value in good:
        parse_value(name, value, "here")
    for value in bad:
        with pytest.raises(UsageError, match=f"^here: {name} is .*: it has to be "):
            parse_value(name, value, "here")


def test_what_values_mean() -> None:
    assert parse_value("pager", " ", "") == "never"
    assert parse_value("packs", ["a", "b "], "") == parse_value("packs", "a, b,", "") == ("a", "b")
    assert parse_value("packs", "none", "") == ()
    assert str(parse_value("timeout", "5.0", "")) == "5"
    assert parse_value("index", "~/x", "") == str(Path("~/x").expanduser())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("limt = 3", "did you mean limit?"),
        ("[feilds]", "did you mean fields?"),
        ("zzzz = 1", "choose from limit, format"),
        ("pager = 'rm'", "--user"),
        ("limit = [", "cannot be read"),
        ("limit = " + "[" * 9999, "cannot be read"),
        ("limit = 'x'", 'limit is "x": it has to be a whole number'),
    ],
)
def test_what_is_wrong_in_a_file_is_said_and_can_be_passed_over(text: str, says: str) -> None:
    folder = project(text)
    with pytest.raises(UsageError, match=re.escape(says)) as raised:
        read_setting("limit", home(), folder)
    assert str(raised.value).startswith("index/corpus.toml")
    assert list(find_problems(home(), folder)) == [str(raised.value)]
    read_setting("limit", home(), folder, strict=False)


def test_a_corpus_of_somebody_else_runs_nothing_and_leads_nowhere() -> None:
    folder = project("")
    for name in ("pager", "hyperlink", "index", "packs"):
        project(f"{name} = 'x'")
        with pytest.raises(UsageError):
            read_setting(name, home(), folder)
        assert read_setting(name, home(), folder, strict=False).origin == "default"


def test_a_file_is_parsed_once_and_again_when_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path, *, follow: bool) -> str:
        read.append(path)
        return read_text(path, follow=follow)

    monkeypatch.setattr("corpus_cli.config.settings.read_text", counted)
    folder = project("limit = 3")
    assert [read_setting(name, {}, folder).value for name in ("limit", "mark")] == [3, False]
    assert len(read) == 1
    project("limit = 45")
    assert read_setting("limit", {}, folder).value == 45


def test_fields_stand_in_the_folder_of_the_corpus() -> None:
    assert read_field_names(None) == {}
    assert read_field_names(project('limit = 3\n[fields]\ntext = "prose"')) == {"text": "prose"}
    for wrong in ("fields = 3", "[fields]\ntext = 3", "[feilds]\ntext = 'x'"):
        with pytest.raises(UsageError, match="fields"):
            read_field_names(project(wrong))


def test_packs_of_the_environment_of_names_and_of_the_user() -> None:
    user = home('packs = ["world"]')
    path = f"{Path.cwd()}/config/corpus/config.toml"
    assert read_pack_settings(user)[2:] == (None, (frozenset({"world"}), path))
    assert read_pack_settings({**user, "CORPUS_PACKS": "none"}).from_environment == frozenset()
    assert read_pack_settings(home("")).from_user_file == (None, "default")
    Path("names.toml").write_text('packs = ["security"]\n["X"]\nforms = ["Y"]')
    own = f"{Path.cwd()}/names.toml"
    assert read_setting("packs", user, Path("index")) == (("security",), own)


EDITED = [
    ("", "limit = 5\n"),
    ("# why", "# why\nlimit = 5\n"),
    ("limit = 3  # few", "limit = 5  # few"),
    ("# a\n\n[fields]\ntext = 'x'  # b", "# a\nlimit = 5\n\n[fields]\ntext = 'x'  # b"),
    ("mark = true\r\n[fields]\r\n", "mark = true\r\nlimit = 5\n\n[fields]\r\n"),
]


@pytest.mark.parametrize(("before", "after"), EDITED)
def test_an_edited_file_keeps_its_comments(before: str, after: str) -> None:
    path = Path("corpus.toml")
    path.write_bytes(before.encode())
    set_value(path, "limit", 5)
    assert path.read_bytes().decode() == after
    assert tomllib.loads(after)["limit"] == 5
    remove_key(path, "limit")
    assert "limit" not in tomllib.loads(path.read_text())


def test_an_edited_link_stays_a_link_and_leaves_nothing_behind() -> None:
    Path("dotfiles").mkdir()
    Path("config.toml").symlink_to("dotfiles/mine.toml")
    set_value(Path("config.toml"), "packs", ("a",))
    assert Path("config.toml").is_symlink()
    assert Path("dotfiles/mine.toml").read_text() == 'packs = ["a"]\n'
    assert [entry.name for entry in Path("dotfiles").iterdir()] == ["mine.toml"]


def test_what_cannot_be_edited_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project("limit = [")
    path = folder / "corpus.toml"
    with pytest.raises(UsageError, match="correct it by hand"):
        set_value(path, "limit", 5)
    assert path.read_text() == "limit = ["
    project("limit = 3")
    with pytest.raises(UsageError, match="is not valid text"):
        set_value(path, "hyperlink", "\udcff")
    with pytest.raises(UsageError, match="cannot be read"):
        set_value(folder, "limit", 5)

    def full(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("corpus_cli.config.editing.replace_file", full)
    with pytest.raises(UsageError, match=r"its file system is read-only: .* --user"):
        set_value(path, "limit", 5)
    assert path.read_text() == "limit = 3"
