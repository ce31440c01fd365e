"""Find the names of persons in author fields."""

import re
from collections.abc import Iterator

from corpus_cli.ingest.readers.html.blocks import load_markup
from corpus_cli.ingest.structure import clues
from corpus_cli.text.normalise import fold

_MAX_CHARS = 200
_MAX_WORDS = 5
_BY_PREFIX = re.compile(r"^(?:written |posted )?by:? ", re.IGNORECASE)
_SEPARATOR = re.compile(r" ?[,;|/•·] ?(?:and )?| (?:and|&|und|et|y|with) ", re.IGNORECASE)
_DEGREE = re.compile(r"(?:[A-Z]\.?){2,4}|Ph\.?D|[JS]r")
_NOT_A_NAME = re.compile(r"[\d@#<>{}\\]|://|www\.|\.(?:com|org|net)\b", re.IGNORECASE)


def find_persons(text: str, site_name: str = "") -> Iterator[str]:
    """Yield the persons that a text names as authors.

    Addresses, handles, desks and names contained in `site_name` are left out.
    """
    text = _BY_PREFIX.sub("", " ".join(text.split()))
    if len(text) > _MAX_CHARS or "://" in text:
        return
    for part in _SEPARATOR.split(text):
        name = _BY_PREFIX.sub("", part).strip(" .")
        if _is_person_name(name) and fold(name) not in fold(site_name):
            yield name


def _is_person_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > _MAX_WORDS or _NOT_A_NAME.search(name) or _DEGREE.fullmatch(name):
        return False
    if any(fold(word) in load_markup()["persons"]["nobody"] for word in words):
        return False
    # A pen name may be one word. Only scripts without capitals may lack a capital.
    return clues.is_person_name(name) or all(word[0] == word[0].upper() for word in words)
