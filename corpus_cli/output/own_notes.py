"""Format the notes and tags of a person beside passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from corpus_cli.model.annotations import Annotation, merge_tags
from corpus_cli.output.lines import flat

if TYPE_CHECKING:
    from corpus_cli.model import Passage

_LABELS = {
    "passage": "note",
    "article": "note on the article",
    "lost passage": "note on a passage that is gone",
    "lost article": "note on an article that is gone",
}

_MY_TAGS = "my tags"


def labelled(
    notes: Sequence[tuple[str, str]], tags: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield each note with a label that says what it is on, and the tags with theirs."""
    for place, note in notes:
        yield _LABELS.get(place, "note"), note
    if tags:
        yield _MY_TAGS, ", ".join(tags)


def bracketed(notes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield labelled notes as lines between those of a text: `(note) WORDS`."""
    return (f"({label}) {flat(text)}" for label, text in notes)


def labelled_annotations(annotations: Sequence[Annotation]) -> Iterator[tuple[str, str]]:
    """Yield the notes and the tags of annotations with labels, one after the other."""
    for one in annotations:
        yield from labelled([(one.place, one.note)] if one.note else (), one.tags)


def notes_by_line(
    annotations: Sequence[Annotation], passages: Iterable[Passage], lines: range | None
) -> dict[int, list[tuple[str, str]]]:
    """Return labelled notes by the line of the article that they follow; 0 is its beginning.

    With a range of `lines`, those of passages that end in it.
    """
    last_lines = {passage.n: passage.lines[1] for passage in passages}
    notes: dict[int, list[tuple[str, str]]] = {}
    for one in annotations:
        line = last_lines.get(one.now_passage, 0) if one.now_passage is not None else 0
        if lines is None or line in lines:
            notes.setdefault(line, []).extend(labelled_annotations([one]))
    return notes


def summarise(notes: Sequence[str], tags: Sequence[str]) -> str:
    """Return notes and tags as one text, for the field of a reference."""
    tag_note = f"{_MY_TAGS}: {', '.join(tags)}" if tags else ""
    return "; ".join(filter(None, (*notes, tag_note)))


def summarise_annotations(annotations: Sequence[Annotation]) -> str:
    """Return the notes and the tags of annotations as one text, for the field of a reference."""
    return summarise([one.note for one in annotations if one.note], merge_tags(annotations))
