"""What an ingest does to a corpus."""

import errno
import json
import os
import shutil
import signal
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from corpus_cli.corpus import Corpus
from corpus_cli.ingest import child, loading, reading, steps
from corpus_cli.ingest.batches import Batches
from corpus_cli.ingest.changes import ArticleRead, IngestChange
from corpus_cli.ingest.loading import Loaded
from corpus_cli.ingest.steps import IngestRequest
from corpus_cli.model.report import Report
from corpus_cli.store.database import Database
from corpus_cli.store.query_limits import Row
from corpus_cli.system.installation import install_command
from tests.conftest import article, deny

OLD = 1_600_000_000


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    with Corpus.in_memory() as opened:
        yield opened


def save(path: str, content: str, *, time: int = OLD) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(content, "utf-8")
    os.utime(path, (time, time))


def names(found: list[str]) -> list[str]:
    return sorted(Path(path).name for path in found)


def lines(**texts: str) -> str:
    records = [{"id": name, "text": article(text)} for name, text in texts.items()]
    return "".join(json.dumps(record) + "\n" for record in records)


def reads(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, options: IngestRequest) -> list[str]:
    """The files that an ingest opens."""
    opened: list[str] = []
    load = loading.load

    def noted(path: str, largest: int) -> Loaded:
        opened.append(path)
        return load(path, largest)

    with monkeypatch.context() as patch:
        patch.setattr(child, "load", noted)
        corpus.ingest(["in"], options)
    return names(opened)


