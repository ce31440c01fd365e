"""How answers are told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from corpus_cli.cli import shared
from corpus_cli.corpus import Corpus
from corpus_cli.errors import UsageError
from corpus_cli.model import Header, Results
from corpus_cli.output import formats, plain, records, stream

_FIELDED = ("json", "jsonl", "tsv", "csv")
_KINDS = ("quiet", "count", "files", "others", "ids")


class Answer(NamedTuple):
    """What each corpus answered, that as one answer, and how long it took in milliseconds."""

    each: Sequence[tuple[Corpus, Results]]
    found: Results
    took: int


class Told:
    """Tells answers in the way the options of a command line say, which it uses up.

    `found` tells whether any query found something, `failures` whether anything failed,
    `partial` whether any answer is, `explain` that the parts of scores are wanted.
    """

    def __init__(self, given: dict[str, Any], asked: shared.Asked) -> None:
        self.found = False
        self.failures = False
        self.partial = False
        self._folder = asked.corpora[0][1].folder
        kinds = [kind for kind in _KINDS if given.pop(kind)]
        self._ids = "ids" in kinds
        self.kind = kinds[0] if kinds else ""
        self._fields = () if given["fields"] is None else formats.picked(given["fields"])
        null, self._summary = given.pop("null"), given.pop("summary")
        self._asked = given.pop("style")
        self._style = self._asked or asked.settled("format", None)
        if self._fields and not self._asked and self._style not in _FIELDED:
            self._style = "table" if stream.terminal() else "tsv"
        self._style = shared.chosen(self._style)
        _agreed(kinds, self._asked, given, null=null, summary=self._summary and self._style)
        self._several = len(asked.corpora) > 1
        self._end = "\0" if null else "\n"
        self.explain = given.pop("explain")
        self._window = min(given["offset"], sys.maxsize), given["limit"]
        self._look = {name: given.pop(name) for name in ("color", "mark", "hyperlink", "pager")}
        self._mark = asked.settled("mark", self._look["mark"])
        self._answers = 0

    @property
    def names(self) -> bool:
        """Whether the names in each hit are told: it takes time to find them."""
        whole = self._style in ("json", "jsonl") and not self._fields
        return not self.kind and (whole or "names" in self._fields)

    def failed(self, reasons: Mapping[str, str], skipped: int = 0) -> None:
        """Say what could not be read, and how much was passed over."""
        self.failures = self.failures or bool(reasons)
        if self.kind != "quiet":
            shared.told([f"{records.shown(path)}: {why}" for path, why in reasons.items()])
            if skipped:
                shared.told([f"{plain.plural(skipped, 'file')} of no kind that is read"])

    def answer(self, answer: Answer) -> None:
        """Tell one answer."""
        found = answer.found
        listed = list(self._listed(answer)) if self.kind in ("files", "others", "ids") else []
        self.found = self.found or bool(listed if self.kind == "others" else found.total)
        self.partial = self.partial or found.partial
        self._answers += 1
        if self.kind == "quiet":
            return
        if self.kind == "count":
            stream.write(formats.count(found, self._asked or "", first=self._answers == 1))
        elif self.kind:
            stream.write(listed, end=self._end)
        else:
            self._hits(answer)
        if self.kind or self._style != "terminal":
            shared.told([*plain.expanded(found), *plain.unfinished(found)])
        shared.told(plain.talk(found))
        if self.explain:
            shared.told([*plain.explained(found)])

    def _hits(self, answer: Answer) -> None:
        found = answer.found
        if self._style == "terminal":
            above = [*plain.expanded(found), plain.headline(found, answer.took), ""]
            # Talk; but who sees both sees one page, and may turn it back.
            if not (stream.listening() and stream.terminal()):
                for line in above:
                    stream.talk(line)
                above = []
            from corpus_cli.cli import screens

            screens.terminal(self._folder, **self._look).results(found, above)
            return
        if self._style == "table":
            rows = formats.answer(found, "tsv", fields=self._fields)
            from corpus_cli.cli import screens

            screens.table(rows, self._fields, self._folder)
            return
        stream.write(
            formats.answer(
                found,
                self._style,
                fields=self._fields,
                mark=self._mark,
                summary=self._summary,
                first=self._answers == 1,
                several=self._several,
            )
        )

    def _listed(self, answer: Answer) -> Iterator[str]:
        if self.kind == "ids":
            return formats.passages(answer.found)
        offset, limit = self._window
        end = None if limit is None else min(offset + limit, sys.maxsize)
        headers = islice(self._headers(answer.each), offset, end)
        return formats.names(headers, ids=self._ids, query=answer.found.id)

    def _headers(self, each: Iterable[tuple[Corpus, Results]]) -> Iterator[Header]:
        for corpus, found in each:
            if self.kind == "files":
                articles: Iterable[str] = found.articles
            elif found.partial:
                # What was not found in time may match.
                articles = ()
            else:
                held = set(found.articles)
                articles = (article for article in corpus.store.ids() if article not in held)
            yield from map(corpus.store.header, articles)


def _agreed(
    kinds: Sequence[str],
    style: str | None,
    given: Mapping[str, Any],
    *,
    null: bool,
    summary: str,
) -> None:
    """Raise `UsageError` for options that would have no effect beside the others."""
    listing = set(kinds) - {"quiet", "count"}
    fields = given["fields"] is not None
    hits = [name for name in ("sort", "group", "context", "per_article", "semantic") if given[name]]
    for wrong, says in (
        ("count" in kinds and listing, "-c counts, -l, -L and --ids list: give one of them"),
        ({"files", "others"} <= listing, "-l lists the articles found, -L the others: give one"),
        (listing and style, "-l, -L and --ids print a name a line; --fields path --jsonl is JSON"),
        (fields and set(kinds) - {"quiet"}, "--fields is for hits: without -c, -l, -L and --ids"),
        (
            fields and style not in (None, *_FIELDED),
            f"--fields is for json, jsonl, tsv and csv, not {style}",
        ),
        (null and not listing, "-0 is for -l, -L and --ids"),
        (summary and summary != "jsonl", "--summary is for --jsonl"),
        (
            set(kinds) - {"ids", "quiet"} and hits,
            "--sort, --group, -C, --per-article and --semantic are for hits: without -c, -l and -L",
        ),
    ):
        if wrong:
            raise UsageError(says)
