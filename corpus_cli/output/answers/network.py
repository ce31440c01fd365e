"""A network of names as a table and as GraphML."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from corpus_cli.explore.network import Network
from corpus_cli.output.answers.table import CITATION_COLUMNS, AnswerTable, cite

_COLUMNS = (
    "first",
    "first_kind",
    "second",
    "second_kind",
    "together",
    "first_total",
    "second_total",
    "strength",
    *CITATION_COLUMNS,
)

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Gephi reads `label` as the label of a name and `weight` as the weight of an edge.
_KEYS = (
    ("node", "label", "string"),
    ("node", "kind", "string"),
    ("node", "total", "long"),
    ("edge", "weight", "double"),
    ("edge", "strength", "double"),
    ("edge", "example", "string"),
)


def tabulate(network: Network) -> AnswerTable:
    """Return a row for each pair: its names, its counts, its strength and an example."""
    return AnswerTable(
        "pairs",
        network.about,
        {
            "per": network.per,
            "units": network.units,
            "names": [
                {"name": one.name, "kind": one.kind, "total": one.total} for one in network.names
            ],
        },
        [
            {
                "first": pair.first.name,
                "first_kind": pair.first.kind,
                "second": pair.second.name,
                "second_kind": pair.second.kind,
                "together": pair.together,
                "first_total": pair.first.total,
                "second_total": pair.second.total,
                "strength": round(pair.strength, 2),
            }
            | (cite(pair.example) if pair.example else {})
            for pair in network.pairs
        ],
        _COLUMNS,
        _COLUMNS,
    )


def format_graphml(network: Network) -> Iterator[str]:
    """Yield the lines of a network as GraphML: an undirected graph that Gephi and networkx read.

    A name has its kind and the number of passages or articles with it (`total`), an edge the number
    with both (`weight`), the log-likelihood (`strength`) and the id of a passage (`example`).
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for owner, name, kind in _KEYS:
        yield f'<key id="{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>'
    yield '<graph edgedefault="undirected">'
    numbers = {one.name: f"n{n}" for n, one in enumerate(network.names)}
    for one in network.names:
        label, kind = _escape(one.name), _escape(one.kind)
        values = _values(label=label, kind=kind, total=str(one.total))
        yield f'<node id="{numbers[one.name]}">{values}</node>'
    for pair in network.pairs:
        ends = f'source="{numbers[pair.first.name]}" target="{numbers[pair.second.name]}"'
        values = _values(
            weight=str(pair.together),
            strength=f"{pair.strength:.2f}",
            example=pair.example.passage.id if pair.example else "",
        )
        yield f"<edge {ends}>{values}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _values(**values: str) -> str:
    return "".join(f'<data key="{name}">{value}</data>' for name, value in values.items())


def _escape(text: str) -> str:
    """Return a text for XML; characters that XML cannot contain become U+FFFD."""
    return escape(_NOT_IN_XML.sub("\ufffd", text))
