"""Format articles as references for literature managers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from corpus_cli.model import Header, Hit
from corpus_cli.output.lines import flat
from corpus_cli.output.own_notes import summarise
from corpus_cli.text.data import listed
from corpus_cli.text.printable import escape_json

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_LATEX_SPECIAL = re.compile(r"[\\{}%&$#_~^]")

CslItem = Mapping[str, Any]
"""An item of CSL-JSON (https://github.com/citation-style-language/schema)."""


class Reference(NamedTuple):
    """An article to be cited, and the passage that is quoted.

    `saved` is the day on which its file was saved, in ISO 8601: then it was accessed. `line` is a
    line of the article, `page` counts from 1; 0 where there is none. `annotation` is what a person
    wrote on it.
    """

    header: Header
    saved: str = ""
    quotation: str = ""
    line: int = 0
    page: int = 0
    annotation: str = ""


def from_hit(hit: Hit, saved: str = "") -> Reference:
    """Return the reference of a hit, with its passage as the quotation."""
    annotation = summarise([note for _, note in hit.notes], hit.my_tags)
    passage = hit.passage
    return Reference(
        hit.header, saved, flat(passage.text), hit.place.line, passage.page, annotation
    )


def format_references(references: Iterable[Reference], style: str) -> Iterator[str]:
    """Yield the lines of references as `ris`, `bibtex` or `csl-json`."""
    match style:
        case "ris":
            return format_ris(references)
        case "bibtex":
            return format_bibtex(references)
        case _:
            return format_csl(references)


def csl_item(reference: Reference) -> CslItem:
    """Return a reference as an item of CSL-JSON.

    The note has the id of the article, which is the beginning of the SHA-256 of its text, and the
    line; what a person wrote is in `annote`. An author is taken apart into names if it looks like
    that of a person.
    """
    header = reference.header
    item: dict[str, Any] = {
        "id": header.id,
        "type": "webpage" if header.url else "article-newspaper",
        "title": flat(header.title) or header.id,
    }
    if header.authors:
        item["author"] = [_split_author(author) for author in header.authors]
    for field, day in (("issued", header.published), ("accessed", reference.saved)):
        if parts := _date_parts(day):
            item[field] = {"date-parts": [parts]}
    for field, value in (
        ("container-title", header.site),
        ("URL", header.url),
        ("language", header.language),
        ("abstract", reference.quotation),
        ("page", str(reference.page or "")),
        ("keyword", ", ".join(header.tags)),
        ("annote", reference.annotation),
    ):
        if value:
            item[field] = flat(value)
    item["note"] = _note(reference)
    return item


def format_csl(references: Iterable[Reference]) -> Iterator[str]:
    """Yield the lines of one CSL-JSON array, an item a line."""
    items = [escape_json(json.dumps(csl_item(one), ensure_ascii=False)) for one in references]
    yield "["
    for n, item in enumerate(items, 1):
        yield item + ("," if n < len(items) else "")
    yield "]"


def format_ris(references: Iterable[Reference]) -> Iterator[str]:
    """Yield references in RIS (https://en.wikipedia.org/wiki/RIS_(file_format))."""
    for reference in references:
        item = csl_item(reference)
        yield f"TY  - {'ELEC' if 'URL' in item else 'NEWS'}"
        for author in item.get("author", ()):
            yield f"AU  - {_joined_name(author)}"
        yield f"TI  - {item['title']}"
        for tag, field in (("T2", "container-title"), ("UR", "URL"), ("LA", "language")):
            if field in item:
                yield f"{tag}  - {item[field]}"
        for tag, field in (("DA", "issued"), ("Y2", "accessed")):
            if field in item:
                year, month, day = (*item[field]["date-parts"][0], "", "")[:3]
                slashes = f"{year:04}/{month and f'{month:02}'}/{day and f'{day:02}'}/"
                yield f"{tag}  - {slashes}"
        if "issued" in item:
            yield f"PY  - {item['issued']['date-parts'][0][0]:04}"
        yield from (f"KW  - {flat(tag)}" for tag in reference.header.tags)
        if reference.page:
            yield f"SP  - {reference.page}"
        if reference.quotation:
            yield f"AB  - {reference.quotation}"
        yield f"N1  - {item['note']}"
        if "annote" in item:
            yield f"N1  - {item['annote']}"
        yield f"ID  - {item['id']}"
        yield "ER  - "
        yield ""


def format_bibtex(references: Iterable[Reference]) -> Iterator[str]:
    """Yield references as entries of BibTeX, with the fields of BibLaTeX for addresses and days."""
    for reference in references:
        header, item = reference.header, csl_item(reference)
        fields = {
            "author": " and ".join(_bibtex_author(author) for author in item.get("author", ())),
            "title": f"{{{_latex(item['title'])}}}",
            "journaltitle": _latex(item.get("container-title", "")),
            "date": header.published,
            "year": header.published[:4],
            "url": item.get("URL", "").replace("{", "%7B").replace("}", "%7D"),
            "urldate": reference.saved,
            "langid": header.language,
            "keywords": _latex(", ".join(header.tags)),
            "pages": str(reference.page or ""),
            "abstract": _latex(reference.quotation),
            "note": _latex(item["note"]),
            "annote": _latex(item.get("annote", "")),
        }
        yield f"@{'online' if header.url else 'article'}{{{header.id},"
        yield from (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
        yield "}"
        yield ""


def _note(reference: Reference) -> str:
    place = f", line {reference.line}" if reference.line else ""
    return f"corpus {reference.header.id}{place}"


def _date_parts(day: str) -> list[int]:
    """Return year, month and day of a date in ISO 8601, as far as it has them."""
    parts = day.split("-")
    return [int(part) for part in parts] if day and all(map(str.isdecimal, parts)) else []


def _split_author(author: str) -> Mapping[str, str]:
    """Return the family and given names of a person, or the whole name of anything else.

    Only a name of two or three words with capitals is taken apart: in most languages that are read
    from left to right the last of these is the family name.
    """
    words, group_words = flat(author).split(), _group_words()
    is_person = (
        len(words) in (2, 3)
        and all(
            word[:1].isupper() and word.replace("-", "").replace("'", "").strip(".").isalpha()
            for word in words
        )
        and all(max(word) < "\u0250" for word in words)
        and not group_words & {word.lower() for word in words}
        and not author.isupper()
    )
    if not is_person:
        return {"literal": flat(author)}
    return {"family": words[-1], "given": " ".join(words[:-1])}


@cache
def _group_words() -> frozenset[str]:
    return frozenset(" ".join(listed("group_authors.txt")).split())


def _joined_name(author: Mapping[str, str]) -> str:
    return author.get("literal") or f"{author['family']}, {author['given']}"


def _bibtex_author(author: Mapping[str, str]) -> str:
    # Braces keep the name of a group whole.
    name = _latex(_joined_name(author))
    return f"{{{name}}}" if "literal" in author else name


def _latex(text: str) -> str:
    return _LATEX_SPECIAL.sub(lambda match: _LATEX[match[0]], text)
