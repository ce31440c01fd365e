"""The forms of all names, as the index uses them to find mentions."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class NameTable:
    """The forms of all names, sorted, and the articles in which some of them mean nothing."""

    forms: tuple[NameForm, ...] = ()
    elsewhere: tuple[ExplainedForm, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return a digest of the content: the fingerprint of mentions made with this table."""
        from hashlib import sha256

        rows = ("\t".join((*row[:2], *row[2])) for row in self.elsewhere)
        text = "\n".join((*map("\t".join, self.forms), "", *rows))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def within(self, articles: frozenset[str]) -> NameTable:
        """Return the same forms, with what these articles explain only."""
        return NameTable(
            self.forms,
            tuple(
                row._replace(articles=kept)
                for row in self.elsewhere
                if (kept := tuple(article for article in row.articles if article in articles))
            ),
        )
