"""A search of files finds the passages that a search of their corpus finds."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus_cli.corpus import Corpus
from corpus_cli.search.request import SearchRequest
from tests.property.made import UNSHRUNK, articles, queries, written

_ALL = SearchRequest(limit=None, suggest=False, duplicates=True, seconds=0.0)


def _passages(corpus: Corpus, line: str, request: SearchRequest) -> list[tuple[str, list[str]]]:
    hits = corpus.search(line, request).hits
    return sorted(
        (hit.passage.id, [hit.passage.text[s.start : s.end] for s in hit.spans]) for hit in hits
    )


@settings(max_examples=12, phases=UNSHRUNK)
@given(
    st.lists(articles, min_size=2, max_size=8),
    st.lists(queries, min_size=12, max_size=12),
    st.sampled_from([{}, {"literal": True}, {"all_terms": "passage"}, {"all_terms": "article"}]),
)
def test_files_are_searched_as_their_corpus_is(
    files: list[list[str]], lines: list[str], options: dict[str, Any]
) -> None:
    request = _ALL._replace(**options)
    with TemporaryDirectory() as folder, Corpus.in_memory() as whole:
        # A line that recurs on a site or in a folder is chrome; which ones do is decided among the
        # articles that are read.
        places = [
            str(path)
            for n, one in enumerate(files)
            for path in written(Path(folder, f"{n}"), [one])
        ]
        whole.ingest(places)
        sites = [header.site for header in whole.headers() if header.site]
        assume(len(sites) == len(set(sites)))
        for line in lines:
            with Corpus.in_memory() as corpus:
                corpus.ingest_matching(places, [line], request)
                assert _passages(corpus, line, request) == _passages(whole, line, request), line
