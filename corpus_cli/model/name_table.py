"""The forms of all names, by which an index finds mentions."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple

FULL: Final = "f"
SHORT: Final = "s"
ADJECTIVE: Final = "a"

KINDS: Final = (FULL, SHORT, ADJECTIVE)
"""The kinds of forms, in the order of the roles of `names.lookup`."""


class NameForm(NamedTuple):
    """A form of a name: its index terms with blanks between, the key of the name, and its kind.

    The key of a name is that of its canonical form; no two names of a table have the same one.
    """

    terms: str
    key: str
    kind: str


class ExplainedForm(NamedTuple):
    """A form of a name, folded, and the articles that explain it as something else."""

    key: str
    letters: str
    articles: tuple[str, ...]


class NameTable:
    """The forms of all names, sorted, and the articles in which some of them mean nothing."""

    def __init__(
        self, forms: tuple[NameForm, ...] = (), elsewhere: tuple[ExplainedForm, ...] = ()
    ) -> None:
        self.forms = forms
        self.elsewhere = elsewhere

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameTable) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """Return a digest of the content: the fingerprint of mentions made with this table."""
        from hashlib import sha256

        rows = ("\t".join((*row[:2], *row[2])) for row in self.elsewhere)
        text = "\n".join((*map("\t".join, self.forms), "", *rows))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> str:
        """Return the table as JSON, which `from_json` reads."""
        import json

        return json.dumps([self.forms, self.elsewhere], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> NameTable:
        """Return the table that `to_json` wrote. Raises `ValueError` for anything else."""
        import json

        try:
            forms, elsewhere = json.loads(text)
            return cls(
                tuple(NameForm(*map(str, row)) for row in forms),
                tuple(
                    ExplainedForm(str(key), str(letters), tuple(map(str, articles)))
                    for key, letters, articles in elsewhere
                ),
            )
        except (TypeError, RecursionError) as error:
            raise ValueError(f"this is no table of names ({error})") from error


NO_NAMES: Final = NameTable()
