"""Read the metadata of the article from the markup of a page."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.html import jsonld
from corpus_cli.ingest.readers.html.authors import find_persons
from corpus_cli.ingest.readers.html.blocks import Block, load_markup
from corpus_cli.ingest.readers.html.microdata import read_microdata, read_rdfa, read_value
from corpus_cli.ingest.readers.html.saved_address import (
    find_archived_address,
    find_saved_addresses,
    is_archive,
)
from corpus_cli.ingest.readers.html.titles import Claim, choose_title, cut_site_names, squash
from corpus_cli.ingest.structure import clues
from corpus_cli.ingest.structure.written_dates import (
    find_ambiguous_date,
    find_dates,
    split_dates,
    to_iso_day,
)
from corpus_cli.model import AMBIGUOUS, BODY, BYLINE, CLAIMED, INFERRED, METADATA, Datum
from corpus_cli.text.normalise import fold

_MAX_CHARS = 60
_FIELD_BY_PROPERTY = {
    "headline": "title",
    "author": "author",
    "datePublished": "published",
    "dateCreated": "published",
    "dateModified": "modified",
    "publisher": "source",
    "articleSection": "section",
    "keywords": "tag",
    "inLanguage": "language",
    "url": "url",
    "mainEntityOfPage": "url",
    "description": "description",
}
_ISO_DAY = re.compile(r"((?:18|19|20)\d{2})[-/.]?(0[1-9]|1[0-2])[-/.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LANGUAGE_TAG = re.compile(r"([a-z]{2})(?:[-_]\w++)*+")


class PageClaims:
    """The claims in the markup of a page, by field, the most reliable first.

    Fields are those of `Datum`, `description`, and `marked` for authors that links and
    properties mark.
    """

    def __init__(self, root: HtmlElement, text: str) -> None:
        """Read the claims in a tree; `text` is the text that it was parsed from."""
        self.root = root
        self.by_field: defaultdict[str, list[Claim]] = defaultdict(list)
        self._read_canonical_link()
        stated_values = jsonld.read_article_values(root)
        self.bodies: Sequence[str] = stated_values.get("articleBody", ())
        for name, field in _FIELD_BY_PROPERTY.items():
            self.by_field[field] += [
                Claim(value, f"JSON-LD {name}") for value in stated_values.get(name, ())
            ]
        self._read_meta_elements()
        self._read_attributes()
        self._read_properties()
        self.by_field["url"] += find_saved_addresses(text, root)

    @property
    def titles(self) -> list[str]:
        """Return the titles that the page claims, without the name of its site."""
        claimed = [claim.value for claim in self.by_field["title"]] + [self._read_title()]
        squashed = [squash(name) for name in self._list_site_names() if name]
        return [title for value in claimed if (title := cut_site_names(value, squashed))]

    @property
    def description(self) -> str:
        """Return the summary of the page for sharing; it is often its standfirst."""
        return _collapse_blanks(next((claim.value for claim in self.by_field["description"]), ""))

    def choose_data(self, blocks: Sequence[Block]) -> list[Datum]:
        """Return the best claim of each single-valued field, and all authors and tags."""
        claims = self.by_field
        data = [choose_title(blocks, claims["title"], self._read_title(), self._list_site_names())]
        data += self._choose_authors(claims["author"])
        data += _choose_first("published", claims["published"], parse_day)
        data += _choose_first("modified", claims["modified"], parse_day)
        data += _choose_first("source", claims["source"], _collapse_blanks)
        data += _choose_first("url", _resolve_addresses(claims["url"]), str)
        data += _choose_first("section", claims["section"], _parse_section)
        data += _choose_first("language", claims["language"], _parse_language)
        data += _choose_tags(claims["tag"])
        return [datum for datum in data if datum.value]

    def complete_data(
        self, data: Sequence[Datum], blocks: Sequence[Block], kinds: Sequence[str]
    ) -> list[Datum]:
        """Return `data` with missing dates or authors taken from the lines of the page.

        Dates come from lines before the body, authors from a byline. `kinds` are the line kinds of
        the blocks.
        """
        body_start = kinds.index(BODY) if BODY in kinds else len(kinds)
        pairs = list(zip(blocks, kinds, strict=True))
        fields = {datum.field for datum in data}
        completed = list(data)
        dates_in_lines = list(_find_dates(pairs[:body_start]))
        has_published = "published" in fields or any(d.field == "published" for d in dates_in_lines)
        for datum in dates_in_lines:
            field = datum.field
            if field == "updated":
                field = "modified" if has_published else "published"
            if field not in fields:
                fields.add(field)
                completed.append(datum._replace(field=field))
        if "published" not in fields:
            completed += self._find_ambiguous_dates(
                [block.text for block, kind in pairs[:body_start] if kind in (METADATA, BYLINE)]
            )
        if "author" not in fields:
            completed += self._find_byline_authors(
                [block.text for block, kind in pairs if kind == BYLINE]
            )
        return completed

    def _find_ambiguous_dates(self, lines: Sequence[str]) -> list[Datum]:
        """Return the claim or the line whose date may be either of two days."""
        claims = [*self.by_field["published"], *(Claim(line, "date line") for line in lines)]
        dates = ((find_ambiguous_date(claim.value), claim.origin) for claim in claims)
        return [Datum(AMBIGUOUS, text, origin, CLAIMED) for text, origin in dates if text][:1]

    def _find_byline_authors(self, lines: Sequence[str]) -> list[Datum]:
        """Return the authors in bylines: those that are marked, else those the text names."""
        for line in lines:
            marked = [claim for claim in self.by_field["marked"] if claim.value in line]
            if authors := self._choose_authors(marked):
                return authors
            named = clues.byline(line) or clues.opened_byline(split_dates(line).text)
            if names := [name for name in named if list(find_persons(name))]:
                return [Datum("author", name, "byline", INFERRED) for name in names]
        return []

    def _read_canonical_link(self) -> None:
        for link in self.root.iter("link"):
            if "canonical" in _split_attribute(link, "rel"):
                self.by_field["url"].append(Claim(link.get("href") or "", "link canonical"))

    def _read_meta_elements(self) -> None:
        claims_by_name = _collect_meta_claims(self.root)
        for field, names in load_markup()["meta"].items():
            for name in names:
                # The most reliable name of a site is the one for sharing.
                position = 0 if name == "og:site_name" else len(self.by_field[field])
                self.by_field[field][position:position] = claims_by_name.get(name, ())

    def _read_attributes(self) -> None:
        root = self.root
        language = root.get("lang") or root.get("xml:lang") or ""
        self.by_field["language"].insert(0, Claim(language, "html lang"))
        tags = []
        for element in root.xpath("//a[@rel] | //*[@itemprop='author']"):
            text = _collapse_blanks("".join(element.itertext())[: 2 * _MAX_CHARS])
            if "tag" in _split_attribute(element, "rel"):
                tags.append(Claim(text, "link tag"))
            elif "author" in _split_attribute(element, "rel") and text:
                self.by_field["marked"].append(Claim(text, "link author"))
            elif element.get("itemprop") and text:
                self.by_field["marked"].append(Claim(text, "itemprop author"))
        self.by_field["tag"] += tags

    def _read_properties(self) -> None:
        """Read microdata and RDFa, and the day of `time pubdate`, where no claim precedes them."""
        for name, claims in read_microdata(self.root).items():
            if name in _FIELD_BY_PROPERTY and name != "author":
                self.by_field[_FIELD_BY_PROPERTY[name]] += claims
        field_by_name = {
            name: field for field, names in load_markup()["meta"].items() for name in names
        }
        for name, claim in read_rdfa(self.root):
            field = _FIELD_BY_PROPERTY.get(name) or field_by_name.get(name, "")
            if field in ("published", "modified"):
                self.by_field[field].append(claim)
        for element in self.root.xpath("//time[@pubdate]"):
            self.by_field["published"].append(Claim(read_value(element), "time pubdate"))

    def _read_title(self) -> str:
        element = next(self.root.iter("title"), None)
        return _collapse_blanks(element.text_content()) if element is not None else ""

    def _list_site_names(self) -> list[str]:
        """Return the possible names of the site: its claims, and its host names."""
        hosts = [_parse_host(claim.value).removeprefix("www.") for claim in self.by_field["url"]]
        names = [name for host in hosts if host for name in (host, host.partition(".")[0])]
        return [*(claim.value for claim in self.by_field["source"]), *names]

    def _choose_authors(self, claims: Sequence[Claim]) -> list[Datum]:
        """Return the persons named by the first origin that names any."""
        site_name = next((_collapse_blanks(claim.value) for claim in self.by_field["source"]), "")
        authors_by_origin: dict[str, list[Datum]] = {}
        for claim in claims:
            for name in find_persons(claim.value, site_name):
                datum = Datum("author", name, claim.origin, CLAIMED)
                authors_by_origin.setdefault(claim.origin, []).append(datum)
        return _drop_duplicates(next(iter(authors_by_origin.values()), []))


def parse_day(text: str) -> str:
    """Return the day of a date in its own time zone, as ISO 8601; empty if there is none."""
    if match := _ISO_DAY.match(text.strip()):
        return to_iso_day(*map(int, match.groups()))
    return next((date.iso for date in find_dates(text[:100])), "")


def _find_dates(pairs: Iterable[tuple[Block, str]]) -> Iterator[Datum]:
    """Yield the dates in lines of metadata and bylines, those of elements first."""
    for block, kind in pairs:
        if kind not in (METADATA, BYLINE):
            continue
        marked_days = [(field, parse_day(date)) for field, date in block.dates]
        for field, day in marked_days:
            if day:
                yield Datum(field, day, "time element", CLAIMED)
        if not any(day for _, day in marked_days):
            dates = split_dates(block.text)
            for field, day in (("published", dates.published), ("modified", dates.modified)):
                if day:
                    yield Datum(field, day, "date line", INFERRED)


def _collect_meta_claims(root: HtmlElement) -> dict[str, list[Claim]]:
    claims_by_name: dict[str, list[Claim]] = {}
    for element in root.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name, value = (element.get(attribute) or "").lower(), element.get("content") or ""
            if name in _meta_names() and value.strip():
                claim = Claim(value, f"meta {attribute} {element.get(attribute)}")
                claims_by_name.setdefault(name, []).append(claim)
    return claims_by_name


@cache
def _meta_names() -> frozenset[str]:
    return frozenset(name for names in load_markup()["meta"].values() for name in names)


def _split_attribute(element: HtmlElement, attribute: str) -> list[str]:
    return (element.get(attribute) or "").lower().split()


def _choose_first(field: str, claims: Sequence[Claim], parse: Callable[[str], str]) -> list[Datum]:
    """Return the first claim for which `parse` returns a value, in a list of at most one."""
    values = ((parse(claim.value), claim.origin) for claim in claims)
    return [Datum(field, value, origin, CLAIMED) for value, origin in values if value][:1]


def _collapse_blanks(text: str) -> str:
    return " ".join(text.split())


def _parse_section(text: str) -> str:
    """Return a section; the first where many are joined by commas."""
    text = _collapse_blanks(text)
    return text if len(text) <= _MAX_CHARS else text.partition(",")[0]


def _parse_language(text: str) -> str:
    match = _LANGUAGE_TAG.fullmatch(text.strip().lower())
    return match[1] if match else ""


def _resolve_addresses(claims: Sequence[Claim]) -> list[Claim]:
    """Return the absolute addresses of the page; those of front pages and archives come last."""
    base = next((claim.value.strip() for claim in claims if _parse_host(claim.value)), "https:")
    resolved = [
        Claim(find_archived_address(_resolve_address(claim.value, base)), claim.origin)
        for claim in claims
        if claim.value
    ]
    return sorted(
        (claim for claim in resolved if claim.value),
        key=lambda claim: not _parse_path(claim.value) or is_archive(claim.value),
    )


def _resolve_address(address: str, base: str) -> str:
    """Return an address with scheme and host; empty if it has none."""
    try:
        address = urljoin(base, address.strip())
    except ValueError:
        return ""
    return address if _parse_host(address) and not re.search(r"\s", address) else ""


def _split_address(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def _parse_host(address: str) -> str:
    parts = _split_address(address)
    return parts.netloc if parts.scheme in ("http", "https") else ""


def _parse_path(address: str) -> str:
    parts = _split_address(address)
    return parts.path.strip("/") + parts.query


def _choose_tags(claims: Sequence[Claim]) -> list[Datum]:
    """Return the tags of the first origin."""
    origin = next((claim.origin for claim in claims), "")
    values = [_collapse_blanks(claim.value) for claim in claims if claim.origin == origin]
    tags = [part for value in values for part in re.split(r" ?[,;] ?", value)]
    return _drop_duplicates(
        Datum("tag", tag, origin, CLAIMED) for tag in tags if len(tag) <= _MAX_CHARS
    )


def _drop_duplicates(data: Iterable[Datum]) -> list[Datum]:
    """Return each value once, at its first position."""
    data_by_value: dict[str, Datum] = {}
    for datum in data:
        data_by_value.setdefault(fold(datum.value), datum)
    return list(data_by_value.values())
