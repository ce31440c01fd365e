"""Write and read notes and tags on articles and passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import NamedTuple

from corpus_cli.errors import NotFound, UsageError
from corpus_cli.model import Header, Passage, article_of, parse_passage_id
from corpus_cli.model.annotations import (
    MAX_NOTE,
    MAX_QUOTE,
    MAX_TAG,
    MAX_TAGS,
    Anchor,
    Annotation,
    merge_tags,
)
from corpus_cli.model.ids import MIN_PREFIX_DIGITS, is_passage_id
from corpus_cli.store.article_lookup import resolve_article
from corpus_cli.store.placing import place_annotations
from corpus_cli.store.store import Store
from corpus_cli.text.printable import is_valid

Write = Callable[[str], AbstractContextManager[None]]
"""Opens a transaction for the command that is named, after waiting for another writer."""


class NoteChange(NamedTuple):
    """What was changed: the id of the place, its annotations now, and before."""

    id: str
    now: Sequence[Annotation]
    before: Sequence[Annotation]


class CitedAnnotation(NamedTuple):
    """An annotation with its article and its passage as they are now; None for what is lost.

    `corpus` names the corpus if there are several.
    """

    annotation: Annotation
    header: Header | None
    passage: Passage | None
    corpus: str = ""


class Imported(NamedTuple):
    """How many annotations of a file were added, replaced others, or were there already.

    `older` are those that the corpus has as they were changed later; they were not replaced.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    older: int = 0


class Notebook:
    """The notes and tags of a person on the articles of a corpus and on their passages.

    A place has one note. If two notes come to one passage, because an article changed and two of
    its passages are one now, both stay, until a new note replaces them.

    An article or a passage is named as elsewhere; with a `line` it is the passage of the article
    with that line. What is on a place that is lost is named by the id that it was written on.
    """

    def __init__(self, store: Store, write: Write) -> None:
        self._store = store
        self._write = write

    def all(self) -> list[Annotation]:
        """Return all annotations, by the article and the passage that they are on now."""
        with self._store.snapshot():
            return self._store.annotations.all()

    def cited(self) -> list[CitedAnnotation]:
        """Return all annotations with what to cite of their articles."""
        with self._store.snapshot():
            annotations = self._store.annotations.all()
            live = {one.now_article for one in annotations if one.is_live}
            headers = self._store.headers(list(live))
            passages = self._store.passages_by_id(
                one.id for one in annotations if one.place == "passage"
            )
            return [
                CitedAnnotation(one, headers.get(one.now_article), passages.get(one.id))
                for one in annotations
            ]

    def of(self, name: str, line: int = 0) -> NoteChange:
        """Return the annotations of an article or a passage; those of lost passages of it too."""
        with self._store.snapshot():
            place = self._find(name, line)
            return NoteChange(place.id, place.annotations, place.annotations)

    def write(self, name: str, note: str, line: int = 0) -> NoteChange:
        """Write a note on an article or a passage, in place of the one before."""
        text = check_note(note)
        return self._change("corpus note", name, line, lambda tags: (text, tags))

    def erase(self, name: str, line: int = 0) -> NoteChange:
        """Remove the note of an article or a passage; its tags stay."""
        return self._reduce("corpus note", name, line, lambda one: one._replace(note=""))

    def tag(self, name: str, tags: Iterable[str], line: int = 0) -> NoteChange:
        """Add tags to an article or a passage."""
        added = [check_tag(tag) for tag in tags]
        return self._change(
            "corpus tag", name, line, lambda before: (None, tuple(sorted({*before, *added})))
        )

    def untag(self, name: str, tags: Iterable[str] = (), line: int = 0) -> NoteChange:
        """Remove tags of an article or a passage, all without `tags`; its note stays."""
        removed = {tag.casefold() for tag in tags}

        def reduce(one: Annotation) -> Annotation:
            kept = [tag for tag in one.tags if removed and tag.casefold() not in removed]
            return one._replace(tags=tuple(kept))

        return self._reduce("corpus tag", name, line, reduce)

    def add_all(self, annotations: Iterable[Annotation]) -> Imported:
        """Add annotations that were exported, by what they were written on.

        One that the corpus has already is replaced if the other was changed later.
        """
        counts = dict.fromkeys(Imported._fields, 0)
        with self._write("corpus note"):
            for one in annotations:
                existing = self._store.annotations.find(one.anchor)
                outcome = _compare(one, existing)
                counts[outcome] += 1
                if outcome in ("added", "replaced"):
                    self._store.annotations.put(
                        one._replace(
                            key=existing.key if existing else 0,
                            now_article=existing.now_article if existing else "",
                        )
                    )
            place_annotations(self._store)
        return Imported(**counts)

    def _change(
        self,
        doing: str,
        name: str,
        line: int,
        change: Callable[[tuple[str, ...]], tuple[str | None, tuple[str, ...]]],
    ) -> NoteChange:
        """Replace the annotations of a place by one; a note of None stays as it is."""
        self._find(name, line)
        with self._write(doing):
            # Another writer may have changed the article during the wait.
            place = self._find(name, line)
            anchor = self._anchor(place)
            before = [one for one in place.annotations if one.place in ("passage", "article")]
            note, tags = change(merge_tags(before))
            if len(tags) > MAX_TAGS:
                raise UsageError(f"{place.id} would have {len(tags)} tags: at most {MAX_TAGS}")
            if note is None:
                note = "\n\n".join(one.note for one in before if one.note)
            if [(note, tags)] != [(one.note, one.tags) for one in before]:
                for one in before:
                    self._store.annotations.remove(one)
                self._store.annotations.put(Annotation(anchor, note, tags, now()))
                place_annotations(self._store)
            return NoteChange(place.id, self._annotations_on(place.article, place.passage), before)

    def _reduce(
        self, doing: str, name: str, line: int, reduce: Callable[[Annotation], Annotation]
    ) -> NoteChange:
        """Change the annotations of a place, and remove those of which nothing is left."""
        self._find(name, line)
        with self._write(doing):
            place = self._find(name, line)
            # What was on a passage that is lost is not on the article that its id names.
            own = [one for one in place.annotations if one.id == place.id or place.is_lost]
            reduced = [(one, reduce(one)) for one in own]
            changed = [(one, after) for one, after in reduced if one != after]
            for one, after in changed:
                if after.note or after.tags:
                    self._store.annotations.put(after._replace(changed=now()))
                else:
                    self._store.annotations.remove(one)
            place_annotations(self._store)
            left = [after for _, after in reduced if after.note or after.tags]
            return NoteChange(place.id, left, [one for one, _ in changed])

    def _find(self, name: str, line: int) -> _Place:
        """Return the place with a name. Raises `NotFound` if there is none."""
        try:
            article = resolve_article(self._store, name)
            passage = self._passage(article, name, line)
        except NotFound:
            if annotations := self._find_lost(name):
                return _Place(annotations[0].id, annotations, is_lost=True)
            raise
        annotations = self._annotations_on(article, passage)
        place_id = passage.id if passage else article
        return _Place(place_id, annotations, article=article, passage=passage)

    def _annotations_on(self, article: str, passage: Passage | None) -> list[Annotation]:
        """Return the annotations on a passage, or on its article if there is none."""
        annotations = self._store.annotations.of([article])
        if passage is None:
            return [one for one in annotations if one.now_passage is None]
        on_passage = [one for one in annotations if one.now_passage == passage.n]
        # The passage that had this number may be lost, and this one another.
        return on_passage or [one for one in annotations if one.id == passage.id]

    def _find_lost(self, name: str) -> list[Annotation]:
        """Return the annotations whose place is lost and was, or begins with, a name."""
        article = article_of(name)
        if len(article) < MIN_PREFIX_DIGITS or not is_valid(name):
            return []
        written = self._store.annotations.written_on(article)
        number = parse_passage_id(name)[1] if is_passage_id(name) else None
        return [
            one
            for one in written
            if one.place in ("lost passage", "lost article") and one.anchor.passage == number
        ]

    def _passage(self, article: str, name: str, line: int) -> Passage | None:
        """Return the passage that is named, or that has a line; None for the whole article."""
        if not line and not is_passage_id(name):
            return None
        passages = self._store.passages(article)
        shown = self._store.short_id(article)
        for passage in passages:
            if line and passage.lines[0] <= line <= passage.lines[1]:
                return passage
            if not line and passage.n == parse_passage_id(name)[1]:
                return passage
        if line:
            raise NotFound(f"no passage of {shown} has line {line}: name another line, or {shown}")
        raise NotFound(f"{shown} has only passages 1 to {len(passages)}")

    def _anchor(self, place: _Place) -> Anchor:
        if place.is_lost:
            raise NotFound(
                f"{place.id} is gone: what is written on it can be shown and removed, not changed"
            )
        title = self._store.header(place.article).title
        passage = place.passage
        if passage is None:
            return Anchor(place.article, None, "", title)
        return Anchor(place.article, passage.n, passage.text[:MAX_QUOTE], title)


