"""The spellings of a form in the texts of the corpus."""

from corpus_cli.engines.port import Engine
from corpus_cli.query.nodes import Bag, Quoted
from corpus_cli.search.present import present
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import select_hits
from corpus_cli.store.store import Store


def spellings(form: str, store: Store, engine: Engine) -> list[str]:
    """Return the spelling of a form in each passage that contains it."""
    everything = SearchRequest(limit=None, duplicates=True)
    _, shown = engine.search(
        Bag((Quoted(form),)), lambda candidates: select_hits(candidates, store, everything), {}
    )
    hits = present(shown, store, None, everything)
    return [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans[:1]]
