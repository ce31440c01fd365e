"""Search texts that are parts of articles by their own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpus_cli.engines.clock import Clock
from corpus_cli.engines.memory import MemoryEngine
from corpus_cli.engines.plan import plan_query
from corpus_cli.model import Passage, Span
from corpus_cli.query.nodes import OWN_FIELDS, Exact, Field, Mention, Node, rewrite, walk
from corpus_cli.search.moment import Moment
from corpus_cli.search.read_query import read_query
from corpus_cli.search.request import SearchRequest
from corpus_cli.search.snippets import spans


def match_texts(
    line: str, texts: Sequence[tuple[str, str]], moment: Moment, request: SearchRequest
) -> dict[int, tuple[Span, ...]]:
    """Return the texts that match a query, by number in their order, with the words that do.

    Each is a part of an article: a pair of the article and the text. All words of the query have to
    be in the text. The texts of the articles are inverted too if the query has a name with a short
    form, which means the name only in an article with a full form.
    """
    # These texts are few: what was read in time is looked at, even if the time is over then.
    clock = Clock(0)
    words_only = request._replace(all_terms="passage", filters=type(request.filters)())
    query = rewrite(read_query(line, moment, words_only, clock, suggests=False).query, _from_forms)
    parts: defaultdict[str, list[Passage]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for number, (article, text) in enumerate(texts):
        # They are numbered after the passages of all articles.
        part = Passage(article, _PARTS + number, 0, len(text), (1, 1), text)
        parts[article].append(part)
        numbers[part.id] = number
    has_short_forms = any(isinstance(node, Mention) and node.name.short for node in walk(query))

    def read(article: str) -> Sequence[Passage]:
        return moment.store.passages(article) if has_short_forms else ()

    engine = MemoryEngine()
    with engine.writer(1) as writer:
        writer.fill((([*read(one), *parts[one]], {}) for one in parts), 1)
    verified: dict[Exact | Field, frozenset[str]] = {
        node: frozenset(one for one, n in numbers.items() if node.text in texts[n][1])
        for node in walk(query)
        if isinstance(node, Exact)
    }
    # Notes and tags are on passages, not on parts of one.
    own = [node for node in walk(query) if isinstance(node, Field) and node.name in OWN_FIELDS]
    verified |= dict.fromkeys(own, frozenset())
    with engine.snapshot() as index:
        candidates = index.match(plan_query(query, index, verified), clock)
        matched = {
            numbers[passage]: match
            for passage, _ in candidates.ranked()
            if passage in numbers and (match := candidates.match(passage))
        }
    return {number: spans(texts[number][1], matched[number].marks) for number in sorted(matched)}


_PARTS = 1_000_000


def _from_forms(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Yield nodes with names that are found by their forms: in parts, none are indexed."""
    for node in nodes:
        yield node._replace(is_indexed=False) if isinstance(node, Mention) else node
