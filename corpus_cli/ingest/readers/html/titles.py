"""Choose the title of a page, without the name of its site."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from corpus_cli.ingest.readers.html.blocks import Block
from corpus_cli.ingest.structure import clues
from corpus_cli.model import CLAIMED, Datum
from corpus_cli.text.normalise import fold

_SEPARATOR = re.compile(r" (?:[|\-–—·•»«:~]|::|\|\|) | ?[|»] ?|(?<=\w): ")
_SURE_SEPARATOR = re.compile(r" ?(?:\||»|::) ?")
_MIN_LIKENESS = 0.6
_MIN_TITLE_WORDS = 4
_MIN_PRINTED_WORDS = 3
_MIN_SITE_CHARS = 3
_HEADINGS = ("h1", "h2", "h3")
_MAX_TITLE_CHARS = 500


class Claim(NamedTuple):
    """A value as a page states it, and where: the origin of a `Datum`."""

    value: str
    origin: str


def choose_title(
    blocks: Sequence[Block], claims: Sequence[Claim], title_text: str, site_names: Iterable[str]
) -> Datum:
    """Return the title of a page: a heading that is like a claimed title, else the first claim.

    `claims` are claimed titles, `title_text` is the text of the `title` element, `site_names`
    are names of the site. Without claims the first `h1` is the title; its value is empty where
    there is none.
    """
    squashed_names = [squash(site) for site in site_names if site]
    candidates = [*claims, *([Claim(title_text, "title element")] if title_text else [])]
    candidates = [claim for claim in candidates if 0 < len(claim.value.strip()) <= _MAX_TITLE_CHARS]
    candidates = [
        Claim(cut_site_names(value, squashed_names), origin) for value, origin in candidates
    ]
    headings = {block.text: tag for tag in ("h2", "h1") for block in blocks if block.tag == tag}
    printed_lines = {block.text: block.tag in _HEADINGS for block in blocks}
    candidates = [
        Claim(_find_printed_part(value, printed_lines), origin) for value, origin in candidates
    ]
    for claim in candidates:
        heading = max(headings, key=lambda text: _measure_likeness(text, claim.value), default="")
        if heading and _measure_likeness(heading, claim.value) >= _MIN_LIKENESS:
            return Datum("title", heading, headings[heading], CLAIMED)
    if candidates:
        return Datum("title", candidates[0].value, candidates[0].origin, CLAIMED)
    first_heading = next((block.text for block in blocks if block.tag == "h1"), "")
    return Datum("title", first_heading, "h1", CLAIMED)


def cut_site_names(title: str, squashed_names: Sequence[str]) -> str:
    """Remove the parts that name the site from the start and the end of a title."""
    title = " ".join(title.split())
    while (separators := list(_SEPARATOR.finditer(title))) and _is_site_name(
        title[separators[-1].end() :], squashed_names
    ):
        title = title[: separators[-1].start()]
    while (separator := _SEPARATOR.search(title)) and _is_site_name(
        title[: separator.start()], squashed_names
    ):
        title = title[separator.end() :]
    parts = _SURE_SEPARATOR.split(title)
    if len(parts) > 1 and len(parts[0].split()) >= _MIN_TITLE_WORDS > len(parts[-1].split()):
        return parts[0]
    return title


def _find_printed_part(title: str, printed_lines: Mapping[str, bool]) -> str:
    """Return the part of a title that is a line of the page, headings first; else all of it."""
    separators = list(_SEPARATOR.finditer(title))
    parts = [title[: separator.start()] for separator in separators] + [
        title[separator.end() :] for separator in separators
    ]
    printed_parts = [
        part
        for part in parts
        if part in printed_lines and clues.count_words(part) >= _MIN_PRINTED_WORDS
    ]
    return max(printed_parts, key=lambda part: (printed_lines[part], len(part)), default=title)


def _is_site_name(part: str, squashed_names: Sequence[str]) -> bool:
    squashed_part = squash(part)
    if len(squashed_part) < _MIN_SITE_CHARS:
        return not squashed_part or squashed_part in squashed_names
    return any(squashed_part in name or (name and name in squashed_part) for name in squashed_names)


def squash(text: str) -> str:
    """Return the letters and digits of a name, folded, to compare names of sites."""
    return re.sub(r"[\W_]|^www\.|^the (?=\w)", "", fold(text))


def _measure_likeness(heading: str, claim: str) -> float:
    """Return the words that two titles share, divided by those of the longer one: 0 to 1."""
    heading_words, claim_words = (set(re.findall(r"\w+", fold(text))) for text in (heading, claim))
    return len(heading_words & claim_words) / max(len(heading_words), len(claim_words), 1)
