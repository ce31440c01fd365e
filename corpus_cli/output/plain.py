"""Format lists, articles and notes as plain lines for pipes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from corpus_cli.model import (
    CHROME,
    NO_SPANS,
    Article,
    Expansion,
    Facets,
    Header,
    Hit,
    Name,
    Part,
    Results,
    SpansByLine,
)
from corpus_cli.output.lines import bracket, path
from corpus_cli.output.records import Record, shown
from corpus_cli.text.plurals import plural
from corpus_cli.text.shell import quote

if TYPE_CHECKING:
    from corpus_cli.model.report import Report

_FORMS = 6
_NO_EXACT_HIT = "no passage matches the query as typed"


def listed(headers: Iterable[Header]) -> Iterator[str]:
    """Yield `id`, `published`, `path` and `title` with tabs between, as in TSV."""
    for header in headers:
        yield _row(header.id, header.published, path(header), header.title)


def format_article(
    article: Article,
    lines: range | None,
    *,
    raw: bool,
    marks: SpansByLine = NO_SPANS,
    notes: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the lines of an article without chrome, and what `marks` has of each in brackets.

    With `raw` yield all lines as the file has them, each with its number and its kind. `lines` is
    a range. `notes` are lines to add after lines of the article, by number; 0 is its beginning.
    """
    yield from notes.get(0, ())
    for line in article.lines:
        if lines is not None and line.n not in lines:
            continue
        text = bracket(line.text, marks.get(line.n, ()))
        if raw:
            yield f"{line.n}\t{line.kind}\t{line.raw or text}"
        elif line.broad != CHROME or lines is not None:
            yield text
        yield from notes.get(line.n, ())


def format_metadata(article: Article) -> Iterator[str]:
    """Yield field, value, origin and certainty of each value with tabs between."""
    for datum in article.metadata:
        yield _row(*datum)


def report(done: Report) -> Iterator[str]:
    """Yield the outcome (`added`, `failed` …), a tab, the path, and a reason if any."""
    for name, changed in (
        ("added", done.added),
        ("replaced", done.replaced),
        ("removed", done.removed),
        ("withheld", done.withheld),
        ("gone", done.deleted_kept),
    ):
        for place in changed:
            yield _row(name, shown(place))
    for name, reasons in (
        ("undated", done.ambiguous_dates),
        ("skipped", done.skipped),
        ("failed", done.failed),
    ):
        for place, reason in reasons.items():
            yield _row(name, shown(place), reason)


def format_counts(done: Report) -> str:
    """Return one line with the counts of an ingest."""
    parts = [f"{count:,} {name}" for name, count in done.counts().items() if count]
    return ", ".join(parts) or "nothing to ingest"


def format_status(counts: Mapping[str, object]) -> Iterator[str]:
    """Yield `name`, a tab and the value."""
    for name, value in counts.items():
        yield _row(name, str(value))


def format_reasons(reasons: Mapping[str, str]) -> Iterator[str]:
    """Yield each source that was not read, a tab and the reason."""
    for name, reason in reasons.items():
        yield _row(shown(name), reason)


def format_clusters(clusters: Iterable[Sequence[Header]]) -> Iterator[str]:
    """Yield the articles of each cluster, with a blank line between clusters."""
    for n, headers in enumerate(clusters):
        if n:
            yield ""
        yield from listed(headers)


def format_names(names: Iterable[Name]) -> Iterator[str]:
    """Yield canonical form, kind, origin and the other forms, with tabs and commas between."""
    for name in names:
        other_forms = [form for form in name.forms if form != name.canonical]
        yield _row(name.canonical, name.kind, name.origin, ", ".join(other_forms))


def described(rows: Iterable[Record]) -> Iterator[str]:
    """Yield each field of names: `field`, a tab, the value; a blank line between names."""
    for n, row in enumerate(rows):
        if n:
            yield ""
        for field in row:
            if field == "mined":
                yield from (f"mined\t{line}" for line in mined(_rows(row)))
            elif field == "spellings":
                yield from (f"spelling\t{_describe_pair(pair)}" for pair in _rows(row, field))
            else:
                yield _row(field, _value(row, field))


def _describe_pair(pair: Record) -> str:
    reach = "searched for too" if pair["searched"] else "not certain enough to be searched for"
    evidence = f"difference {pair['cost']}, company {pair['company']}"
    return _row(str(pair["form"]), reach, evidence, _value(pair, "companions"))


def mined(senses: Iterable[Record]) -> Iterator[str]:
    """Yield a line per explanation: `path:line`, short forms, long forms, name, role, reach."""
    for sense in senses:
        for place in _rows(sense, "places"):
            at = f"{place['path']}:{place['line']}"
            fields = ("short", "long", "name", "as", "means")
            yield _row(at, *(_value(sense, field) for field in fields))


def table(rows: Iterable[Record], *fields: str) -> Iterator[str]:
    """Yield the fields of each row with tabs between, and commas between values."""
    for row in rows:
        yield _row(*(_value(row, field) for field in fields))


def _row(*values: str) -> str:
    # A search prints no such rows.
    from corpus_cli.output.tables import cell

    return "\t".join(map(cell, values))


