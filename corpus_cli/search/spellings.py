"""The spellings of a form in the texts of the corpus."""

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.plan import plan_query
from corpus_cli.engines.port import Candidates
from corpus_cli.query.nodes import Bag, Quoted
from corpus_cli.search.moment import Moment
from corpus_cli.search.present import present
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.select import select_hits


def count_form(form: str, moment: Moment) -> int:
    """Return how many passages contain a form."""
    return _match(form, moment).counts.total


def spellings(form: str, moment: Moment) -> list[str]:
    """Return the spelling of a form in each passage that contains it."""
    everything = SearchRequest(limit=None, duplicates=True)
    selected = select_hits(_match(form, moment), moment.store, everything, Clock(0))
    hits = present(selected, moment, everything)
    return [hit.passage.text[span.start : span.end] for hit in hits for span in hit.spans[:1]]


def _match(form: str, moment: Moment) -> Candidates:
    plan = plan_query(Bag((Quoted(form),)), moment.index, {})
    return moment.index.match(plan, Clock(0))
