"""corpus eval, from outside."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.evaluation import runs
from tests.cli.conftest import Run, spawn
from tests.conftest import DATA

JUDGED = str(DATA / "judged.json")


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus of four documents."""
    home = tmp_path_factory.mktemp("four")
    records = [("d 1", "Kabul"), ("d2", "Kabul Herat"), ("d3", "Herat fell")]
    lines = (json.dumps({"id": name, "title": "", "text": text}) for name, text in records)
    (home / "docs.jsonl").write_text("\n".join(lines))
    (home / "one").mkdir()
    (home / "one/alone.txt").write_text("Balkh is far from all of it.\n")
    with Corpus.create(home / "index") as corpus:
        corpus.ingest([str(home / "docs.jsonl"), str(home / "one")])
    return home


@pytest.fixture
def made(four: Path, tmp_path: Path) -> Path:
    """Stand in a copy of it, where four are judged, one of which is not there."""
    shutil.copytree(four, tmp_path, dirs_exist_ok=True)
    Path("set").mkdir()
    Path("set/queries.jsonl").write_text(
        '{"_id": "k", "text": "Kabul"}\n{"_id": "h", "text": "Herat -Kabul"}\n'
        '{"_id": "b", "text": "Balkh"}\n{"_id": "z", "text": "zzzz"}\n'
    )
    Path("set/qrels.tsv").write_text("k\td 1\t2\nh\td2\t1\nb\talone\t1\nz\td9\t1\n")
    return Path("set")


def test_documents_are_ids_of_records_and_names_of_files(run: Run, made: Path) -> None:
    ran = run("eval", str(made), "--write", "a.run")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "MRR@10\t0.7500"
    assert "the corpus has no results for 1 of 4 queries: they count as 0" in ran.err
    assert "1 of 4 relevant documents are not in the corpus: they count as not found" in ran.err
    assert "corpus: 4 queries" in ran.err
    assert Path("a.run").read_text().startswith("k Q0 d%201 1 ")
    again = run("eval", str(made), "--run", "a.run")
    assert again.out == ran.out
    assert run("eval", str(made), "--run", "a.run", "--write", "b.run").code == 0
    assert Path("b.run").read_text() == Path("a.run").read_text()


def test_a_run_that_search_wrote_is_the_same(run: Run, made: Path) -> None:
    line = ["search", "--queries", "set/queries.jsonl", "--group", "article", "-n", "1000"]
    ran = run(*line, "--format", "trec", "--literal", "--duplicates")
    Path("s.run").write_text(ran.out)
    assert run("eval", "set", "--run", "s.run").out == run("eval", "set").out


def test_an_operator_in_a_query_is_an_accident(run: Run, made: Path) -> None:
    def found(*options: str) -> int:
        Path("a.run").unlink(missing_ok=True)
        run("eval", "set", "--write", "a.run", *options)
        return len(re.findall("^h ", Path("a.run").read_text(), re.MULTILINE))

    assert found() == 3
    assert found("--operators") == 1
    assert found("--operators", "--path", "one") == 0


def test_two_runs_are_compared(run: Run, made: Path) -> None:
    assert run("eval", "set", "--write", "a.run").code == 0
    Path("b.run").write_text("k Q0 x 1 2 t\nk Q0 d%201 2 1 t\nz Q0 d9 1 1 t\n")
    ran = run("eval", "set", "--against", "b.run", "--per-query", "--json")
    assert "b.run has no results for 2 of 4 queries: they count as 0" in ran.err
    told = json.loads(ran.out)
    assert told["queries"] == 4
    first = told["measures"][0]
    assert (first["wins"], first["ties"], first["losses"]) == (3, 0, 1)
    assert first["difference"] == pytest.approx(first["mean"] - first["against"], abs=1e-6)
    # What changed most comes first: h, b and z by 1, k by less.
    assert [row["id"] for row in told["per_query"]] == ["h", "b", "z", "k"]
    rows = list(
        csv.DictReader(
            io.StringIO(
                run("eval", "set", "--against", "b.run", "--per-query", "--format", "csv").out
            )
        )
    )
    assert rows[2]["id"] == "z"
    assert float(rows[2]["nDCG@10_difference"]) == -1
    assert "nDCG@10, mean 0.7500" in ran.err


def test_the_worst_query_comes_first(run: Run, made: Path) -> None:
    rows = run("eval", "set", "--per-query").out.splitlines()
    assert [row.split("\t")[0] for row in rows] == ["z", "k", "h", "b"]
    assert rows[0] == "z\tzzzz\t0.0000\t0.0000\t0.0000\t0.0000"


def test_a_passage_is_judged_by_any_of_its_lines(run: Run, made: Path) -> None:
    Path("one/long.txt").write_text("Kunduz\n\n" + "Farah lies in the west\nof the country.\n")
    assert run("ingest", "one").code == 0
    one = {"id": "1", "query": "Farah", "relevant": {"long:4": 1, "long:9": 1}}
    Path("judged.json").write_text(json.dumps({"queries": [one]}))
    ran = run("eval", "judged.json", "--jsonl")
    assert json.loads(ran.out.splitlines()[2])["mean"] == 0.5
    assert "1 of 2 relevant documents are not in the corpus" in ran.err


