"""Read the text that a page has only as data for a script."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from corpus_cli.ingest.readers.encoding import split_lines
from corpus_cli.ingest.readers.html.alignment import mark_extracted
from corpus_cli.ingest.readers.html.page_claims import PageClaims
from corpus_cli.ingest.readers.html_fragments import has_html_tags, parse_html_fragment
from corpus_cli.ingest.readers.paragraph_flow import mend_text
from corpus_cli.ingest.readers.records.schema import RecordSchema, iter_texts
from corpus_cli.ingest.structure import clues
from corpus_cli.text.normalise import fold

_JSON_TYPES = ("application/json", "text/json")


class EmbeddedText(NamedTuple):
    """An article whose paragraphs a page does not show, and where it has them."""

    title: str
    paragraphs: Sequence[str]
    origin: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def find_embedded_text(
    root: HtmlElement, claims: PageClaims, shown: Sequence[str], extracted: Sequence[str]
) -> EmbeddedText | None:
    """Return the text of an article that a script would show; None if the page shows it.

    `shown` are the texts of the blocks of a page, `extracted` those of its article. JSON of
    scripts counts only where there is neither a text in JSON-LD nor prose on the page.
    """
    title = next(iter(claims.titles), "")
    for body in claims.bodies:
        embedded = EmbeddedText(title, _split_paragraphs(body), "JSON-LD articleBody")
        if _is_missing(embedded, shown, extracted):
            return embedded
    if not claims.bodies and not any(map(clues.is_prose, shown)):
        for value, origin in _iter_json(root):
            article = _find_article(value, list(map(fold, claims.titles)), origin)
            if article and any(map(clues.is_prose, article.paragraphs)):
                return article
    return None


def _is_missing(embedded: EmbeddedText, shown: Sequence[str], extracted: Sequence[str]) -> bool:
    """Return whether a page shows at most half of a text, and no article that is longer."""
    if not any(map(clues.is_prose, embedded.paragraphs)):
        return False
    is_longest = len(embedded.text) > sum(map(len, extracted))
    return is_longest and not mark_extracted([embedded.text], "\n".join(shown))[0]


def _split_paragraphs(text: str) -> list[str]:
    text = mend_text(text)
    lines = (
        [line.text for line in parse_html_fragment(text)]
        if has_html_tags(text)
        else split_lines(text)
    )
    return [" ".join(line.split()) for line in lines if line.strip()]


def _iter_json(root: HtmlElement) -> Iterator[tuple[object, str]]:
    """Yield the values in scripts that are JSON, each with its place."""
    for script in root.iter("script"):
        if (script.get("type") or "").lower() in _JSON_TYPES:
            try:
                value = json.loads(script.text or "", strict=False)
            except (ValueError, RecursionError):
                continue
            yield value, f"script {script.get('id') or 'application/json'}"


def _find_article(value: object, folded_titles: Sequence[str], origin: str) -> EmbeddedText | None:
    """Return the one article in a JSON value whose title is that of the page.

    The page may add the name of its site to it.
    """
    schema = RecordSchema({})
    records = [record for record in schema.find_records(value) if isinstance(record, Mapping)]
    articles = []
    for values in map(schema.extract_values, records):
        title = next(iter_texts(values["title"].value), "").strip() if "title" in values else ""
        is_own = any(page_title.startswith(fold(title)) for page_title in folded_titles if title)
        if is_own and "text" in values:
            texts = iter_texts(values["text"].value)
            paragraphs = [line for text in texts for line in _split_paragraphs(text)]
            articles.append(EmbeddedText(title, paragraphs, origin))
    return articles[0] if len(articles) == 1 else None
