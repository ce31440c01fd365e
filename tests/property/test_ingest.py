"""Reading the same files again changes nothing."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_cli.corpus import Corpus
from corpus_cli.ingest.steps import IngestRequest
from tests.conftest import SEEDS
from tests.property.made import UNSHRUNK, articles, written


def state(corpus: Corpus) -> tuple[Mapping[str, int], int, list[object]]:
    """All that an ingest could change."""
    held = [corpus.article(header.id) for header in corpus.headers()]
    return corpus.status(), corpus.store.last_change(), list(held)


@settings(max_examples=14, phases=UNSHRUNK)
@given(st.lists(articles, min_size=1, max_size=4), st.booleans())
def test_the_same_files_change_nothing(
    files: list[list[str]],
    prune: bool,  # noqa: FBT001 - drawn
) -> None:
    with TemporaryDirectory() as folder, Corpus.in_memory() as corpus:
        paths = written(Path(folder), [*files, files[0]])
        corpus.ingest([folder])
        before = state(corpus)
        report = corpus.ingest([folder], IngestRequest(prune=prune))
        assert sorted(report.unchanged) == sorted(map(str, paths))
        assert state(corpus) == before
        touched = Path(paths[0])
        touched.write_bytes(touched.read_bytes())
        corpus.ingest([str(touched)])
        assert state(corpus) == before


def test_the_five_articles_change_nothing(tmp_path: Path) -> None:
    with Corpus.create(tmp_path / "index") as corpus:
        corpus.ingest([str(SEEDS)])
        before = state(corpus)
        generation = (tmp_path / "index" / "CURRENT").read_bytes()
        assert len(corpus.ingest([str(SEEDS)]).unchanged) == 5
        assert state(corpus) == before
        assert (tmp_path / "index" / "CURRENT").read_bytes() == generation


def test_a_file_with_a_removed_text_leaves_no_old_one(tmp_path: Path) -> None:
    first, second = written(tmp_path / "files", [["Alpha", "", "one."], ["Beta", "", "two."]])
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path / "files")])
        corpus.remove([str(first)])
        second.write_bytes(first.read_bytes())
        corpus.ingest([str(tmp_path / "files")])
        assert not corpus.search("two").total


def test_copies_with_other_margins_are_cited_by_their_own_lines(tmp_path: Path) -> None:
    paths = written(tmp_path / "files", [["Alpha", "zebra."], ["", "", "Alpha", "", "zebra."]])
    with Corpus.in_memory() as corpus:
        corpus.ingest([str(tmp_path / "files")])
        passage = corpus.search("zebra").hits[0].passage
        held = (
            Path(corpus.search("zebra").hits[0].header.sources[0].path)
            .read_text("utf-8")
            .split("\n")
        )
        assert len(paths) == 2
        assert "zebra" in held[passage.lines[0] - 1]
