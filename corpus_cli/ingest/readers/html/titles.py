"""Choose the title of a page, without the name of its site."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.ingest.structure import clues
from corpus_cli.model import CLAIMED, Datum
from corpus_cli.text.normalise import fold

_BETWEEN = re.compile(r" (?:[|\-–—·•»«:~]|::|\|\|) | ?[|»] ?|(?<=\w): ")
_SURE = re.compile(r" ?(?:\||»|::) ?")
_ALIKE = 0.6
_FEW = 4
_MIN_PRINTED_WORDS = 3
_MIN_SITE_CHARS = 3
_HEADINGS = ("h1", "h2", "h3")
_LONGEST = 500


class Claim(NamedTuple):
    """A value as a page states it, and where: the origin of a `Datum`."""

    value: str
    origin: str


def titled(
    blocks: Sequence[Block], claims: Sequence[Claim], page: str, sites: Iterable[str]
) -> Datum:
    """Return the title of a page: a heading that is like a claimed title, else the first claim.

    `claims` are claimed titles, `title_text` is the text of the `title` element, `site_names`
    are names of the site. Without claims the first `h1` is the title; its value is empty where
    there is none.
    """
    names = [_squashed(site) for site in sites if site]
    known = [*claims, *([Claim(page, "title element")] if page else [])]
    known = [claim for claim in known if 0 < len(claim.value.strip()) <= _LONGEST]
    known = [Claim(cut(value, names), origin) for value, origin in known]
    heads = {block.text: tag for tag in ("h2", "h1") for block in blocks if block.tag == tag}
    printed = {block.text: block.tag in _HEADINGS for block in blocks}
    known = [Claim(_printed(value, printed), origin) for value, origin in known]
    for claim in known:
        best = max(heads, key=lambda text: _likeness(text, claim.value), default="")
        if best and _likeness(best, claim.value) >= _ALIKE:
            return Datum("title", best, heads[best], CLAIMED)
    if known:
        return Datum("title", known[0].value, known[0].origin, CLAIMED)
    first = next((block.text for block in blocks if block.tag == "h1"), "")
    return Datum("title", first, "h1", CLAIMED)


def cut(title: str, names: Sequence[str]) -> str:
    """Remove the parts that name the site from the start and the end of a title."""
    title = " ".join(title.split())
    while (parts := list(_BETWEEN.finditer(title))) and _site(title[parts[-1].end() :], names):
        title = title[: parts[-1].start()]
    while (first := _BETWEEN.search(title)) and _site(title[: first.start()], names):
        title = title[first.end() :]
    rest = _SURE.split(title)
    if len(rest) > 1 and len(rest[0].split()) >= _FEW > len(rest[-1].split()):
        return rest[0]
    return title


def _printed(title: str, printed: Mapping[str, bool]) -> str:
    """Return the part of a title that is a line of the page, headings first; else all of it."""
    signs = list(_BETWEEN.finditer(title))
    parts = [title[: separator.start()] for separator in signs] + [
        title[separator.end() :] for separator in signs
    ]
    found = [part for part in parts if part in printed and clues.words(part) >= _MIN_PRINTED_WORDS]
    return max(found, key=lambda part: (printed[part], len(part)), default=title)


def _site(part: str, names: Sequence[str]) -> bool:
    own = _squashed(part)
    if len(own) < _MIN_SITE_CHARS:
        return not own or own in names
    return any(own in name or (name and name in own) for name in names)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]|^www\.|^the (?=\w)", "", fold(text))


def _likeness(heading: str, claim: str) -> float:
    """Return the words that two titles share, divided by those of the longer one: 0 to 1."""
    ours, theirs = (set(re.findall(r"\w+", fold(text))) for text in (heading, claim))
    return len(ours & theirs) / max(len(ours), len(theirs), 1)
