"""Read notes that were exported."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from corpus_cli.errors import UsageError
from corpus_cli.model import parse_passage_id
from corpus_cli.model.annotations import MAX_QUOTE, MAX_TAGS, Anchor, Annotation
from corpus_cli.store.notebook import check_note, check_tag, now
from corpus_cli.text.normalise import mend_surrogates

_ID = re.compile(r"[0-9a-f]{12}(?:[0-9a-f]{20})?(?:#[0-9]{1,9})?")


def parse_annotation(line: str) -> Annotation:
    """Parse a line of `corpus notes --jsonl`.

    It needs `written_on` or `id`, and `note` or `my_tags`. Raises `UsageError` if it is none.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"it is not valid JSON: {error}") from error
    if not isinstance(record, dict):
        raise UsageError("it is no JSON object, as corpus notes --jsonl writes")
    place = _text(record, "written_on") or _text(record, "id")
    if not _ID.fullmatch(place):
        raise UsageError(f"{place[:80]!r} is not the id of an article or a passage")
    article, number = parse_passage_id(place) if "#" in place else (place, None)
    note = _text(record, "note")
    tags = record.get("my_tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise UsageError("my_tags is no list of texts")
    if len(tags) > MAX_TAGS:
        raise UsageError(f"it has {len(tags)} tags: at most {MAX_TAGS}")
    if not (note.strip() or tags):
        raise UsageError("it has neither a note nor tags")
    return Annotation(
        Anchor(
            article,
            number,
            "" if number is None else _text(record, "quote")[:MAX_QUOTE],
            _text(record, "title")[:MAX_QUOTE],
        ),
        check_note(note) if note.strip() else "",
        tuple(sorted({check_tag(tag) for tag in tags})),
        _time(_text(record, "changed")),
    )


def _text(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field, "")
    if not isinstance(value, str):
        raise UsageError(f"{field} is no text")
    return mend_surrogates(value)


def _time(text: str) -> str:
    """Return a time in UTC as the corpus writes it; without one, the time now."""
    if not text:
        return now()
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"changed is no date and time: {text[:80]!r}") from error
    # A time without a zone is one of UTC, as all times of an export are.
    return (
        (time if time.tzinfo else time.replace(tzinfo=UTC))
        .astimezone(UTC)
        .isoformat(timespec="seconds")
    )