def test_what_stands_in_two_files_is_both_documents(run: Run, made: Path) -> None:
    Path("one/copy.txt").write_text(Path("one/alone.txt").read_text())
    assert run("ingest", "one").code == 0
    Path("set/qrels.tsv").write_text("b\talone\t1\nb\tcopy\t1\n")
    assert "MAP\t1.0000" in run("eval", "set").out


def test_several_corpora_are_one_sorted_by_score(run: Run, made: Path) -> None:
    Path("other").mkdir()
    Path("other/d9.txt").write_text("zzzz is a word of its own, far from Kabul and all else.\n")
    with Corpus.create("other/index") as corpus:
        corpus.ingest(["other/d9.txt"])
    ran = run("eval", "set", "-i", "index", "-i", "other/index", "--write", "a.run", "--jsonl")
    assert json.loads(ran.out.splitlines()[2]) == {"v": 1, "measure": "R@100", "mean": 1.0}
    assert "not in the corpus" not in ran.err
    scores: dict[str, float] = {}
    for index in ("index", "other/index"):
        Path("one.run").unlink(missing_ok=True)
        run("eval", "set", "-i", index, "--write", "one.run")
        found = runs.read_run(Path("one.run")).get("k", {})
        assert found
        scores |= found
    assert runs.read_run(Path("a.run"))["k"] == pytest.approx(scores)
    assert list(runs.read_run(Path("a.run"))["k"]) == sorted(scores, key=lambda name: -scores[name])


def test_notes_on_queries_are_counted_or_told(run: Run, here: Path) -> None:
    assert re.search(r"\d+ notes? on the queries", run("eval", JUDGED).err)
    assert "too common to rank by" in run("eval", JUDGED, "--per-query").err


def test_a_query_with_a_date_that_is_none_has_no_results(run: Run, made: Path) -> None:
    with Path("set/queries.jsonl").open("a") as queries:
        queries.write('{"_id": "d", "text": "Kabul date:soon"}\n')
    with Path("set/qrels.tsv").open("a") as judgments:
        judgments.write("d\td 1\t1\n")
    ran = run("eval", "set", "--operators", "--per-query")
    assert ran.code == 0
    assert "d: date: must be a date like 2023" in ran.err
    assert "the corpus has no results for 2 of 5 queries" in ran.err


def test_names_that_do_not_agree_are_said(run: Run, made: Path) -> None:
    Path("a.run").write_text("k Q0 docs.jsonl 1 1 t\n")
    ran = run("eval", "set", "--run", "a.run")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "nDCG@10\t0.0000")
    assert "a.run has no relevant document: alone was judged, docs.jsonl was found" in ran.err


def test_nothing_found_is_1(run: Run, made: Path) -> None:
    Path("set/qrels.tsv").write_text("z\td9\t1\n")
    assert run("eval", "set").code == 1
    Path("a.run").write_text("q Q0 d9 1 1 t\n")
    assert run("eval", "set", "--run", "a.run").code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give either one folder or file of judgments, or --queries and --qrels"),
        (["set", "--qrels", "x"], "give either one folder or file"),
        (["--queries", "x"], "give either one folder or file"),
        (["--qrels", "set/qrels.tsv"], "give --queries as well, or --run"),
        (["nowhere"], "nowhere cannot be read: No such file"),
        (["set/queries.jsonl"], "give a folder, or --queries and --qrels"),
        (["set", "--run", "set/qrels.tsv"], "set/qrels.tsv, line 1: it has 3 columns"),
        (["set", "--run", "a.run", "--since", "2024"], "--run searches no corpus: leave out"),
        (["set", "--run", "a.run", "-i", "index"], "--run searches no corpus: leave out"),
        (["set", "--against", "nowhere"], "nowhere cannot be read"),
        (["set", "--write", "no/a.run"], "no/a.run cannot be written: No such file"),
    ],
)
def test_what_is_wrong_is_said(run: Run, made: Path, arguments: list[str], said: str) -> None:
    ran = run("eval", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_run_needs_no_corpus_and_no_text(run: Run, tmp_path: Path) -> None:
    Path("qrels").write_text("1 0 d1 1\n")
    Path("a.run").write_text("1 Q0 d1 1 1 t\n")
    assert spawn("eval", "--qrels", "qrels", "--run", "a.run").out.startswith("nDCG@10\t1.0000\n")


def test_no_file_is_written_over(run: Run, made: Path) -> None:
    """A slip would cost the judgments, a baseline or the corpus itself."""
    for name in ("set/queries.jsonl", "index/store.db"):
        before = Path(name).read_bytes()
        ran = run("eval", "set", "--write", name)
        assert (ran.code, ran.out) == (2, "")
        assert "exists already" in ran.err
        assert Path(name).read_bytes() == before