def _value(row: Record, field: str) -> str:
    value = row.get(field, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rows(row: Record, field: str = "mined") -> list[Record]:
    value = row.get(field)
    return value if isinstance(value, list) else []


def format_headline(results: Results, milliseconds: int) -> str:
    """Return one line on an answer: the parsed query, the counts and the time."""
    return f"{_format_query(results)}{results.parsed} · {_format_size(results)} · {milliseconds} ms"


def partial_notes(results: Results) -> Iterator[str]:
    """Yield the number of hits found before the time ran out, if it did."""
    if results.partial and results.total:
        yield f"{_format_query(results)}found {_format_size(results)}"


def _format_size(results: Results) -> str:
    where = f"{plural(results.total, 'passage')} in {plural(results.articles, 'article')}"
    return at_least(where, partial=results.partial)


def at_least(count: str, *, partial: bool) -> str:
    """Return a count, with `at least` before it if it is not final."""
    return f"at least {count}" if partial else count


def expansion_notes(results: Results) -> Iterator[str]:
    """Yield the other forms of each name: `ISIS-K, also ISKP (2 more articles)`."""
    for name in results.expanded:
        if name.forms:
            yield f"{_format_query(results)}{name.typed}, also {_format_other_forms(name)}"


def _format_other_forms(name: Expansion) -> str:
    forms = [form for form, _ in name.forms]
    more = f" and {len(forms) - _FORMS} more forms" if len(forms) > _FORMS + 1 else ""
    beyond = f" ({plural(name.articles, 'more article')})" if name.articles else ""
    return ", ".join(forms[:_FORMS] if more else forms) + more + beyond


def _format_query(results: Results) -> str:
    """Return the id of the query in a batch with a colon, else nothing."""
    return f"{results.id}: " if results.id else ""


def explain_results(results: Results) -> Iterator[str]:
    """Yield how names were read, why each hit matches, and its score as a sum."""
    yield f"{_format_query(results)}read as: {results.parsed}"
    for name in results.expanded:
        forms = ", ".join(f"{form} in {plural(count, 'passage')}" for form, count in name.forms)
        kind = ", ".join(filter(None, (name.kind, name.origin)))
        other_forms = f"also {forms}" if forms else "no other form of it occurs"
        yield f"{name.typed} is the name {name.name} ({kind}); {other_forms}"
        if name.note:
            yield f"  {name.note}"
    for hit in results.hits:
        lacks = f"; lacks {', '.join(hit.lacks)}" if hit.lacks else ""
        place = f"{path(hit.header)}:{hit.passage.lines[0]}"
        yield f"{hit.rank}. {place} scores {hit.score:.6f}{lacks}"
        written = _forms(hit)
        for part in hit.parts:
            # The term of a name also matches its adjective.
            _, _, called = part.why.partition(":")
            whys = [f"name:{called}", f"adjective:{called}"] if called else []
            forms = ", ".join(written[why] for why in whys if why in written)
            yield f"  {part.score:+12.6f}  {_earned(part, forms or written.get(part.why, ''))}"


def _forms(hit: Hit) -> Mapping[str, str]:
    """Return the matched texts of a hit by reason, with how often each occurs."""
    counts_by_name: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, spans in ((hit.passage.title, hit.title_spans), (hit.passage.text, hit.spans)):
        for start, end, why in spans:
            counts_by_name[why][" ".join(text[start:end].split())] += 1
    return {
        why: ", ".join(f"{form} ×{count}" if count > 1 else form for form, count in forms.items())
        for why, forms in counts_by_name.items()
    }


def _earned(part: Part, forms: str) -> str:
    """Describe why a part of a score was earned."""
    match part.why:
        case "word":
            return f"{part.words}, in {part.field}"
        case "proximity":
            return f"{part.words}: how near to each other"
        case "article":
            return "the whole article"
        case "coverage":
            return "without all words of the query"
        case "typed":
            return f"{part.words} as it was typed"
        case "feedback":
            return f"in common with the best passages: {part.words} …"
        case _:
            written = f" ({forms})" if forms else ""
            return f"{part.words} as {part.why}{written}, in {part.field}"


def result_notes(results: Results, index_option: str = "") -> Sequence[str]:
    """Return the notes for the user on an answer.

    `index_option` makes a suggested command use the same corpus, if that is not the default.
    """
    nothing = [] if results.total or results.chrome else [_nothing_found(results)]
    notes = [*results.notes, *nothing, *results.hints]
    if results.chrome:
        where = "matches" if results.chrome == 1 else "match"
        where += " too" if results.total else ""
        notes.append(f"{plural(results.chrome, 'passage')} outside the texts of articles {where}")
    if copies := sum(len(hit.copies) for hit in results.hits):
        count = plural(copies, "near-copy is", "near-copies are")
        pronoun = "it" if copies == 1 else "them"
        notes.append(f"{count} not shown; --duplicates shows {pronoun}")
    notes += [
        f"{typed} does not occur: {instead} was searched for as well; --no-suggest turns this off"
        for typed, instead in results.suggested
    ]
    notes += [f"try: corpus search {quote(line)}{index_option}" for line in results.suggestions]
    return [_format_query(results) + line for line in notes]


def facet_notes(facets: Facets) -> Sequence[str]:
    """Return the notes for the user on facets."""
    if not facets.total:
        return [*facets.notes, "nothing found in that time" if facets.partial else "nothing found"]
    size = f"{plural(facets.total, 'passage')} in {plural(facets.articles, 'article')}"
    return [*facets.notes, *([f"found at least {size}"] if facets.partial else [])]


def _nothing_found(results: Results) -> str:
    """Return a note that says why nothing was found."""
    if results.partial:
        return f"{_NO_EXACT_HIT} in that time" if results.hits else "nothing found in that time"
    if results.hits or results.suggested:
        ending = ": these passages match what you probably meant" if results.hits else ""
        return _NO_EXACT_HIT + ending
    return "nothing found" if results.parsed else "the query contains no words to search for"
