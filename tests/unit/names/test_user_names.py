"""The user's own file."""

import tomllib
from pathlib import Path

import pytest

from corpus_cli.errors import UsageError
from corpus_cli.model import Name
from corpus_cli.names import packs
from corpus_cli.names.user_names import UserNames, export_names


def changed(path: Path, *names: Name) -> dict[str, object]:
    own = UserNames(path)
    for name in names:
        own.add(name)
    own.save()
    return tomllib.loads(path.read_text("utf-8"))


def test_comments_and_order_stay(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(
        '# mine\npacks = ["world"]\n\n["ISIS-K"]  # the branch\nforms = ["X"] # why\n', "utf-8"
    )
    changed(path, Name("isis-k", forms=("isis-k", "Y")), Name("B", "group", ("B", "C"), note="n"))
    text = path.read_text("utf-8")
    assert "# mine" in text
    assert "# the branch" in text
    assert packs.read_pack(path, "o").chosen == frozenset({"world"})
    assert [(e.name.canonical, e.name.forms) for e in packs.read_pack(path, "o").entries] == [
        ("ISIS-K", ("ISIS-K", "X", "Y")),
        ("B", ("B", "C")),
    ]


def test_what_is_added_is_no_longer_without(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    changed(path, Name("A", forms=("A", "B", "C")))
    own = UserNames(path)
    own.remove_forms("A", ["B"])
    own.exclude_forms("A", ["B"])
    own.save()
    assert tomllib.loads(path.read_text())["A"] == {"forms": ["C"], "without": ["B"]}
    assert changed(path, Name("A", forms=("A", "B")))["A"] == {"forms": ["C", "B"]}


def test_comments_in_lists_stay(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text('["A"]\nforms = ["x y", # keep me\n  "z z"]\n', "utf-8")
    changed(path, Name("A", forms=("A", "w w")))
    assert "# keep me" in path.read_text("utf-8")
    assert packs.read_pack(path, "o").entries[0].name.forms == ("A", "x y", "z z", "w w")


@pytest.mark.parametrize(
    "name",
    [
        Name("...", forms=("a",)),
        Name("A", forms=("!!!",)),
        Name("A", short=("",)),
        Name("A", forms=("{,a}",)),
        Name("packs", forms=("a",)),
        Name("A", forms=("\udcff x",)),
        Name("A", forms=("B",), note="\udcff"),
    ],
)
def test_what_would_not_read_back_is_not_written(tmp_path: Path, name: Name) -> None:
    path = tmp_path / "names.toml"
    with pytest.raises(UsageError):
        changed(path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text("[", "utf-8")
    with pytest.raises(UsageError):
        UserNames(path)
    assert path.read_text("utf-8") == "["


def test_what_is_exported_reads_back() -> None:
    names = [
        Name("A b", "group", ("A b", "Ab"), ("X",), ("Abian",), note='a "note"', origin="pack"),
        Name("C.D.", forms=("C.D.", "é", "领英")),
    ]
    read = packs.parse_pack(export_names(names), "pack", "p").entries
    assert [entry.name for entry in read] == [
        names[0],
        Name("C.D.", forms=("C.D.", "é", "领英"), origin="pack"),
    ]
