"""The forms of all names, by which an index finds mentions."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final, NamedTuple

FULL: Final = "f"
SHORT: Final = "s"
ADJECTIVE: Final = "a"

KINDS: Final = (FULL, SHORT, ADJECTIVE)
"""The kinds of forms, in the order of the roles of `names.lookup`."""


PERSON: Final = "person"
"""The kind of names of people, after whom other things are named."""

GROUP: Final = "group"
"""The kind of names of groups, several of which may have the same name."""

RULED_KINDS: Final = (PERSON, GROUP)
"""The kinds of names whose mentions depend on the words around them."""


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


class Bearer(NamedTuple):
    """Another person with a short form of a name: the key, full forms, and the short forms.

    `forms` are index terms, and only those that contain a form of the name; `short` are folded.
    """

    key: str
    forms: tuple[str, ...]
    short: tuple[str, ...]


def shared_short_forms(
    short: Iterable[str], other_key: str, other_short: Collection[str]
) -> tuple[str, ...]:
    """Return the short forms of a name, folded, that may mean another person as well.

    A family name is a short form of the other one or the end of the key of that name.
    """
    return tuple(form for form in short if form in other_short or other_key.endswith(f" {form}"))


class NameTable:
    """The forms of all names, sorted, and the articles in which some of them mean nothing.

    `kind_by_key` has the names of `RULED_KINDS`, by the key of the name.
    """

    def __init__(
        self,
        forms: tuple[NameForm, ...] = (),
        elsewhere: tuple[ExplainedForm, ...] = (),
        kinds: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.forms = forms
        self.elsewhere = elsewhere
        self.kind_by_key = dict(sorted(kinds))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameTable) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """Return a digest of the content: the fingerprint of mentions made with this table."""
        from hashlib import sha256

        rows = ("\t".join((*row[:2], *row[2])) for row in self.elsewhere)
        kinds = map("\t".join, self.kind_by_key.items())
        text = "\n".join((*map("\t".join, self.forms), "", *rows, "", *kinds))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> str:
        """Return the table as JSON, which `from_json` reads."""
        import json

        content = [self.forms, self.elsewhere, [*self.kind_by_key.items()]]
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "NameTable":
        """Return the table that `to_json` wrote. Raises `ValueError` for anything else."""
        import json

        try:
            forms, elsewhere, kinds = json.loads(text)
            return cls(
                tuple(NameForm(*map(str, row)) for row in forms),
                tuple(
                    ExplainedForm(str(key), str(letters), tuple(map(str, articles)))
                    for key, letters, articles in elsewhere
                ),
                [(str(key), str(kind)) for key, kind in kinds],
            )
        except (TypeError, RecursionError) as error:
            raise ValueError(f"this is no table of names ({error})") from error


NO_NAMES: Final = NameTable()
