"""Notes and tags of a person on articles and passages."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from corpus_cli.model.ids import passage_id

MAX_NOTE = 8_000
"""The most characters of a note."""

MAX_TAG, MAX_TAGS = 60, 100
"""The most characters of a tag, and the most tags of one passage."""

MAX_QUOTE = 4_000
"""The characters of a passage that are kept to find it again."""

Place = Literal["passage", "article", "lost passage", "lost article"]
"""What an annotation is on now; of a lost passage its article is there, but not the passage."""


class Anchor(NamedTuple):
    """What an annotation was written on.

    `passage` is None for an article as a whole. `quote` is the beginning of the text of the
    passage, by which it is found again where its article was changed, and `title` that of the
    article.
    """

    article: str
    passage: int | None
    quote: str
    title: str

    @property
    def id(self) -> str:
        """Return the id of the passage, or of the article."""
        return _join_id(self.article, self.passage)


class Annotation(NamedTuple):
    """A note of a person, tags, or both.

    `changed` is the time of the last change, in UTC. `now_article` and `now_passage` are where the
    annotation is now; an article that is not live is lost. `key` is its number in the store.
    """

    anchor: Anchor
    note: str
    tags: tuple[str, ...]
    changed: str
    now_article: str = ""
    now_passage: int | None = None
    is_live: bool = False
    key: int = 0

    @property
    def place(self) -> Place:
        """Return what the annotation is on now."""
        if not self.is_live:
            return "lost article"
        if self.now_passage is not None:
            return "passage"
        return "article" if self.anchor.passage is None else "lost passage"

    @property
    def id(self) -> str:
        """Return the id by which it is named: where it is now, or was written if that is lost."""
        if self.place in ("passage", "article"):
            return _join_id(self.now_article, self.now_passage)
        return self.anchor.id


def merge_tags(annotations: Sequence[Annotation]) -> tuple[str, ...]:
    """Return the tags of several annotations, each once, sorted."""
    return tuple(sorted({tag for one in annotations for tag in one.tags}))


def _join_id(article: str, passage: int | None) -> str:
    return article if passage is None else passage_id(article, passage)
