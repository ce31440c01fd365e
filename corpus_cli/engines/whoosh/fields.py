"""The field type and posting format of our index.

Whoosh writes the paths of these classes into every index: do not move or rename them.
"""

from collections.abc import Callable

from whoosh import columns, fields, formats

from corpus_cli.engines.fields import decode, weight


class PositionsFormat(formats.Format):
    """Ascending positions as 32-bit integers: nothing to unpickle, and small."""

    def __init__(self) -> None:
        super().__init__(field_boost=1.0)

    def supports(self, name: str) -> bool:
        """What Whoosh's queries may ask of a posting."""
        return name in ("frequency", "weight", "positions")

    def decoder(self, name: str) -> Callable[[bytes], object]:
        """The function that reads one of those from a posting's value."""
        decoder: Callable[[bytes], object] = getattr(self, f"decode_{name}")
        return decoder

    def decode_positions(self, value: bytes) -> list[int]:
        """Word positions, ascending."""
        return decode(value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        """How many positions there are."""
        return len(decode(value))

    def decode_weight(self, value: bytes) -> float:
        """What the count is for ranking: a word in the title counts twice."""
        return float(weight(decode(value)))


class InvertedField(fields.FieldType):
    """A field whose values come already inverted: no analyzer, no Token objects."""

    analyzer = None
    indexed = True
    stored = False
    unique = False
    vector = None
    multitoken_query = "default"

    def __init__(self, *, scorable: bool) -> None:
        self.format = PositionsFormat()
        self.scorable = scorable
        self.spelling = False
        self.column_type = None

    def process_text(self, qstring: str, **_: object) -> list[str]:
        """Whoosh's own parser gets the text of a query back as one term."""
        return [qstring]


def schema() -> fields.Schema:
    """The fields of a passage. No text is stored: a match is the id of a passage."""
    return fields.Schema(
        id=fields.ID(sortable=columns.VarBytesColumn()),
        article=fields.ID(),
        stems=InvertedField(scorable=True),
        words=InvertedField(scorable=True),
        facts=InvertedField(scorable=False),
    )
