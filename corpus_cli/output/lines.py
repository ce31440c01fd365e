"""Format hits as lines for pipes and editors."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from corpus_cli.model import Header, Hit, Passage, Results, Span
from corpus_cli.output.records import shown


def path(header: Header) -> str:
    """Return the path of an article's first source, with its record if it has one."""
    return shown(header.sources[0].name) if header.sources else header.id


def flat(text: str) -> str:
    """Return a text on one line, with a blank for each line feed."""
    return " ".join(text.splitlines())


def format_plain(results: Results, *, mark: bool = False, first: bool = True) -> Iterator[str]:
    """Yield `path:line: text`, with neighbours and `--` between groups in the style of grep.

    A neighbour is `path-line- text`. A text that is not part of an article's text begins with its
    kind in brackets; the notes and tags of a person follow a passage in the same way.

    In a batch each line begins with the id of the query and a colon.
    """
    query_prefix = f"{one_line(results.id)}:" if results.id else ""
    wide = any(hit.before or hit.after for hit in results.hits)
    for hit, place in zip(results.hits, _places(results.hits), strict=True):
        if wide and not first:
            yield "--"
        first = False
        yield from (_neighbour(query_prefix + place, passage) for passage in hit.before)
        beginning = f"{query_prefix}{place}:{hit.passage.lines[0]}:"
        yield f"{beginning} {_text(hit, mark=mark)}"
        if hit.notes or hit.my_tags:
            yield from (f"{beginning} {line}" for line in _own_notes(hit))
        yield from (_neighbour(query_prefix + place, passage) for passage in hit.after)


def format_vimgrep(results: Results, *, mark: bool = False) -> Iterator[str]:
    """Yield `path:line:column:text`, with the column in bytes: `%f:%l:%c:%m` for vim.

    In a batch the id of the query precedes the text, not the path, so that editors still find
    the file.
    """
    query_prefix = f"{one_line(results.id)}: " if results.id else ""
    for hit in results.hits:
        # The path without a record, because an editor can open only the file, at a line of it.
        name = shown(hit.header.sources[0].path) if hit.header.sources else hit.header.id
        place = f"{one_line(name)}:{hit.file_place.line}:{hit.file_place.byte}"
        yield f"{place}:{query_prefix}{_text(hit, mark=mark)}"


def one_line(name: str) -> str:
    r"""Escape the line feeds of a path or an id as `\n`, so that it fits on a line."""
    return name.replace("\n", "\\n").replace("\r", "\\r")


def _neighbour(place: str, passage: Passage) -> str:
    return f"{place}-{passage.lines[0]}- {flat(passage.text)}"


def _text(hit: Hit, *, mark: bool) -> str:
    outside = hit.kind or hit.only_in
    kind = f"({outside}) " if outside else ""
    if not mark:
        return kind + flat(hit.passage.text)
    return kind + flat(bracket(hit.passage.text, hit.spans))


def bracket(text: str, spans: Iterable[Span]) -> str:
    """Return a text with its spans in brackets."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], "[", text[span.start : span.end], "]"]
        at = span.end
    return "".join(pieces) + text[at:]


def _own_notes(hit: Hit) -> Iterator[str]:
    from corpus_cli.output.own_notes import bracketed, labelled

    return bracketed(labelled(hit.notes, hit.my_tags))


def _places(hits: Sequence[Hit]) -> Iterator[str]:
    """Yield the path of each hit, after its corpus if several corpora have that path."""
    corpora: defaultdict[str, set[str]] = defaultdict(set)
    for hit in hits:
        corpora[path(hit.header)].add(hit.corpus)
    for hit in hits:
        name = path(hit.header)
        yield one_line(f"{shown(hit.corpus)}:{name}" if len(corpora[name]) > 1 else name)
