"""For pipes: grep-shaped, one line each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus_cli.model import CHROME, Article, Header, Report, Results
from corpus_cli.output.records import shown


def hits(found: Results) -> Iterator[str]:
    """`path:line: text`, the passage on one line, exact but for its line feeds."""
    for hit in found.hits:
        yield f"{_path(hit.header)}:{hit.passage.lines[0]}: {_flat(hit.passage.text)}"


def paths(headers: Iterable[Header]) -> Iterator[str]:
    """The path of each article, once."""
    yield from dict.fromkeys(_path(header) for header in headers if header.paths)


def listed(headers: Iterable[Header]) -> Iterator[str]:
    """`id`, `published`, `path` and `title`, with tabs between."""
    for header in headers:
        fields = (header.id, header.published, _path(header), header.title)
        yield "\t".join(field.replace("\t", " ").replace("\n", " ") for field in fields)


def article(found: Article, lines: range | None, *, raw: bool) -> Iterator[str]:
    """The lines of an article as written, those that are chrome left out.

    With `raw` all of them, each with its number and its kind. `lines` picks a range.
    """
    for line in found.lines:
        if lines is not None and line.n not in lines:
            continue
        if raw:
            yield f"{line.n}\t{line.kind}\t{line.text}"
        elif line.broad != CHROME or lines is not None:
            yield line.text


def report(done: Report) -> Iterator[str]:
    """`added`, `replaced`, `removed` or `failed`, a tab, the path, and the reason if any."""
    for name, changed in (
        ("added", done.added),
        ("replaced", done.replaced),
        ("removed", done.removed),
        ("withheld", done.withheld),
    ):
        for path in changed:
            yield f"{name}\t{shown(path)}"
    for name, reasons in (("skipped", done.skipped), ("failed", done.failed)):
        for path, reason in reasons.items():
            yield f"{name}\t{shown(path)}\t{reason}"


def counts(done: Report) -> str:
    """One line on what an ingest did."""
    told = [f"{count:,} {name}" for name, count in done.counts().items() if count]
    return ", ".join(told) or "nothing to ingest"


def status(found: Mapping[str, object], quarantined: Mapping[str, str]) -> Iterator[str]:
    """`name`, a tab, the value."""
    for name, value in found.items():
        yield f"{name}\t{value}"
    for path, reason in quarantined.items():
        yield f"quarantine\t{shown(path)}\t{reason}"


def plural(count: int, name: str) -> str:
    """`1 passage`, `2 passages`."""
    return f"{count:,} {name}" + ("" if count == 1 else "s")


def headline(found: Results, milliseconds: int) -> str:
    """One line on an answer: how it was understood, and how much there is."""
    where = f"{plural(found.total, 'passage')} in {plural(len(found.articles), 'article')}"
    return f"{found.parsed} · {where} · {milliseconds} ms"


def talk(found: Results) -> Sequence[str]:
    """What the user has to know about an answer."""
    told = list(found.notes)
    if not found.total:
        told.append(
            "nothing found" if found.parsed else "nothing to look for: the query has no word in it"
        )
    told += [f"try: corpus search {_typed(line)}" for line in found.suggestions]
    return told


def _typed(line: str) -> str:
    quoted = line.replace("'", "'\\''")
    return line if line.isalnum() else f"'{quoted}'"


def _path(header: Header) -> str:
    return shown(header.paths[0]) if header.paths else header.id


def _flat(text: str) -> str:
    return " ".join(text.splitlines())