def test_what_is_as_it_was_is_not_read(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    save("in/a.txt", article("Kabul fell"))
    save("in/b.txt", article("Herat fell"))
    corpus.ingest(["in"])
    assert reads(corpus, monkeypatch, IngestRequest()) == []
    assert reads(corpus, monkeypatch, IngestRequest(checksum=True)) == ["a.txt", "b.txt"]
    save("in/a.txt", article("Kabul stands"), time=OLD + 1)
    assert reads(corpus, monkeypatch, IngestRequest()) == ["a.txt"]


def test_a_change_that_keeps_size_and_time_is_seen_by_its_content(corpus: Corpus) -> None:
    save("in/a.txt", article("Kabul fell"))
    corpus.ingest(["in"])
    save("in/a.txt", article("Herat fell"))
    assert not corpus.ingest(["in"]).replaced
    assert corpus.ingest(["in"], IngestRequest(checksum=True)).replaced


def test_a_file_that_is_young_is_read_again(corpus: Corpus) -> None:
    """Within the grain of the clock it can change and keep size and time."""
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    found = Path("in/a.txt").stat()
    corpus.ingest(["in"])
    Path("in/a.txt").write_text(article("Herat fell"))
    os.utime("in/a.txt", ns=(found.st_mtime_ns, found.st_mtime_ns))
    assert corpus.ingest(["in"]).replaced


def test_records_come_and_go_one_by_one(corpus: Corpus) -> None:
    save("in/a.jsonl", lines(one="Kabul fell", two="Herat fell"))
    report = corpus.ingest(["in"])
    assert names(report.added) == ["a.jsonl#one", "a.jsonl#two"]
    save("in/a.jsonl", lines(two="Herat stands", three="Farah fell"), time=OLD + 1)
    report = corpus.ingest(["in"])
    assert [names(found) for found in (report.added, report.replaced, report.removed)] == [
        ["a.jsonl#three"],
        ["a.jsonl#two"],
        ["a.jsonl#one"],
    ]
    assert not corpus.search("Kabul").total
    found, _, _ = corpus.article("in/a.jsonl#three")
    assert "Farah" in found.text


def test_a_record_that_fails_keeps_what_was_read_of_it(corpus: Corpus) -> None:
    save("in/a.jsonl", lines(one="Kabul fell") + '{"id": "two", "text": 7')
    report = corpus.ingest(["in"])
    assert len(report.added) == len(report.failed) == 1
    save("in/a.jsonl", "{", time=OLD + 1)
    report = corpus.ingest(["in"])
    assert report.failed
    assert not report.removed
    assert corpus.search("Kabul").total


def test_what_failed_is_known_until_it_changes(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("in/a.txt", "\0")
    assert corpus.ingest(["in"]).failed
    assert reads(corpus, monkeypatch, IngestRequest()) == []
    assert corpus.ingest(["in"]).failed
    assert reads(corpus, monkeypatch, IngestRequest(retry=True)) == ["a.txt"]
    save("in/a.txt", article("Kabul fell"), time=OLD + 1)
    assert not corpus.ingest(["in"]).failed
    assert not corpus.store.files.all_failures()


def test_a_missing_package_is_asked_for_each_time(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path("without")))
    save("without/pypdfium2.py", "raise ModuleNotFoundError(name='pypdfium2')")
    save("in/a.pdf", "%PDF-1.4 and so on")
    for _ in range(2):
        (reason,) = corpus.ingest(["in"]).failed.values()
        assert reason == f"reading it needs pypdfium2: {install_command('pdf')}"
    monkeypatch.delenv("PYTHONPATH")
    (reason,) = corpus.ingest(["in"]).failed.values()
    assert "pip" not in reason


def test_a_correction_outlives_new_content(corpus: Corpus) -> None:
    save("in/a.txt", "A title of some words\n\nBy Jane Doe\n\n" + article("Kabul fell"))
    corpus.ingest(["in"])
    corpus.edit("in/a.txt", {"author": ["Omar Khan", "Ali Shah"], "published": ["2021-05-03"]})
    assert corpus.search("author:Khan").total
    assert not corpus.search("author:Doe").total
    save(
        "in/a.txt",
        "A title of some words\n\nBy Jane Doe\n\n" + article("Kabul stands"),
        time=OLD + 1,
    )
    corpus.ingest(["in"])
    _, _, header = corpus.article("in/a.txt")
    assert (header.authors, header.published) == (("Omar Khan", "Ali Shah"), "2021-05-03")
    corpus.edit("in/a.txt", {"author": None, "published": []})
    article_, _, header = corpus.article("in/a.txt")
    assert (header.authors, header.published) == (("Jane Doe",), "")
    assert {d.origin for d in article_.metadata if d.field == "author"} == {"line 3: byline"}


def test_an_interrupt_keeps_what_was_read(tmp_path: Path) -> None:
    for n in range(9):
        save(f"in/{n}.txt", article(f"Town{n} fell"))

    def stop(path: str, done: int, total: int) -> None:
        assert total == 9
        if done == 5:
            signal.raise_signal(signal.SIGINT)

    with Corpus.create(tmp_path / "index") as corpus:
        report = corpus.ingest(["in"], progress=stop)
        assert report.interrupted
        assert 0 < len(report.added) < 9
        assert corpus.status()["articles"] == len(report.added)
        assert corpus.status()["unindexed"] == 0
        assert corpus.search("Town0").total
        rest = corpus.ingest(["in"])
        assert len(rest.added) + len(report.added) == 9
        assert not rest.interrupted


def test_an_interrupt_waits_for_a_change_to_be_whole(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        save(f"in/{n}.txt", article(f"Town{n} fell"))
    add = Batches.add

    def interrupted(batches: Batches, change: IngestChange) -> None:
        if isinstance(change, ArticleRead):
            signal.raise_signal(signal.SIGINT)
        add(batches, change)

    monkeypatch.setattr(Batches, "add", interrupted)
    report = corpus.ingest(["in"])
    assert len(report.added) == corpus.status()["files"] == 1


def test_languages_go_by_the_paragraph(corpus: Corpus) -> None:
    russian = "Министерство сообщило в понедельник, что войска заняли долину после недели боёв."
    english = (
        "The ministry said on Monday that its forces had taken the valley after a week of war. "
    )
    save("in/a.txt", f"A title\n\n{english * 9}\n\n{russian * 3}\n")
    corpus.ingest(["in"])
    _, passages, header = corpus.article("in/a.txt")
    assert header.language == "en"
    assert [passage.language for passage in passages][-1] == "ru"
    assert corpus.search("lang:ru").total == 1


def test_dry_runs_write_nothing(tmp_path: Path) -> None:
    save("in/a.txt", article("Kabul fell"))
    with Corpus.create(tmp_path / "index") as corpus:
        report: Report = corpus.ingest(["in"], IngestRequest(dry_run=True))
        assert len(report.added) == 1
        assert not corpus.status()["articles"]


def record(name: str, **fields: str) -> None:
    save(name, json.dumps({"id": "1", "text": article("Kabul fell"), **fields}))


def test_what_files_claim_of_one_article_does_not_depend_on_their_order() -> None:
    record("in/a.jsonl", author="Jane Doe")
    record("in/b.jsonl", author="Omar Khan", date="2021-05-03")
    for order in (("in/a.jsonl", "in/b.jsonl"), ("in/b.jsonl", "in/a.jsonl")):
        with Corpus.in_memory() as corpus:
            for path in order:
                corpus.ingest([path])
            (header,) = corpus.headers()
            assert (header.authors, header.published) == (("Jane Doe",), "2021-05-03")
            Path("in/a.jsonl").rename("in/z")
            corpus.ingest(["in/a.jsonl"], IngestRequest(prune=True))
            (header,) = corpus.headers()
            assert header.authors == ("Omar Khan",)
            assert corpus.search("author:Khan").total
            assert not corpus.search("author:Doe").total
            Path("in/z").rename("in/a.jsonl")


def test_what_a_file_claims_anew_is_read_though_its_text_is_the_same(corpus: Corpus) -> None:
    record("in/a.jsonl", author="Jane Doe")
    corpus.ingest(["in"])
    record("in/a.jsonl", author="Omar Khan")
    os.utime("in/a.jsonl", (OLD + 1, OLD + 1))
    corpus.ingest(["in"])
    (header,) = corpus.headers()
    assert header.authors == ("Omar Khan",)


def rows(*titles: str) -> str:
    texts = (f'{title},"{article(title).strip()}"' for title in titles)
    return "\n".join(["title,text", *texts]) + "\n"


def authors(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    return {header.title: header.authors for header in corpus.headers() if header.authors}


def test_a_correction_follows_its_article_through_the_rows(corpus: Corpus) -> None:
    save("in/a.csv", rows("One", "Two", "Three"))
    corpus.ingest(["in"])
    corpus.edit("in/a.csv#2", {"author": ["Jane Doe"]})
    for n, titles in enumerate((["Zero", "One", "Two", "Three"], ["Two", "Three"]), 1):
        save("in/a.csv", rows(*titles), time=OLD + n)
        corpus.ingest(["in"])
        assert authors(corpus) == {"Two": ("Jane Doe",)}


def test_a_correction_follows_a_file_that_is_renamed(corpus: Corpus) -> None:
    save("in/a.txt", "A title of some words\n\n" + article("Kabul fell"))
    corpus.ingest(["in"])
    corpus.edit("in/a.txt", {"author": ["Jane Doe"]})
    Path("in/a.txt").rename("in/b.txt")
    corpus.ingest(["in"], IngestRequest(prune=True))
    assert authors(corpus) == {"A title of some words": ("Jane Doe",)}
    # Gone and back: it waits.
    Path("in/b.txt").rename("c.txt")
    corpus.ingest(["in"], IngestRequest(prune=True, force=True))
    save("in/b.txt", "Another title of words\n\n" + article("Herat fell"))
    corpus.ingest(["in"])
    assert not authors(corpus)
    corpus.ingest(["c.txt"])
    assert authors(corpus) == {"A title of some words": ("Jane Doe",)}


def test_what_becomes_unreadable_and_comes_back_is_well(corpus: Corpus) -> None:
    save("in/a.txt", article("Kabul fell"))
    corpus.ingest(["in"])
    found = corpus.ingest(["in"], IngestRequest(largest=10, checksum=True))
    assert (len(found.failed), len(found.unchanged)) == (1, 0)
    assert corpus.search("Kabul").total
    found = corpus.ingest(["in"])
    assert (len(found.failed), len(found.unchanged)) == (0, 1)


def test_a_field_that_is_told_later_is_read(corpus: Corpus) -> None:
    save("in/a.csv", f'title,zblah\nOne,"{article("Kabul fell").strip()}"\n')
    assert corpus.ingest(["in"]).failed
    assert corpus.ingest(["in"], IngestRequest(fields={"zblah": "text"})).added
    assert not corpus.store.files.all_failures()


def test_both_cells_of_a_name_that_stands_twice_are_read(corpus: Corpus) -> None:
    save("in/a.csv", 'title,text,text\nOne,"Kabul fell","Herat fell"\n')
    corpus.ingest(["in"])
    assert corpus.search("Kabul").total
    assert corpus.search("Herat").total


@pytest.mark.parametrize("target", ["../away.txt", "nowhere"])
def test_a_file_that_became_a_link_may_still_be_there(corpus: Corpus, target: str) -> None:
    save("in/a.txt", article("Kabul fell"))
    save("in/b.txt", article("Herat fell"))
    corpus.ingest(["in"])
    shutil.move("in/a.txt", "away.txt")
    Path("in/a.txt").symlink_to(target)
    assert prune(corpus, "in") == ([], {})


def prune(corpus: Corpus, *places: str, force: bool = False) -> tuple[list[str], dict[str, str]]:
    """What pruning takes out, and what it says it could not look at."""
    report = corpus.ingest(places, IngestRequest(prune=True, force=force))
    assert not report.deleted_kept
    removed = sorted(os.path.relpath(path) for path in report.removed)
    return removed, {os.path.relpath(path): why for path, why in report.failed.items()}


@pytest.fixture
def four(corpus: Corpus) -> Corpus:
    """Articles in a folder and in one below it."""
    for n, name in enumerate(("in/a", "in/b", "in/sub/c", "in/sub/d")):
        save(f"{name}.txt", article(f"Kabul fell {n}"))
    corpus.ingest(["in"])
    return corpus


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("place", ["in", "in/sub", "in/sub/c.txt"])
def test_what_cannot_be_looked_at_is_not_pruned(
    four: Corpus, monkeypatch: pytest.MonkeyPatch, code: int, place: str
) -> None:
    Path("in/sub/c.txt").unlink()
    deny(monkeypatch, "in/sub", code)
    removed, failed = prune(four, place, force=True)
    assert removed == []
    assert os.strerror(code) in failed["in/sub" if place == "in" else place]
    assert four.search("Kabul").total == 4


def test_what_can_be_looked_at_is_pruned_beside(
    four: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("in/a.txt").unlink()
    deny(monkeypatch, "in/sub")
    removed, failed = prune(four, "in")
    assert removed == ["in/a.txt"]
    assert list(failed) == ["in/sub"]


def test_a_folder_in_a_folder_can_be_deleted(four: Corpus) -> None:
    shutil.rmtree("in/sub")
    assert prune(four, "in") == (["in/sub/c.txt", "in/sub/d.txt"], {})


@pytest.mark.parametrize("left", [None, [], [".hidden"]])
@pytest.mark.parametrize("through", ["in", "link"])
def test_a_disk_that_is_not_mounted_is_not_pruned(
    corpus: Corpus, left: list[str] | None, through: str
) -> None:
    save("in/a.txt", article("Kabul fell"))
    save("other/a.txt", article("Herat fell"))
    save("other/b.txt", article("Farah fell"))
    Path("link").symlink_to("in")
    corpus.ingest([through, "other"])
    shutil.rmtree("in")
    for name in left or ():
        save(f"in/{name}", "x")
    if left == []:
        Path("in").mkdir()
    Path("other/a.txt").unlink()
    removed, failed = prune(corpus, through, "other")
    assert removed == ["other/a.txt"]
    assert list(failed) == [through]
    assert "does not exist" in failed[through] if left is None else "is empty" in failed[through]
    assert "--force" in failed[through]
    assert prune(corpus, through, force=True) == ([f"{through}/a.txt"], {})


@pytest.mark.parametrize("left", ["in/sub", "in/sub/deep", "in/sub/.hidden/x"])
def test_an_empty_folder_in_a_folder_may_be_a_disk_that_is_not_mounted(
    four: Corpus, left: str
) -> None:
    save("in/sub/deep/e.txt", article("Kabul fell again"))
    four.ingest(["in"])
    shutil.rmtree("in/sub")
    Path("in/a.txt").unlink()
    Path(left).mkdir(parents=True)
    assert len(four.ingest(["in"]).deleted_kept) == 4
    removed, failed = prune(four, "in")
    kept = {"in/sub/deep": ["in/sub/deep/e.txt"]}.get(left, [])
    assert removed == (["in/a.txt", "in/sub/c.txt", "in/sub/d.txt"] if kept else ["in/a.txt"])
    assert "it is empty, so its articles are kept" in failed["in/sub/deep" if kept else "in/sub"]
    assert len(prune(four, "in", force=True)[0]) == (1 if kept else 3)


def test_a_missing_place_in_one_that_is_there_is_not_pruned(four: Corpus) -> None:
    shutil.rmtree("in/sub")
    removed, failed = prune(four, "in", "in/sub")
    assert (removed, list(failed)) == ([], ["in/sub"])


def test_a_folder_that_became_a_file_is_pruned(four: Corpus) -> None:
    shutil.rmtree("in")
    save("in", article("Kabul fell"))
    assert len(prune(four, "in")[0]) == 4


def test_what_a_folder_that_became_a_link_holds_is_unknown(four: Corpus) -> None:
    shutil.move("in/sub", "away")
    Path("in/sub").symlink_to("../away")
    assert prune(four, "in") == ([], {})
    shutil.rmtree("away")
    assert prune(four, "in") == ([], {})


def test_what_is_left_out_now_is_not_gone(four: Corpus) -> None:
    save("in/.corpusignore", "sub/\n")
    assert prune(four, "in") == ([], {})
    report = four.ingest(["in"], IngestRequest(prune=True, exclude=("a.txt",)))
    assert (report.removed, report.deleted_kept) == ([], [])
    Path("in/sub/c.txt").unlink()
    assert prune(four, "in") == (["in/sub/c.txt"], {})


def test_an_unreadable_ignore_file_prunes_nothing_in_its_folder(four: Corpus) -> None:
    Path("in/sub/c.txt").unlink()
    Path("in/sub/.corpusignore").symlink_to("nowhere")
    removed, failed = prune(four, "in", force=True)
    assert removed == []
    assert list(failed) == ["in/sub"]
    assert four.search("Kabul").total == 4


def test_a_named_file_is_pruned_where_its_folder_says_that_it_is_gone(four: Corpus) -> None:
    Path("in/a.txt").unlink()
    removed, failed = prune(four, "in/a.txt", "in/none.txt")
    assert (removed, list(failed)) == (["in/a.txt"], ["in/none.txt"])
    shutil.rmtree("in")
    removed, failed = prune(four, "in/b.txt", "in/sub/c.txt")
    assert (removed, list(failed)) == ([], ["in/b.txt", "in/sub/c.txt"])


def test_a_pipe_is_not_gone(four: Corpus) -> None:
    os.mkfifo("in/pipe.txt")
    for places in (["in"], ["in", "in/pipe.txt"]):
        for _ in range(2):
            assert not four.ingest(places).deleted_kept


def pack(path: str, members: dict[str, bytes]) -> bytes:
    """Write a ZIP with these members and return its bytes."""
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return Path(path).read_bytes()


@pytest.mark.parametrize("name", ["a.jsonl", "a.rss", "a.zip"])
def test_records_in_a_damaged_part_are_not_gone(corpus: Corpus, name: str) -> None:
    texts = [article(f"Kabul fell {n}") for n in range(3)]
    records = [json.dumps({"id": f"x{n}", "text": text}) for n, text in enumerate(texts)]
    items = [f"<item><guid>x{n}</guid><title>Kabul fell {n}</title></item>" for n in range(3)]
    inner = pack("inner.zip", {f"{n}.txt": text.encode() for n, text in enumerate(texts[:2])})
    contents: dict[str, tuple[str | bytes, str | bytes, str | bytes]] = {
        "a.jsonl": ("\n".join(records), "\n".join([*records[:2], records[2][:40]]), records[0]),
        "a.rss": (
            f"<rss>{''.join(items)}</rss>",
            f"<rss>{''.join(items[:2])}<item><guid>x2</guid></rss>",
            f"<rss>{items[0]}</rss>",
        ),
        "a.zip": (
            pack("a.zip", {"i.zip": inner, "c.txt": texts[2].encode()}),
            pack("a.zip", {"i.zip": inner[:40], "c.txt": texts[2].encode()}),
            pack("a.zip", {"c.txt": texts[2].encode()}),
        ),
    }
    for content, count in zip(contents[name], (3, 3, 1), strict=True):
        data = content if isinstance(content, bytes) else content.encode()
        Path(name).write_bytes(data)
        corpus.ingest([name])
        assert corpus.search("Kabul").articles == count


def test_a_failure_is_forgotten_with_its_file(corpus: Corpus) -> None:
    save("in/a.txt", article("Kabul fell"))
    save("in/b.json", "{")
    assert corpus.ingest(["in"]).failed
    Path("in/b.json").unlink()
    assert not corpus.ingest(["in"]).deleted_kept
    assert not corpus.store.files.all_failures()


def test_much_is_pruned_only_by_force(corpus: Corpus) -> None:
    for n in range(30):
        save(f"in/{n}.txt", article(f"Kabul fell {n}"))
    corpus.ingest(["in"])
    # Ten may be an evening's work.
    for n in range(10):
        Path(f"in/{n}.txt").unlink()
    assert len(prune(corpus, "in")[0]) == 10
    for n in range(10, 21):
        Path(f"in/{n}.txt").unlink()
    for dry in (True, False):
        report = corpus.ingest(["in"], IngestRequest(prune=True, dry_run=dry))
        assert (report.removed, len(report.deleted_kept)) == ([], 11)
    assert corpus.search("Kabul").total == 20
    assert len(prune(corpus, "in", force=True)[0]) == 11


def test_what_moved_is_no_loss(corpus: Corpus) -> None:
    for n in range(12):
        save(f"in/{n}.txt", article(f"Kabul fell {n}"))
    corpus.ingest(["in"])
    Path("in").rename("away")
    Path("in").mkdir()
    Path("away").rename("in/away")
    for dry in (True, False):
        assert len(corpus.ingest(["in"], IngestRequest(prune=True, dry_run=dry)).removed) == 12
    assert corpus.search("Kabul").total == 12


def test_a_part_that_wants_a_package_does_not_rewrite_the_others(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path("without")))
    save("without/pypdfium2.py", "raise ModuleNotFoundError(name='pypdfium2')")
    Path("in").mkdir()
    with zipfile.ZipFile("in/a.zip", "w") as archive:
        archive.writestr("a.txt", article("Kabul fell"))
        archive.writestr("b.pdf", "%PDF-1.4 and so on")
    corpus.ingest(["in"])
    before = corpus.store.last_change()
    report = corpus.ingest(["in"])
    assert (len(report.unchanged), len(report.failed)) == (1, 1)
    assert corpus.store.last_change() == before


def test_who_is_killed_in_the_middle_of_a_file_reads_it_again(corpus: Corpus) -> None:
    save("in/a.jsonl", lines(one="Kabul fell") + "{")
    corpus.ingest(["in"])
    path, store = str(Path("in/a.jsonl").absolute()), corpus.store
    record = store.files.records([path])[path]
    with Batches(store, lambda _: None) as batches:
        changes = steps._compare(  # noqa: SLF001 - where a commit may fall between
            path, iter([]), record, store, batches, IngestRequest()
        )
        batches.add(next(changes))
    assert corpus.ingest(["in"]).failed


def test_children_make_of_texts_what_we_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    for n in range(5):
        text = f"{article(f'Text {n}.')}\n\nShanghai Organization (SO) Ünder\n\nShare this article"
        save(f"{tmp_path}/{n}.txt", text)
    save(f"{tmp_path}/none.txt", "\0" * 100)
    here = corpus.ingest([str(tmp_path)], IngestRequest(jobs=1))
    monkeypatch.setattr(reading, "_MIN_CHILD_BYTES", 0)
    with Corpus.in_memory() as other:
        assert other.ingest([str(tmp_path)], IngestRequest(jobs=2)) == here
        held = [[c.article(h.id) for h in c.headers()] for c in (corpus, other)]
        assert held[0] == held[1]
        assert len(held[0]) == 5
        assert other.store.definitions() == corpus.store.definitions()


def test_time_that_is_over_ends_reading_between_two_changes(tmp_path: Path) -> None:
    for n in range(9):
        (tmp_path / f"{n}.txt").write_text(f"Town{n} fell")
    with Corpus.in_memory() as corpus:
        report = corpus.ingest([str(tmp_path)], IngestRequest(seconds=1e-9))
        assert report.interrupted
        assert len(report.added) == corpus.status()["articles"] < 9
        assert not corpus.ingest([str(tmp_path)]).interrupted
        assert corpus.status()["articles"] == 9


def test_an_article_takes_few_statements(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most tables are read and written once for many articles."""
    statements: list[str] = []
    rows, write_all = Database.rows, Database.write_all

    def count(database: Database, sql: str, *values: object) -> list[Row]:
        statements.append(sql)
        return rows(database, sql, *values)

    def count_all(database: Database, sql: str, value_rows: Iterable[Sequence[object]]) -> None:
        statements.append(sql)
        write_all(database, sql, value_rows)

    monkeypatch.setattr(Database, "rows", count)
    monkeypatch.setattr(Database, "write_all", count_all)
    counts = []
    for folder, articles in (("few", 10), ("many", 110)):
        for n in range(articles):
            save(f"{tmp_path}/{folder}/{n}.txt", article(f"{folder} of Town{n} fell. " * 20))
        statements.clear()
        corpus.ingest([f"{tmp_path}/{folder}"])
        counts.append(len(statements))
    assert counts[1] - counts[0] <= 3 * 100
    assert corpus.status()["articles"] == 120
