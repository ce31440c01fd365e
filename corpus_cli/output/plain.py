"""For pipes: grep-shaped, one line each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus_cli.model import CHROME, Article, Header, Name, Report, Results, Source
from corpus_cli.output.records import Record, shown

_FORMS = 6


def hits(found: Results) -> Iterator[str]:
    """`path:line: text`, the passage on one line, exact but for its line feeds."""
    for hit in found.hits:
        yield f"{_path(hit.header)}:{hit.passage.lines[0]}: {_flat(hit.passage.text)}"


def paths(headers: Iterable[Header]) -> Iterator[str]:
    """The path of each article, once."""
    yield from dict.fromkeys(_path(header) for header in headers if header.sources)


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


def metadata(found: Article) -> Iterator[str]:
    """`field`, value, where it was read, and how sure that is, with tabs between."""
    for datum in found.metadata:
        yield "\t".join(map(_flat, datum)).replace("\n", " ")


def report(done: Report) -> Iterator[str]:
    """`added`, `replaced`, `removed`, `gone` or `failed`, a tab, the path, a reason if any."""
    for name, changed in (
        ("added", done.added),
        ("replaced", done.replaced),
        ("removed", done.removed),
        ("withheld", done.withheld),
        ("gone", done.gone),
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


def status(found: Mapping[str, object]) -> Iterator[str]:
    """`name`, a tab, the value."""
    for name, value in found.items():
        yield f"{name}\t{value}"


def failed(quarantine: Mapping[Source, str]) -> Iterator[str]:
    """What could not be read, a tab, and why."""
    for source, reason in quarantine.items():
        yield f"{_flat(shown(source.name))}\t{_flat(reason)}"


def clusters(found: Iterable[Sequence[Header]]) -> Iterator[str]:
    """Near-copies as a list of articles, with a blank line between clusters."""
    for n, headers in enumerate(found):
        if n:
            yield ""
        yield from listed(headers)


def names(held: Iterable[Name]) -> Iterator[str]:
    """Canonical form, kind, origin and the other forms, with tabs and commas between."""
    for name in held:
        others = [form for form in name.forms if form != name.canonical]
        yield "\t".join((name.canonical, name.kind, name.origin, ", ".join(others)))


def described(rows: Iterable[Record]) -> Iterator[str]:
    """Names field by field: `field`, a tab, the value; a blank line between names."""
    for n, row in enumerate(rows):
        if n:
            yield ""
        for field in row:
            if field == "mined":
                yield from (f"mined\t{line}" for line in mined(_rows(row)))
            else:
                yield f"{field}\t{_cell(row, field)}"


def mined(senses: Iterable[Record]) -> Iterator[str]:
    """One line a place: `path:line`, short forms, long forms, the name they belong to."""
    for sense in senses:
        for place in _rows(sense, "places"):
            at = f"{place['path']}:{place['line']}"
            yield "\t".join((at, *(_cell(sense, field) for field in ("short", "long", "name"))))


def table(rows: Iterable[Record], *fields: str) -> Iterator[str]:
    """The fields of each row with tabs between; several values with commas."""
    for row in rows:
        yield "\t".join(_cell(row, field) for field in fields)


def _cell(row: Record, field: str) -> str:
    value = row.get(field, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rows(row: Record, field: str = "mined") -> list[Record]:
    value = row.get(field)
    return value if isinstance(value, list) else []


def plural(count: int, name: str) -> str:
    """`1 passage`, `2 passages`."""
    return f"{count:,} {name}" + ("" if count == 1 else "s")


def headline(found: Results, milliseconds: int) -> str:
    """One line on an answer: how it was understood, and how much there is."""
    where = f"{plural(found.total, 'passage')} in {plural(len(found.articles), 'article')}"
    return f"{found.parsed} · {where} · {milliseconds} ms"


def expanded(found: Results) -> Iterator[str]:
    """The other forms of each name that were found: `ISIS-K, also ISKP, IS-KP (+2 articles)`."""
    for name in found.expanded:
        if name.forms:
            forms = [form for form, _ in name.forms]
            more = f" and {len(forms) - _FORMS} more forms" if len(forms) > _FORMS + 1 else ""
            shown_forms = ", ".join(forms[:_FORMS] if more else forms)
            beyond = f" (+{plural(name.articles, 'article')})" if name.articles else ""
            yield f"{name.typed}, also {shown_forms}{more}{beyond}"


def explained(found: Results) -> Iterator[str]:
    """How each name was read, and why each hit was found."""
    yield f"read as: {found.parsed}"
    for name in found.expanded:
        forms = ", ".join(f"{form} in {plural(count, 'passage')}" for form, count in name.forms)
        kind = ", ".join(filter(None, (name.kind, name.origin)))
        others = f"also {forms}" if forms else "no other form of it stands here"
        yield f"{name.typed} is the name {name.name} ({kind}); {others}"
        if name.note:
            yield f"  {name.note}"
    for hit in found.hits:
        why = Counter(span.why for span in (*hit.spans, *hit.title_spans))
        reasons = ", ".join(f"{reason} ×{count}" for reason, count in why.items())
        lacks = f"; lacks {', '.join(hit.lacks)}" if hit.lacks else ""
        place = f"{_path(hit.header)}:{hit.passage.lines[0]}"
        yield f"{hit.rank}. {place} scores {hit.score:g}: {reasons}{lacks}"


def talk(found: Results) -> Sequence[str]:
    """What the user has to know about an answer."""
    told = list(found.notes)
    if not found.total:
        told.append(
            "nothing found" if found.parsed else "nothing to look for: the query has no word in it"
        )
    if copies := sum(len(hit.copies) for hit in found.hits):
        copy = "near-copy is" if copies == 1 else "near-copies are"
        told.append(f"{copies} {copy} not shown; --duplicates shows them")
    told += [
        f"{typed} does not occur: looked for {instead} as well; --no-suggest does not"
        for typed, instead in found.suggested
    ]
    told += [f"try: corpus search {_typed(line)}" for line in found.suggestions]
    return told


def _typed(line: str) -> str:
    quoted = line.replace("'", "'\\''")
    return line if line.isalnum() else f"'{quoted}'"


def _path(header: Header) -> str:
    return shown(header.sources[0].name) if header.sources else header.id


def _flat(text: str) -> str:
    return " ".join(text.splitlines())
