"""The title of a page, without what its site adds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.ingest import clues
from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.model import CLAIMED, Datum
from corpus_cli.text.normalise import fold

_BETWEEN = re.compile(r" (?:[|\-–—·•»«:~]|::|\|\|) | ?[|»] ?|(?<=\w): ")
_SURE = re.compile(r" ?(?:\||»|::) ?")
_ALIKE = 0.6
_FEW = 4
_SEVERAL = 3
_HEADINGS = ("h1", "h2", "h3")
_LONGEST = 500


class Claim(NamedTuple):
    """A value as a page writes it, and where."""

    value: str
    origin: str


def titled(
    blocks: Sequence[Block], claims: Sequence[Claim], page: str, sites: Iterable[str]
) -> Datum:
    """The title of a page: the heading that reads like a claimed one, as printed, else a claim.

    `page` is the text of its `title` element, `sites` the names of its site. The value is
    empty where nothing can be a title.
    """
    names = [_squashed(site) for site in sites if site]
    known = [*claims, *([Claim(page, "title element")] if page else [])]
    known = [claim for claim in known if 0 < len(claim.value.strip()) <= _LONGEST]
    known = [Claim(cut(value, names), origin) for value, origin in known]
    heads = {b.text: tag for tag in ("h2", "h1") for b in blocks if b.tag == tag}
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
    """A title without the parts that name the site, at its end or its beginning."""
    title = " ".join(title.split())
    while (parts := list(_BETWEEN.finditer(title))) and _site(title[parts[-1].end() :], names):
        title = title[: parts[-1].start()]
    while (first := _BETWEEN.search(title)) and _site(title[: first.start()], names):
        title = title[first.end() :]
    rest = _SURE.split(title)
    if len(rest) > 1 and len(rest[0].split()) >= _FEW > len(rest[-1].split()):
        return _SURE.split(title)[0]
    return title


def _printed(title: str, printed: Mapping[str, bool]) -> str:
    """The part of a title that the page has as a line, a heading first; all if there is none."""
    signs = list(_BETWEEN.finditer(title))
    parts = [title[: sign.start()] for sign in signs] + [title[sign.end() :] for sign in signs]
    found = [part for part in parts if part in printed and clues.words(part) >= _SEVERAL]
    return max(found, key=lambda part: (printed[part], len(part)), default=title)


def _site(part: str, names: Sequence[str]) -> bool:
    own = _squashed(part)
    if len(own) < _SEVERAL:
        return not own or own in names
    return any(own in name or (name and name in own) for name in names)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]|^www\.|^the (?=\w)", "", fold(text))


def _likeness(heading: str, claim: str) -> float:
    """The share of words that two titles have in common, of the longer one."""
    ours, theirs = (set(re.findall(r"\w+", fold(text))) for text in (heading, claim))
    return len(ours & theirs) / max(len(ours), len(theirs), 1)
