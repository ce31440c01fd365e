"""Which corpus is meant, and whether to colour."""

from pathlib import Path

import pytest

from corpus_cli.config import colored, existing, find, usable
from corpus_cli.errors import CorpusMissing, UsageError


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
    assert find(None, home, here) == (Path("/users"), str(Path.cwd() / "config/corpus/config.toml"))
    top = corpus("index")
    assert find(None, home, here) == (top, "nearest")
    near = corpus("a/index")
    assert find(None, home, here) == (near, "nearest")
    assert find(None, {**home, "CORPUS_INDEX": "/env"}, here) == (Path("/env"), "CORPUS_INDEX")
    assert find("flag", {**home, "CORPUS_INDEX": "/env"}, here) == (Path("flag"), "--index")


def test_an_index_folder_that_is_no_corpus_is_passed_over(tmp_path: Path) -> None:
    Path("index").mkdir()
    assert find(None, {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path) is None
    with pytest.raises(CorpusMissing, match="corpus ingest"):
        existing(None, {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)


def test_an_empty_folder_or_a_hidden_file_is_no_hindrance() -> None:
    Path("index").mkdir()
    Path("index/.gitignore").touch()
    usable(Path("index"))
    usable(Path("nowhere"))
    Path("index/other").touch()
    with pytest.raises(UsageError, match="other files"):
        usable(Path("index"))
    with pytest.raises(UsageError, match="cannot be the corpus"):
        usable(Path("index/other"))


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
    assert colored(choice, environment, terminal=terminal) is wanted  # type: ignore[arg-type]
