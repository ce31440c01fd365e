"""Make answers by hand."""

from corpus_cli.model import Header, Hit, Passage, Place, Results, Snippet, Source, Span

HEADER = Header(
    id="0123456789ab",
    sources=(Source("a.txt"),),
    title="A title",
    authors=("Ann", "Ben"),
    published="2024-03-31",
    modified="2024-04-01",
    source="The Paper",
    url="https://paper.example/a?b=1&c=2",
    tags=("war",),
    language="en",
    passages=2,
)


def passage(text: str, n: int = 2, line: int = 7) -> Passage:
    """Return a passage of one line."""
    return Passage("0123456789ab", n, 10, 10 + len(text), (line, line), text)


def hit(text: str = "Kabul fell", word: str = "Kabul", rank: int = 1, **known: object) -> Hit:
    """Return a hit in which the first `word` matched; `known` is metadata of its article."""
    start = text.find(word)
    spans = (Span(start, start + len(word), "word"),) if start >= 0 else ()
    column = max(start, 0) + 1
    return Hit(
        rank=rank,
        score=2.5,
        passage=passage(text),
        header=HEADER._replace(**known),  # type: ignore[arg-type]
        place=Place(7, column, len(text[: column - 1].encode("utf-8", "surrogatepass")) + 1),
        spans=spans,
        title_spans=(),
        snippet=Snippet(text, spans),
        lacks=(),
    )


def results(*hits: Hit, **more: object) -> Results:
    """Return an answer with these hits."""
    articles = tuple(dict.fromkeys(one.header.id for one in hits))
    found = Results("kabul", "kabul", hits, len(hits), len(articles), articles)
    return found._replace(**more)  # type: ignore[arg-type]
