"""Read the metadata of the article from the markup of a page."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html import jsonld
from corpus_cli.ingest.readers.html.blocks import Block, markup
from corpus_cli.ingest.readers.html.persons import persons
from corpus_cli.ingest.readers.html.titles import Claim, titled
from corpus_cli.ingest.structure import clues
from corpus_cli.model import BODY, BYLINE, CLAIMED, INFERRED, METADATA, Datum
from corpus_cli.text.normalise import fold

_LONGEST = 60
_SCHEMA = {
    "headline": "title",
    "author": "author",
    "datePublished": "published",
    "dateModified": "modified",
    "publisher": "source",
    "articleSection": "section",
    "keywords": "tag",
    "inLanguage": "language",
    "url": "url",
    "mainEntityOfPage": "url",
    "description": "description",
}
_DAY = re.compile(r"((?:18|19|20)\d{2})[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]\w++)*+")


class Claims:
    """The claims in the markup of a page, by field, the most reliable first.

    Fields are those of `Datum`, `description`, and `marked` for authors that links and
    properties mark.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.of: defaultdict[str, list[Claim]] = defaultdict(list)
        self._link()
        for name, values in jsonld.article(root).items():
            if name in _SCHEMA:
                self.of[_SCHEMA[name]] += [Claim(value, f"JSON-LD {name}") for value in values]
        self._metas()
        self._attributes()

    @property
    def description(self) -> str:
        """Return the summary of the page for sharing; it is often its standfirst."""
        return _joined(next((claim.value for claim in self.of["description"]), ""))

    def data(self, blocks: Sequence[Block]) -> list[Datum]:
        """Return the best claim of each single-valued field, and all authors and tags."""
        of = self.of
        found = [titled(blocks, of["title"], self._title(), self._sites())]
        found += self._authors(of["author"])
        found += _first("published", of["published"], day)
        found += _first("modified", of["modified"], day)
        found += _first("source", of["source"], _joined)
        found += _first("url", _addresses(of["url"]), str)
        found += _first("section", of["section"], _section)
        found += _first("language", of["language"], _language)
        found += _tags(of["tag"])
        return [datum for datum in found if datum.value]

    def told(
        self, data: Sequence[Datum], blocks: Sequence[Block], kinds: Sequence[str]
    ) -> list[Datum]:
        """Return `data` with a missing date or author taken from the lines of the page.

        The date comes from a line before the body, authors from a byline. `kinds` holds the line
        kind of each block.
        """
        start = kinds.index(BODY) if BODY in kinds else len(kinds)
        pairs = list(zip(blocks, kinds, strict=True))
        have = {datum.field for datum in data}
        found = list(data)
        if "published" not in have:
            found += list(_dated(pairs[:start]))[:1]
        if "author" not in have:
            found += self._named([block.text for block, kind in pairs if kind == BYLINE])
        return found

    def _named(self, lines: Sequence[str]) -> list[Datum]:
        """Return the authors in bylines: those that are marked, else those the text names."""
        for line in lines:
            marked = [claim for claim in self.of["marked"] if claim.value in line]
            if found := self._authors(marked):
                return found
            if names := [name for name in clues.byline(line) if list(persons(name))]:
                return [Datum("author", name, "byline", INFERRED) for name in names]
        return []

    def _link(self) -> None:
        for link in self.root.iter("link"):
            if "canonical" in _words(link, "rel"):
                self.of["url"].append(Claim(link.get("href") or "", "link canonical"))

    def _metas(self) -> None:
        named = _metas(self.root)
        for field, names in markup()["meta"].items():
            for name in names:
                # The most reliable name of a site is the one for sharing.
                place = 0 if name == "og:site_name" else len(self.of[field])
                self.of[field][place:place] = named.get(name, ())

    def _attributes(self) -> None:
        root = self.root
        language = root.get("lang") or root.get("xml:lang") or ""
        self.of["language"].insert(0, Claim(language, "html lang"))
        tags = []
        for element in root.xpath("//a[@rel] | //*[@itemprop='author']"):
            text = _joined("".join(element.itertext())[: 2 * _LONGEST])
            if "tag" in _words(element, "rel"):
                tags.append(Claim(text, "link tag"))
            elif "author" in _words(element, "rel") and text:
                self.of["marked"].append(Claim(text, "link author"))
            elif element.get("itemprop") and text:
                self.of["marked"].append(Claim(text, "itemprop author"))
        self.of["tag"] += tags

    def _title(self) -> str:
        found = next(self.root.iter("title"), None)
        return _joined(found.text_content()) if found is not None else ""

    def _sites(self) -> list[str]:
        """Return the possible names of the site: its claims, and its host names."""
        hosts = [_host(claim.value).removeprefix("www.") for claim in self.of["url"]]
        names = [name for host in hosts if host for name in (host, host.partition(".")[0])]
        return [*(claim.value for claim in self.of["source"]), *names]

    def _authors(self, claims: Sequence[Claim]) -> list[Datum]:
        """Return the persons that the first origin with any names."""
        site = next((_joined(claim.value) for claim in self.of["source"]), "")
        found: dict[str, list[Datum]] = {}
        for claim in claims:
            for name in persons(claim.value, site):
                datum = Datum("author", name, claim.origin, CLAIMED)
                found.setdefault(claim.origin, []).append(datum)
        return _unique(next(iter(found.values()), []))


