"""corpus list, duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import click

from corpus_cli.cli import completion, helping, options, printing, session
from corpus_cli.cli.option_table import FILTER_OPTIONS, LOOK_OPTIONS, QUERY_OPTIONS
from corpus_cli.cli.session import OptionValues
from corpus_cli.corpora import search_corpora
from corpus_cli.corpus import Corpus
from corpus_cli.model import Header, Results
from corpus_cli.output import plain, records, stream
from corpus_cli.search.sort_headers import sort_headers
from corpus_cli.text.shell import index_option

if TYPE_CHECKING:
    from corpus_cli.model.annotations import Annotation
    from corpus_cli.search.sort_headers import Order

ORDERS = ("date", "-date", "modified", "-modified", "title", "source", "path", "id")


@helping.command(
    "list",
    cls=options.QueryCommand,
    examples={
        "corpus list": "all articles",
        "corpus list --author Hussain --sort -date": "of one author, the latest first",
        "corpus list TTP --format csv > ttp.csv": "articles that a query finds",
    },
)
@click.argument("query", nargs=-1, shell_complete=completion.complete_query)
@options.with_values(*FILTER_OPTIONS, *QUERY_OPTIONS, *LOOK_OPTIONS)
@helping.option(
    "--sort",
    "order",
    type=click.Choice(ORDERS),
    metavar="ORDER",
    default="date",
    help="date (the earliest first), -date, modified, -modified, title, source, path or id. "
    "[default: date]",
)
@options.formats("terminal", "plain", "json", "jsonl", "tsv", "csv", *printing.REFERENCE_FORMATS)
@options.indexes
@options.debug
def list_(
    query: tuple[str, ...],
    order: Order,
    style: str | None,
    index: tuple[str, ...],
    values: OptionValues,
) -> int:
    """List articles with id, date and title.

    With a query or filters, only the articles found. Of several plain words, an article must
    have half in one passage and its title (rare words count more). Then the exit code is 1 if
    there are none, and 3 if the time limit ended the search, so that there may be more.
    """
    with session.open_corpora(index) as opened:
        corpora = printing.named_corpora(opened)
        results: Results | None = None
        answers: Sequence[Results | None] = [None] * len(corpora)
        if query or any(values[spec.parameter] for spec in FILTER_OPTIONS):
            # No order of a list is by score, so articles with little of the query do not count.
            request = session.read_request(values, opened.folder)._replace(
                limit=0, list_articles=True, sort="date"
            )
            results, answers = search_corpora(corpora, " ".join(query), request)
        style = printing.output_format(style)
        listed_headers = (
            header
            for (name, corpus), answer in zip(corpora, answers, strict=True)
            for header in _read_headers(name, corpus, answer, short=style == "terminal")
        )
        headers = sort_headers(listed_headers, order)
        if style == "terminal":
            printing.make_terminal(opened.folder, printing.read_look(values)).listed(headers)
        elif style in printing.REFERENCE_FORMATS:
            _write_references(headers, style, [corpus for _, corpus in corpora])
        else:
            printing.print_headers(headers, style, several=len(corpora) > 1)
        printing.print_notes(
            [
                *plain.partial_notes(results),
                *plain.result_notes(results, index_option(opened.folder)),
            ]
            if results
            else []
        )
    partial = results is not None and results.partial
    return session.exit_code(any_found=bool(headers) or results is None, partial=partial)


def _write_references(headers: Sequence[Header], style: str, corpora: Sequence[Corpus]) -> None:
    from corpus_cli.output.own_notes import summarise_annotations
    from corpus_cli.output.references import Reference, format_references

    saved = printing.saved_days(corpora, {header.id for header in headers})
    articles = [header.id for header in headers]
    by_article: defaultdict[str, list[Annotation]] = defaultdict(list)
    for corpus in corpora:
        for one in corpus.annotations(*articles):
            by_article[one.now_article].append(one)
    cited = (
        Reference(
            header,
            saved.get(header.id, ""),
            annotation=summarise_annotations(by_article[header.id]),
        )
        for header in headers
    )
    stream.write(format_references(cited, style))


def _read_headers(
    name: str, corpus: Corpus, answer: Results | None, *, short: bool
) -> Iterator[Header]:
    """Yield the headers of the articles of a corpus, or of those in an answer."""
    headers = (
        list(corpus.headers())
        if answer is None
        else list(corpus.store.headers(answer.article_ids).values())
    )
    if short:
        headers = printing.shorten_ids(headers, corpus.store)
    return (header._replace(corpus=name) for header in headers) if name else iter(headers)


@helping.command(
    examples={
        "corpus duplicates": "cluster by cluster",
        "corpus duplicates || echo none": "exit code 1: there are none",
        "corpus duplicates --jsonl | jq -c .articles": "for programs",
    }
)
@options.formats("terminal", "plain", "json", "jsonl", "tsv", "csv")
@options.indexes
@options.debug
def duplicates(style: str | None, index: tuple[str, ...]) -> int:
    """List articles that are near-copies of each other.

    The earliest of each cluster comes first. If several files have exactly the same text, they
    are one article; `corpus show` lists its files. In several corpora, an article is also
    compared with those of the others. Exit code 1 if there are none.
    """
    from corpus_cli.search.clusters import find_clusters

    with session.open_corpora(index) as opened:
        corpora = printing.named_corpora(opened)
        clusters = find_clusters([(name, corpus.store) for name, corpus in corpora])
        style = printing.output_format(style)
        if style == "terminal":
            clusters = list(_shorten_ids(clusters, corpora))
            printing.make_terminal(opened.folder).print_clusters(clusters)
        elif style in ("tsv", "csv"):
            rows = (
                {"cluster": number, **records.entry(header)}
                for number, headers in enumerate(clusters, 1)
                for header in headers
            )
            fields = ("cluster", *printing.ARTICLE_FIELDS)
            printing.print_cells(rows, fields, style, several=len(corpora) > 1)
        else:
            printing.print_rows(
                style, "clusters", map(records.cluster, clusters), plain.format_clusters(clusters)
            )
    return 0 if clusters else 1


def _shorten_ids(
    clusters: Sequence[Sequence[Header]], corpora: Sequence[tuple[str, Corpus]]
) -> Sequence[Sequence[Header]]:
    """Return clusters with the ids that people are shown; each corpus is asked once."""
    ids_by_corpus: defaultdict[str, list[str]] = defaultdict(list)
    for header in chain.from_iterable(clusters):
        ids_by_corpus[header.corpus].append(header.id)
    short_ids = {
        name: corpus.store.short_ids(ids_by_corpus[name])
        for name, corpus in corpora
        if name in ids_by_corpus
    }
    return [
        [header._replace(id=short_ids[header.corpus][header.id]) for header in headers]
        for headers in clusters
    ]
