"""Ids of articles, from outside: 12 digits for people, 32 for programs."""

import json
import re
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.model import ids
from corpus_cli.output import stream
from tests.cli.conftest import Run
from tests.conftest import article

FULL = re.compile(r"[0-9a-f]{32}")
WORDS = ("Kabul", "Herat", "Kunduz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three articles, the current one."""
    (tmp_path / "in").mkdir()
    for word in WORDS:
        (tmp_path / "in" / f"{word}.txt").write_text(article(f"{word} fell", title=f"{word} now"))
    return tmp_path


@pytest.fixture
def alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a corpus in which the ids of all articles begin with the same 14 digits."""
    digest = ids.article_id
    monkeypatch.setattr(ids, "article_id", lambda text: ("0" * 14 + digest(text))[: ids.DIGITS])
    with Corpus.create(folder / "index") as corpus:
        corpus.ingest([str(folder / "in")])
    return folder


def shown(run: Run) -> list[str]:
    return [line.split()[0] for line in run("list", "--format", "terminal").out.splitlines()]


@pytest.mark.usefixtures("folder")
def test_people_are_shown_twelve_digits(run: Run) -> None:
    run("ingest", "in")
    whole = run("list").out.split("\n")
    short = shown(run)
    assert {len(one) for one in short} == {ids.SHORT_DIGITS}
    for line in whole[:-1]:
        assert FULL.fullmatch(line.split("\t")[0])
        assert line[: ids.SHORT_DIGITS] in short
    assert all(run("show", one).code == 0 for one in short)


@pytest.mark.usefixtures("alike")
def test_more_digits_where_two_begin_alike(run: Run) -> None:
    short = shown(run)
    assert all(len(one) > 14 for one in short)
    titles = {run("show", one, "--format", "json").out for one in short}
    assert len(titles) == len(WORDS)
    ran = run("show", "0" * ids.SHORT_DIGITS)
    assert ran.code == 2
    assert ran.err.startswith(f"corpus: 3 ids begin with {'0' * ids.SHORT_DIGITS}: ")
    assert all(one in ran.err for one in short)


@pytest.mark.usefixtures("folder")
def test_a_table_of_hits_is_for_people(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("ingest", "in")
    line = ("search", "Kabul", "--fields", "id,article")
    assert FULL.match(run(*line).out)
    monkeypatch.setattr(stream, "terminal", lambda: True)
    passage, whole = run(*line).out.splitlines()[-1].split()
    assert passage == f"{whole}#1"
    assert len(whole) == ids.SHORT_DIGITS
    removed = run("remove", "--dry-run", whole).out
    assert whole in removed
    assert not FULL.search(removed)


@pytest.mark.usefixtures("folder")
def test_programs_get_whole_ids(run: Run) -> None:
    run("ingest", "in")
    for line in (
        ["search", "Kabul", "--ids"],
        ["search", "Kabul", "-l", "--ids"],
        ["search", "Kabul", "--format", "tsv"],
        ["search", "Kabul", "--format", "trec"],
        ["list", "Kabul", "--format", "csv"],
        ["remove", "in/Kabul.txt", "--dry-run"],
        ["names", "mentioned", "Kabul", "--per", "article"],
    ):
        ran = run(*line)
        assert ran.code == 1 or FULL.search(ran.out), line
    hit = json.loads(run("search", "Kabul", "--jsonl").out)
    assert hit["id"] == f"{hit['article']}#1"
    assert FULL.fullmatch(hit["article"])


@pytest.mark.usefixtures("folder")
def test_judgments_of_older_versions(run: Run) -> None:
    """Passages in a run are named by ids; articles too, if they were read from a pipe."""
    run("ingest", "in")
    whole = run("search", "Kabul", "--ids").out.strip()
    short = whole.replace(ids.article_of(whole), whole[: ids.SHORT_DIGITS])
    for judged, found in ((short, whole), (whole, short), (whole, whole), (short, short)):
        Path("qrels").write_text(f"1 0 {judged} 1\n")
        Path("a.run").write_text(f"1 Q0 {found} 1 2.5 corpus\n")
        ran = run("eval", "--qrels", "qrels", "--run", "a.run")
        assert ran.out.splitlines()[0] == "nDCG@10\t1.0000", (judged, found)
    # Two whole ids that begin alike are two documents.
    Path("a.run").write_text(f"1 Q0 {whole[:12]}{'0' * 20}#1 1 2.5 corpus\n")
    Path("qrels").write_text(f"1 0 {whole} 1\n")
    assert run("eval", "--qrels", "qrels", "--run", "a.run").out.startswith("nDCG@10\t0.0000")


@pytest.mark.usefixtures("folder")
def test_judged_articles_without_a_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(article("Balkh fell").encode())))
    run("ingest", "-")
    (name,) = run("search", "Balkh", "-l", "--ids").out.split()
    for judged in (name, name[: ids.SHORT_DIGITS], f"{name[: ids.SHORT_DIGITS]}:1"):
        Path("judged.json").write_text(
            json.dumps({"queries": [{"id": "1", "query": "Balkh", "relevant": {judged: 1}}]})
        )
        ran = run("eval", "judged.json")
        assert ran.out.startswith("nDCG@10\t1.0000"), (judged, ran)