def day(text: str) -> str:
    """Return the day of a date in its own time zone, as ISO 8601; empty if there is none."""
    if found := _DAY.match(text.strip()):
        return "-".join(found.groups())
    return next((date.iso for date in clues.dates(text[:100])), "")


def _dated(pairs: Iterable[tuple[Block, str]]) -> Iterator[Datum]:
    for block, kind in pairs:
        if kind not in (METADATA, BYLINE):
            continue
        if date := day(block.date):
            yield Datum("published", date, "time element", CLAIMED)
        elif found := clues.dates(block.text):
            yield Datum("published", found[0].iso, "date line", INFERRED)


def _metas(root: HtmlElement) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for element in root.iter("meta"):
        for kind in ("property", "name", "itemprop", "http-equiv"):
            name, value = (element.get(kind) or "").lower(), element.get("content") or ""
            if name in _known() and value.strip():
                claim = Claim(value, f"meta {kind} {element.get(kind)}")
                found.setdefault(name, []).append(claim)
    return found


@cache
def _known() -> frozenset[str]:
    return frozenset(name for names in markup()["meta"].values() for name in names)


def _words(element: HtmlElement, attribute: str) -> list[str]:
    return (element.get(attribute) or "").lower().split()


def _first(field: str, claims: Sequence[Claim], read: Callable[[str], str]) -> list[Datum]:
    """Return the first claim for which `parse` returns a value, in a list of at most one."""
    found = ((read(claim.value), claim.origin) for claim in claims)
    return [Datum(field, value, origin, CLAIMED) for value, origin in found if value][:1]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _section(text: str) -> str:
    """Return a section; the first where many are joined by commas."""
    text = _joined(text)
    return text if len(text) <= _LONGEST else text.partition(",")[0]


def _language(text: str) -> str:
    found = _LANGUAGE.fullmatch(text.strip().lower())
    return found[1] if found else ""


def _addresses(claims: Sequence[Claim]) -> list[Claim]:
    """Return the absolute addresses of the page; those of the site's front page come last."""
    base = next((claim.value.strip() for claim in claims if _host(claim.value)), "https:")
    full = [Claim(_full(claim.value, base), claim.origin) for claim in claims if claim.value]
    return sorted((claim for claim in full if claim.value), key=lambda one: not _path(one.value))


def _full(address: str, base: str) -> str:
    """Return an address with scheme and host; empty if it has none."""
    try:
        address = urljoin(base, address.strip())
    except ValueError:
        return ""
    return address if _host(address) and not re.search(r"\s", address) else ""


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def _host(address: str) -> str:
    parts = _split(address)
    return parts.netloc if parts.scheme in ("http", "https") else ""


def _path(address: str) -> str:
    parts = _split(address)
    return parts.path.strip("/") + parts.query


def _tags(claims: Sequence[Claim]) -> list[Datum]:
    """Return the tags of the first origin."""
    origin = next((claim.origin for claim in claims), "")
    values = [_joined(claim.value) for claim in claims if claim.origin == origin]
    tags = [part for value in values for part in re.split(r" ?[,;] ?", value)]
    return _unique(Datum("tag", tag, origin, CLAIMED) for tag in tags if len(tag) <= _LONGEST)


def _unique(data: Iterable[Datum]) -> list[Datum]:
    """Return each value once, at its first position."""
    found: dict[str, Datum] = {}
    for datum in data:
        found.setdefault(fold(datum.value), datum)
    return list(found.values())
