"""What is fuzzed: each target takes bytes of a stranger, and raises only what it may."""

import contextlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from corpus_cli.cli.run_search import read_query_file
from corpus_cli.config.settings import find_problems
from corpus_cli.engines.whoosh.generations import read_manifest
from corpus_cli.engines.whoosh.segment import Segment
from corpus_cli.errors import CorpusDamaged, CorpusUnreadable, InvalidQuery, SourceError, UsageError
from corpus_cli.evaluation.judgments import read_judgments, read_pair
from corpus_cli.ingest import file_formats
from corpus_cli.ingest.entries import describe_document
from corpus_cli.ingest.readers.port import Unread
from corpus_cli.ingest.recurring import LineCounts
from corpus_cli.ingest.repair import repair_document
from corpus_cli.model import Source
from corpus_cli.names.packs import parse_pack, parse_synonyms
from corpus_cli.query.nodes import unparse
from corpus_cli.query.parse import parse
from corpus_cli.text import globs
from corpus_cli.text.tokenise import tokenise

Target = Callable[[bytes], None]

# Of a pair of suffixes that one reader reads alike, one is enough.
SUFFIXES = (
    *("txt", "md", "html", "webarchive", "mhtml", "eml", "mbox", "msg", "rtf", "docx", "odt"),
    *("pptx", "xlsx", "xls", "ods", "epub", "pdf", "zip", "tar", "gz", "warc", "rss", "json"),
    *("jsonl", "csv"),
)


@cache
def _folder() -> Path:
    """Return a folder for files that have to be on a disk, in memory where that is possible."""
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - not shared
    return Path(tempfile.mkdtemp(prefix="corpus-fuzz-", dir=base))


def _write(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def _read_format(suffix: str) -> Target:
    def target(data: bytes) -> None:
        name = f"file.{suffix}"
        with contextlib.suppress(SourceError):
            for result in file_formats.read(name, data, "", {}):
                if isinstance(result, Unread):
                    assert "reader failed" not in result.reason, result
                    continue
                source = Source(name, result.record)
                describe_document(repair_document(result), source, LineCounts(defaultdict(set)))

    return target


def _read_query(data: bytes) -> None:
    line = data.decode("utf-8", "surrogateescape")
    for literal in (False, True):
        parsed = parse(line, literal=literal)
        if not parsed.invalid:
            assert parse(unparse(parsed.query)).query == parsed.query or literal


def _tokenise(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for token in tokenise(text):
        assert 0 <= token.start <= token.end <= len(text)


def _match_globs(data: bytes) -> None:
    pattern, _, path = os.fsdecode(data).partition("\n")
    with contextlib.suppress(ValueError):
        if glob := globs.parse(pattern):
            glob.fits(path)


def _read_manifest(data: bytes) -> None:
    with contextlib.suppress(CorpusDamaged, CorpusUnreadable):
        read_manifest(_write("manifest/CURRENT", data).parent)


def _read_segment(data: bytes) -> None:
    with contextlib.suppress(CorpusDamaged, CorpusUnreadable):
        Segment(_write("segment/2-0.0.segment", data))


def _read_settings(data: bytes) -> None:
    folder = _write("settings/corpus.toml", data).parent
    list(find_problems({"XDG_CONFIG_HOME": str(folder)}, folder))


def _read_names(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(UsageError):
        parse_pack(text, "names.toml", "names.toml")
    list(parse_synonyms(text.splitlines()))


def _read_judgments(data: bytes) -> None:
    path = _write("judged/file", data)
    for read in (read_judgments, lambda one: read_pair(one, one), lambda one: read_pair(None, one)):
        with contextlib.suppress(UsageError):
            read(path)


def _read_query_file(data: bytes) -> None:
    with contextlib.suppress(UsageError, InvalidQuery):
        list(read_query_file(str(_write("queries", data))))


TARGETS: Mapping[str, Target] = {
    "query": _read_query,
    "tokenise": _tokenise,
    "globs": _match_globs,
    "manifest": _read_manifest,
    "segment": _read_segment,
    "settings": _read_settings,
    "names": _read_names,
    "judgments": _read_judgments,
    "queries": _read_query_file,
    **{suffix: _read_format(suffix) for suffix in SUFFIXES},
}
"""The targets by name; those of formats have the names of their suffixes."""