class _Place(NamedTuple):
    """An article or a passage, and the annotations on it."""

    id: str
    annotations: Sequence[Annotation]
    article: str = ""
    passage: Passage | None = None
    is_lost: bool = False


def check_note(text: str) -> str:
    """Return a note without blanks around it. Raises `UsageError` if it cannot be stored."""
    note = text.strip()
    if not note:
        raise UsageError("the note is empty: --remove removes one")
    if not is_valid(note) or "\0" in note:
        raise UsageError("a note must be text in UTF-8")
    if len(note) > MAX_NOTE:
        raise UsageError(f"a note has at most {MAX_NOTE:,} characters, this one {len(note):,}")
    return note


def check_tag(text: str) -> str:
    """Return a tag without blanks around it. Raises `UsageError` if it cannot be stored."""
    tag = text.strip()
    if not is_valid(tag) or not tag.isprintable():
        raise UsageError("a tag must be text in UTF-8")
    if not any(map(str.isalnum, tag)):
        raise UsageError(f"a tag needs a letter or a digit: {text!r} has none")
    if any(char in ",;" or char.isspace() for char in tag):
        joined = "-".join(tag.replace(",", " ").replace(";", " ").split())
        raise UsageError(f"a tag is one word: write {joined} for {tag!r}, or give several tags")
    if len(tag) > MAX_TAG:
        raise UsageError(f"a tag has at most {MAX_TAG} characters, this one {len(tag)}")
    return tag


def _compare(one: Annotation, existing: Annotation | None) -> str:
    """Return the field of `Imported` in which an annotation of a file counts."""
    if existing is None:
        return "added"
    if (one.note, one.tags) == (existing.note, existing.tags):
        return "unchanged"
    return "replaced" if one.changed > existing.changed else "older"


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
