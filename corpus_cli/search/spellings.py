"""The spellings of a form in the texts of the corpus."""

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import plan_query
from corpus_cli.query.nodes import Bag, Quoted
from corpus_cli.search.moment import Moment
from corpus_cli.search.present import present
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import select_hits


def spellings(form: str, moment: Moment) -> list[str]:
    """Return the spelling of a form in each passage that contains it."""
    everything = SearchRequest(limit=None, duplicates=True)
    plan = plan_query(Bag((Quoted(form),)), moment.index, {})
    candidates = moment.index.match(plan, Clock(0))
    selected = select_hits(candidates, moment.store, everything)
    hits = present(selected, moment, everything)
    return [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans[:1]]
