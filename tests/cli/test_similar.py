"""Articles like an article or a text."""

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BRIDGE = "The harbour bridge was closed after a crane struck its northern pylon at night. "
ARTICLES = {
    "bridge": BRIDGE + "Engineers examined the pylon of the harbour bridge for cracks.",
    "bridge-copy": BRIDGE
    + "Engineers examined the pylon of the harbour bridge for cracks, they said.",
    "crane": "A crane fell in the harbour last year, and its pylon crushed a shed.",
    "bread": "Bakers of the old town want a lower price of flour before the summer.",
    "flour": "The price of flour rose again, and bakers raised that of bread.",
}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "texts" / f"{name}.txt").write_text(f"Report on {name}\n\n{text}\n")
    assert run("ingest", "texts").code == 0
    return tmp_path / "index"


def paths(out: str) -> list[str]:
    return [line.partition(".txt")[0].removeprefix("texts/") for line in out.splitlines()]


def test_the_article_and_its_near_copies_are_left_out(town: Path, run: Run) -> None:
    ran = run("similar", "texts/bridge.txt")
    assert paths(ran.out)[0] == "crane"
    assert not {"bridge", "bridge-copy"} & {*paths(ran.out)}
    assert "1 near-copy is left out" in ran.err
    assert paths(run("similar", "texts/bridge.txt", "--duplicates").out)[0] == "bridge-copy"


def test_a_text_from_a_pipe(town: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"The price of bread, say bakers"))
    monkeypatch.setattr("sys.stdin", stdin)
    ran = run("similar", "-", "-n", "1")
    assert paths(ran.out) == ["flour"]
    assert "compared by: " in ran.err


@pytest.mark.parametrize("text", [b"", b"the of and", b"zzzz", b"x" * 1_000_001])
def test_a_text_that_cannot_be_compared_is_an_error(
    town: Path, run: Run, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    ran = run("similar", "-")
    assert ran.code == 2
    assert ran.out == ""


def test_filters_apply(town: Path, run: Run) -> None:
    assert run("similar", "texts/bridge.txt", "--since", "2020").code == 1
    assert paths(run("similar", "texts/bridge.txt", "--path", "bread").out) in ([], ["bread"])


def test_operators_in_an_article_are_words(town: Path, run: Run) -> None:
    Path("texts/odd.txt").write_text('Odd\n\nNOT bakers AND "flour -price (bread OR crane*\n')
    run("ingest", "texts")
    assert {"flour", "bread"} <= {*paths(run("similar", "texts/odd.txt").out)}
