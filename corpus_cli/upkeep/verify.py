"""Check that everything in a corpus is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus_cli.config import STORE_FILE
from corpus_cli.engines.whoosh import contents_files, generations
from corpus_cli.engines.whoosh.engine import open_segments
from corpus_cli.errors import CorpusDamaged, CorpusError
from corpus_cli.model import passage_id
from corpus_cli.names.lookup import NAMES_FILE
from corpus_cli.store.page_check import check_pages
from corpus_cli.store.store import Store

if TYPE_CHECKING:
    from corpus_cli.engines.whoosh.generations import Manifest

_MAX_PAGES = 5


class Damage(NamedTuple):
    """Something that is not as it was written: the file, an article in it or empty, and what.

    `is_harmless` means that nothing was lost, and no answer depends on it.
    """

    file: str
    article: str
    what: str
    is_harmless: bool = False


def find_damage(folder: Path, *, quick: bool = False) -> Iterator[Damage]:
    """Yield everything in a corpus that is not as it was written.

    A quick look checks the pages of the store and the sizes of the files of the index, but
    reads no article and no segment.
    """
    damaged_pages = [*_check_database(folder, STORE_FILE)]
    yield from damaged_pages
    yield from _check_database(folder, NAMES_FILE)
    yield from _check_index(folder, quick=quick)
    if quick or not all(damage.is_harmless for damage in damaged_pages):
        return
    try:
        store = Store(folder / STORE_FILE)
    except CorpusError as error:
        yield Damage(STORE_FILE, "", str(error))
        return
    try:
        with store.snapshot():
            yield from _check_articles(store)
            yield from _compare(folder, store)
    finally:
        store.close()


def _check_database(folder: Path, name: str) -> Iterator[Damage]:
    try:
        report = check_pages(folder / name)
    except FileNotFoundError:
        if name == STORE_FILE:
            yield Damage(name, "", "it is missing")
        return
    except OSError as error:
        yield Damage(name, "", f"it cannot be read: {error.strerror}")
        return
    if report.damaged:
        yield Damage(name, "", _describe_pages(report.damaged))
    if report.free:
        yield Damage(name, "", f"{_describe_pages(report.free)}; they contain nothing", True)
    if report.misfit:
        yield Damage(name, "", report.misfit)


def _describe_pages(pages: tuple[int, ...]) -> str:
    first = ", ".join(map(str, pages[:_MAX_PAGES]))
    more = f" and {len(pages) - _MAX_PAGES:,} more" if len(pages) > _MAX_PAGES else ""
    are = "page is" if len(pages) == 1 else "pages are"
    return f"{len(pages):,} {are} not as written: {first}{more}"


def _check_index(folder: Path, *, quick: bool) -> Iterator[Damage]:
    try:
        manifest = generations.read_manifest(folder)
        if manifest is None:
            yield Damage(generations.CURRENT, "", "it is missing")
            return
        generations.check_sizes(folder, manifest)
        if not quick:
            for name, what in generations.find_changed_files(folder, manifest):
                yield Damage(name, "", what)
            if not contents_files.are_current(folder, manifest):
                name = contents_files.name_contents(manifest.generation)
                yield Damage(name, "", "it is missing, or not as written")
    except CorpusError as error:
        yield Damage(generations.CURRENT, "", str(error))


def _check_articles(store: Store) -> Iterator[Damage]:
    """Read every article, whose parts have to fit each other."""
    for fault in store.find_faults():
        yield Damage(STORE_FILE, "", fault)
    for article in store.ids():
        try:
            content = store.article(article)
            if content is None:
                yield Damage(STORE_FILE, article, "it has no text")
                continue
            store.header(article)
            size = len(content.text)
            if any(not 0 <= one.start <= one.end <= size for one in store.passages(article)):
                yield Damage(STORE_FILE, article, "a passage is not a part of its text")
        except (CorpusDamaged, ValueError) as error:
            yield Damage(STORE_FILE, article, str(error))


def _compare(folder: Path, store: Store) -> Iterator[Damage]:
    """Compare the passages that are indexed with those that are stored."""
    try:
        manifest = generations.read_manifest(folder)
        if manifest is None or manifest.upto != store.last_change():
            return
        indexed = set(_indexed_passages(folder, manifest))
    except CorpusError as error:
        yield Damage(generations.CURRENT, "", str(error))
        return
    stored = {one.id for article in store.ids() for one in store.passages(article)}
    for passage in sorted(stored - indexed):
        yield Damage(manifest.folder, passage, "the passage is not in the index")
    for passage in sorted(indexed - stored):
        yield Damage(manifest.folder, passage, "the passage is in the index, but not in the store")


def _indexed_passages(folder: Path, manifest: Manifest) -> Iterator[str]:
    for segment in open_segments(folder, manifest):
        removed = set(segment.removed)
        for ordinal in range(segment.articles):
            if ordinal not in removed:
                article = segment.article(ordinal)
                for passage in segment.article_span(ordinal):
                    yield passage_id(article, segment.passage_number(passage))
