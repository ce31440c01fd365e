"""Search a folder of articles."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corpus_cli.corpora import search_corpora
    from corpus_cli.corpus import Corpus
    from corpus_cli.errors import (
        CorpusDamaged,
        CorpusError,
        CorpusLocked,
        CorpusMissing,
        NotFound,
        UsageError,
    )
    from corpus_cli.ingest.steps import IngestRequest
    from corpus_cli.model import Article, Facet, Facets, Header, Hit, Passage, Results, Span
    from corpus_cli.model.annotations import Annotation
    from corpus_cli.model.report import Report
    from corpus_cli.output.records import hit as record
    from corpus_cli.query.filters import Filters
    from corpus_cli.safekeeping import (
        back_up_corpus,
        repair_corpus,
        restore_corpus,
        verify_corpus,
    )
    from corpus_cli.search.request import SearchRequest
    from corpus_cli.store.notebook import Notebook

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Article",
    "Corpus",
    "CorpusDamaged",
    "CorpusError",
    "CorpusLocked",
    "CorpusMissing",
    "Facet",
    "Facets",
    "Filters",
    "Header",
    "Hit",
    "IngestRequest",
    "NotFound",
    "Notebook",
    "Passage",
    "Report",
    "Results",
    "SearchRequest",
    "Span",
    "UsageError",
    "back_up_corpus",
    "record",
    "repair_corpus",
    "restore_corpus",
    "search_corpora",
    "verify_corpus",
]

# Imports take most of the time of a short command, so a name is imported when first used.
_HOMES = {
    "Annotation": "model.annotations",
    "Notebook": "store.notebook",
    "Corpus": "corpus",
    "CorpusDamaged": "errors",
    "CorpusError": "errors",
    "CorpusLocked": "errors",
    "CorpusMissing": "errors",
    "Filters": "query.filters",
    "IngestRequest": "ingest.steps",
    "NotFound": "errors",
    "SearchRequest": "search.request",
    "Report": "model.report",
    "UsageError": "errors",
    "record": "output.records",
    "back_up_corpus": "safekeeping",
    "repair_corpus": "safekeeping",
    "restore_corpus": "safekeeping",
    "search_corpora": "corpora",
    "verify_corpus": "safekeeping",
}
_THERE = {"record": "hit"}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = import_module(f"{__name__}.{_HOMES.get(name, 'model')}")
    return globals().setdefault(name, getattr(home, _THERE.get(name, name)))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
