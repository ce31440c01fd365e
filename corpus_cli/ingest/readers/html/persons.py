"""Find the names of persons in author fields."""

import re
from collections.abc import Iterator

from corpus_cli.ingest.readers.html.blocks import markup
from corpus_cli.ingest.structure import clues
from corpus_cli.text.normalise import fold

_LONGEST = 200
_WORDS = 5
_BY = re.compile(r"^(?:written |posted )?by:? ", re.IGNORECASE)
_AMONG = re.compile(r" ?[,;|/•·] ?(?:and )?| (?:and|&|und|et|y|with) ", re.IGNORECASE)
_DEGREE = re.compile(r"(?:[A-Z]\.?){2,4}|Ph\.?D|[JS]r")
_NO_NAME = re.compile(r"[\d@#<>{}\\]|://|www\.|\.(?:com|org|net)\b", re.IGNORECASE)


def persons(text: str, site: str = "") -> Iterator[str]:
    """Yield the persons that a text names as authors.

    Addresses, handles, desks and names contained in `site_name` are left out.
    """
    text = _BY.sub("", " ".join(text.split()))
    if len(text) > _LONGEST or "://" in text:
        return
    for part in _AMONG.split(text):
        name = _BY.sub("", part).strip(" .")
        if _named(name) and fold(name) not in fold(site):
            yield name


def _named(name: str) -> bool:
    words = name.split()
    if not words or len(words) > _WORDS or _NO_NAME.search(name) or _DEGREE.fullmatch(name):
        return False
    if any(fold(word) in markup()["persons"]["nobody"] for word in words):
        return False
    # A pen name may be one word. Only scripts without capitals may lack a capital.
    return clues.person(name) or all(word[0] == word[0].upper() for word in words)
