"""Find the passages of nodes that an index cannot match."""

from contextlib import suppress

from corpus_cli.engines.clock import Clock, TimeOver
from corpus_cli.engines.plan import Verified
from corpus_cli.query.nodes import OWN_FIELDS, Bag, Exact, Field, walk
from corpus_cli.search.moment import Moment


def verify(query: Bag, moment: Moment, clock: Clock) -> Verified:
    """Return the passages of each `exact:`, `note:` and `mytag:`, by node.

    `exact:` is compared with the stored texts, the others with the notes and tags of a person,
    which are in the store alone. Nodes that are not checked before the time ends are missing from
    the result.
    """
    passages_by_node: dict[Exact | Field, frozenset[str]] = {}
    with suppress(TimeOver):
        # Few queries have these nodes: what finds them is loaded only for those.
        for node in walk(query):
            if isinstance(node, Exact):
                from corpus_cli.search.exact import passages_with

                if node not in passages_by_node:
                    passages_by_node[node] = frozenset(passages_with(node, moment, clock))
            elif isinstance(node, Field) and node.name in OWN_FIELDS:
                from corpus_cli.search.annotated import annotated_passages

                if node not in passages_by_node:
                    passages_by_node[node] = annotated_passages(node, moment, clock)
    return passages_by_node
